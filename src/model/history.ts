/**
 * One loop's past and present: the log of its events, the live state folded as they come, and checkpoints from which
 * any earlier moment is folded again. Memory is bounded by `limitBytes`; the oldest part goes first. What the events
 * are, and what they fold to, is the matter of those who extend it: loopHistory.ts, node/nodeHistory.ts.
 */
import type { LoopObserver } from './observer';
import { isTimed, OP, RowLog, rowTime, WORDS } from './log';

/** Rows between checkpoints, at least; more when the state is large, so that checkpoints take an eighth of the rows' memory. */
const CHECKPOINT_ROWS = 16384;
/** At most so many, so that a replay stays short whatever the state's size. */
const CHECKPOINT_ROWS_MOST = 500_000;
const BYTES_PER_ENTRY = 60;

/** What every kind of checkpoint tells. */
export interface Point {
  /** Rows before it. */
  row: number;
  tick: number;
  callbacks: number;
  time: number;
  /** Memory that it takes, in bytes. */
  bytes: number;
}

/**
 * What the rows fold to. Applying the same rows to the same state gives the same state, live and in replay, which is
 * what makes history exact. Times are seconds of the loop's clock.
 */
export interface Folded<C extends Point = Point> {
  /** The running tick's number; 0 before the first. */
  tick: number;
  /** Callbacks that ran in this tick. */
  callbacks: number;
  /** Loop time of the last timed event. */
  time: number;
  lossy: boolean;
  /** How many things it holds: what a checkpoint costs. */
  readonly liveEntries: number;
  /** One row; `time` is that of timed rows. */
  apply(op: number, n: number, a: number, b: number, c: number, time: number): void;
  /** Only right after a callback or a tick's begin. */
  checkpoint(row: number): C;
  restore(from: C): void;
}

/** A moment: the state after the row before `row`. */
export interface Moment<S> {
  state: S;
  /** Number of the next row in the log. */
  row: number;
}

export abstract class History<C extends Point, S extends Folded<C>> {
  readonly log = new RowLog();
  readonly live: S;
  observer: LoopObserver | undefined;
  /** Changes whenever an event came in: views of the head are good for one version. */
  version = 0;

  private readonly checkpoints: C[] = [];
  private checkpointBytes = 0;
  private nextCheckpoint = CHECKPOINT_ROWS;
  private readonly replays: { moment: Moment<S>; used: number }[] = [];
  private uses = 0;

  constructor(
    private readonly fresh: () => S,
    private readonly limitBytes: number,
  ) {
    this.live = fresh();
    this.checkpoints.push(this.live.checkpoint(0));
  }

  /** The tick that a TICK row with this word begins, after tick `before`. */
  abstract tickOf(before: number, a: number): number;
  /** Whether a row that follows a moment still belongs to it. */
  protected abstract completes(op: number): boolean;

  // ---- events in ----

  protected row(op: number, n: number, a: number, b: number, c: number): void {
    this.log.push(op, n, a, b, c);
    this.live.apply(op, n, a, b, c, 0);
    this.version++;
  }
  protected timed(op: number, n: number, a: number, b: number, time: number): void {
    this.log.pushTimed(op, n, a, b, time);
    const chunk = this.log.chunks[this.log.chunks.length - 1];
    // The row's own, rounded time, so that a replay folds to the same state.
    this.live.apply(op, n, a, b, 0, rowTime(chunk, (chunk.rows - 1) * WORDS));
    this.version++;
  }

  /** After a callback or a tick's begin: the only moments that can be asked for, and where checkpoints may be taken. */
  protected settled(): void {
    if (this.log.length < this.nextCheckpoint) return;
    const checkpoint = this.live.checkpoint(this.log.length);
    this.checkpoints.push(checkpoint);
    this.checkpointBytes += checkpoint.bytes;
    const rows = (this.live.liveEntries * BYTES_PER_ENTRY * 8) / (WORDS * 4);
    this.nextCheckpoint = this.log.length + Math.min(CHECKPOINT_ROWS_MOST, Math.max(CHECKPOINT_ROWS, rows));
    while (this.bytes > this.limitBytes && this.checkpoints.length > 2) {
      const gone = this.checkpoints.shift() as C;
      this.checkpointBytes -= gone.bytes;
      this.log.dropBefore(this.checkpoints[0].row);
    }
  }

  get bytes(): number {
    return this.log.bytes + this.checkpointBytes;
  }

  // ---- the past ----

  /** The first tick that can be shown from its begin; 1 until something was forgotten. */
  get firstTick(): number {
    const first = this.checkpoints[0];
    if (first.tick === 0) return 1;
    return first.callbacks === 0 ? first.tick : first.tick + 1;
  }

  isHead(tick: number, callback: number): boolean {
    return tick === this.live.tick && callback === this.live.callbacks;
  }

  /**
   * The state at a moment that lies in history, or undefined. The state belongs to the history: read it at once. A tick
   * that was jumped over shows what was after the one before.
   */
  at(tick: number, callback: number): Moment<S> | undefined {
    if (this.isHead(tick, callback)) return { state: this.live, row: this.log.length };
    if (tick < this.firstTick || tick > this.live.tick || callback < 0) return undefined;
    if (tick === this.live.tick && callback > this.live.callbacks) return undefined;
    const replay = this.replayBefore(tick, callback);
    if (!this.forward(replay, tick, callback)) return undefined;
    this.completeMoment(replay);
    return replay;
  }

