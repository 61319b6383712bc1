/** The state of a Node loop at one moment: a fold of the rows of its log. */
import { RESULT, ROLE as CODE_ROLE } from '../../wire/schema';
import type { Definitions } from '../definitions';
import type { Folded, Point } from '../history';
import { OP, unpackDue } from '../log';
import { bytesOf, type SlotCheckpoint } from '../slotTable';
import { PromiseTable, type PromiseCheckpoint } from './promises';
import { ResourceTable } from './resources';
import { ROLE, typeOf } from './types';

/** Where in a tick the loop is, in the order of the phases. */
export const PHASE = {
  /** Nothing ran in this tick, or it is the main module that does. */
  NONE: 0,
  POLL: 1,
  CHECK: 2,
  CLOSE: 3,
  TIMERS: 4,
} as const;

interface Scalars {
  tick: number;
  callbacks: number;
  time: number;
  lossy: boolean;
  full: boolean;
  phase: number;
  inMicrotasks: boolean;
  failed: number;
  order: number;
}

export interface NodeCheckpoint extends Point, Scalars {
  resources: SlotCheckpoint;
  promises: PromiseCheckpoint;
}

const NOBODY = { id: 0, step: false, code: 0, type: 0 };

export class NodeState implements Folded<NodeCheckpoint>, Scalars {
  tick = 0;
  callbacks = 0;
  time = 0;
  lossy = false;
  /** Promises and their steps are recorded. */
  full = false;
  /** PHASE of the last callback that was no microtask and no nextTick. */
  phase: number = PHASE.NONE;
  /** The last that ran was a microtask: the others run before any nextTick. */
  inMicrotasks = false;
  /** Callbacks that an exception left uncaught. */
  failed = 0;
  readonly resources = new ResourceTable();
  readonly promises = new PromiseTable();
  /** What runs now. Empty at every moment that can be asked for but the head. */
  running = NOBODY;

  order = 1;
  /** ROLE by type. */
  private readonly roles: number[] = [];

  constructor(private readonly definitions: Definitions) {}

  apply(op: number, n: number, a: number, b: number, c: number, time: number): void {
    switch (op) {
      case OP.PROMISE:
        return this.promises.made(a, b, this.where, this.order++);
      case OP.SETTLED:
        this.settled(a);
        if (n > 1) this.settled(b);
        if (n > 2) this.settled(c);
        return;
      case OP.STEP:
        this.promises.stepBegan(a);
        this.running = { id: a, step: true, code: 0, type: 0 };
        return;
      case OP.BEGAN:
        return this.began(a, time);
      case OP.RAN:
        return this.ran(n === 1, a, b, time);
      case OP.RAN_ON:
        this.time = time;
        return;
      case OP.TICK:
        this.tick = a;
        this.callbacks = 0;
        this.phase = PHASE.NONE;
        this.time = time;
        return;
      case OP.MADE:
        return this.made(n, a, b, c);
      case OP.TIMER_SET: {
        const slot = this.resources.find(a);
        if (slot >= 0) this.resources.arm(slot, this.time + unpackDue(b), unpackDue(c), this.tick);
        return;
      }
      case OP.GONE:
        this.gone(a);
        if (n > 1) this.gone(b);
        if (n > 2) this.gone(c);
        return;
      case OP.MADE_AT: {
        const slot = this.resources.find(a);
        if (slot >= 0) this.resources.columns.place[slot] = b;
        return;
      }
      case OP.NAMED: {
        const slot = this.resources.find(a);
        if (slot >= 0) this.resources.columns.code[slot] = b;
        if (this.running.id === a && !this.running.step) this.running = { ...this.running, code: b };
        return;
      }
      case OP.DESCRIBED: {
        const slot = this.resources.find(a);
        if (slot >= 0) this.resources.describe(slot, n, b - 1);
        return;
      }
      case OP.LEVEL:
        this.full = n === 1;
        this.promises.forget();
        return;
      case OP.LOST:
        this.lossy = true;
        return;
    }
  }

  private get where() {
    const { id, step, code, type } = this.running;
    return { id, step, code, type, tick: this.tick, time: this.time };
  }

