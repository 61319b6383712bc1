/**
 * Breakpoints as the agents in JavaScript hold them: what each is for, its condition, its hits, what it says. Where they
 * are reached is the agents' own business (`src/agents/loop/places.ts`, `src/agents/node/observer/places.ts`).
 */
import type { TickBreakpoint } from '../../adapter/contract';
import { hitStops, parseHitCondition, type HitCondition } from '../../breakpoints/hitCondition';
import { compiled, Endless, Invalid, LONGEST, parts, type Compiled, type Names } from './conditions';
import { Glob, isFile, names } from './globs';
import { errorText } from './words';

export type Place = TickBreakpoint['place'];
/** The breakpoints of one place. */
export type At<P extends Place> = Extract<TickBreakpoint, { place: P }>;

interface Reached {
  stop: boolean;
  /** A log point's text. */
  said?: string;
  /** Why the condition could not be evaluated. */
  failure?: string;
}

const PASSED: Reached = { stop: false };

/** What the fields of all places are called together. */
interface Patterns {
  function?: string;
  coroutine?: string;
  file?: string;
  task?: string;
  peer?: string;
}

export class Point {
  readonly id: string;
  readonly source: string;
  hits = 0;
  readonly given: string;
  /** Code number → whether it is for that code. */
  readonly codes = new Map<number, boolean>();
  private readonly condition: Compiled | undefined;
  private readonly hitCondition: HitCondition | undefined;
  private readonly message: (string | Compiled)[] | undefined;
  private readonly function: Glob | undefined;
  private readonly file: Glob | undefined;
  private readonly task: Glob | undefined;
  private readonly peer: Glob | undefined;

  /** Throws Invalid. */
  constructor(readonly breakpoint: TickBreakpoint) {
    const { id, condition = '', hitCondition = '', logMessage = '', enabled: _, ...rest } = breakpoint;
    this.id = id;
    short('condition', condition);
    short('log message', logMessage);
    this.source = condition.trim();
    this.given = JSON.stringify({ ...rest, condition, hitCondition, logMessage });
    this.condition = this.source === '' ? undefined : compiled(this.source, 'condition');
    this.hitCondition = hitCondition.trim() === '' ? undefined : parseHitCondition(hitCondition);
    if (hitCondition.trim() !== '' && this.hitCondition === undefined)
      throw new Invalid(`The hit count "${hitCondition}" is not a number like "5", ">= 5" or "% 10".`);
    this.message = logMessage === '' ? undefined : parts(logMessage);
    const patterns = breakpoint as Patterns;
    this.function = pattern(patterns.function ?? patterns.coroutine);
    this.file = pattern(patterns.file?.replaceAll('\\', '/'));
    this.task = pattern(patterns.task);
    this.peer = pattern(patterns.peer);
  }

  /** What of it was begun and has not ended. */
  private evaluating: 'condition' | 'message' | undefined;

  get enabled(): boolean {
    return this.breakpoint.enabled !== false;
  }

  /** Whether it is for code of that name and path. `code`: its number, by which that is remembered. */
  sees(code: number, name: string, path: string): boolean {
    let seen = this.codes.get(code);
    if (seen === undefined) {
      seen = names(this.function, name) && isFile(this.file, path);
      this.codes.set(code, seen);
    }
    return seen;
  }

  /** `task`: the name of the task; undefined: of none. */
  fits(task: string | undefined): boolean {
    return this.task === undefined || (task !== undefined && this.task.test(task));
  }

  /** `text`: of the addresses of a source. */
  meets(text: string): boolean {
    const { peer } = this;
    return peer === undefined || peer.test(text) || text.split(/[\s,()]+/).some((word) => peer.test(word));
  }

  /** It wants to hear of tasks only. */
  get ofTask(): boolean {
    return this.task !== undefined;
  }

