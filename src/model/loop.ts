/** One loop of the session as every kind of loop has it: where it is, its cursor's neighbours, and what its moments show. */
import type {
  AliveRow,
  CallbackRow,
  Cursor,
  LoopId,
  Phase,
  ReadyRow,
  RowsArguments,
  Source,
  State,
  Task,
  TaskId,
  TaskGroup,
  TaskRow,
  WaitReason,
  Timeline,
  TimerRow,
  WaitingRow,
} from '../adapter/contract';
import type { LoopChanged, Resumed, Sample, Snapshot, Stopped, Told } from '../wire/messages';
import type { Folded, History, Moment, Point } from './history';
import { ModelError } from './modelError';
import type { RowSource } from './rows/window';
import { timelineOf } from './timeline';

export type Place = Required<Cursor>;
export type AnyRow = ReadyRow | WaitingRow | TimerRow | TaskRow | TaskGroup | CallbackRow;
/** The queues that a moment has; callbacks are those of a whole tick. */
export type MomentQueue = Exclude<RowsArguments['queue'], 'callbacks'>;

/** What one moment of a loop shows. */
export interface LoopView {
  readonly isHead: boolean;
  /** Loop time in s from which ages and deadlines are counted. */
  readonly now: number;
  readonly lossy: boolean;
  readonly counts: State['counts'];
  readonly phase: Phase;
  /** The callback in whose middle the program stands. */
  readonly runningRow: ReadyRow | undefined;
  /** A sentence, when this moment shows less than the loop's own fidelity promises. */
  readonly fidelity?: string;
  rows(queue: MomentQueue): RowSource<AnyRow>;
}

/** The tasks of one moment, for whoever asks about many of them. To be read at once, as the moment's state is. */
export interface TasksAt {
  /** Loop time, s. */
  readonly now: number;
  /** How long the callback that runs has run. */
  readonly runningMs: number;
  /** Those that are suspended, neither ready nor asleep. */
  readonly waiting: readonly TaskId[];
  /** How long it has been in its state, ms; 0: it is not there. */
  ageMs(task: TaskId): number;
  row(task: TaskId): TaskRow | undefined;
  /** The row's, without the rest of it. */
  reason(task: TaskId): WaitReason | undefined;
  /** What is left of its timeout, where it has one. */
  timeoutInMs(task: TaskId): number | undefined;
}

/** What a loop has to know of the model that it is in. */
export interface LoopSurroundings {
  /** Raw monotonic seconds of the program's machine while it runs; undefined: time is where the last event was. */
  readonly now: number | undefined;
}

export abstract class Loop<V extends LoopView = LoopView, S extends Folded = Folded> {
  name: string;
  thread = '';
  state: State['loops'][number]['state'] = 'idle';
  fidelity: string | undefined;
  stopped: Stopped | undefined;
  abstract readonly history: History<Point, S>;
  /** Loop time in s from which clockMs counts. */
  private clockStart: number | undefined;
  /** Ticks at which a breakpoint stopped the program. */
  private readonly breakpointTicks = new Set<number>();
  /** The last view, good while `moment` still stands at `row`: a replayed state moves on with the next question. */
  private last: { view: V; key: string; moment: Moment<S>; row: number } | undefined;

  constructor(
    readonly id: LoopId,
    private readonly around: LoopSurroundings,
  ) {
    this.name = `loop ${id}`;
  }

  // ---- facts in ----

  /** Records of this loop, without the loop's number. `kind`: FRAME. */
  abstract decode(payload: Uint8Array, kind: number): void;
  /** Raw monotonic seconds to the loop's clock. */
  abstract toLoopTime(raw: number): number;

  changed(message: LoopChanged): void {
    this.name = message.name;
    this.thread = message.thread;
    this.state = message.state;
    this.fidelity = message.fidelity ?? this.fidelity;
    this.clockStart ??= this.toLoopTime(message.t);
    if (message.state === 'running') this.history.observer?.began(this.toLoopTime(message.t));
    if (message.state === 'closed') this.stopped = undefined;
    this.history.version++;
  }
  stop(message: Stopped): void {
    this.stopped = message;
    this.state = 'stopped';
    this.history.version++;
    if (message.breakpoints.length > 0) this.breakpointTicks.add(this.history.live.tick);
  }
  resume(_message: Resumed): void {
    this.stopped = undefined;
    this.state = 'running';
    this.history.version++;
  }
  /** The runtime reported something. */
  told(message: Told): void {
    this.history.observer?.told(message, Math.max(1, this.history.live.tick));
    this.history.version++;
  }
  sample(message: Sample): void {
    const { observer, live } = this.history;
    observer?.sample(message, this.toLoopTime(message.t), Math.max(1, live.tick));
    this.history.version++;
  }
  snapshot(_message: Snapshot): void {
    throw new ModelError(`Loop ${this.id} is no loop of Node's: it takes no snapshots.`);
  }
  ended(): void {
    this.stopped = undefined;
    this.state = 'closed';
    this.history.version++;
  }

  // ---- where ----

  /** Where the program is. */
  get head(): Place {
    const { tick, callbacks } = this.history.live;
    return { loop: this.id, tick, callback: callbacks };
  }

  /** Where a view without a cursor stands. */
  abstract get shown(): Place;

  /** Completes a cursor and checks that it lies in history. */
  resolve({ tick, callback = 0 }: Cursor): Place {
    const { history, id } = this;
    const { live } = history;
    if (history.isHead(tick, callback)) return { loop: id, tick, callback };
    if (tick < history.firstTick || tick > live.tick) {
      const range = live.tick === 0 ? 'it has had none yet' : `ticks ${history.firstTick} to ${live.tick}`;
      throw new ModelError(`Tick ${tick} is not in the history of loop ${id}: ${range}.`);
    }
    if (callback === 0) return { loop: id, tick, callback };
    const count = history.at(tick, callback) === undefined ? history.callbacksIn(tick) : callback;
    if (callback > count || callback < 0)
      throw new ModelError(
        `Tick ${tick} of loop ${id} has ${count} callbacks; ${callback} is not a place in it.`,
      );
    return { loop: id, tick, callback };
  }

