/** A loop of asyncio's shape: one ready queue, and tasks that the loop itself drives. Python's, and src/loop's. */
import type {
  CallbackRow,
  Cursor,
  LoopId,
  Phase,
  RowsArguments,
  Source,
  State,
  Task,
  TaskId,
  TaskRow,
  WaitingRow,
} from '../adapter/contract';
import { MarshalledRecords, RecordDecoder } from '../wire/recordDecoder';
import type { LoopChanged, Stopped } from '../wire/messages';
import { NumberRecords, type TextsByNumber } from '../wire/numbers';
import { FRAME } from '../wire/schema';
import type { Definitions } from './definitions';
import type { Moment } from './history';
import { OP } from './log';
import {
  type AnyRow,
  Loop,
  type LoopSurroundings,
  type LoopView,
  type MomentQueue,
  type Place,
  type TasksAt,
} from './loop';
import { LoopHistory } from './loopHistory';
import { ModelError } from './modelError';
import { callbackRows } from './rows/callbacks';
import { readyRow, readyRows } from './rows/ready';
import { taskRow, taskRows, taskStateOf } from './rows/tasks';
import { timerRows } from './rows/timers';
import { waitingRows } from './rows/waiting';
import type { RowSource } from './rows/window';
import type { LoopState } from './state';
import { causesOf, historyOf, sentenceOf } from './taskStory';
import { TASK } from './tasks';
import { View } from './view';

class TaskLoopView extends View implements LoopView {
  /** The loop's own state, where it decides the phase of its head. */
  loopState: State['loops'][number]['state'] = 'running';

  get lossy(): boolean {
    return this.state.lossy;
  }
  get counts(): State['counts'] {
    const { timers, tasks } = this.state;
    return { ready: this.ready.length, waiting: this.waitingCount, timers: timers.size, tasks: tasks.live };
  }
  get phase(): Phase {
    if (this.running || this.state.thisTick > 0) return 'ready';
    if (this.isHead && (this.loopState === 'closed' || this.loopState === 'idle')) return 'idle';
    return this.state.tick === 0 ? 'idle' : 'poll';
  }
  get runningRow() {
    const { running } = this;
    if (running === undefined) return undefined;
    const { id, actor, entry } = running;
    return readyRow(this, id, actor, entry, false, this.age(entry.since));
  }
  rows(queue: MomentQueue): RowSource<AnyRow> {
    switch (queue) {
      case 'ready':
        return readyRows(this);
      case 'waiting':
        return waitingRows(this);
      case 'timers':
        return timerRows(this);
      case 'tasks':
        return taskRows(this);
    }
  }
}

export class TaskLoop extends Loop<TaskLoopView, LoopState> {
  readonly history: LoopHistory;
  private readonly decoder: RecordDecoder;

  constructor(
    id: LoopId,
    around: LoopSurroundings,
    private readonly definitions: Definitions,
    private readonly texts: TextsByNumber,
    limitBytes: number,
  ) {
    super(id, around);
    this.history = new LoopHistory(id, definitions, limitBytes);
    this.decoder = new RecordDecoder(this.history);
  }

  override decode(payload: Uint8Array, kind: number): void {
    this.decoder.decode(
      kind === FRAME.NUMBERS ? new NumberRecords(payload, this.texts) : new MarshalledRecords(payload),
    );
  }
  override toLoopTime(raw: number): number {
    return this.decoder.toLoopTime(raw);
  }
  override changed(message: LoopChanged): void {
    super.changed(message);
    if (message.state === 'running') this.history.clockAhead = message.clock - this.toLoopTime(message.t);
  }
  override stop(message: Stopped): void {
    const { history } = this;
    const first = history.live.taken + 1;
    for (const [index, actor] of history.queuedSince) history.queuedActors.set(first + index, actor);
    history.queuedSince = [];
    super.stop(message);
  }

  /**
   * At the head when the program is stopped or asleep; while callbacks run, at the begin of the last tick of which
   * everything is known.
   */
  override get shown(): Place {
    const { live, firstTick } = this.history;
    if (this.stopped || this.state !== 'running' || live.ready.length === 0) return this.head;
    const tick = live.thisTick === 0 ? live.tick : live.tick - 1;
    return tick >= firstTick ? { loop: this.id, tick, callback: 0 } : this.head;
  }

  override nextStepOf(task: TaskId, from: Place): Place | undefined {
    const moment = this.history.at(from.tick, from.callback);
    if (moment === undefined) return undefined;
    let { tick, callback } = from;
    let found: Place | undefined;
    let first = true;
    this.history.scan(moment.row, (op, _n, actor) => {
      if (op === OP.TICK) {
        tick++;
        callback = 0;
      } else if (op === OP.RAN) {
        // The first callback is the one about to run at `from` itself.
        if (actor === task && !first) found = { loop: this.id, tick, callback };
        callback++;
        first = false;
      }
      return found !== undefined;
    });
    return found;
  }

