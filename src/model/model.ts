/**
 * The model: a pure fold of what an agent told, and the answers to every question about it. No clock, no I/O.
 * Questions that cannot be answered throw ModelError.
 */
import type {
  AliveRow,
  Cursor,
  LoopId,
  Rows,
  RowsArguments,
  Source,
  State,
  Target,
  Task,
  TaskId,
  TaskRow,
  Timeline,
} from '../adapter/contract';
import { decodeDefinitions } from '../wire/recordDecoder';
import type { CodeDefinition } from '../wire/events';
import type { LoopChanged, Resumed, Sample, Snapshot, Stopped, Told } from '../wire/messages';
import { decodeNumberDefinitions, type TextsByNumber } from '../wire/numbers';
import { FRAME } from '../wire/schema';
import { Definitions } from './definitions';
import type { AnyRow, Loop, LoopSurroundings, Place, TasksAt } from './loop';
import { ModelError } from './modelError';
import type { Observe } from './observer';
import { NodeLoop } from './node/nodeLoop';
import { grouped } from './rows/groups';
import { arranged, isArranged, slice, windowOf } from './rows/window';
import { TaskLoop } from './taskLoop';

/** Memory that histories may take in all, in bytes, when nothing else is said. */
const DEFAULT_MEMORY = 1024 * 1024 * 1024;
const QUEUES: RowsArguments['queue'][] = ['ready', 'waiting', 'timers', 'tasks', 'callbacks'];

type ModelState = Omit<State, 'mode' | 'target' | 'level' | 'live' | 'stopped'>;

export class Model implements LoopSurroundings {
  readonly definitions = new Definitions();
  /** What kind of loops the program has; told before the first fact. */
  target: Target = 'asyncio';
  /** Who is to see what happens on each loop; set before the first fact. */
  observe: Observe | undefined;
  private readonly texts: TextsByNumber = new Map();
  private readonly loops = new Map<LoopId, Loop>();
  private readonly memoryBytes: number;
  private lastStopped: LoopId | undefined;
  /** The rows that were arranged last: whoever scrolls asks for page after page of the same moment. */
  private arrangement: { view: object; asked: string; rows: AnyRow[] } | undefined;
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

  /** `kind`: FRAME.RECORDS, FRAME.NUMBERS or FRAME.WORDS. */
  records(payload: Uint8Array, kind: number = FRAME.RECORDS): void {
    const id = new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(0, true);
    this.loop(id).decode(payload.subarray(4), kind);
  }

  loopChanged(message: LoopChanged): void {
    this.loop(message.loop).changed(message);
  }

  stopped(message: Stopped): void {
    this.loop(message.loop).stop(message);
    if (!message.also) this.lastStopped = message.loop;
  }

  resumed(message: Resumed): void {
    this.loop(message.loop).resume(message);
  }

  told(message: Told): void {
    this.loop(message.loop).told(message);
  }
  sample(message: Sample): void {
    this.loop(message.loop).sample(message);
  }

  /** What was read of a Node program at one moment. */
  snapshot(message: Snapshot): void {
    this.loop(message.loop).snapshot(message);
  }

  /** The program is gone: nothing runs and nothing will. */
  ended(): void {
    for (const loop of this.loops.values()) loop.ended();
    this.now = undefined;
  }

