/** What one moment of a Node loop shows: what stands in ready and in which order, what waits, and which tasks there are. */
import type { Cause, Phase, ReadyRow, Source, State, TaskId } from '../../adapter/contract';
import type { Stopped } from '../../wire/messages';
import type { Definitions } from '../definitions';
import type { Moment } from '../history';
import { OP } from '../log';
import type { AnyRow, LoopView, MomentQueue, Place } from '../loop';
import type { RowSource } from '../rows/window';
import type { NodeHistory } from './nodeHistory';
import { PHASE, type NodeState } from './nodeState';
import { readyRow, readyRows } from './rows/ready';
import { taskRows } from './rows/tasks';
import { timerRows } from './rows/timers';
import { waitingEntries, waitingRows, type WaitingEntry } from './rows/waiting';
import type { ReadTask, Reading, Snapshots } from './snapshots';
import { isNative, type ResourceType, ROLE, typeOf } from './types';

/** Ids of rows that stand for a promise step: apart from those of resources. */
const PROMISE_ROW = 2 ** 40;

/** A callback: of a resource, or a promise step. Its slot is -1 where it is not in the tables. */
export interface Entity {
  id: number;
  step: boolean;
  slot: number;
}

export interface TaskHere {
  task: ReadTask | undefined;
  id: TaskId;
  name: string;
}

export class NodeView implements LoopView {
  readonly state: NodeState;
  /** The callback about to run, where that is known: at a stop, and in the past. */
  readonly upcoming: Entity | undefined;
  /** The callback in whose middle the program stands. */
  readonly running: Entity | undefined;
  /** What was read of tasks and resources last. */
  readonly reading: Reading | undefined;
  /** Nothing has run since. */
  readonly isExact: boolean;
  private readyList: Entity[] | undefined;
  private waitingList: WaitingEntry[] | undefined;
  private taskList: TaskHere[] | undefined;
  private sleeperMap: Map<number, ReadTask> | undefined;

  constructor(
    readonly history: NodeHistory,
    readonly definitions: Definitions,
    readonly snapshots: Snapshots,
    moment: Moment<NodeState>,
    readonly place: Place,
    readonly isHead: boolean,
    readonly now: number,
    private readonly loopState: State['loops'][number]['state'],
    readonly stopped: Stopped | undefined,
  ) {
    const { state, row } = moment;
    this.state = state;
    this.reading = snapshots.until(row);
    this.isExact = this.reading?.tick === state.tick && this.reading.callback === state.callbacks;
    const told = isHead && stopped?.resource !== undefined ? this.entityOf(stopped.resource) : undefined;
    if (isHead && stopped?.at === 'inside') {
      const { id, step } = state.running;
      this.running = id === 0 ? told : this.entity(id, step);
    } else this.upcoming = isHead ? told : this.ranNext(row);
  }

  private entityOf(resource: number): Entity {
    return this.entity(Math.abs(resource), resource < 0);
  }
  private entity(id: number, step: boolean): Entity {
    return { id, step, slot: (step ? this.state.promises : this.state.resources).find(id) };
  }
  /** In the past, what ran next in the same tick. */
  private ranNext(row: number): Entity | undefined {
    if (this.place.tick !== this.state.tick) return undefined;
    let found: Entity | undefined;
    this.history.scan(row, (op, _n, a) => {
      if (op === OP.BEGAN || op === OP.STEP) found = this.entity(a, op === OP.STEP);
      return found !== undefined || op === OP.TICK;
    });
    return found;
  }

  get lossy(): boolean {
    return this.state.lossy;
  }

  // ---- ready ----

  /** In the order in which they will run, as far as nothing else comes in between. */
  get ready(): Entity[] {
    return (this.readyList ??= this.inOrder());
  }
  private inOrder(): Entity[] {
    const { resources, promises, inMicrotasks } = this.state;
    const { id, role, order } = resources.columns;
    const first: Entity[] = [];
    const ticks: Entity[] = [];
    const immediates: Entity[] = [];
    const microtasks: (Entity & { order: number })[] = [];
    const taken = this.running ?? this.upcoming;
    for (let slot = 0; slot < resources.slots; slot++) {
      if (id[slot] === 0 || !resources.isQueued(slot)) continue;
      const entity = { id: id[slot], step: false, slot };
      if (taken && !taken.step && taken.id === entity.id) continue;
      if (role[slot] === ROLE.TICK) ticks.push(entity);
      else if (role[slot] === ROLE.IMMEDIATE) immediates.push(entity);
      else if (role[slot] === ROLE.MICROTASK) microtasks.push({ ...entity, order: order[slot] });
      else first.push(entity);
    }
    const steps = promises.columns;
    for (let slot = 0; promises.ready > 0 && slot < promises.slots; slot++) {
      if (steps.id[slot] === 0 || !promises.isReady(slot)) continue;
      if (taken?.step && taken.id === steps.id[slot]) continue;
      microtasks.push({ id: steps.id[slot], step: true, slot, order: steps.order[slot] });
    }
    const inTheirs = (x: Entity, y: Entity) => order[x.slot] - order[y.slot];
    microtasks.sort((x, y) => x.order - y.order);
    ticks.sort(inTheirs);
    immediates.sort(inTheirs);
    const soon = inMicrotasks ? [...microtasks, ...ticks] : [...ticks, ...microtasks];
    return [...(this.upcoming ? [this.upcoming] : []), ...first, ...soon, ...immediates];
  }

