/**
 * The state of one loop at one moment: a fold of the rows of its log. Applying the same rows to the same state gives
 * the same state, live and in replay, which is what makes history exact. Times are seconds of the loop's clock.
 */
import { RESULT } from '../wire/schema';
import { grown, type Definitions } from './definitions';
import { LockTable, type LockCheckpoint } from './locks';
import { OP, unpackDue } from './log';
import { CAUSE, ReadyQueue, type ReadyCheckpoint } from './ready';
import { TASK, TaskTable, type TaskCheckpoint } from './tasks';
import { TimerTable, type TimerCheckpoint } from './timers';

/** A reader or writer that the loop watches for no task. */
export interface Watch {
  fd: number;
  mask: number;
  code: number;
  text: number;
  tick: number;
  since: number;
}

export interface Checkpoint {
  /** Rows before it. */
  row: number;
  tick: number;
  callbacks: number;
  taken: number;
  time: number;
  thisTick: number;
  lossy: boolean;
  ready: ReadyCheckpoint;
  timers: TimerCheckpoint;
  tasks: TaskCheckpoint;
  locks: LockCheckpoint;
  watches: Watch[];
  /** Memory that it takes, in bytes. */
  bytes: number;
}

export class LoopState {
  /** The running tick's number; 0 before the first. */
  tick = 0;
  /** Callbacks that ran in this tick. */
  callbacks = 0;
  /** Callbacks that ever left ready: the last one's number. */
  taken = 0;
  /** Loop time of the last timed event. */
  time = 0;
  /** Entries of ready that were there when the tick began and have not run. */
  thisTick = 0;
  lossy = false;
  readonly ready = new ReadyQueue();
  readonly timers = new TimerTable();
  readonly tasks = new TaskTable();
  readonly locks = new LockTable();
  readonly watches = new Map<number, Watch>();

  /** What the poll put into ready, in order, until the tick begins: cause kind, a, b, actor, site. */
  private polled = new Uint32Array(80);
  private polledCount = 0;
  /** What was polled runs before what stands in ready, and alone. */
  private ahead = false;
  /** Lines that scheduled what is still to be put into ready: number in ready, place. */
  private sites: number[] = [];
  /** Names of signals whose handlers the running callback put into ready. */
  private signals: number[] = [];
  /** Timers scheduled since the last callback ended: they belong to the task whose step ends next. Slots. */
  private fresh = new Int32Array(16);
  private freshCount = 0;

  constructor(private readonly definitions: Definitions) {}

  /** One row; `time` is that of timed rows. */
  apply(op: number, n: number, a: number, b: number, c: number, time: number): void {
    switch (op) {
      case OP.RAN:
        return this.ran(n, a, b, time);
      case OP.TICK:
        return this.beginTick(n, time);
      case OP.TIMER:
        return this.addTimer(a, this.time + unpackDue(c), n, b);
      case OP.TIMER_CANCELLED:
        return this.timers.remove(a);
      case OP.TIMERS_DUE:
        this.due(a);
        if (n > 1) this.due(b);
        if (n > 2) this.due(c);
        return;
      case OP.IO:
        for (let i = 0; i < n; i++) this.found(CAUSE.IO, a, b, 0, 0);
        return;
      case OP.TASK:
        this.tasks.create(a, Math.max(this.tick, 1), this.time);
        return;
      case OP.SKIPPED:
        this.ready.shift();
        this.taken++;
        if (this.thisTick > 0) this.thisTick--;
        return this.pushed(n, CAUSE.UNKNOWN, 0, 0);
      case OP.EAGER:
        return this.step(a, b, this.time, this.time, this.time);
      case OP.HANDED_IN:
        return this.ready.setCause(a, CAUSE.THREAD, n, 0);
      case OP.WATCHED: {
        const fd = a >>> 2;
        if (b !== 0) return;
        this.watches.set(a, { fd, mask: a & 3, code: n, text: c, tick: this.tick, since: this.time });
        return;
      }
      case OP.UNWATCHED:
        this.watches.delete(a);
        return;
      case OP.SIGNAL:
        this.signals.push(n);
        return;
      case OP.LOCK:
        return this.locks.acquired(a, b);
      case OP.UNLOCK:
        return this.locks.released(a);
      case OP.SITE:
        this.sites.push(this.taken + 1 + a, n);
        return;
      case OP.TIMER_SITE: {
        const slot = this.timers.find(a);
        if (slot >= 0) this.timers.site[slot] = n;
        return;
      }
      case OP.AHEAD:
        this.ahead = true;
        return;
      case OP.LOST:
        this.lossy = true;
        return;
    }
  }

  private addTimer(handle: number, when: number, code: number, object: number): void {
    const slot = this.timers.add(
      handle,
      when,
      code,
      this.definitions.roleOf(code),
      object,
      Math.max(this.tick, 1),
    );
    this.fresh = grown(this.fresh, this.freshCount);
    this.fresh[this.freshCount++] = slot;
  }

  /** True when one of the timers that this step scheduled is the sleep that ends the object. */
  private sleepsOn(object: number): boolean {
    for (let i = this.freshCount - 1; i >= 0; i--)
      if (this.timers.isSleepOf(this.fresh[i], object)) return true;
    return false;
  }

  private due(handle: number): void {
    const slot = this.timers.find(handle);
    if (slot < 0) {
      this.found(CAUSE.TIMER, 0, 0, 0, 0);
      return;
    }
    const { tick, actor, code, site } = this.timers;
    this.found(CAUSE.TIMER, tick[slot], actor[slot], code[slot], site[slot]);
    this.timers.remove(handle);
  }

