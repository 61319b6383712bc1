/** The breakpoints of a session: the panel's own, and those of the editor's views, which are made of the same places. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BreakpointState, TickBreakpoint } from './contract';
import type { Debuggee, Stop } from './debuggee';
import { DURATIONS, filterBreakpoint, filterRefusal } from './filters';
import { RequestError } from './requestError';
import { isWatched, type Watched } from './watch';
import { refusal } from '../breakpoints/tickBreakpoint';
import { freeId } from '../breakpoints/words';

/** Who sets them; each replaces its own as a whole. `run`: where a step that is under way is to end. */
type Origin = 'ticks' | 'launch' | 'functions' | 'filters' | 'run';
const NATIVE = ['functions', 'filters'] as const;
type Answer = { id: string; verified: boolean; message?: string };

/** A tick that no program reaches. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** Whether its condition and log message parse only the program can tell: it is given them with a place that never comes. */
function toBeJudged({ id, condition, logMessage }: Watched): TickBreakpoint[] {
  return condition?.trim() || logMessage ? [{ id, place: 'tick', at: NEVER, condition, logMessage }] : [];
}

/** No breakpoint of a user's is called so. */
const RUN = '(run to)';

export interface BreakpointsHost {
  current(): Debuggee | undefined;
  /** The program judged one of the editor's own otherwise than it was said when it was set. */
  changed(breakpoint: DebugProtocol.Breakpoint): void;
  /** Others are set now; the program has been told. */
  set(): void;
  /** A sentence about one of launch.json's. */
  said(text: string): void;
}

export class Breakpoints {
  private readonly sets: Record<Origin, TickBreakpoint[]> = {
    ticks: [],
    launch: [],
    functions: [],
    filters: [],
    run: [],
  };
  private ofLaunch: readonly TickBreakpoint[] = [];
  private durations = DURATIONS;
  private filters: { filter: string; condition?: string }[] = [];
  /** Why some of them do not stop anything, by id. */
  private readonly refused = new Map<string, string>();
  /** Ids of those that are not even sent. */
  private readonly impossible = new Set<string>();
  /** How often each stopped the program or spoke, by id. */
  private readonly hits = new Map<string, number>();
  /** The protocol's numbers of the editor's own, by id: the same for the whole session. */
  private readonly numbers = new Map<string, number>();

  constructor(
    private readonly host: BreakpointsHost,
    private readonly nextNumber: () => number,
  ) {}

  private get all(): TickBreakpoint[] {
    const { ticks, launch, functions, filters, run } = this.sets;
    const own = new Set(ticks.map(({ id }) => id));
    return [...ticks, ...launch.filter(({ id }) => !own.has(id)), ...functions, ...filters, ...run];
  }

  /** What the program's agent is to know: its own, and of the others what only it can judge. */
  get wanted(): TickBreakpoint[] {
    return this.enabled.flatMap((each) => (isWatched(each) ? toBeJudged(each) : each));
  }
  /** Those that the analysis stops at. */
  get watched(): Watched[] {
    return this.enabled.filter(isWatched);
  }
  private get enabled(): TickBreakpoint[] {
    return this.all.filter(({ id, enabled }) => enabled !== false && !this.impossible.has(id));
  }

  /** The panel's and launch.json's: all that the editor does not set in every session by itself. */
  get ticks(): readonly TickBreakpoint[] {
    const of = new Set([...this.sets.functions, ...this.sets.filters, ...this.sets.run]);
    return this.all.filter((breakpoint) => !of.has(breakpoint) && !this.impossible.has(breakpoint.id));
  }

  /** What became of the panel's and of launch.json's. */
  get states(): BreakpointState[] {
    return (['ticks', 'launch'] as const).flatMap((from) =>
      this.sets[from].map((breakpoint) => {
        const message = this.refused.get(breakpoint.id);
        const hits = this.hits.get(breakpoint.id) ?? 0;
        const verified = message === undefined;
        return from === 'launch'
          ? { id: breakpoint.id, verified, ...(!verified && { message }), hits, launch: breakpoint }
          : { id: breakpoint.id, verified, ...(!verified && { message }), hits };
      }),
    );
  }