  /** The neighbour of a place in history, or undefined when there is none. */
  next(from: Place, by: 'callback' | 'tick' | 'backCallback' | 'backTick'): Place | undefined {
    const { history } = this;
    const { tick, callback } = from;
    const { live, firstTick } = history;
    const to = (tick: number | undefined, callback: number) =>
      tick === undefined ? undefined : { loop: this.id, tick, callback };
    switch (by) {
      case 'callback': {
        if (tick > live.tick) return undefined;
        const count = history.callbacksIn(tick);
        if (callback + 1 < count || (callback < count && tick === live.tick)) return to(tick, callback + 1);
        // After a tick's last callback comes the next tick's begin.
        return to(history.nextTick(tick), 0);
      }
      case 'tick':
        return to(history.nextTick(tick), 0);
      case 'backCallback': {
        if (callback > 0) return to(tick, callback - 1);
        const before = history.previousTick(tick);
        return before === undefined ? undefined : to(before, Math.max(0, history.callbacksIn(before) - 1));
      }
      case 'backTick':
        return callback > 0 && tick >= firstTick ? to(tick, 0) : to(history.previousTick(tick), 0);
    }
  }

  /** The begin of this tick, or where it was jumped over, of the next that was; undefined: it is still to come. */
  firstFrom(from: Place): Place | undefined {
    const { tick } = this.resolve(from);
    const found = this.history.wasTick(tick) ? tick : this.history.nextTick(tick);
    return found === undefined ? undefined : { loop: this.id, tick: found, callback: 0 };
  }

  /** The next place in history, after `from`, at which a step of this task is about to run. */
  abstract nextStepOf(task: TaskId, from: Place): Place | undefined;

  // ---- what is there ----

  protected abstract viewOf(moment: Moment<S>, place: Place, isHead: boolean, now: number): V;

  /** Of the cursor, or of what is shown without one. */
  view(cursor: Cursor | undefined): V {
    const place = cursor ? this.resolve(cursor) : this.shown;
    const { tick, callback } = place;
    const { history } = this;
    const isHead = history.isHead(tick, callback);
    const now = this.nowAt(isHead);
    const key = isHead ? `head ${history.version} ${now}` : `${tick} ${callback} ${history.version}`;
    const { last } = this;
    if (last?.key === key && last.row === last.moment.row) return last.view;
    const moment = history.at(tick, callback);
    if (moment === undefined)
      throw new ModelError(`Tick ${tick}, callback ${callback} is not in the history.`);
    const { row } = moment;
    const view = this.viewOf(moment, place, isHead, now ?? moment.state.time);
    this.last = { view, key, moment, row };
    return view;
  }

  /** Loop time in s, or undefined: the moment's own time. */
  private nowAt(isHead: boolean): number | undefined {
    if (!isHead) return undefined;
    const { time } = this.history.live;
    if (this.stopped) return Math.max(time, this.toLoopTime(this.stopped.t));
    const now = this.around.now;
    if (this.state !== 'running' || now === undefined) return time;
    return Math.max(time, this.toLoopTime(now));
  }

  /** ms on the clock that the panel shows. */
  clockMs(time: number): number {
    return Math.max(0, (time - (this.clockStart ?? time)) * 1000);
  }

  /** How long the queues are where the program is; cheap. */
  abstract counts(): State['counts'];
  /** Of this tick, in order; the moment is its begin. */
  protected abstract callbacksAt(moment: Moment<S>, tick: number, clockStart: number): RowSource<CallbackRow>;

  callbacks(cursor: Cursor | undefined): RowSource<CallbackRow> {
    const { tick } = cursor ? this.resolve(cursor) : this.shown;
    const { history } = this;
    const none = { length: 0, row: (index: number): CallbackRow => [][index] };
    if (tick < history.firstTick || tick > history.live.tick) return none;
    const moment = history.at(tick, 0);
    return moment === undefined ? none : this.callbacksAt(moment, tick, this.clockStart ?? 0);
  }

  timeline(from: number, to: number, buckets: number, findings: Iterable<number>): Timeline {
    return timelineOf(this.history, from, to, buckets, this.breakpointTicks, findings);
  }

  abstract tasksAt(cursor: Cursor | undefined): TasksAt;
  /** Without its await chain, which only a live program can tell. */
  abstract task(task: TaskId, cursor: Cursor | undefined): Task;
  abstract taskOf(task: TaskId): { name: string; state: TaskRow['state']; source?: Source };
  /** Tasks at the head that have not ended, `rank` 0 running, 1 ready, 2 waiting, in `order` within. */
  abstract importantTasks(): { task: TaskId; rank: number; order: number; row: () => TaskRow }[];
  /** Tasks in this window whose wait reason nobody has read, but could be read now. */
  abstract missingReasons(args: RowsArguments, rows: readonly AnyRow[]): TaskId[];

  get recordsPromises(): boolean {
    return true;
  }
  /** What such rows would tell could be read of the running program, and was not. */
  isStale(_args: RowsArguments): boolean {
    return false;
  }
  /** It stands, and what its tasks are could be read of it now, and was not. */
  get isUnread(): boolean {
    return false;
  }
  /** What keeps the program from exiting, as read last. */
  alive(): AliveRow[] {
    throw new ModelError('What keeps a program from exiting is told of Node programs only.');
  }
}