  private found(kind: number, a: number, b: number, actor: number, site: number): void {
    const at = this.polledCount;
    this.polled = grown(this.polled, at + 4);
    this.polled[at] = kind;
    this.polled[at + 1] = a;
    this.polled[at + 2] = b;
    this.polled[at + 3] = actor;
    this.polled[at + 4] = site;
    this.polledCount = at + 5;
  }

  private beginTick(n: number, time: number): void {
    const { polled, polledCount } = this;
    // What was put there between two runs of the loop, or before the first, stands before what this poll found.
    const between = n - this.ready.length - polledCount / 5;
    const cause = this.tick === 0 ? CAUSE.START : CAUSE.UNKNOWN;
    // The loop's time begins here; what was made before has no age before it.
    if (this.tick === 0) this.tasks.sinceAll(time);
    this.tick++;
    this.callbacks = 0;
    this.time = time;
    for (let i = 0; i < between; i++) this.ready.push(cause, 0, 0, 0, this.tick, time);
    this.placeSites();
    if (this.ahead)
      this.ready.unshift(polled[0], polled[1], polled[2], polled[3], this.tick, time, polled[4]);
    else
      for (let i = 0; i < polledCount; i += 5)
        this.ready.push(
          polled[i],
          polled[i + 1],
          polled[i + 2],
          polled[i + 3],
          this.tick,
          time,
          polled[i + 4],
        );
    this.polledCount = 0;
    // Scheduled before the loop ran: no task did that.
    this.freshCount = 0;
    this.ready.truncate(n);
    this.thisTick = this.ahead ? 1 : n;
    this.ahead = false;
  }

  private ran(n: number, actor: number, result: number, time: number): void {
    const start = this.time;
    let since = start;
    if (this.ready.length > 0) {
      since = this.ready.sinceAt(0);
      this.ready.shift();
    }
    this.taken++;
    this.callbacks++;
    if (this.thisTick > 0) this.thisTick--;
    this.time = time;
    this.step(actor, result, since, start, time);
    this.freshCount = 0;
    this.pushed(n, CAUSE.CALLBACK, this.taken, actor);
  }

  /** A task's step, or nothing for a plain callback. */
  private step(actor: number, result: number, since: number, start: number, end: number): void {
    const tasks = this.tasks;
    const slot = tasks.slot(actor);
    if (slot < 0 || tasks.state[slot] >= TASK.DONE) return;
    const became = tasks.since[slot];
    const woken = since > became ? since : became;
    const before = tasks.state[slot];
    if (before === TASK.WAITING || before === TASK.SLEEPING) tasks.waited[slot] += woken - became;
    tasks.ready[slot] += start - woken;
    tasks.busy[slot] += end - start;
    tasks.steps[slot]++;
    let state: number = TASK.WAITING;
    if (result === RESULT.YIELDED) state = TASK.READY;
    else if (result === RESULT.RETURNED) state = TASK.DONE;
    else if (result === RESULT.RAISED) state = TASK.FAILED;
    else if (result === RESULT.CANCELLED) state = TASK.CANCELLED;
    else if (this.sleepsOn(result)) state = TASK.SLEEPING;
    for (let i = 0; i < this.freshCount; i++) this.timers.actor[this.fresh[i]] = actor;
    this.freshCount = 0;
    tasks.become(slot, state, this.tick, end, state === TASK.WAITING || state === TASK.SLEEPING ? result : 0);
  }

  /** Brings ready to the length that the program reported; what came in has this cause. */
  private pushed(n: number, kind: number, a: number, b: number): void {
    const ready = this.ready;
    while (ready.length < n) {
      const signal = this.signals.shift();
      if (signal !== undefined) ready.push(CAUSE.SIGNAL, signal, 0, 0, this.tick, this.time);
      else ready.push(kind, a, b, 0, this.tick, this.time);
    }
    if (ready.length > n) {
      ready.truncate(n);
      if (this.thisTick > n) this.thisTick = n;
    }
    if (this.signals.length > 0) this.signals = [];
    this.placeSites();
  }

  /** Tells the newest entries of ready the lines that scheduled them. */
  private placeSites(): void {
    const { sites } = this;
    if (sites.length === 0) return;
    for (let i = 0; i < sites.length; i += 2) this.ready.setSite(sites[i] - this.taken - 1, sites[i + 1]);
    this.sites = [];
  }

  get liveEntries(): number {
    return this.tasks.live + this.timers.size + this.ready.length + this.watches.size;
  }

  /** Only between two rows where `polled` is empty: right after a callback or a tick's begin. */
  checkpoint(row: number): Checkpoint {
    const ready = this.ready.checkpoint();
    const timers = this.timers.checkpoint();
    const tasks = this.tasks.checkpoint();
    const locks = this.locks.checkpoint();
    let bytes = 256 + this.watches.size * 64;
    for (const part of [ready, timers, tasks, locks])
      for (const array of Object.values(part)) bytes += array.byteLength;
    return {
      row,
      tick: this.tick,
      callbacks: this.callbacks,
      taken: this.taken,
      time: this.time,
      thisTick: this.thisTick,
      lossy: this.lossy,
      ready,
      timers,
      tasks,
      locks,
      watches: [...this.watches.values()],
      bytes,
    };
  }

  restore(from: Checkpoint): void {
    this.tick = from.tick;
    this.callbacks = from.callbacks;
    this.taken = from.taken;
    this.time = from.time;
    this.thisTick = from.thisTick;
    this.lossy = from.lossy;
    this.ready.restore(from.ready);
    this.timers.restore(from.timers);
    this.tasks.restore(from.tasks);
    this.locks.restore(from.locks);
    this.watches.clear();
    for (const watch of from.watches) this.watches.set((watch.fd << 2) | watch.mask, watch);
    this.polledCount = 0;
    this.ahead = false;
    this.sites = [];
    this.signals = [];
    this.freshCount = 0;
  }
}