  private made(type: number, id: number, trigger: number, code: number): void {
    const role = (this.roles[type] ??= typeOf(this.definitions.texts.text(type)).role);
    // An immediate of the poll phase runs in the check phase that follows; of any later phase, in the next tick's.
    const runTick = this.phase === PHASE.POLL ? this.tick : this.tick + 1;
    const { resources, running, tick, time } = this;
    resources.add(id, type, role, code, trigger, running, tick, runTick, time, this.order++);
  }

  private gone(id: number): void {
    const slot = this.resources.find(id);
    if (slot >= 0) this.resources.remove(slot);
  }

  private settled(id: number): void {
    this.order = this.promises.settled(id, this.where, this.order);
  }

  private began(id: number, time: number): void {
    this.time = time;
    const { resources } = this;
    const slot = resources.find(id);
    if (slot < 0) {
      this.running = { id, step: false, code: 0, type: 0 };
      return;
    }
    const { role, code, type, repeat } = resources.columns;
    this.running = { id, step: false, code: code[slot], type: type[slot] };
    resources.dequeue(slot);
    if (resources.isArmed(slot)) {
      // Node counts an interval from when its callback began.
      if (repeat[slot] > 0) resources.arm(slot, time + repeat[slot], repeat[slot], this.tick);
      else resources.disarm(slot);
    }
    const is = role[slot];
    this.inMicrotasks = is === ROLE.MICROTASK;
    if (is === ROLE.MICROTASK || is === ROLE.TICK) return;
    this.promises.drained();
    this.phase = this.phaseAt(slot);
  }

  /** Its next callback is its last: the end of its closing. */
  isClosing(slot: number): boolean {
    return this.definitions.roleOf(this.resources.columns.code[slot]) === CODE_ROLE.CLOSE;
  }
  /** Of a callback of this resource that would run now. */
  phaseAt(slot: number): number {
    return this.isClosing(slot) ? PHASE.CLOSE : phaseOf(this.resources.columns.role[slot], this.phase);
  }

  private ran(isStep: boolean, id: number, result: number, time: number): void {
    this.time = time;
    this.callbacks++;
    this.running = NOBODY;
    if (result === RESULT.RAISED) this.failed++;
    if (isStep) {
      this.promises.stepEnded(id);
      this.inMicrotasks = true;
      return;
    }
    const slot = this.resources.find(id);
    if (slot < 0) return;
    const role = this.resources.columns.role[slot];
    const once = role !== ROLE.HANDLE && role !== ROLE.TIMEOUT && role !== ROLE.NONE;
    if (once || this.isClosing(slot)) this.resources.remove(slot);
  }

  get liveEntries(): number {
    return this.resources.slots + this.promises.slots;
  }

  checkpoint(row: number): NodeCheckpoint {
    const { tick, callbacks, time, lossy, full, phase, inMicrotasks, failed, order } = this;
    const resources = this.resources.checkpoint();
    const promises = this.promises.checkpoint();
    const bytes = 512 + bytesOf(resources) + bytesOf(promises.table);
    const scalars: Scalars = { tick, callbacks, time, lossy, full, phase, inMicrotasks, failed, order };
    return { row, bytes, ...scalars, resources, promises };
  }
  restore(from: NodeCheckpoint): void {
    const { tick, callbacks, time, lossy, full, phase, inMicrotasks, failed, order } = from;
    const scalars: Scalars = { tick, callbacks, time, lossy, full, phase, inMicrotasks, failed, order };
    Object.assign(this, scalars);
    this.running = NOBODY;
    this.resources.restore(from.resources);
    this.promises.restore(from.promises);
  }
}

/** The phase in which a callback of this role runs that comes after one of phase `before` in the same tick. */
function phaseOf(role: number, before: number): number {
  switch (role) {
    case ROLE.MAIN:
      return PHASE.NONE;
    case ROLE.IMMEDIATE:
      return PHASE.CHECK;
    case ROLE.TIMEOUT:
      return PHASE.TIMERS;
    default:
      // Poll comes before check: what comes after it in the same tick is the end of a handle's closing.
      return before >= PHASE.CHECK ? PHASE.CLOSE : PHASE.POLL;
  }
}
