/**
 * One loop's past and present: the log of its events, the live state folded as they come, and checkpoints from which
 * any earlier moment is folded again. Memory is bounded by `limitBytes`; the oldest part goes first.
 */
import type { EventSink, ReasonEvent } from '../wire/events';
import type { Definitions } from './definitions';
import { NO_TIMEOUT, OP, packDue, RowLog, rowTime, WORDS } from './log';
import { LoopState, type Checkpoint } from './state';

/** Rows between checkpoints, at least; more when the state is large, so that checkpoints take an eighth of the rows' memory. */
const CHECKPOINT_ROWS = 16384;
/** At most so many, so that a replay stays short whatever the state's size. */
const CHECKPOINT_ROWS_MOST = 500_000;
const BYTES_PER_ENTRY = 60;
/** Captured wait reasons that are kept for the past. */
const REASONS_KEPT = 100_000;

export interface Reason extends ReasonEvent {
  /** Loop time, in s, when it was read. */
  time: number;
}

/** A moment: the state after the row before `row`. */
export interface Moment {
  state: LoopState;
  /** Number of the next row in the log. */
  row: number;
}

export class LoopHistory implements EventSink {
  readonly log = new RowLog();
  readonly live: LoopState;
  /** Changes whenever an event came in: views of the head are good for one version. */
  version = 0;
  /** Callbacks whose actor was told before they ran: number in ready to actor. */
  readonly queuedActors = new Map<number, number>();
  /** QUEUED events since the last stop, by index in ready; placed when the stop is told (see model.ts). */
  queuedSince: [index: number, actor: number][] = [];
  /** Addresses by fd, as last told. */
  readonly fdTexts = new Map<number, string>();
  /** What `when` of this loop's timers is ahead of our loop time, in s: not 0 where a loop has a clock of its own. */
  clockAhead = 0;

  private readonly checkpoints: Checkpoint[] = [];
  private checkpointBytes = 0;
  private nextCheckpoint = CHECKPOINT_ROWS;
  /** What was read of each wait, oldest first: counts in it may change while the wait lasts. */
  private readonly reasons = new Map<number, Reason[]>();
  private readonly replays: { moment: Moment; used: number }[] = [];
  private uses = 0;

  constructor(
    readonly loop: number,
    private readonly definitions: Definitions,
    private readonly limitBytes: number,
  ) {
    this.live = new LoopState(definitions);
    this.checkpoints.push(this.live.checkpoint(0));
  }

  // ---- events in ----