  /** Evaluates the condition in the program and counts the hit. Where that was broken off, it is given up when called again. */
  reached(at: Names): Reached {
    const { evaluating } = this;
    this.evaluating = undefined;
    if (evaluating === 'message') return { stop: false, said: `<${new Endless().message}>` };
    if (this.condition !== undefined)
      try {
        if (evaluating === 'condition') throw new Endless();
        this.evaluating = 'condition';
        if (!this.condition(at)) return PASSED;
      } catch (error) {
        const how = error instanceof Endless ? `: ${error.message}` : ` failed with ${errorText(error)}`;
        return { stop: true, failure: `its condition ${this.source}${how}` };
      } finally {
        // Not run where V8 ends it all.
        this.evaluating = undefined;
      }
    this.hits++;
    if (this.hitCondition !== undefined && !hitStops(this.hitCondition, this.hits)) return PASSED;
    if (this.message === undefined) return { stop: true };
    this.evaluating = 'message';
    const said = spoken(this.message, at);
    this.evaluating = undefined;
    return { stop: false, said };
  }
}

/** What the breakpoints at one place say: which they are, and why they stop. */
export class Found {
  readonly ids: string[] = [];
  /** An exception that the stop is about. */
  error: { value: unknown } | undefined;
  /** What was reached → conditions, or why one failed. */
  private readonly why = new Map<string, string[]>();

  /** `say`: where a log point speaks. `what`: what was reached, '' where the stop's own text says it. */
  ask(point: Point, at: Names, what: string, say: (breakpoint: string, text: string) => void): void {
    const { stop, said, failure } = point.reached(at);
    if (said !== undefined) say(point.id, said);
    if (!stop) return;
    if (!this.ids.includes(point.id)) this.ids.push(point.id);
    const reasons = this.why.get(what) ?? [];
    this.why.set(what, reasons);
    const reason = failure ?? point.source;
    if (reason !== '' && !reasons.includes(reason)) reasons.push(reason);
  }

  /** It is not as it was made. */
  get touched(): boolean {
    return this.ids.length > 0 || this.error !== undefined;
  }

  get text(): string {
    return [...this.why]
      .map(([what, reasons]) => [what, ...reasons].filter((word) => word !== '').join(', '))
      .filter((text) => text !== '')
      .join('; ');
  }
}

/**
 * Breakpoints from what the adapter sent. Those that stay keep their hits. `refusal`: why a target cannot stop there, a
 * sentence.
 */
export function made(
  given: readonly TickBreakpoint[],
  before: readonly Point[],
  refusal: (breakpoint: TickBreakpoint) => string | undefined,
): { points: Point[]; answers: { id: string; verified: boolean; message?: string }[] } {
  const points: Point[] = [];
  const answers = given.map((breakpoint) => {
    const { id } = breakpoint;
    const message = refusal(breakpoint);
    if (message !== undefined) return { id, verified: false, message };
    try {
      const point = new Point(breakpoint);
      const old = before.find((each) => each.id === id && each.given === point.given);
      if (old !== undefined) point.hits = old.hits;
      points.push(point);
      return { id, verified: true };
    } catch (error) {
      if (error instanceof Invalid) return { id, verified: false, message: error.message };
      throw error;
    }
  });
  return { points, answers };
}

/** Those of one place, as such. */
export function pointsAt<P extends Place>(points: readonly Point[], place: P): { point: Point; at: At<P> }[] {
  return points
    .filter(({ breakpoint }) => breakpoint.place === place)
    .map((point) => ({ point, at: point.breakpoint as At<P> }));
}

/** Whether a breakpoint on ticks is for this one. */
export function isDue({ at, every }: At<'tick'>, tick: number): boolean {
  if (at !== undefined) return tick === at;
  return every === undefined || tick % every === 0;
}

function pattern(glob: string | undefined | null): Glob | undefined {
  if (glob == null) return undefined;
  short('pattern', glob);
  try {
    return new Glob(glob);
  } catch (error) {
    throw new Invalid((error as Error).message);
  }
}

function short(what: string, text: string): void {
  if (text.length > LONGEST)
    throw new Invalid(`The ${what} has ${text.length} characters; it may have ${LONGEST}.`);
}

function spoken(message: (string | Compiled)[], at: Names): string {
  return message
    .map((part) => {
      if (typeof part === 'string') return part;
      try {
        return part(at) as string;
      } catch (error) {
        return error instanceof Endless ? `<${error.message}>` : `<${errorText(error)}>`;
      }
    })
    .join('');
}
