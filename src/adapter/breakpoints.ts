/** The breakpoints of a session: the panel's own, and those of the editor's views, which are made of the same places. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { TickBreakpoint } from './contract';
import type { Debuggee } from './debuggee';
import { refusal } from '../breakpoints/tickBreakpoint';

/** Who sets them; each replaces its own as a whole. */
type Origin = 'ticks' | 'functions' | 'filters';
type Answer = { id: string; verified: boolean; message?: string };

const CONDITION = 'An expression in the program’s language, e.g. ready > 10';
/** What stands in the editor's Breakpoints view, each a place with nothing but a condition. */
export const FILTERS: DebugProtocol.ExceptionBreakpointsFilter[] = [
  { filter: 'tick', label: 'Every Tick', description: 'Stops before the first callback of a tick.' },
  {
    filter: 'exception',
    label: 'Exceptions Nobody Awaits',
    description: 'Stops when a task ends with an exception and nothing awaits it.',
  },
].map((filter) => ({ ...filter, supportsCondition: true, conditionDescription: CONDITION }));

export class Breakpoints {
  private readonly sets: Record<Origin, TickBreakpoint[]> = { ticks: [], functions: [], filters: [] };

  constructor(private readonly current: () => Debuggee | undefined) {}

  /** Those that the program is to stop at. */
  get wanted(): TickBreakpoint[] {
    return Object.values(this.sets)
      .flat()
      .filter(({ enabled }) => enabled !== false);
  }

  /** The panel's and launch.json's: all that the editor does not set in every session by itself. */
  get ticks(): readonly TickBreakpoint[] {
    return this.sets.ticks;
  }

  /** Those of launch.json, where the panel has none of that id. Returns why some cannot be set. */
  launched(breakpoints: readonly TickBreakpoint[]): Answer[] {
    const own = new Set(this.sets.ticks.map(({ id }) => id));
    const { possible, refused } = judged(breakpoints);
    this.sets.ticks = [...this.sets.ticks, ...possible.filter(({ id }) => !own.has(id))];
    return [...refused].map(([id, message]) => ({ id, verified: false, message }));
  }

  /** Replaces those of one origin, in the program, too, when it runs. Ids are all different. */
  async set(origin: Origin, breakpoints: readonly TickBreakpoint[]): Promise<Answer[]> {
    const { possible, refused } = judged(breakpoints);
    this.sets[origin] = possible;
    const debuggee = this.current();
    if (debuggee?.connected) {
      const told = await debuggee.request('setBreakpoints', { breakpoints: this.wanted });
      for (const { id, verified, message } of told.breakpoints)
        if (!verified) refused.set(id, message ?? 'The program did not accept it.');
    }
    return breakpoints.map(({ id }) => {
      const message = refused.get(id);
      return message === undefined ? { id, verified: true } : { id, verified: false, message };
    });
  }

  /** The name is a pattern for a callback's function or a task's coroutine. */
  setFunctions(breakpoints: readonly DebugProtocol.FunctionBreakpoint[]): Promise<Answer[]> {
    return this.set(
      'functions',
      breakpoints.map(({ name, condition, hitCondition }, index) => ({
        id: `function breakpoint ${index + 1}`,
        place: 'callback',
        function: name,
        condition,
        hitCondition,
      })),
    );
  }

  setFilters({
    filters = [],
    filterOptions = [],
  }: Partial<DebugProtocol.SetExceptionBreakpointsArguments>): Promise<Answer[]> {
    const wanted = [...filters.map((filterId) => ({ filterId, condition: undefined })), ...filterOptions];
    return this.set(
      'filters',
      wanted.map(({ filterId, condition }, index) => {
        const place = filterId as 'tick' | 'exception';
        return { id: `exception filter ${index + 1} ${filterId}`, place, condition };
      }),
    );
  }
}

function judged(breakpoints: readonly TickBreakpoint[]) {
  const refused = new Map<string, string>();
  for (const breakpoint of breakpoints) {
    const why = refusal(breakpoint);
    if (why !== undefined) refused.set(breakpoint.id, why);
  }
  return { possible: breakpoints.filter(({ id }) => !refused.has(id)), refused };
}