  /** A program is about to be launched. Its agent, when it connects, tells what it makes of them all: see `told`. */
  launched(
    breakpoints: readonly TickBreakpoint[],
    durations: { slowCallbackMs?: number; stuckAfterMs?: number },
  ): void {
    const { slowCallbackMs: slow = DURATIONS.slow, stuckAfterMs: stuck = DURATIONS.stuck } = durations;
    this.durations = { slow, stuck };
    this.replace('filters', this.ofFilters());
    this.hits.clear();
    this.ofLaunch = breakpoints;
    this.replace(
      'ticks',
      this.sets.ticks.filter((each) => !this.isOfLaunch(each)),
    );
    this.replace('launch', breakpoints);
    for (const { id } of breakpoints) {
      const message = this.refused.get(id);
      if (message !== undefined) this.host.said(`Breakpoint "${id}": ${message}`);
    }
  }

  /**
   * Replaces all that are no step's and none of the editor's views. Those of launch.json stay such where they are among
   * them, word for word: a client that changes its own sends them along.
   */
  setTicks(breakpoints: readonly TickBreakpoint[]): Promise<Answer[]> {
    this.replace(
      'launch',
      breakpoints.filter((each) => this.isOfLaunch(each)),
    );
    this.replace(
      'ticks',
      breakpoints.filter((each) => !this.isOfLaunch(each)),
    );
    return this.judge(breakpoints);
  }

  private set(origin: Origin, breakpoints: readonly TickBreakpoint[]): Promise<Answer[]> {
    this.replace(origin, breakpoints);
    return this.judge(breakpoints);
  }

  /** Tells the program of all, if it runs, and answers for these. Ids are all different. */
  private async judge(breakpoints: readonly TickBreakpoint[]): Promise<Answer[]> {
    const debuggee = this.host.current();
    if (debuggee?.connected) this.told((await this.send(debuggee)).breakpoints);
    this.host.set();
    return breakpoints.map(({ id }) => {
      const message = this.refused.get(id);
      return message === undefined ? { id, verified: true } : { id, verified: false, message };
    });
  }

  /** What the program's agent says of those that it was given. */
  told(answers: readonly Answer[]): void {
    for (const { id, verified, message = 'The program did not accept it.' } of answers) {
      const before = this.refused.get(id);
      if (verified) this.refused.delete(id);
      else this.refused.set(id, message);
      if ((verified ? undefined : message) === before) continue;
      const number = this.isNative(id) ? this.numbers.get(id) : undefined;
      if (number !== undefined) this.host.changed({ id: number, verified, ...(!verified && { message }) });
      else if (!verified && this.sets.launch.some((each) => each.id === id))
        this.host.said(`Breakpoint "${id}" was not set: ${message}`);
    }
  }

  /** The name is a pattern for a callback's function or a task's coroutine; `work()` is `work`. */
  setFunctions(
    breakpoints: readonly DebugProtocol.FunctionBreakpoint[],
  ): Promise<DebugProtocol.Breakpoint[]> {
    const made: TickBreakpoint[] = [];
    for (const { name, condition, hitCondition } of breakpoints) {
      const id = freeId(`function ${name}`, made);
      made.push({
        id,
        place: 'callback',
        function: name.trim().replace(/\(\)$/, ''),
        condition,
        hitCondition,
      });
    }
    return this.setNative('functions', made);
  }

  setFilters({
    filters = [],
    filterOptions = [],
  }: Partial<DebugProtocol.SetExceptionBreakpointsArguments>): Promise<DebugProtocol.Breakpoint[]> {
    this.filters = [
      ...filters.map((filter) => ({ filter })),
      ...filterOptions.map(({ filterId, condition }) => ({ filter: filterId, condition })),
    ];
    return this.setNative('filters', this.ofFilters());
  }

