/** What breakpoints on lines say when the program comes by: on its own thread, in the frame, by way of V8's condition. */
import { basename } from 'node:path';
import { hitStops, type HitCondition } from '../../breakpoints/hitCondition';
import type { ChainFrame } from '../../wire/messages';
import { Endless } from '../v8/conditions';
import { errorText, shown } from '../v8/words';

/** Under this symbol `Atomics.notify` carries what V8's conditions call, as HOOK does. */
export const LINE = 'tickscope.line';

/** A breakpoint as the text of V8's condition gives it. */
export interface AskedLine {
  id: string;
  /** Another text: another breakpoint, whose hits are counted anew. */
  given: string;
  condition?: Expression;
  hit?: HitCondition;
  message?: (string | Expression)[];
}
interface Expression {
  source: string;
  /** It calls something, and so may not end. */
  calls: boolean;
  /** A function of the place where the program is. */
  value: () => unknown;
}

/** Breakpoints that want to stop. */
export interface LinesFound {
  ids: string[];
  /** Conditions, or why they failed. */
  reasons: string[];
}

/** `app.ts:12, name == 'a'`. `frames`: outermost first. */
export function lineText(frames: readonly ChainFrame[], found: LinesFound | undefined): string {
  const { path = '', line = 0 } = frames.at(-1) ?? {};
  return [`${basename(path)}:${line}`, ...(found?.reasons ?? [])].join(', ');
}

export class LineHits {
  private readonly counts = new Map<string, { given: string; hits: number }>();
  private found: LinesFound = { ids: [], reasons: [] };
  /** Reached, and still to be decided on. */
  private readonly held: AskedLine[] = [];
  /** The first of those is being looked at. */
  private begun = false;
  /** Its message is. */
  private speaking = false;

  /** `say`: where a log point speaks. */
  constructor(private readonly say: (breakpoint: string, text: string) => void) {}

  /** True: the program is to stop here, or has to be held to see whether it is: what V8 evaluates by itself cannot be ended. */
  reached(asked: readonly AskedLine[]): boolean {
    if (asked.some(mayNotEnd)) {
      this.held.push(...asked);
      return true;
    }
    return asked.map((each) => this.decide(each)).some(Boolean);
  }

  /** Looks at those for which the program is held. Where this was broken off, what it was at is given up when it is called again. */
  decideHeld(): void {
    for (let each = this.held[0]; each !== undefined; each = this.held[0]) {
      if (this.begun) this.giveUp(each);
      else {
        this.begun = true;
        this.decide(each);
      }
      this.begun = false;
      this.held.shift();
    }
  }

  private giveUp(asked: AskedLine): void {
    const { message } = new Endless();
    if (this.speaking) this.say(asked.id, `<${message}>`);
    else this.stop(asked, `its condition ${asked.condition?.source}: ${message}`);
    this.speaking = false;
  }

  private decide(asked: AskedLine): boolean {
    const reason = this.reason(asked);
    if (reason === undefined) return false;
    this.stop(asked, reason);
    return true;
  }
  private stop({ id }: AskedLine, reason: string): void {
    const { ids, reasons } = this.found;
    if (!ids.includes(id)) ids.push(id);
    if (reason !== '' && !reasons.includes(reason)) reasons.push(reason);
  }

  /** Those that wanted to stop since this was asked last. */
  take(): LinesFound {
    const { found } = this;
    this.found = { ids: [], reasons: [] };
    return found;
  }

  /** Why it stops, '' without a condition; undefined: it does not. */
  private reason({ id, given, condition, hit, message }: AskedLine): string | undefined {
    try {
      if (condition && !condition.value()) return undefined;
    } catch (error) {
      return `its condition ${condition?.source} failed with ${errorText(error)}`;
    }
    let count = this.counts.get(id);
    if (count?.given !== given) this.counts.set(id, (count = { given, hits: 0 }));
    count.hits++;
    if (hit && !hitStops(hit, count.hits)) return undefined;
    if (!message) return condition?.source ?? '';
    this.speaking = true;
    this.say(id, message.map(spoken).join(''));
    this.speaking = false;
    return undefined;
  }
}

function mayNotEnd({ condition, message = [] }: AskedLine): boolean {
  return condition?.calls === true || message.some((part) => typeof part !== 'string' && part.calls);
}

function spoken(part: string | Expression): string {
  if (typeof part === 'string') return part;
  try {
    return shown(part.value());
  } catch (error) {
    return `<${errorText(error)}>`;
  }
}