  private loop(id: LoopId): Loop {
    let loop = this.loops.get(id);
    if (loop === undefined) {
      const Kind = this.target === 'node' ? NodeLoop : TaskLoop;
      loop = new Kind(id, this, this.definitions, this.texts, this.memoryBytes);
      loop.history.observer = this.observe?.(id, this.definitions);
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
  head(id?: LoopId): Place {
    return this.find(id).head;
  }

  /** Completes a cursor and checks that it lies in history. */
  resolve(cursor: Cursor): Place {
    return this.find(cursor.loop).resolve(cursor);
  }

  /** The neighbour of a place in history, or undefined when there is none. */
  next(from: Place, by: 'callback' | 'tick' | 'backCallback' | 'backTick'): Place | undefined {
    return this.find(from.loop).next(from, by);
  }

  /** The begin of this tick, or where it was jumped over, of the next that was; undefined: it is still to come. */
  firstFrom(from: Place): Place | undefined {
    return this.find(from.loop).firstFrom(from);
  }

  /** The next place in history, after `from`, at which a step of this task is about to run. */
  nextStepOf(task: TaskId, from: Place): Place | undefined {
    return this.find(from.loop).nextStepOf(task, from);
  }

  /** Where a view without a cursor stands: see the loops. */
  shown(id?: LoopId): Place {
    return this.find(id).shown;
  }

  state(at: { loop?: LoopId; cursor?: Cursor }): ModelState {
    const loop = this.find(at.loop ?? at.cursor?.loop);
    const { tick, callback } = at.cursor ? loop.resolve(at.cursor) : loop.shown;
    const view = loop.view(at.cursor);
    const { history } = loop;
    const fidelity = [loop.fidelity, view.fidelity].filter(Boolean).join(' ');
    return {
      cursor: { loop: loop.id, tick, callback },
      firstTick: history.firstTick,
      lastTick: history.live.tick,
      loop: loop.id,
      loops: [...this.loops.values()].map(({ id, name, thread, state }) => ({ id, name, thread, state })),
      phase: view.phase,
      counts: view.counts,
      clockMs: loop.clockMs(view.now),
      lossy: view.lossy,
      ...(fidelity !== '' && { fidelity }),
      ...(view.runningRow && { running: view.runningRow }),
    };
  }

  /** Less than everything is seen of this loop. */
  isReduced(id?: LoopId): boolean {
    return this.find(id).fidelity !== undefined;
  }

  /** Node: promises and their steps are recorded now. */
  recordsPromises(id?: LoopId): boolean {
    return this.find(id).recordsPromises;
  }

  /** Changes whenever something was told of this loop. */
  version(id?: LoopId): number {
    return this.find(id).history.version;
  }

  /** How long the queues are where the program is. Cheap, for news many times a second. */
  counts(id?: LoopId): State['counts'] {
    return this.find(id).counts();
  }

  rows(args: RowsArguments): Rows<AnyRow> {
    const loop = this.find(args.loop ?? args.cursor?.loop);
    const { queue } = args;
    if (!QUEUES.includes(queue))
      throw new ModelError(
        `There is no queue "${String(queue)}"; ask for ready, waiting, timers, tasks or callbacks.`,
      );
    if (args.group && queue !== 'tasks')
      throw new ModelError(`Only tasks can be grouped; the queue "${queue}" cannot.`);
    if (queue === 'callbacks') {
      const callbacks = loop.callbacks(args.cursor);
      return isArranged(args) ? slice(arranged(callbacks, args), args) : windowOf(callbacks, args);
    }
    const view = loop.view(args.cursor);
    if (!isArranged(args)) return windowOf(view.rows(queue), args);
    const asked = JSON.stringify([queue, args.filter, args.sort, args.group]);
    if (this.arrangement?.view !== view || this.arrangement.asked !== asked) {
      const rows = arranged<AnyRow>(view.rows(queue), args);
      this.arrangement = { view, asked, rows: args.group ? grouped(rows as TaskRow[], args.group) : rows };
    }
    return slice(this.arrangement.rows, args);
  }

  /** Run and wait time of the ticks `from` to `to`, as far as they are in history, in at most so many buckets. */
  timeline(
    args: { from: number; to: number; buckets: number; loop?: LoopId },
    /** Ticks that findings are about. */
    findings: (loop: LoopId) => Iterable<number> = () => [],
  ): Timeline {
    const loop = this.find(args.loop);
    if (args.to < args.from)
      throw new ModelError(
        `The timeline from tick ${args.from} to ${args.to} is empty; "to" must not lie before "from".`,
      );
    return loop.timeline(args.from, args.to, args.buckets, findings(loop.id));
  }

  tasksAt(at: { loop?: LoopId; cursor?: Cursor }): TasksAt {
    return this.find(at.loop ?? at.cursor?.loop).tasksAt(at.cursor);
  }

  /** Without its await chain, which only a live program can tell. */
  task(task: TaskId, cursor?: Cursor): Task {
    this.checkTask(task);
    return this.find(cursor?.loop ?? this.definitions.loopOf(task)).task(task, cursor);
  }

  private checkTask(task: TaskId): void {
    if (!this.definitions.isTask(task)) throw new ModelError(`There is no task ${task}.`);
  }

  /** Tasks in this window of waiting rows or tasks whose wait reason nobody has read. Empty in the past. */
  missingReasons(args: RowsArguments): TaskId[] {
    const loop = this.find(args.loop ?? args.cursor?.loop);
    return loop.missingReasons(args, this.rows(args).rows);
  }

  /** What such rows would tell could be read of the running program, and was not. */
  isStale(args: RowsArguments): boolean {
    return this.find(args.loop ?? args.cursor?.loop).isStale(args);
  }

  /** A loop stands whose tasks could be read now, and were not. */
  get isUnread(): boolean {
    return [...this.loops.values()].some((loop) => loop.isUnread);
  }

  /** What keeps a Node program from exiting, as read last. */
  alive(id?: LoopId): AliveRow[] {
    return this.find(id).alive();
  }

  /** Tasks at the head that have not ended, the most relevant first: these, then running, ready, and waiting longest. */
  importantTasks(limit: number, first: ReadonlySet<TaskId> = new Set()): { loop: LoopId; row: TaskRow }[] {
    const open = [...this.loops.values()].filter(({ state }) => state !== 'closed');
    return open
      .flatMap((loop) => loop.importantTasks().map((each) => ({ loop: loop.id, ...each })))
      .map((each) => (first.has(each.task) ? { ...each, rank: -1 } : each))
      .sort((x, y) => x.rank - y.rank || x.order - y.order)
      .slice(0, limit)
      .map(({ loop, row }) => ({ loop, row: row() }));
  }

  taskOf(task: TaskId): { name: string; loop: LoopId; state: TaskRow['state']; source?: Source } {
    this.checkTask(task);
    const loop = this.find(this.definitions.loopOf(task));
    return { ...loop.taskOf(task), loop: loop.id };
  }

  actor(id: number): { kind: 'task' | 'code'; name: string; source?: Source } {
    const kind = this.definitions.isTask(id) ? 'task' : 'code';
    return { kind, name: this.definitions.nameOf(id), source: this.definitions.sourceOf(id) };
  }
}

export { ModelError } from './modelError';
