/**
 * The model: a pure fold of what an agent told, and the answers to every question about it. No clock, no I/O.
 * Questions that cannot be answered throw ModelError.
 */
import type {
  CallbackRow,
  Cursor,
  LoopId,
  Phase,
  ReadyRow,
  Rows,
  RowsArguments,
  Source,
  State,
  Task,
  TaskId,
  TaskRow,
  Timeline,
  TimerRow,
  WaitingRow,
} from '../adapter/contract';
import { decodeDefinitions, MarshalledRecords, RecordDecoder } from '../wire/recordDecoder';
import type { CodeDefinition } from '../wire/events';
import type { LoopChanged, Resumed, Snapshot, Stopped } from '../wire/messages';
import { decodeNumberDefinitions, NumberRecords, type TextsByNumber } from '../wire/numbers';
import { FRAME } from '../wire/schema';
import { Definitions } from './definitions';
import { LoopHistory, type Moment } from './history';
import { OP } from './log';
import { ModelError } from './modelError';
import { callbackRows } from './rows/callbacks';
import { readyRow, readyRows } from './rows/ready';
import { taskRow, taskRows, taskStateOf } from './rows/tasks';
import { timerRows } from './rows/timers';
import { waitingRows } from './rows/waiting';
import { windowOf } from './rows/window';
import { timelineOf } from './timeline';
import { causesOf, historyOf, sentenceOf } from './taskStory';
import { TASK } from './tasks';
import { View } from './view';

/** Memory that histories may take in all, in bytes, when nothing else is said. */
const DEFAULT_MEMORY = 1024 * 1024 * 1024;

type ModelState = Omit<State, 'mode' | 'target' | 'level' | 'live' | 'stopped'>;
export type AnyRow = ReadyRow | WaitingRow | TimerRow | TaskRow | CallbackRow;

interface Loop {
  id: LoopId;
  name: string;
  thread: string;
  state: State['loops'][number]['state'];
  fidelity: string | undefined;
  history: LoopHistory;
  decoder: RecordDecoder;
  /** Loop time in s from which clockMs counts. */
  clockStart: number | undefined;
  stopped: Stopped | undefined;
  /** Ticks at which a breakpoint stopped the program. */
  breakpointTicks: Set<number>;
  /** The last view, good while `moment` still stands at `row`: a replayed state moves on with the next question. */
  view: { view: View; key: string; moment: Moment; row: number } | undefined;
}

export class Model {
  readonly definitions = new Definitions();
  private readonly texts: TextsByNumber = new Map();
  private readonly loops = new Map<LoopId, Loop>();
  private readonly memoryBytes: number;
  private lastStopped: LoopId | undefined;
  /** Raw monotonic seconds of the program's machine, set by whoever asks while the program runs: ages grow with it. */
  now: number | undefined;

  constructor(options: { memoryBytes?: number } = {}) {
    this.memoryBytes = options.memoryBytes ?? DEFAULT_MEMORY;
  }

  // ---- facts in ----

  /** `kind`: FRAME.DEFINE or FRAME.DEFINITIONS. */
  define(payload: Uint8Array, kind: number = FRAME.DEFINE): void {
    const define = (definition: CodeDefinition) => this.definitions.define(definition);
    if (kind === FRAME.DEFINITIONS) decodeNumberDefinitions(payload, define, this.texts);
    else decodeDefinitions(payload, define);
  }

  /** `kind`: FRAME.RECORDS or FRAME.NUMBERS. */
  records(payload: Uint8Array, kind: number = FRAME.RECORDS): void {
    const id = new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(0, true);
    const values = payload.subarray(4);
    this.loop(id).decoder.decode(
      kind === FRAME.NUMBERS ? new NumberRecords(values, this.texts) : new MarshalledRecords(values),
    );
  }

  loopChanged(message: LoopChanged): void {
    const loop = this.loop(message.loop);
    loop.name = message.name;
    loop.thread = message.thread;
    loop.state = message.state;
    loop.fidelity = message.fidelity ?? loop.fidelity;
    const time = loop.decoder.toLoopTime(message.t);
    loop.clockStart ??= time;
    if (message.state === 'running') loop.history.clockAhead = message.clock - time;
    if (message.state === 'closed') loop.stopped = undefined;
    loop.history.version++;
  }

