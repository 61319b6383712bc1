/** What the form asks of a breakpoint at each place, and the breakpoint that its answers make. Pure. */
import type { TickBreakpoint } from '../../src/adapter/contract';
import {
  PLACES,
  type Place,
  QUEUES,
  SLOW_WHEN,
  TASK_EVENTS,
  TIMER_EVENTS,
} from '../../src/breakpoints/tickBreakpoint';
import { freeId, wordsOf } from '../../src/breakpoints/words';

export interface Field {
  name: string;
  label: string;
  kind: 'text' | 'number' | 'choice';
  placeholder?: string;
  choices?: readonly string[];
  /** Asked only where another field says one of these. */
  when?: { field: string; is: readonly string[] };
}

export const PLACE_WORDS: Record<Place, string> = {
  tick: 'A tick',
  callback: 'Before a callback',
  task: 'What happens to a task',
  timer: 'A timer',
  io: 'I/O becomes ready',
  slow: 'A slow callback',
  growth: 'A queue grows',
  stuck: 'A task is stuck',
  deadlock: 'A deadlock',
  stall: 'A stalled loop: nothing can wake it',
  exception: 'An exception that nobody awaits',
  'never-retrieved': 'An exception never retrieved',
};

const ANY = 'any; globs: fetch*';
const text = (name: string, label: string, placeholder = ANY): Field => ({
  name,
  label,
  kind: 'text',
  placeholder,
});
const number = (name: string, label: string, placeholder = ''): Field => ({
  name,
  label,
  kind: 'number',
  placeholder,
});
const choice = (name: string, label: string, choices: readonly string[]): Field => ({
  name,
  label,
  kind: 'choice',
  choices,
});

const FIELDS: { [P in Place]?: Field[] } = {
  tick: [number('at', 'At tick', 'every tick'), number('every', 'Or every so many ticks')],
  callback: [
    text('function', 'Function or coroutine'),
    text('file', 'File', 'any; *.py'),
    text('task', 'Task'),
  ],
  task: [choice('on', 'When it is', TASK_EVENTS), text('task', 'Task'), text('coroutine', 'Coroutine')],
  timer: [
    choice('on', 'When it is', TIMER_EVENTS),
    {
      ...number('ms', 'Late by more than, ms', '0'),
      when: { field: 'on', is: ['late'] },
    },
    text('function', 'Function or coroutine'),
    text('task', 'Task'),
  ],
  io: [number('fd', 'File descriptor', 'any'), text('peer', 'Peer', 'any; 127.0.0.1:*')],
  slow: [number('ms', 'Longer than, ms', '100'), choice('when', 'Stop', SLOW_WHEN)],
  growth: [choice('queue', 'Queue', QUEUES), number('above', 'Longer than', '100')],
  stuck: [number('ms', 'Waits longer than, ms', '5000')],
};

const COMMON: Field[] = [
  text('condition', 'Condition', 'ready > 10'),
  text('hitCondition', 'Hit count', '5, >= 5 or % 10'),
  text('logMessage', 'Log instead of stopping', 'tick {tick}: {ready} ready'),
];

/** What was typed, by field; `place` among them. */
export type Draft = Readonly<Record<string, string>>;

export { PLACES };

export function fieldsOf(draft: Draft): { own: Field[]; common: Field[] } {
  const own = FIELDS[draft.place as Place] ?? [];
  return {
    own: own.filter(({ when }) => !when || when.is.includes(valueOf(draft, own, when.field))),
    common: COMMON,
  };
}

/** What a choice shows when nothing was chosen yet is its first. */
function valueOf(draft: Draft, fields: readonly Field[], name: string): string {
  return draft[name] ?? fields.find((field) => field.name === name)?.choices?.[0] ?? '';
}

export function draftOf(breakpoint: TickBreakpoint): Draft {
  return Object.fromEntries(
    Object.entries(breakpoint)
      .filter(([name, value]) => name !== 'id' && name !== 'enabled' && value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
}

/** What is typed where a number belongs stays a text when it is none, to be refused with a sentence. */
export function breakpointOf(
  draft: Draft,
  before: TickBreakpoint | undefined,
  others: readonly TickBreakpoint[],
): TickBreakpoint {
  const { own, common } = fieldsOf(draft);
  const made: Record<string, unknown> = { id: '', place: draft.place };
  for (const field of [...own, ...common]) {
    const typed = valueOf(draft, own, field.name).trim();
    if (typed === '') continue;
    made[field.name] = field.kind === 'number' && !Number.isNaN(Number(typed)) ? Number(typed) : typed;
  }
  if (before?.enabled === false) made.enabled = false;
  const breakpoint = made as TickBreakpoint;
  return { ...breakpoint, id: freeId(wordsOf(breakpoint), others) };
}

/** Condition, hit count and log message in one line; '' when there are none. */
export function limitsOf({ condition, hitCondition, logMessage }: TickBreakpoint): string {
  return [
    condition && `if ${condition}`,
    hitCondition && `hits ${hitCondition}`,
    logMessage && `logs “${logMessage}”`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The same place, condition and all, whatever it is called. */
export function isSame(a: object, b: object): boolean {
  return keyOf(a) === keyOf(b);
}
function keyOf(breakpoint: object): string {
  const { id: _id, enabled: _enabled, ...rest } = breakpoint as Record<string, unknown>;
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
}