  /** Stands in ready, so nowhere else. */
  isUpcoming(id: number): boolean {
    const { upcoming } = this;
    return upcoming !== undefined && !upcoming.step && upcoming.id === id;
  }

  rowId({ id, step }: { id: number; step: boolean }): number {
    return step ? PROMISE_ROW + id : id;
  }

  get runningRow(): ReadyRow | undefined {
    return this.running && readyRow(this, this.running);
  }

  // ---- what a resource is ----

  typeAt(slot: number): { name: string; type: ResourceType } {
    const name = this.definitions.texts.text(this.state.resources.columns.type[slot]);
    return { name, type: typeOf(name) };
  }
  /** The user's function, else what it is in words. */
  nameAt(slot: number, words: 'name' | 'callback'): string {
    const { code } = this.state.resources.columns;
    const { name, type } = this.typeAt(slot);
    return this.nameOf(code[slot]) || type[words] || name;
  }
  textAt(slot: number): string {
    return this.definitions.texts.text(this.state.resources.columns.text[slot]);
  }
  /** Where it was made; else the function that it calls. */
  sourceAt(slot: number): Source | undefined {
    return this.madeAt(slot) ?? this.definitions.sourceOf(this.state.resources.columns.code[slot]);
  }
  madeAt(slot: number): Source | undefined {
    const { id, place } = this.state.resources.columns;
    const read = this.reading?.resources.get(id[slot]);
    return (
      this.definitions.sourceOf(place[slot]) ??
      (read && read.path !== '' ? { path: read.path, line: read.line } : undefined)
    );
  }
  /** The process does not exit while it is there; undefined: nobody has read that. */
  keepsAlive(id: number): boolean | undefined {
    return this.reading?.resources.get(id)?.keepsAlive;
  }
  private nameOf(code: number): string {
    return code === 0 ? '' : this.definitions.nameOf(code);
  }

  age(since: number): number {
    return Math.max(0, (this.now - since) * 1000);
  }

  // ---- why ----

  /** The callback in which it was made, or made ready; undefined: in none that is known. */
  makerOf({ slot, step }: Entity): (Cause & { kind: 'callback' }) | undefined {
    if (slot < 0) return undefined;
    const { resources, promises } = this.state;
    const r = resources.columns;
    const p = promises.columns;
    const [id, byStep, tick, code, type] = step
      ? [p.by[slot], p.byStep[slot], p.tick[slot], p.byCode[slot], p.byType[slot]]
      : [r.maker[slot], r.makerStep[slot], r.tick[slot], r.makerCode[slot], r.makerType[slot]];
    if (id === 0) return undefined;
    const typeName = this.definitions.texts.text(type);
    const known = this.state.resources.find(id);
    const name =
      this.nameOf(code) ||
      (byStep ? 'a promise step' : type !== 0 ? typeOf(typeName).callback || typeName : '') ||
      (known < 0 ? 'a callback' : this.nameAt(known, 'callback'));
    const cause: Cause = { kind: 'callback', callback: this.rowId({ id, step: byStep === 1 }), tick, name };
    const source = this.definitions.sourceOf(code);
    if (source) cause.source = source;
    return cause;
  }

  cause(entity: Entity): Cause {
    const { slot, step } = entity;
    const maker = this.makerOf(entity);
    if (step || slot < 0) return maker ?? { kind: 'unknown' };
    const { role, fd, runTick } = this.state.resources.columns;
    const { name, type } = this.typeAt(slot);
    const madeAt = this.madeAt(slot);
    switch (role[slot]) {
      case ROLE.MAIN:
        return { kind: 'start' };
      case ROLE.TIMEOUT: {
        const source = madeAt ?? maker?.source;
        return { kind: 'timer', scheduledTick: runTick[slot], ...(source && { source }) };
      }
      case ROLE.TICK:
      case ROLE.IMMEDIATE:
      case ROLE.MICROTASK:
        if (maker && madeAt) maker.source = madeAt;
        return maker ?? { kind: 'unknown' };
    }
    if (name === 'SIGNALWRAP') return { kind: 'signal', name: this.textAt(slot) || 'signal' };
    if (!isNative(name)) return maker ?? { kind: 'unknown' };
    const told = this.textAt(slot);
    const what = this.phaseAt(slot) === PHASE.CLOSE ? 'closed' : type.callback || name;
    const detail = told === '' ? what : `${what}: ${told}`;
    return { kind: 'io', ...(fd[slot] >= 0 && { fd: fd[slot] }), detail };
  }