  tick(timeout: number, time: number, n: number): void {
    const micros = timeout < 0 ? NO_TIMEOUT : Math.min(Math.round(timeout * 1e6), NO_TIMEOUT - 1);
    this.timed(OP.TICK, n, micros, 0, time);
    this.settled();
  }
  ran(actor: number, result: number, time: number, n: number): void {
    this.timed(OP.RAN, n, actor, result, time);
    this.settled();
  }
  skipped(n: number): void {
    this.row(OP.SKIPPED, n, 0, 0, 0);
  }
  io(fd: number, mask: number, added: number): void {
    this.row(OP.IO, added, fd, mask, 0);
  }
  timerScheduled(handle: number, when: number, code: number, object: number, actor: number): void {
    this.row(OP.TIMER, code, handle, object, packDue(when - this.clockAhead - this.live.time));
    // A replay learns it from the step that follows; here it may be asked for in the middle of that step.
    const slot = this.live.timers.find(handle);
    if (slot >= 0) this.live.timers.actor[slot] = actor;
  }
  timerCancelled(handle: number): void {
    this.row(OP.TIMER_CANCELLED, 0, handle, 0, 0);
  }
  timerDue(handle: number): void {
    if (!this.log.appendDue(handle)) this.log.push(OP.TIMERS_DUE, 1, handle, 0, 0);
    this.live.apply(OP.TIMERS_DUE, 1, handle, 0, 0, 0);
  }
  scheduledAt(index: number, place: number): void {
    this.row(OP.SITE, place, index, 0, 0);
  }
  timerScheduledAt(handle: number, place: number): void {
    this.row(OP.TIMER_SITE, place, handle, 0, 0);
  }
  taskCreatedAt(actor: number, place: number): void {
    this.definitions.placeTask(actor, place);
  }
  ahead(): void {
    // Who was told to stand in ready is one place further back now.
    const told = [...this.queuedActors];
    this.queuedActors.clear();
    for (const [number, actor] of told)
      this.queuedActors.set(number > this.live.taken ? number + 1 : number, actor);
    this.row(OP.AHEAD, 0, 0, 0, 0);
  }
  taskCreated(actor: number, parent: number, code: number, name: string): void {
    this.definitions.defineTask(actor, parent, code, name, this.loop);
    this.row(OP.TASK, parent, actor, code, 0);
  }
  taskRenamed(actor: number, name: string): void {
    this.definitions.nameTask(actor, name);
  }
  ranEagerly(actor: number, result: number): void {
    this.row(OP.EAGER, 0, actor, result, 0);
  }
  handedIn(index: number, thread: string): void {
    this.row(OP.HANDED_IN, this.definitions.texts.number(thread), index, 0, 0);
  }
  watched(fd: number, mask: number, code: number, owned: boolean, text: string): void {
    if (text !== '') this.fdTexts.set(fd, text);
    else this.fdTexts.delete(fd);
    const number = this.definitions.texts.number(text);
    this.row(OP.WATCHED, code, ((fd << 2) | mask) >>> 0, owned ? 1 : 0, number);
  }
  unwatched(fd: number, mask: number): void {
    this.row(OP.UNWATCHED, 0, ((fd << 2) | mask) >>> 0, 0, 0);
  }
  signal(name: string): void {
    this.row(OP.SIGNAL, this.definitions.texts.number(name), 0, 0, 0);
  }
  jobBegan(job: number, name: string, object: number, actor: number): void {
    this.row(OP.JOB, this.definitions.texts.number(name), job, object, actor);
  }
  jobEnded(job: number, outcome: number): void {
    this.row(OP.JOB_ENDED, outcome, job, 0, 0);
  }
  processBegan(pid: number, text: string): void {
    this.row(OP.PROCESS, this.definitions.texts.number(text), pid, 0, 0);
  }
  processEnded(pid: number, status: number): void {
    this.row(OP.PROCESS_ENDED, 0, pid, status >>> 0, 0);
  }
  failed(actor: number, text: string): void {
    this.row(OP.FAILED, this.definitions.texts.number(text), actor, 0, 0);
  }
  lockAcquired(object: number, actor: number): void {
    this.row(OP.LOCK, 0, object, actor, 0);
  }
  lockReleased(object: number): void {
    this.row(OP.UNLOCK, 0, object, 0, 0);
  }
  lost(count: number): void {
    this.row(OP.LOST, 0, count, 0, 0);
  }
  queued(index: number, actor: number): void {
    this.queuedSince.push([index, actor]);
    this.version++;
  }
  reason(event: ReasonEvent): void {
    const slot = this.live.tasks.slot(event.actor);
    this.version++;
    // A task that has moved on meanwhile: what was read explains nothing any more.
    if (slot < 0 || this.live.tasks.object[slot] !== event.waiter) return;
    if (this.reasons.size >= REASONS_KEPT) this.reasons.delete(this.reasons.keys().next().value as number);
    const key = reasonKey(event.actor, this.live.tasks.steps[slot]);
    const told = this.reasons.get(key) ?? [];
    this.reasons.delete(key);
    if (told.at(-1)?.text !== event.text) told.push({ ...event, time: this.live.time });
    this.reasons.set(key, told);
  }
  /** Why the task waited after its so-manieth step, as last read until `time` or, of that wait, first read later. */
  reasonOf(actor: number, steps: number, time: number): Reason | undefined {
    const told = this.reasons.get(reasonKey(actor, steps));
    return told?.findLast((reason) => reason.time <= time) ?? told?.[0];
  }

  private row(op: number, n: number, a: number, b: number, c: number): void {
    this.log.push(op, n, a, b, c);
    this.live.apply(op, n, a, b, c, 0);
    this.version++;
  }
  private timed(op: number, n: number, a: number, b: number, time: number): void {
    this.log.pushTimed(op, n, a, b, time);
    const chunk = this.log.chunks[this.log.chunks.length - 1];
    // The row's own, rounded time, so that a replay folds to the same state.
    this.live.apply(op, n, a, b, 0, rowTime(chunk, (chunk.rows - 1) * WORDS));
    this.version++;
  }

