/**
 * The events of one loop as rows of four 32-bit words: 16 bytes an event, three due timers share one. What history
 * keeps is this; any past state is folded from it again (state.ts).
 *
 *     word 0: OP in the low 8 bits, a number of 24 bits above it
 *     word 1..3: by OP; timed rows have in word 3 the time since the chunk's base in units of 0.1 µs
 *
 * TICK, RAN and LOST are of all loops; what is else of Node's stands at the end.
 */
export const OP = {
  // Timed: see isTimed.
  /** Node: n = 0; resource; 0; time */
  BEGAN: 0,
  /** n = ready; timeout in µs (NO_TIMEOUT: for ever); 0; time. Node: n = 0; tick; 0; time */
  TICK: 1,
  /** n = ready; actor; result; time. Node: n = 1 for a promise step, text + 2 of one that failed; resource or promise; result; time */
  RAN: 2,
  /** Node: n = 0; 0; 0; time until which the microtasks of the callback that ended last ran */
  RAN_ON: 3,

  /** n = ready */
  SKIPPED: 6,
  /** n = handles added; fd; mask */
  IO: 4,
  /** n = code; handle; object; due: see packDue */
  TIMER: 5,
  TIMER_CANCELLED: 7,
  /** n = how many of the three words are handles */
  TIMERS_DUE: 8,
  /** n = parent; actor; code */
  TASK: 9,
  /** result in word 2 */
  EAGER: 10,
  /** n = text; index */
  HANDED_IN: 11,
  /** n = code; fd << 2 | mask; owned; text */
  WATCHED: 12,
  UNWATCHED: 13,
  /** n = text */
  SIGNAL: 14,
  /** n = text; job; object; actor */
  JOB: 15,
  JOB_ENDED: 16,
  /** n = text; pid */
  PROCESS: 17,
  PROCESS_ENDED: 18,
  /** n = text; actor */
  FAILED: 19,
  LOCK: 20,
  UNLOCK: 21,
  LOST: 22,
  /** The next tick runs its due timer only, ahead of ready. */
  AHEAD: 23,
  /** n = place; index in ready, where the callback that runs is 0 */
  SITE: 24,
  /** n = place; handle */
  TIMER_SITE: 25,

  // Node's own loop.
  /** n = type (a text); resource; trigger; code */
  MADE: 32,
  /** n = 0; resource; place (a code) */
  MADE_AT: 33,
  /** n = 0; resource; code */
  NAMED: 34,
  /** n = 0; resource; due: see packDue; repeats after: likewise, 0 never */
  TIMER_SET: 35,
  /** n = text; resource; fd + 1 */
  DESCRIBED: 36,
  /** n = how many of the three words are resources */
  GONE: 37,
  /** n = 1: promises and their steps are recorded from here on */
  LEVEL: 38,
  /** n = 0; promise; parent */
  PROMISE: 39,
  /** n = how many of the three words are promises */
  SETTLED: 40,
  /** n = 0; promise whose step begins */
  STEP: 41,
} as const;

/** Rows with a time in their last word. */
export function isTimed(op: number): boolean {
  return op <= OP.RAN_ON;
}

export const NO_TIMEOUT = 0xffffffff;
export const WORDS = 4;
const TIME_UNIT = 1e-7;
const LONGEST = 0xffffffff * TIME_UNIT;
const CHUNK_ROWS = 16384;
const FIRST_CHUNK_ROWS = 256;

/** Seconds from now to a deadline in one word: µs up to 35 minutes, above that 10 ms (bit 31 set) up to 248 days. */
export function packDue(seconds: number): number {
  if (!(seconds > 0)) return 0;
  const micros = Math.round(seconds * 1e6);
  if (micros < 0x80000000) return micros;
  return (0x80000000 + Math.min(Math.round(seconds * 100), 0x7fffffff)) >>> 0;
}
export function unpackDue(word: number): number {
  return word < 0x80000000 ? word / 1e6 : (word - 0x80000000) / 100;
}

export interface Chunk {
  words: Uint32Array;
  /** Rows in use. */
  rows: number;
  /** Number of its first row, counted from the loop's first. */
  first: number;
  /** Loop time, in s, that the rows' times count from. */
  base: number;
}

export class RowLog {
  chunks: Chunk[] = [];
  /** Rows ever written; the next row has this number. */
  length = 0;
  /** Words in memory, also those not yet in use. */
  private allocated = 0;

  private last(): Chunk {
    return this.chunks[this.chunks.length - 1];
  }

  private open(base: number): Chunk {
    const full = this.chunks.length > 0 && this.last();
    if (full && full.rows * WORDS < full.words.length) {
      const before = full.words.length;
      full.words = full.words.slice(0, full.rows * WORDS);
      this.allocated -= before - full.words.length;
    }
    const rows = this.chunks.length === 0 ? FIRST_CHUNK_ROWS : CHUNK_ROWS;
    const chunk = { words: new Uint32Array(rows * WORDS), rows: 0, first: this.length, base };
    this.allocated += chunk.words.length;
    this.chunks.push(chunk);
    return chunk;
  }

  push(op: number, n: number, a: number, b: number, c: number): void {
    let chunk = this.last();
    if (chunk === undefined || chunk.rows * WORDS === chunk.words.length) chunk = this.open(chunk?.base ?? 0);
    const words = chunk.words;
    const at = chunk.rows++ * WORDS;
    words[at] = (op | (n << 8)) >>> 0;
    words[at + 1] = a;
    words[at + 2] = b;
    words[at + 3] = c;
    this.length++;
  }

  /** As push, with a time in its last word. Time never runs backwards: an earlier one counts as the chunk's base. */
  pushTimed(op: number, n: number, a: number, b: number, time: number): void {
    let chunk = this.last();
    if (chunk === undefined || chunk.rows * WORDS === chunk.words.length || time - chunk.base >= LONGEST)
      chunk = this.open(time);
    const since = Math.round((time - chunk.base) / TIME_UNIT);
    this.push(op, n, a, b, since > 0 ? since : 0);
  }

  /** Adds to the last row when it is of this kind, one that counts its words in n, and has room. */
  append(op: number, word: number): boolean {
    const chunk = this.last();
    if (chunk === undefined || chunk.rows === 0) return false;
    const at = (chunk.rows - 1) * WORDS;
    const count = chunk.words[at] >>> 8;
    if ((chunk.words[at] & 0xff) !== op || count >= 3) return false;
    chunk.words[at] = (op | ((count + 1) << 8)) >>> 0;
    chunk.words[at + 1 + count] = word;
    return true;
  }

  /** Index of the chunk that holds the row. */
  chunkOf(row: number): number {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.chunks[middle].first <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Forgets whole chunks before the row. */
  dropBefore(row: number): void {
    let count = 0;
    while (count < this.chunks.length - 1 && this.chunks[count + 1].first <= row) count++;
    for (const chunk of this.chunks.splice(0, count)) this.allocated -= chunk.words.length;
  }

  get bytes(): number {
    return this.allocated * 4;
  }
}

export function rowTime(chunk: Chunk, at: number): number {
  return chunk.base + chunk.words[at + 3] * TIME_UNIT;
}
