/** A loop of Node's own: callbacks of resources and, at level full, promise steps; its tasks are read, not told. */
import type {
  AliveRow,
  CallbackRow,
  Cursor,
  LoopId,
  RowsArguments,
  Source,
  State,
  Task,
  TaskId,
  TaskRow,
} from '../../adapter/contract';
import { NodeRecordDecoder } from '../../wire/nodeRecords';
import type { Snapshot } from '../../wire/messages';
import type { TextsByNumber } from '../../wire/numbers';
import { ROLE as CODE_ROLE } from '../../wire/schema';
import type { Definitions } from '../definitions';
import type { Moment } from '../history';
import { Loop, type LoopSurroundings, type Place, type TasksAt } from '../loop';
import { ModelError } from '../modelError';
import type { RowSource } from '../rows/window';
import { NodeHistory } from './nodeHistory';
import type { NodeState } from './nodeState';
import { NodeView } from './nodeView';
import { aliveRow } from './rows/alive';
import { callbackRows } from './rows/callbacks';
import { stateOf, taskRow } from './rows/tasks';
import { Snapshots } from './snapshots';
import { causesOf, historyOf, sentenceOf } from './story';

/** A loop that was asleep for so long may be interrupted, s. */
const RESTED = 1;
/** Deadlines that differ by less were not set anew, s. */
const SAME_DEADLINE = 0.0005;

export class NodeLoop extends Loop<NodeView, NodeState> {
  readonly history: NodeHistory;
  private readonly decoder: NodeRecordDecoder;
  private readonly snapshots = new Snapshots();

  constructor(
    id: LoopId,
    around: LoopSurroundings,
    private readonly definitions: Definitions,
    texts: TextsByNumber,
    limitBytes: number,
  ) {
    super(id, around);
    this.history = new NodeHistory(definitions, limitBytes);
    this.decoder = new NodeRecordDecoder(this.history, texts);
  }

  override decode(payload: Uint8Array): void {
    this.decoder.decode(payload);
  }
  override toLoopTime(raw: number): number {
    return this.decoder.toLoopTime(raw);
  }

  override snapshot(message: Snapshot): void {
    const { definitions, history } = this;
    for (const { task, name, path, line } of message.tasks) {
      // A task's number is out of the same counter as those of functions: it stands for its own.
      definitions.define({ code: task, name, path, line, role: CODE_ROLE.USER });
      definitions.defineTask(task, 0, task, name, this.id);
    }
    const { resources } = history.live;
    const { text, fd, when } = resources.columns;
    const untold = new Set<number>();
    for (const read of message.resources) {
      const slot = resources.find(read.id);
      if (slot < 0) {
        untold.add(read.id);
        continue;
      }
      const isTimer = read.type === 'Timeout';
      if (
        !isTimer &&
        ((read.text !== '' && definitions.texts.text(text[slot]) !== read.text) || fd[slot] !== read.fd)
      )
        history.described(read.id, read.text || definitions.texts.text(text[slot]), read.fd);
      if (read.when === undefined) continue;
      const due = this.toLoopTime(read.when);
      if (!resources.isArmed(slot) || Math.abs(due - when[slot]) > SAME_DEADLINE)
        history.timerSet(read.id, due, read.repeat ?? 0);
    }
    const { tick, callbacks: callback } = history.live;
    const at = { row: history.log.length, tick, callback, time: this.toLoopTime(message.t) };
    this.snapshots.add(message, at, untold);
    history.version++;
  }

  /** At the head when the program stands or sleeps; while callbacks run, at the begin of the tick. */
  override get shown(): Place {
    const { live, firstTick } = this.history;
    if (this.stopped || this.state !== 'running' || this.isIdle || live.tick < firstTick) return this.head;
    return { loop: this.id, tick: live.tick, callback: 0 };
  }
  /** Nothing runs, and nothing will without something arriving. */
  private get isIdle(): boolean {
    const { running, resources, promises } = this.history.live;
    return running.id === 0 && resources.queued === 0 && promises.ready === 0;
  }

  /** Which task a callback resumes is not recorded. */
  override nextStepOf(): Place | undefined {
    return undefined;
  }

  protected override viewOf(moment: Moment<NodeState>, place: Place, isHead: boolean, now: number): NodeView {
    const { history, definitions, snapshots, state, stopped } = this;
    return new NodeView(history, definitions, snapshots, moment, place, isHead, now, state, stopped);
  }
  private get headView(): NodeView {
    return this.view(this.head);
  }
  private viewBefore(tick: number, callback: number): NodeView | undefined {
    const moment = this.history.at(tick, callback);
    if (moment === undefined) return undefined;
    const isHead = this.history.isHead(tick, callback);
    return this.viewOf(moment, { loop: this.id, tick, callback }, isHead, moment.state.time);
  }

