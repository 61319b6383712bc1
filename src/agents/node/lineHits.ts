/** What breakpoints on lines say when the program comes by: on its own thread, in the frame, by way of V8's condition. */
import { basename } from 'node:path';
import { hitStops, type HitCondition } from '../../breakpoints/hitCondition';
import type { ChainFrame } from '../../wire/messages';
import { bounded, Endless } from '../v8/conditions';
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

  /** `say`: where a log point speaks. */
  constructor(private readonly say: (breakpoint: string, text: string) => void) {}

  /** True: the program is to stop here. */
  reached(asked: readonly AskedLine[]): boolean {
    let stops = false;
    for (const each of asked) {
      const reason = this.reason(each);
      if (reason === undefined) continue;
      stops = true;
      const { ids, reasons } = this.found;
      if (!ids.includes(each.id)) ids.push(each.id);
      if (reason !== '' && !reasons.includes(reason)) reasons.push(reason);
    }
    return stops;
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
      if (condition && !valueOf(condition)) return undefined;
    } catch (error) {
      const how = error instanceof Endless ? `: ${error.message}` : ` failed with ${errorText(error)}`;
      return `its condition ${condition?.source}${how}`;
    }
    let count = this.counts.get(id);
    if (count?.given !== given) this.counts.set(id, (count = { given, hits: 0 }));
    count.hits++;
    if (hit && !hitStops(hit, count.hits)) return undefined;
    if (!message) return condition?.source ?? '';
    this.say(id, message.map(spoken).join(''));
    return undefined;
  }
}

function spoken(part: string | Expression): string {
  if (typeof part === 'string') return part;
  try {
    return shown(valueOf(part));
  } catch (error) {
    return error instanceof Endless ? `<${error.message}>` : `<${errorText(error)}>`;
  }
}

function valueOf({ calls, value }: Expression): unknown {
  return calls ? bounded(value) : value();
}