  protected override viewOf(
    { state, row }: Moment<LoopState>,
    _place: Place,
    isHead: boolean,
    now: number,
  ): TaskLoopView {
    const inside = isHead && this.stopped?.at === 'inside' ? this.stopped.actor : 0;
    const view = new TaskLoopView(this.history, this.definitions, state, row, isHead, now, inside);
    view.loopState = this.state;
    return view;
  }
  private get headView(): TaskLoopView {
    return this.view(this.head);
  }

  /** While callbacks run, tasks whose step is in ready may still be counted as waiting. */
  override counts(): State['counts'] {
    if (this.stopped) return this.view(undefined).counts;
    const { ready, tasks, timers, watches } = this.history.live;
    return {
      ready: ready.length,
      waiting: tasks.waiting + watches.size,
      timers: timers.size,
      tasks: tasks.live,
    };
  }

  protected override callbacksAt(
    { state, row }: Moment<LoopState>,
    _tick: number,
    clockStart: number,
  ): RowSource<CallbackRow> {
    const begin = new View(this.history, this.definitions, state, row, false, state.time, 0);
    return callbackRows(begin, this.history, row, clockStart);
  }

  override tasksAt(cursor: Cursor | undefined): TasksAt {
    const view = this.view(cursor);
    const { tasks } = view.state;
    const waiting: TaskId[] = [];
    for (let slot = 0; slot < tasks.slots; slot++) {
      const actor = tasks.actor[slot];
      if (actor !== 0 && tasks.state[slot] === TASK.WAITING && view.readyIndexOf(actor) < 0)
        waiting.push(actor);
    }
    const rows = new Map<TaskId, TaskRow>();
    return {
      now: view.now,
      runningMs: view.state.thisTick > 0 ? view.age(view.state.time) : 0,
      waiting,
      ageMs: (task) => {
        const slot = tasks.slot(task);
        return slot < 0 ? 0 : view.age(tasks.since[slot]);
      },
      row: (task) => {
        let row = rows.get(task);
        const slot = row ? -1 : tasks.slot(task);
        if (slot >= 0) rows.set(task, (row = taskRow(view, slot)));
        return row;
      },
      reason: (task) => {
        const slot = tasks.slot(task);
        return slot >= 0 && taskStateOf(view, slot) === 'waiting' ? view.reason(task, slot) : undefined;
      },
      timeoutInMs: (task) => {
        const until = view.timeoutOf(task);
        return until === undefined ? undefined : (until - view.now) * 1000;
      },
    };
  }

  override task(task: TaskId, cursor: Cursor | undefined): Task {
    const view = this.view(cursor);
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
      const reason = this.history.reasonOf(tasks.actor[other], tasks.steps[other], view.state.time);
      if (reason?.owner === task && reason.kind !== 'lock') awaitedBy.push(tasks.actor[other]);
    }
    const at = { tick: view.state.tick, callback: view.state.callbacks };
    const sentence = sentenceOf(row, this.definitions);
    // Both walk history, which moves the replayed state that the view reads: after everything else.
    const history = historyOf(this.history, task, at);
    const causes = causesOf(this.history, this.definitions, task, at);
    return { ...row, chain: [], awaitedBy, awaiting, causes, sentence, history };
  }

  override taskOf(task: TaskId): { name: string; state: TaskRow['state']; source?: Source } {
    const { live } = this.history;
    const view = this.headView;
    const slot = live.tasks.slot(task);
    return {
      name: this.definitions.taskNameOf(task),
      state: slot < 0 ? 'done' : taskStateOf(view, slot),
      source: slot < 0 ? this.definitions.sourceOf(task) : view.taskSource(task, slot),
    };
  }

  override importantTasks() {
    const { tasks } = this.history.live;
    const view = this.headView;
    const found: { task: TaskId; rank: number; order: number; row: () => TaskRow }[] = [];
    for (let slot = 0; slot < tasks.slots; slot++) {
      const actor = tasks.actor[slot];
      if (actor === 0 || tasks.state[slot] >= TASK.DONE) continue;
      const at = view.readyIndexOf(actor);
      const rank = view.running?.actor === actor ? 0 : at >= 0 ? 1 : 2;
      found.push({
        task: actor,
        rank,
        order: rank === 1 ? at : tasks.since[slot],
        row: () => taskRow(view, slot),
      });
    }
    return found;
  }

  /** Empty in the past, where nothing can be read any more. */
  override missingReasons(args: RowsArguments, rows: readonly AnyRow[]): TaskId[] {
    if (!this.view(args.cursor).isHead || (args.queue !== 'waiting' && args.queue !== 'tasks')) return [];
    const missing: TaskId[] = [];
    for (const row of rows) {
      const { task, reason } = row as WaitingRow | TaskRow;
      if (task !== undefined && reason?.kind === 'notCaptured') missing.push(task);
    }
    return missing;
  }
}
