/** What stands in the editor's Breakpoints view as exception filters: places with nothing but a condition. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { TickBreakpoint } from './contract';

/** What a filter takes from the launch where its condition says no duration, ms. */
export interface Durations {
  slow: number;
  stuck: number;
}
/** asyncio's own `slow_callback_duration`, and a wait that nobody calls short. */
export const DURATIONS: Durations = { slow: 100, stuck: 10_000 };

interface Filter {
  label: string;
  description: string;
  /** What the editor shows in the empty field. */
  conditionDescription: string;
  /** Its condition is a duration and no expression. */
  lasts?: keyof Durations;
}

const EXPRESSION = 'An expression in the program’s language, e.g. ready > 10';
const KINDS: Record<string, Filter> = {
  tick: {
    label: 'Every Tick',
    description: 'Stops before the first callback of a tick.',
    conditionDescription: EXPRESSION,
  },
  exception: {
    label: 'Exceptions Nobody Awaits',
    description: 'Stops when a task ends with an exception and nothing awaits it.',
    conditionDescription: EXPRESSION,
  },
  'never-retrieved': {
    label: 'Exceptions Never Retrieved',
    description: 'Stops when the runtime reports that nobody ever asked for an exception.',
    conditionDescription: EXPRESSION,
  },
  slow: {
    label: 'Slow Callbacks',
    description: 'Stops inside a callback that has run for too long.',
    conditionDescription:
      'Milliseconds, e.g. 250; without: "slowCallbackMs" of the launch configuration, else 100',
    lasts: 'slow',
  },
  stall: {
    label: 'Stalled Loop',
    description: 'Stops when nothing can ever wake the loop again.',
    conditionDescription: EXPRESSION,
  },
  stuck: {
    label: 'Stuck Tasks',
    description: 'Stops when a task has waited for too long, or provably for ever.',
    conditionDescription:
      'Milliseconds, e.g. 5000; without: "stuckAfterMs" of the launch configuration, else 10000',
    lasts: 'stuck',
  },
  deadlock: {
    label: 'Deadlocks',
    description: 'Stops when a cycle of waits closes.',
    conditionDescription: EXPRESSION,
  },
};

export const FILTERS: DebugProtocol.ExceptionBreakpointsFilter[] = Object.entries(KINDS).map(
  ([filter, { label, description, conditionDescription }]) => ({
    filter,
    label,
    description,
    supportsCondition: true,
    conditionDescription,
  }),
);

/** The breakpoint that a filter stands for. What cannot be understood is left to be refused: a duration of NaN. */
export function filterBreakpoint(
  filter: string,
  condition: string | undefined,
  durations: Durations,
): TickBreakpoint {
  const id = KINDS[filter]?.label ?? filter;
  const lasts = KINDS[filter]?.lasts;
  if (!lasts) return { id, place: filter as 'tick', condition };
  const ms = milliseconds(condition) ?? durations[lasts];
  return lasts === 'slow' ? { id, place: 'slow', ms, when: 'during' } : { id, place: 'stuck', ms };
}

/** Why the condition of a filter cannot be used: a sentence. */
export function filterRefusal(filter: string, condition: string | undefined): string | undefined {
  const kind = KINDS[filter];
  if (!kind) return `There is no exception filter "${filter}"; there are ${Object.keys(KINDS).join(', ')}.`;
  if (kind.lasts && Number.isNaN(milliseconds(condition)))
    return `The condition of "${kind.label}" is a number of milliseconds, like 250; it is "${condition?.slice(0, 80)}".`;
  return undefined;
}

/** `250`, `250 ms`, `0.25 s`. Undefined: nothing is said; NaN: not understood. */
function milliseconds(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const match = /^\s*(\d{1,12}(?:\.\d{1,6})?)\s*(ms|s)?\s*$/.exec(text);
  return match ? Number(match[1]) * (match[2] === 's' ? 1000 : 1) : NaN;
}