  stopped(message: Stopped): void {
    const loop = this.loop(message.loop);
    const { history } = loop;
    loop.stopped = message;
    loop.state = 'stopped';
    const first = history.live.taken + 1;
    for (const [index, actor] of history.queuedSince) history.queuedActors.set(first + index, actor);
    history.queuedSince = [];
    history.version++;
    if (message.breakpoints.length > 0) loop.breakpointTicks.add(history.live.tick);
    if (!message.also) this.lastStopped = message.loop;
  }

  resumed(message: Resumed): void {
    const loop = this.loop(message.loop);
    loop.stopped = undefined;
    loop.state = 'running';
    loop.history.version++;
  }

  /** What was read of a Node program at one moment. */
  snapshot(message: Snapshot): void {
    throw new ModelError(`Nothing is known yet of snapshots (loop ${message.loop}).`);
  }

  /** The program is gone: nothing runs and nothing will. */
  ended(): void {
    for (const loop of this.loops.values()) {
      loop.stopped = undefined;
      loop.state = 'closed';
      loop.history.version++;
    }
    this.now = undefined;
  }

  private loop(id: LoopId): Loop {
    let loop = this.loops.get(id);
    if (loop === undefined) {
      const history = new LoopHistory(id, this.definitions, this.memoryBytes);
      loop = {
        id,
        name: `loop ${id}`,
        thread: '',
        state: 'idle',
        fidelity: undefined,
        history,
        decoder: new RecordDecoder(history),
        clockStart: undefined,
        stopped: undefined,
        breakpointTicks: new Set(),
        view: undefined,
      };
      this.loops.set(id, loop);
    }
    return loop;
  }

  // ---- questions ----

  get loopIds(): LoopId[] {
    return [...this.loops.keys()];
  }

  /** The loop that is meant when none is named: the one that stopped last, else one that runs, else the newest. */
  get defaultLoop(): LoopId | undefined {
    const stopped = this.lastStopped === undefined ? undefined : this.loops.get(this.lastStopped);
    if (stopped && stopped.state !== 'closed') return stopped.id;
    const loops = [...this.loops.values()];
    const open = loops.filter((loop) => loop.state === 'running' || loop.state === 'stopped');
    return (open.at(-1) ?? loops.filter((loop) => loop.state !== 'closed').at(-1) ?? stopped ?? loops.at(-1))
      ?.id;
  }

  private find(id: LoopId | undefined): Loop {
    const loop = this.loops.get(id ?? this.defaultLoop ?? -1);
    if (loop) return loop;
    if (id === undefined) throw new ModelError('The program has not started an event loop yet.');
    const known = [...this.loops.keys()].join(', ');
    throw new ModelError(
      `There is no loop ${id}; ${known === '' ? 'none has started yet' : `known: ${known}`}.`,
    );
  }

  /** Where the program is. */
  head(id?: LoopId): Required<Cursor> {
    const { id: loop, history } = this.find(id);
    return { loop, tick: history.live.tick, callback: history.live.callbacks };
  }