  private completeMoment(moment: Moment<S>): void {
    while (moment.row < this.log.length) {
      const chunk = this.log.chunks[this.log.chunkOf(moment.row)];
      const at = (moment.row - chunk.first) * WORDS;
      const { words } = chunk;
      const op = words[at] & 0xff;
      if (!this.completes(op)) return;
      const time = isTimed(op) ? rowTime(chunk, at) : 0;
      moment.state.apply(op, words[at] >>> 8, words[at + 1], words[at + 2], words[at + 3], time);
      moment.row++;
    }
  }

  /** A replay that stands at or before the moment: the nearest at hand, else one from the last checkpoint before. */
  private replayBefore(tick: number, callback: number): Moment<S> {
    const before = (m: { tick: number; callbacks: number }) =>
      m.tick < tick || (m.tick === tick && m.callbacks <= callback);
    let low = 0;
    let high = this.checkpoints.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (before(this.checkpoints[middle])) low = middle;
      else high = middle - 1;
    }
    const checkpoint = this.checkpoints[low];
    let best: { moment: Moment<S>; used: number } | undefined;
    for (const replay of this.replays)
      if (before(replay.moment.state) && replay.moment.row >= checkpoint.row)
        if (best === undefined || replay.moment.row > best.moment.row) best = replay;
    if (best === undefined) {
      if (this.replays.length < 2) {
        best = { moment: { state: this.fresh(), row: 0 }, used: 0 };
        this.replays.push(best);
      } else best = this.replays[0].used < this.replays[1].used ? this.replays[0] : this.replays[1];
      best.moment.state.restore(checkpoint);
      best.moment.row = checkpoint.row;
    }
    best.used = ++this.uses;
    return best.moment;
  }

  /** False: there is no such callback in that tick. */
  private forward(moment: Moment<S>, tick: number, callback: number): boolean {
    const { state } = moment;
    if (state.tick === tick && state.callbacks === callback) return true;
    for (let c = this.log.chunkOf(moment.row); c < this.log.chunks.length; c++) {
      const chunk = this.log.chunks[c];
      const words = chunk.words;
      for (let at = (moment.row - chunk.first) * WORDS; at < chunk.rows * WORDS; at += WORDS) {
        const op = words[at] & 0xff;
        // The tick that is looked for ended before, or was jumped over.
        if (op === OP.TICK && this.tickOf(state.tick, words[at + 1]) > tick)
          return callback === 0 && state.tick < tick;
        const time = isTimed(op) ? rowTime(chunk, at) : 0;
        state.apply(op, words[at] >>> 8, words[at + 1], words[at + 2], words[at + 3], time);
        moment.row++;
        if ((op === OP.RAN || op === OP.TICK) && state.tick === tick && state.callbacks === callback)
          return true;
      }
    }
    return false;
  }

  /** A checkpoint from which the tick's begin is still to come: its next row, tick and loop time. */
  before(tick: number): { row: number; tick: number; time: number } {
    let found = this.checkpoints[0];
    for (const checkpoint of this.checkpoints) {
      if (checkpoint.tick >= tick) break;
      found = checkpoint;
    }
    return { row: found.row, tick: found.tick, time: found.time };
  }

  /** Calls `visit` with each row from `row` on until it returns true. */
  scan(
    row: number,
    visit: (op: number, n: number, a: number, b: number, c: number, time: number) => boolean,
  ): void {
    for (let c = this.log.chunkOf(row); c < this.log.chunks.length; c++) {
      const chunk = this.log.chunks[c];
      const words = chunk.words;
      for (let at = Math.max(0, row - chunk.first) * WORDS; at < chunk.rows * WORDS; at += WORDS) {
        const op = words[at] & 0xff;
        if (
          visit(
            op,
            words[at] >>> 8,
            words[at + 1],
            words[at + 2],
            words[at + 3],
            isTimed(op) ? rowTime(chunk, at) : 0,
          )
        )
          return;
      }
    }
  }

  /** Callbacks that ran in this tick, as far as it has come. The tick must lie in history. */
  callbacksIn(tick: number): number {
    if (tick === this.live.tick) return this.live.callbacks;
    const moment = this.at(tick, 0);
    if (moment === undefined) return 0;
    let count = 0;
    this.scan(moment.row, (op) => {
      if (op === OP.RAN) count++;
      return op === OP.TICK;
    });
    return count;
  }

  /** False: it was jumped over. The tick must lie in history. */
  wasTick(tick: number): boolean {
    return this.at(tick, 0)?.state.tick === tick;
  }
  /** The next tick that was, or undefined: there is none yet. */
  nextTick(tick: number): number | undefined {
    return tick < this.live.tick ? tick + 1 : undefined;
  }
  /** The tick before it that was, or undefined: nothing before it is kept. */
  previousTick(tick: number): number | undefined {
    return tick > this.firstTick ? tick - 1 : undefined;
  }
}
