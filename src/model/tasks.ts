/** The tasks that have not ended, and the last ones that have. */
import { grown } from './definitions';
import { FreeSlots } from './slotIndex';

export const TASK = {
  CREATED: 0,
  /** Yielded without an object: its next step is in ready. */
  READY: 1,
  WAITING: 2,
  /** Suspended on a future that a sleep's timer ends. */
  SLEEPING: 3,
  DONE: 4,
  FAILED: 5,
  CANCELLED: 6,
} as const;

/** Ended tasks that are kept to be shown; older ones are forgotten. */
const ENDED_KEPT = 1000;

export class TaskTable {
  /** By actor id: its slot, or -1. */
  private slotOf = new Int32Array(256).fill(-1);
  private readonly free = new FreeSlots();
  private used = 0;
  /** Actors of ended tasks, oldest first from `endedHead`. */
  private ended: number[] = [];
  private endedHead = 0;
  live = 0;
  waiting = 0;
  sleeping = 0;
  // By slot; actor 0: free. Times in s.
  actor = new Uint32Array(64);
  state = new Uint8Array(64);
  steps = new Uint32Array(64);
  /** Tick in which the state began. */
  tick = new Uint32Array(64);
  since = new Float64Array(64);
  busy = new Float64Array(64);
  ready = new Float64Array(64);
  waited = new Float64Array(64);
  /** The object that it waits for, while it does. */
  object = new Uint32Array(64);

  get slots(): number {
    return this.used;
  }
  slot(actor: number): number {
    return actor < this.slotOf.length ? this.slotOf[actor] : -1;
  }

  create(actor: number, tick: number, time: number): number {
    const known = this.slot(actor);
    if (known >= 0) return known;
    let slot = this.free.pop();
    if (slot < 0) slot = this.used++;
    if (slot >= this.actor.length) this.grow(slot);
    if (actor >= this.slotOf.length) this.slotOf = grown(this.slotOf, actor, -1);
    this.slotOf[actor] = slot;
    this.actor[slot] = actor;
    this.state[slot] = TASK.CREATED;
    this.steps[slot] = 0;
    this.tick[slot] = tick;
    this.since[slot] = time;
    this.busy[slot] = 0;
    this.ready[slot] = 0;
    this.waited[slot] = 0;
    this.object[slot] = 0;
    this.live++;
    return slot;
  }

  /** As if all had entered their state now. */
  sinceAll(time: number): void {
    this.since.fill(time, 0, this.used);
  }

  /** Enters a state; leaving and entering keep the counts. */
  become(slot: number, state: number, tick: number, time: number, object: number): void {
    const before = this.state[slot];
    if (before === TASK.WAITING) this.waiting--;
    else if (before === TASK.SLEEPING) this.sleeping--;
    if (state === TASK.WAITING) this.waiting++;
    else if (state === TASK.SLEEPING) this.sleeping++;
    this.state[slot] = state;
    this.tick[slot] = tick;
    this.since[slot] = time;
    this.object[slot] = object;
    if (state >= TASK.DONE && before < TASK.DONE) this.end(slot);
  }

  private end(slot: number): void {
    this.live--;
    this.ended.push(this.actor[slot]);
    if (this.ended.length - this.endedHead > ENDED_KEPT) this.forget(this.ended[this.endedHead++]);
    if (this.endedHead > ENDED_KEPT) {
      this.ended = this.ended.slice(this.endedHead);
      this.endedHead = 0;
    }
  }
  private forget(actor: number): void {
    const slot = this.slot(actor);
    this.slotOf[actor] = -1;
    this.actor[slot] = 0;
    this.free.push(slot);
  }

  checkpoint(): TaskCheckpoint {
    const slots: number[] = [];
    for (let slot = 0; slot < this.used; slot++)
      if (this.actor[slot] !== 0 && this.state[slot] < TASK.DONE) slots.push(slot);
    for (let i = this.endedHead; i < this.ended.length; i++) slots.push(this.slot(this.ended[i]));
    return {
      actor: Uint32Array.from(slots, (s) => this.actor[s]),
      state: Uint8Array.from(slots, (s) => this.state[s]),
      steps: Uint32Array.from(slots, (s) => this.steps[s]),
      tick: Uint32Array.from(slots, (s) => this.tick[s]),
      since: Float64Array.from(slots, (s) => this.since[s]),
      busy: Float64Array.from(slots, (s) => this.busy[s]),
      ready: Float64Array.from(slots, (s) => this.ready[s]),
      waited: Float64Array.from(slots, (s) => this.waited[s]),
      object: Uint32Array.from(slots, (s) => this.object[s]),
    };
  }
  restore(from: TaskCheckpoint): void {
    for (let slot = 0; slot < this.used; slot++)
      if (this.actor[slot] !== 0) this.slotOf[this.actor[slot]] = -1;
    this.free.clear();
    this.used = 0;
    this.ended = [];
    this.endedHead = 0;
    this.live = this.waiting = this.sleeping = 0;
    const count = from.actor.length;
    if (count === 0) return;
    this.used = count;
    if (count > this.actor.length) this.grow(count - 1);
    this.actor.set(from.actor);
    this.state.set(from.state);
    this.steps.set(from.steps);
    this.tick.set(from.tick);
    this.since.set(from.since);
    this.busy.set(from.busy);
    this.ready.set(from.ready);
    this.waited.set(from.waited);
    this.object.set(from.object);
    for (let slot = 0; slot < count; slot++) {
      const actor = from.actor[slot];
      if (actor >= this.slotOf.length) this.slotOf = grown(this.slotOf, actor, -1);
      this.slotOf[actor] = slot;
      const state = from.state[slot];
      if (state >= TASK.DONE) this.ended.push(actor);
      else this.live++;
      if (state === TASK.WAITING) this.waiting++;
      else if (state === TASK.SLEEPING) this.sleeping++;
    }
  }
  private grow(slot: number): void {
    this.actor = grown(this.actor, slot);
    this.state = grown(this.state, slot);
    this.steps = grown(this.steps, slot);
    this.tick = grown(this.tick, slot);
    this.since = grown(this.since, slot);
    this.busy = grown(this.busy, slot);
    this.ready = grown(this.ready, slot);
    this.waited = grown(this.waited, slot);
    this.object = grown(this.object, slot);
  }
}

export interface TaskCheckpoint {
  actor: Uint32Array;
  state: Uint8Array;
  steps: Uint32Array;
  tick: Uint32Array;
  since: Float64Array;
  busy: Float64Array;
  ready: Float64Array;
  waited: Float64Array;
  object: Uint32Array;
}