  // ---- phases ----

  /** Of a callback of this resource that would run now. */
  phaseAt(slot: number): number {
    return this.state.phaseAt(slot);
  }
  phaseOf({ slot, step }: Entity): Phase {
    const role = step || slot < 0 ? ROLE.NONE : this.state.resources.columns.role[slot];
    if (step || role === ROLE.TICK || role === ROLE.MICROTASK) return 'microtasks';
    if (role === ROLE.MAIN) return 'ready';
    const phase = slot < 0 ? PHASE.POLL : this.phaseAt(slot);
    if (phase === PHASE.CHECK) return 'check';
    if (phase === PHASE.CLOSE) return 'close';
    return phase === PHASE.TIMERS ? 'timers' : 'poll';
  }
  get phase(): Phase {
    const now = this.running ?? this.upcoming;
    if (now) return this.phaseOf(now);
    if (this.isHead && (this.loopState === 'closed' || this.loopState === 'idle')) return 'idle';
    return this.state.tick === 0 ? 'idle' : 'poll';
  }

  // ---- tasks ----

  /** Those read last that have not ended since, as far as that is known, and those read later that were there already. */
  get tasks(): TaskHere[] {
    return (this.taskList ??= this.tasksHere());
  }
  private tasksHere(): TaskHere[] {
    const { promises } = this.state;
    const here: TaskHere[] = [];
    const read = this.reading?.tasks ?? new Map<TaskId, ReadTask>();
    for (const task of read.values())
      if (this.isExact || promises.isPending(task.promise) !== false)
        here.push({ task, id: task.task, name: task.name });
    if (this.isExact) return here;
    for (const [id, { name, promise }] of this.snapshots.known)
      if (promise !== 0 && !read.has(id) && promises.isPending(promise) === true)
        here.push({ task: undefined, id, name });
    return here;
  }

  /** What sleeps on a timer: by the timer. */
  get sleepers(): Map<number, ReadTask> {
    if (this.sleeperMap === undefined) {
      this.sleeperMap = new Map();
      const { resources } = this.state;
      for (const { task } of this.tasks) {
        if (!task?.reason.resource) continue;
        const slot = resources.find(task.reason.object);
        if (slot >= 0 && resources.isArmed(slot)) this.sleeperMap.set(task.reason.object, task);
      }
    }
    return this.sleeperMap;
  }
  sleeps(task: ReadTask): boolean {
    return this.sleepers.get(task.reason.object)?.task === task.task;
  }

  get fidelity(): string | undefined {
    const { reading } = this;
    const said: string[] = [];
    if (!this.isExact && this.tasks.length > 0)
      said.push(
        reading === undefined
          ? 'What the tasks waited for then was not read.'
          : `Tasks are shown as they were read in tick ${reading.tick}; what they did since is not known.`,
      );
    else if (!this.isExact && !this.isHead && this.snapshots.known.size > 0)
      said.push('Tasks were not read at this moment.');
    if (reading?.fidelity !== undefined) said.push(reading.fidelity);
    return said.length === 0 ? undefined : said.join(' ');
  }

  // ---- rows ----

  get waiting(): WaitingEntry[] {
    return (this.waitingList ??= waitingEntries(this));
  }
  /** Timers that are not about to run; by slot, the next one first. */
  get timers(): number[] {
    const { resources } = this.state;
    const { id, when, order } = resources.columns;
    const slots: number[] = [];
    for (let slot = 0; slot < resources.slots; slot++)
      if (id[slot] !== 0 && resources.isArmed(slot) && !this.isUpcoming(id[slot])) slots.push(slot);
    return slots.sort((x, y) => when[x] - when[y] || order[x] - order[y]);
  }

  get counts(): State['counts'] {
    const { resources } = this.state;
    const { upcoming } = this;
    const due = upcoming && !upcoming.step && upcoming.slot >= 0 && resources.isArmed(upcoming.slot) ? 1 : 0;
    return {
      ready: this.ready.length,
      waiting: this.waiting.length,
      timers: resources.timers - due,
      tasks: this.tasks.length,
    };
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