  /** After a callback or a tick's begin: the only moments that can be asked for, and where checkpoints may be taken. */
  private settled(): void {
    if (this.log.length < this.nextCheckpoint) return;
    const checkpoint = this.live.checkpoint(this.log.length);
    this.checkpoints.push(checkpoint);
    this.checkpointBytes += checkpoint.bytes;
    const rows = (this.live.liveEntries * BYTES_PER_ENTRY * 8) / (WORDS * 4);
    this.nextCheckpoint = this.log.length + Math.min(CHECKPOINT_ROWS_MOST, Math.max(CHECKPOINT_ROWS, rows));
    while (this.bytes > this.limitBytes && this.checkpoints.length > 2) {
      const gone = this.checkpoints.shift() as Checkpoint;
      this.checkpointBytes -= gone.bytes;
      this.log.dropBefore(this.checkpoints[0].row);
    }
    if (this.queuedActors.size > 0) {
      for (const number of this.queuedActors.keys())
        if (number <= this.live.taken) this.queuedActors.delete(number);
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

  /** The state at a moment that lies in history, or undefined. The state belongs to the history: read it at once. */
  at(tick: number, callback: number): Moment | undefined {
    if (this.isHead(tick, callback)) return { state: this.live, row: this.log.length };
    if (tick < this.firstTick || tick > this.live.tick || callback < 0) return undefined;
    if (tick === this.live.tick && callback > this.live.callbacks) return undefined;
    const replay = this.replayBefore(tick, callback);
    if (!this.forward(replay, tick, callback)) return undefined;
    this.completeMoment(replay);
    return replay;
  }

  /** What is told of a moment right after it: which callbacks in ready came from other threads. */
  private completeMoment(moment: Moment): void {
    while (moment.row < this.log.length) {
      const chunk = this.log.chunks[this.log.chunkOf(moment.row)];
      const at = (moment.row - chunk.first) * WORDS;
      const { words } = chunk;
      if ((words[at] & 0xff) !== OP.HANDED_IN) return;
      moment.state.apply(OP.HANDED_IN, words[at] >>> 8, words[at + 1], words[at + 2], words[at + 3], 0);
      moment.row++;
    }
  }

  /** A replay that stands at or before the moment: the nearest at hand, else one from the last checkpoint before. */
  private replayBefore(tick: number, callback: number): Moment {
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
    let best: { moment: Moment; used: number } | undefined;
    for (const replay of this.replays)
      if (before(replay.moment.state) && replay.moment.row >= checkpoint.row)
        if (best === undefined || replay.moment.row > best.moment.row) best = replay;
    if (best === undefined) {
      if (this.replays.length < 2) {
        best = { moment: { state: new LoopState(this.definitions), row: 0 }, used: 0 };
        this.replays.push(best);
      } else best = this.replays[0].used < this.replays[1].used ? this.replays[0] : this.replays[1];
      best.moment.state.restore(checkpoint);
      best.moment.row = checkpoint.row;
    }
    best.used = ++this.uses;
    return best.moment;
  }

  private forward(moment: Moment, tick: number, callback: number): boolean {
    const state = moment.state;
    if (state.tick === tick && state.callbacks === callback) return true;
    for (let c = this.log.chunkOf(moment.row); c < this.log.chunks.length; c++) {
      const chunk = this.log.chunks[c];
      const words = chunk.words;
      for (let at = (moment.row - chunk.first) * WORDS; at < chunk.rows * WORDS; at += WORDS) {
        const op = words[at] & 0xff;
        const time = op <= OP.RAN ? rowTime(chunk, at) : 0;
        state.apply(op, words[at] >>> 8, words[at + 1], words[at + 2], words[at + 3], time);
        moment.row++;
        if (op <= OP.RAN) {
          if (state.tick === tick && state.callbacks === callback) return true;
          // There is no such callback in that tick.
          if (state.tick > tick) return false;
        }
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
            op <= OP.RAN ? rowTime(chunk, at) : 0,
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
}

function reasonKey(actor: number, steps: number): number {
  return actor * 0x8000000 + (steps % 0x8000000);
}