  /** Completes a cursor and checks that it lies in history. */
  resolve(cursor: Cursor): Required<Cursor> {
    const { id, history } = this.find(cursor.loop);
    const { tick, callback = 0 } = cursor;
    if (history.isHead(tick, callback)) return { loop: id, tick, callback };
    if (tick < history.firstTick || tick > history.live.tick) {
      const range =
        history.live.tick === 0
          ? 'it has had none yet'
          : `ticks ${history.firstTick} to ${history.live.tick}`;
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
  next(
    from: Required<Cursor>,
    by: 'callback' | 'tick' | 'backCallback' | 'backTick',
  ): Required<Cursor> | undefined {
    const { id, history } = this.find(from.loop);
    const { tick, callback } = from;
    const to = (tick: number, callback: number) => ({ loop: id, tick, callback });
    const { firstTick, live } = history;
    switch (by) {
      case 'callback': {
        if (tick > live.tick) return undefined;
        const count = history.callbacksIn(tick);
        if (callback + 1 < count || (callback < count && tick === live.tick)) return to(tick, callback + 1);
        // After a tick's last callback comes the next tick's begin.
        if (tick < live.tick) return to(tick + 1, 0);
        return undefined;
      }
      case 'tick':
        return tick < live.tick ? to(tick + 1, 0) : undefined;
      case 'backCallback': {
        if (callback > 0) return to(tick, callback - 1);
        if (tick <= firstTick) return undefined;
        return to(tick - 1, Math.max(0, history.callbacksIn(tick - 1) - 1));
      }
      case 'backTick':
        if (callback > 0 && tick >= firstTick) return to(tick, 0);
        return tick > firstTick ? to(tick - 1, 0) : undefined;
    }
  }

  /** The next place in history, after `from`, at which a step of this task is about to run. */
  nextStepOf(task: TaskId, from: Required<Cursor>): Required<Cursor> | undefined {
    const { id, history } = this.find(from.loop);
    const moment = history.at(from.tick, from.callback);
    if (moment === undefined) return undefined;
    let { tick, callback } = from;
    let found: Required<Cursor> | undefined;
    let first = true;
    history.scan(moment.row, (op, _n, actor) => {
      if (op === OP.TICK) {
        tick++;
        callback = 0;
      } else if (op === OP.RAN) {
        // The first callback is the one about to run at `from` itself.
        if (actor === task && !first) found = { loop: id, tick, callback };
        callback++;
        first = false;
      }
      return found !== undefined;
    });
    return found;
  }

  /**
   * Where a view without a cursor stands: at the head when the program is stopped or asleep; while callbacks run, at the
   * begin of the last tick of which everything is known.
   */
  shown(id?: LoopId): Required<Cursor> {
    const loop = this.find(id);
    const head = this.head(loop.id);
    const { live, firstTick } = loop.history;
    if (loop.stopped || loop.state !== 'running' || live.ready.length === 0) return head;
    const tick = live.thisTick === 0 ? live.tick : live.tick - 1;
    return tick >= firstTick ? { loop: loop.id, tick, callback: 0 } : head;
  }

  private view(loop: Loop, cursor: Cursor | undefined): View {
    const {
      loop: _id,
      tick,
      callback,
    } = cursor ? this.resolve({ ...cursor, loop: loop.id }) : this.shown(loop.id);
    const { history } = loop;
    const isHead = history.isHead(tick, callback);
    const now = this.nowOf(loop, isHead);
    const key = isHead ? `head ${history.version} ${now}` : `${tick} ${callback} ${history.version}`;
    const last = loop.view;
    if (last?.key === key && last.row === last.moment.row) return last.view;
    const moment = history.at(tick, callback);
    if (moment === undefined)
      throw new ModelError(`Tick ${tick}, callback ${callback} is not in the history.`);
    const inside = isHead && loop.stopped?.at === 'inside' ? loop.stopped.actor : 0;
    const { state, row } = moment;
    const view = new View(history, this.definitions, state, row, isHead, now ?? state.time, inside);
    loop.view = { view, key, moment, row };
    return view;
  }

  /** Loop time in s, or undefined: the moment's own time. */
  private nowOf(loop: Loop, isHead: boolean): number | undefined {
    if (!isHead) return undefined;
    const { time } = loop.history.live;
    if (loop.stopped) return Math.max(time, loop.decoder.toLoopTime(loop.stopped.t));
    if (loop.state !== 'running' || this.now === undefined) return time;
    return Math.max(time, loop.decoder.toLoopTime(this.now));
  }

  state(at: { loop?: LoopId; cursor?: Cursor }): ModelState {
    const loop = this.find(at.loop ?? at.cursor?.loop);
    const view = this.view(loop, at.cursor);
    const { state, history } = view;
    const counts = {
      ready: view.ready.length,
      waiting: view.waitingCount,
      timers: state.timers.size,
      tasks: state.tasks.live,
    };
    const answer: ModelState = {
      cursor: { loop: loop.id, tick: state.tick, callback: state.callbacks },
      firstTick: history.firstTick,
      lastTick: history.live.tick,
      loop: loop.id,
      loops: [...this.loops.values()].map(({ id, name, thread, state }) => ({ id, name, thread, state })),
      phase: this.phase(loop, view),
      counts,
      clockMs: Math.max(0, (view.now - (loop.clockStart ?? view.now)) * 1000),
      lossy: state.lossy,
    };
    if (loop.fidelity !== undefined) answer.fidelity = loop.fidelity;
    const { running } = view;
    if (running)
      answer.running = readyRow(
        view,
        running.id,
        running.actor,
        running.entry,
        false,
        view.age(running.entry.since),
      );
    return answer;
  }

  /**
   * How long the queues are where the program is. Cheap, for news many times a second: while callbacks run, tasks whose
   * step is in ready may still be counted as waiting.
   */
  counts(id?: LoopId): State['counts'] {
    const loop = this.find(id);
    if (loop.stopped) return this.state({ loop: loop.id }).counts;
    const { ready, tasks, timers, watches } = loop.history.live;
    return {
      ready: ready.length,
      waiting: tasks.waiting + watches.size,
      timers: timers.size,
      tasks: tasks.live,
    };
  }

  private phase(loop: Loop, view: View): Phase {
    if (view.running || view.state.thisTick > 0) return 'ready';
    if (view.isHead && (loop.state === 'closed' || loop.state === 'idle')) return 'idle';
    return view.state.tick === 0 ? 'idle' : 'poll';
  }

  rows(args: RowsArguments): Rows<AnyRow> {
    const loop = this.find(args.loop ?? args.cursor?.loop);
    if (args.queue === 'callbacks') return this.callbacks(loop, args);
    const view = this.view(loop, args.cursor);
    switch (args.queue) {
      case 'ready':
        return windowOf(readyRows(view), args);
      case 'waiting':
        return windowOf(waitingRows(view), args);
      case 'timers':
        return windowOf(timerRows(view), args);
      case 'tasks':
        return windowOf(taskRows(view), args);
      default:
        throw new ModelError(
          `There is no queue "${String(args.queue)}"; ask for ready, waiting, timers, tasks or callbacks.`,
        );
    }
  }

  private callbacks(loop: Loop, args: RowsArguments): Rows<CallbackRow> {
    const cursor = args.cursor ? this.resolve({ ...args.cursor, loop: loop.id }) : this.shown(loop.id);
    const { history } = loop;
    if (cursor.tick < history.firstTick || cursor.tick > history.live.tick) return { total: 0, rows: [] };
    const moment = history.at(cursor.tick, 0);
    if (moment === undefined) return { total: 0, rows: [] };
    const { state, row } = moment;
    const begin = new View(history, this.definitions, state, row, false, state.time, 0);
    return windowOf(callbackRows(begin, history, row, loop.clockStart ?? 0), args);
  }

  /** Run and wait time of the ticks `from` to `to`, as far as they are in history, in at most so many buckets. */
  timeline(args: { from: number; to: number; buckets: number; loop?: LoopId }): Timeline {
    const { history, breakpointTicks } = this.find(args.loop);
    if (args.to < args.from)
      throw new ModelError(
        `The timeline from tick ${args.from} to ${args.to} is empty; "to" must not lie before "from".`,
      );
    return timelineOf(history, args.from, args.to, args.buckets, breakpointTicks);
  }

  /** Without its await chain, which only a live program can tell. */
  task(task: TaskId, cursor?: Cursor): Task {
    this.checkTask(task);
    const loop = this.find(cursor?.loop ?? this.definitions.loopOf(task));
    const view = this.view(loop, cursor);
    const slot = view.state.tasks.slot(task);
    if (slot < 0) {
      const { tick, callbacks } = view.state;
      throw new ModelError(
        `Task ${this.definitions.taskNameOf(task)} is not there at tick ${tick}, callback ${callbacks}: it was created later, or ended so long ago that it was forgotten.`,
      );
    }
    const row = taskRow(view, slot);
    const awaiting = row.reason?.owner !== undefined ? [row.reason.owner] : [];
    const awaitedBy: TaskId[] = [];
    const { tasks } = view.state;
    for (let other = 0; other < tasks.slots; other++) {
      if (tasks.actor[other] === 0 || tasks.state[other] !== TASK.WAITING) continue;
      const reason = loop.history.reasonOf(tasks.actor[other], tasks.steps[other], view.state.time);
      if (reason?.owner === task && reason.kind !== 'lock') awaitedBy.push(tasks.actor[other]);
    }
    const at = { tick: view.state.tick, callback: view.state.callbacks };
    const sentence = sentenceOf(row, this.definitions);
    // Both walk history, which moves the replayed state that the view reads: after everything else.
    const history = historyOf(loop.history, task, at);
    const causes = causesOf(loop.history, this.definitions, task, at);
    return { ...row, chain: [], awaitedBy, awaiting, causes, sentence, history };
  }

  private checkTask(task: TaskId): void {
    if (!this.definitions.isTask(task)) throw new ModelError(`There is no task ${task}.`);
  }

  /** Tasks in this window of waiting rows or tasks whose wait reason nobody has read. Empty in the past. */
  missingReasons(args: RowsArguments): TaskId[] {
    const loop = this.find(args.loop ?? args.cursor?.loop);
    const view = this.view(loop, args.cursor);
    if (!view.isHead || (args.queue !== 'waiting' && args.queue !== 'tasks')) return [];
    const missing: TaskId[] = [];
    for (const row of this.rows(args).rows) {
      const { task, reason } = row as WaitingRow | TaskRow;
      if (task !== undefined && reason?.kind === 'notCaptured') missing.push(task);
    }
    return missing;
  }

  /** Tasks at the head that have not ended, the most relevant first: running, ready, then waiting longest. */
  importantTasks(limit: number): { loop: LoopId; row: TaskRow }[] {
    const found: { loop: LoopId; rank: number; order: number; view: View; slot: number }[] = [];
    for (const loop of this.loops.values()) {
      if (loop.state === 'closed') continue;
      const { live } = loop.history;
      const head = this.view(loop, { loop: loop.id, tick: live.tick, callback: live.callbacks });
      for (let slot = 0; slot < live.tasks.slots; slot++) {
        const actor = live.tasks.actor[slot];
        if (actor === 0 || live.tasks.state[slot] >= TASK.DONE) continue;
        const at = head.readyIndexOf(actor);
        const rank = head.running?.actor === actor ? 0 : at >= 0 ? 1 : 2;
        found.push({
          loop: loop.id,
          rank,
          order: rank === 1 ? at : live.tasks.since[slot],
          view: head,
          slot,
        });
      }
    }
    found.sort((x, y) => x.rank - y.rank || x.order - y.order);
    return found.slice(0, limit).map(({ loop, view, slot }) => ({ loop, row: taskRow(view, slot) }));
  }

  taskOf(task: TaskId): { name: string; loop: LoopId; state: TaskRow['state']; source?: Source } {
    this.checkTask(task);
    const loop = this.find(this.definitions.loopOf(task));
    const { live } = loop.history;
    const view = this.view(loop, { loop: loop.id, tick: live.tick, callback: live.callbacks });
    const slot = live.tasks.slot(task);
    return {
      name: this.definitions.taskNameOf(task),
      loop: loop.id,
      state: slot < 0 ? 'done' : taskStateOf(view, slot),
      source: slot < 0 ? this.definitions.sourceOf(task) : view.taskSource(task, slot),
    };
  }

  actor(id: number): { kind: 'task' | 'code'; name: string; source?: Source } {
    const kind = this.definitions.isTask(id) ? 'task' : 'code';
    return { kind, name: this.definitions.nameOf(id), source: this.definitions.sourceOf(id) };
  }
}

export { ModelError } from './modelError';