  override counts(): State['counts'] {
    if (this.stopped) return this.view(undefined).counts;
    const { resources, promises } = this.history.live;
    return {
      ready: resources.queued + promises.ready,
      waiting: resources.waiting,
      timers: resources.timers,
      tasks: this.snapshots.last?.tasks.size ?? 0,
    };
  }

  protected override callbacksAt(
    _moment: Moment<NodeState>,
    tick: number,
    clockStart: number,
  ): RowSource<CallbackRow> {
    const before = (callback: number) => this.viewBefore(tick, callback) as NodeView;
    return callbackRows(this.history, tick, before, clockStart);
  }

  // ---- tasks ----

  override tasksAt(cursor: Cursor | undefined): TasksAt {
    const view = this.view(cursor);
    const here = new Map(view.tasks.map((each) => [each.id, each]));
    const rows = new Map<TaskId, TaskRow>();
    const row = (task: TaskId) => {
      const known = rows.get(task);
      const found = here.get(task);
      if (known || !found) return known;
      const made = taskRow(view, found);
      rows.set(task, made);
      return made;
    };
    return {
      now: view.now,
      runningMs: view.state.running.id === 0 ? 0 : view.age(view.state.time),
      waiting: [...here.values()].filter((each) => stateOf(view, each) === 'waiting').map(({ id }) => id),
      ageMs: (task) => row(task)?.ageMs ?? 0,
      row,
      reason: (task) => row(task)?.reason,
      timeoutInMs: () => undefined,
    };
  }

  override task(task: TaskId, cursor: Cursor | undefined): Task {
    const view = this.view(cursor);
    const here = view.tasks.find(({ id }) => id === task);
    if (here === undefined) {
      const { tick, callback } = view.place;
      throw new ModelError(
        `Task ${this.definitions.taskNameOf(task)} is not there at tick ${tick}, callback ${callback}: it was made later, has ended, or was not read.`,
      );
    }
    const row = taskRow(view, here);
    const sentence = sentenceOf(row, this.definitions);
    const history = historyOf(this.snapshots, view, task);
    const { reason, awaitedBy } = here.task ?? { reason: undefined, awaitedBy: [] };
    const slot = reason?.resource ? view.state.resources.find(reason.object) : -1;
    const awaited = { id: reason?.object ?? 0, step: false, slot };
    // Walks history, which moves the replayed state that the view reads: after everything else.
    const causes = causesOf(this.history, awaited, view, (tick, callback) => this.viewBefore(tick, callback));
    const awaiting = row.reason?.owner !== undefined ? [row.reason.owner] : [];
    return { ...row, chain: [], awaitedBy, awaiting, causes, sentence, history };
  }

  override taskOf(task: TaskId): { name: string; state: TaskRow['state']; source?: Source } {
    const view = this.headView;
    const here = view.tasks.find(({ id }) => id === task);
    return {
      name: this.definitions.taskNameOf(task),
      state: here ? stateOf(view, here) : 'done',
      source: this.definitions.sourceOf(task),
    };
  }

  override importantTasks() {
    const view = this.headView;
    return view.tasks.map((here) => {
      const state = stateOf(view, here);
      const rank = state === 'running' ? 0 : state === 'ready' ? 1 : 2;
      return { task: here.id, rank, order: here.task?.since ?? 0, row: () => taskRow(view, here) };
    });
  }

  /** They are all read at once, or not at all: see isStale. */
  override missingReasons(): TaskId[] {
    return [];
  }

  override get recordsPromises(): boolean {
    return this.history.live.full;
  }

  /**
   * Reading the tasks interrupts a program that runs, by tenths of a second: for its tasks somebody asks, for what else
   * waits only while it sleeps.
   */
  override isStale(args: RowsArguments): boolean {
    const { queue, cursor } = args;
    if (this.stopped || this.state !== 'running' || (queue !== 'tasks' && queue !== 'waiting')) return false;
    const view = this.view(cursor);
    if (!view.isHead || view.isExact) return false;
    return queue === 'tasks' || (this.isIdle && view.now - this.history.live.time >= RESTED);
  }

  override get isUnread(): boolean {
    return this.stopped !== undefined && !this.headView.isExact;
  }

  // ---- why it does not exit ----

  override alive(): AliveRow[] {
    const view = this.headView;
    const rows: AliveRow[] = [];
    for (const read of this.snapshots.last?.resources.values() ?? []) {
      if (!read.keepsAlive) continue;
      const slot = view.state.resources.find(read.id);
      // It is gone since, or may be.
      if (slot < 0 && !(view.isExact && view.reading?.untold.has(read.id))) continue;
      rows.push(aliveRow(view, read, slot));
    }
    return rows;
  }
}
