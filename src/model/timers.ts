/** The timer handles that are neither cancelled nor due. */
import { ROLE } from '../wire/schema';
import { grown } from './definitions';
import { FreeSlots, SlotIndex } from './slotIndex';

export interface TimerCheckpoint {
  handle: Uint32Array;
  when: Float64Array;
  code: Uint32Array;
  role: Uint8Array;
  object: Uint32Array;
  actor: Uint32Array;
  tick: Uint32Array;
  site: Uint32Array;
}

export class TimerTable {
  private readonly index = new SlotIndex();
  private readonly free = new FreeSlots();
  /** Slots ever used: every timer is below it. */
  slots = 0;
  // By slot; handle 0: free.
  handle = new Uint32Array(16);
  /** Loop time in s. */
  when = new Float64Array(16);
  code = new Uint32Array(16);
  role = new Uint8Array(16);
  /** The future that a sleep or a timeout will end, 0: none. */
  object = new Uint32Array(16);
  /** The task that scheduled it, 0: none. */
  actor = new Uint32Array(16);
  /** Tick in which it was scheduled. */
  tick = new Uint32Array(16);
  /** The line that scheduled it (a code), 0: not recorded. */
  site = new Uint32Array(16);

  get size(): number {
    return this.index.size;
  }

  add(handle: number, when: number, code: number, role: number, object: number, tick: number): number {
    this.remove(handle);
    let slot = this.free.pop();
    if (slot < 0) slot = this.slots++;
    if (slot >= this.handle.length) this.grow(slot);
    this.handle[slot] = handle;
    this.when[slot] = when;
    this.code[slot] = code;
    this.role[slot] = role;
    this.object[slot] = object;
    this.actor[slot] = 0;
    this.tick[slot] = tick;
    this.site[slot] = 0;
    this.index.set(handle, slot);
    return slot;
  }
  /** -1: there is no such timer. */
  find(handle: number): number {
    return this.index.get(handle);
  }
  /** True when the timer is a sleep's and will end this future. */
  isSleepOf(slot: number, object: number): boolean {
    return this.object[slot] === object && this.role[slot] === ROLE.SLEEP;
  }
  remove(handle: number): void {
    const slot = this.index.get(handle);
    if (slot < 0) return;
    this.index.delete(handle);
    this.handle[slot] = 0;
    this.free.push(slot);
  }
  private used(): number[] {
    const slots: number[] = [];
    for (let slot = 0; slot < this.slots; slot++) if (this.handle[slot] !== 0) slots.push(slot);
    return slots;
  }
  /** Slots in order of deadline. */
  inOrder(): number[] {
    const when = this.when;
    return this.used().sort((x, y) => when[x] - when[y] || x - y);
  }

  checkpoint(): TimerCheckpoint {
    const slots = this.used();
    return {
      handle: Uint32Array.from(slots, (s) => this.handle[s]),
      when: Float64Array.from(slots, (s) => this.when[s]),
      code: Uint32Array.from(slots, (s) => this.code[s]),
      role: Uint8Array.from(slots, (s) => this.role[s]),
      object: Uint32Array.from(slots, (s) => this.object[s]),
      actor: Uint32Array.from(slots, (s) => this.actor[s]),
      tick: Uint32Array.from(slots, (s) => this.tick[s]),
      site: Uint32Array.from(slots, (s) => this.site[s]),
    };
  }
  restore(from: TimerCheckpoint): void {
    this.index.clear();
    this.free.clear();
    const count = from.handle.length;
    this.slots = count;
    if (count > this.handle.length) this.grow(count - 1);
    this.handle.set(from.handle);
    this.when.set(from.when);
    this.code.set(from.code);
    this.role.set(from.role);
    this.object.set(from.object);
    this.actor.set(from.actor);
    this.tick.set(from.tick);
    this.site.set(from.site);
    for (let slot = 0; slot < count; slot++) this.index.set(from.handle[slot], slot);
  }
  private grow(slot: number): void {
    this.handle = grown(this.handle, slot);
    this.when = grown(this.when, slot);
    this.code = grown(this.code, slot);
    this.role = grown(this.role, slot);
    this.object = grown(this.object, slot);
    this.actor = grown(this.actor, slot);
    this.tick = grown(this.tick, slot);
    this.site = grown(this.site, slot);
  }
}
