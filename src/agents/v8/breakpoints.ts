/** The places where a loop stops by itself: so far `tick`. Conditions are compiled here and evaluated in the program. */
import type { TickBreakpoint } from '../../adapter/contract';
import { hitStops, parseHitCondition, type HitCondition } from '../../breakpoints/hitCondition';
import { errorText, shown } from './words';

/** The names that a condition can use besides the program's globals. */
export const NAMES = ['tick', 'ready', 'waiting', 'timers', 'task', 'callback'] as const;
export type Names = Record<(typeof NAMES)[number], unknown>;

type Compiled = (names: Names) => unknown;

/** A breakpoint cannot be set: `message` is the sentence for the user. */
class Invalid extends Error {}

export interface Reached {
  stop: boolean;
  /** A log point's text. */
  said?: string;
  /** Why the condition could not be evaluated. */
  failure?: string;
}

const PASSED: Reached = { stop: false };

export class TickPoint {
  readonly id: string;
  readonly source: string;
  hits = 0;
  readonly given: string;
  private readonly condition: Compiled | undefined;
  private readonly hitCondition: HitCondition | undefined;
  private readonly message: (string | Compiled)[] | undefined;

  /** Throws Invalid. */
  constructor(private readonly breakpoint: TickBreakpoint & { place: 'tick' }) {
    const { id, condition = '', hitCondition = '', logMessage = '', enabled: _, ...rest } = breakpoint;
    this.id = id;
    this.source = condition.trim();
    this.given = JSON.stringify({ ...rest, condition, hitCondition, logMessage });
    this.condition = this.source === '' ? undefined : compiled(this.source, 'condition');
    this.hitCondition = hitCondition.trim() === '' ? undefined : parseHitCondition(hitCondition);
    if (hitCondition.trim() !== '' && this.hitCondition === undefined)
      throw new Invalid(`The hit count "${hitCondition}" is not a number like "5", ">= 5" or "% 10".`);
    this.message = logMessage === '' ? undefined : parts(logMessage);
  }

  isDue(tick: number): boolean {
    const { at, every, enabled } = this.breakpoint;
    if (enabled === false) return false;
    if (at !== undefined) return tick === at;
    return every === undefined || tick % every === 0;
  }

  /** Evaluates the condition in the program and counts the hit. */
  reached(names: Names): Reached {
    if (this.condition !== undefined)
      try {
        if (!this.condition(names)) return PASSED;
      } catch (error) {
        return { stop: true, failure: `its condition ${this.source} failed with ${errorText(error)}` };
      }
    this.hits++;
    if (this.hitCondition !== undefined && !hitStops(this.hitCondition, this.hits)) return PASSED;
    return this.message === undefined ? { stop: true } : { stop: false, said: spoken(this.message, names) };
  }
}

/** Breakpoints from what the adapter sent. Those that stay keep their hits. */
export function made(
  given: readonly TickBreakpoint[],
  before: readonly TickPoint[],
): { points: TickPoint[]; answers: { id: string; verified: boolean; message?: string }[] } {
  const points: TickPoint[] = [];
  const answers = given.map((breakpoint) => {
    const { id } = breakpoint;
    if (breakpoint.place !== 'tick')
      return {
        id,
        verified: false,
        message: `This version does not stop at places of the kind "${breakpoint.place}" yet; it stops on ticks.`,
      };
    try {
      const point = new TickPoint(breakpoint);
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

/** Throws Invalid for what is no expression. In sloppy mode, so that the names can be told apart from globals by `with`. */
function compiled(source: string, what: string): Compiled {
  try {
    // Parsed by itself first: "1) || (2" is no expression.
    new Function(`return ${source}\n;`);
    return new Function('$names', `with ($names) { return (${source}\n); }`) as Compiled;
  } catch (error) {
    throw new Invalid(
      `The ${what} "${source}" is not a JavaScript expression (${(error as Error).message}).`,
    );
  }
}

function parts(message: string): (string | Compiled)[] {
  return message
    .split(/(\{[^{}]*\})/)
    .map((part) => (/^\{.*\}$/s.test(part) ? compiled(part.slice(1, -1), 'expression') : part));
}

function spoken(message: (string | Compiled)[], names: Names): string {
  return message
    .map((part) => {
      if (typeof part === 'string') return part;
      try {
        return shown(part(names));
      } catch (error) {
        return `<${errorText(error)}>`;
      }
    })
    .join('');
}