  /** Where the program is to stop next, once. Throws RequestError when it cannot. */
  async runTo(place: object): Promise<void> {
    const [{ message }] = await this.set('run', [{ ...place, id: RUN } as TickBreakpoint]);
    if (message === undefined) return;
    await this.set('run', []);
    throw new RequestError(message);
  }

  /** The program stopped. What stopped it, as the user knows it: where a step was to end is no breakpoint. */
  stopped(message: Stop): Stop {
    const breakpoints = message.breakpoints.filter((id) => id !== RUN);
    for (const id of breakpoints) this.hits.set(id, (this.hits.get(id) ?? 0) + 1);
    const isStep = breakpoints.length === 0 && message.breakpoints.length > 0;
    if (!message.also && this.sets.run.length > 0) void this.set('run', []).catch(() => undefined);
    const stop: Stop = { ...message, breakpoints, reason: isStep ? 'step' : message.reason };
    const hit = this.all.filter(({ id }) => breakpoints.includes(id));
    if (hit.some(({ place }) => place === 'stall'))
      stop.finding = { kind: 'stall', sentence: `${stop.text.replace(/^Paused[^:]*: /, '')}.` };
    // The editor shows what an exception filter found as it shows an exception.
    if (stop.finding && hit.some((each) => this.sets.filters.includes(each))) stop.reason = 'exception';
    return stop;
  }
  /** A log point spoke. */
  spoke(id: string): void {
    this.hits.set(id, (this.hits.get(id) ?? 0) + 1);
  }

  /** The protocol's numbers of those that have one. */
  numbersOf(ids: readonly string[]): number[] {
    return ids.filter((id) => this.isNative(id)).flatMap((id) => this.numbers.get(id) ?? []);
  }

  private replace(origin: Origin, breakpoints: readonly TickBreakpoint[]): void {
    for (const { id } of this.sets[origin]) {
      this.refused.delete(id);
      this.impossible.delete(id);
    }
    this.sets[origin] = [...breakpoints];
    for (const breakpoint of breakpoints) {
      const why = refusal(breakpoint);
      if (why !== undefined) this.refuse(breakpoint.id, why);
    }
    if (origin === 'filters')
      this.filters.forEach(({ filter, condition }, index) => {
        const why = filterRefusal(filter, condition);
        if (why !== undefined) this.refuse(breakpoints[index].id, why);
      });
  }
  private refuse(id: string, why: string): void {
    this.refused.set(id, why);
    this.impossible.add(id);
  }

  private send(debuggee: Debuggee) {
    return debuggee.request('setBreakpoints', { breakpoints: this.wanted });
  }

  private ofFilters(): TickBreakpoint[] {
    const made: TickBreakpoint[] = [];
    for (const { filter, condition } of this.filters) {
      const breakpoint = filterBreakpoint(filter, condition, this.durations);
      made.push({ ...breakpoint, id: freeId(breakpoint.id, made) });
    }
    return made;
  }

  private async setNative(
    origin: (typeof NATIVE)[number],
    breakpoints: readonly TickBreakpoint[],
  ): Promise<DebugProtocol.Breakpoint[]> {
    for (const { id } of breakpoints) if (!this.numbers.has(id)) this.numbers.set(id, this.nextNumber());
    const answers = await this.set(origin, breakpoints);
    return answers.map(({ id, ...answer }) => ({ id: this.numbers.get(id), ...answer }));
  }

  private isOfLaunch(breakpoint: TickBreakpoint): boolean {
    const text = JSON.stringify(breakpoint);
    return this.ofLaunch.some((each) => JSON.stringify(each) === text);
  }

  private isNative(id: string): boolean {
    return NATIVE.some((origin) => this.sets[origin].some((each) => each.id === id));
  }
}
