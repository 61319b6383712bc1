/** The timer handles that are neither cancelled nor due. */
import { ROLE } from '../wire/schema';
import { grown } from './definitions';

export interface TimerCheckpoint {
  handle: Uint32Array;
  when: Float64Array;
  code: Uint32Array;
  role: Uint8Array;
  object: Uint32Array;
  actor: Uint32Array;
  tick: Uint32Array;
}

export class TimerTable {
  private slotOf = new Map<number, number>();
  // Both maps have keys of 32 signed bits, which V8 keeps unboxed.
  /** Timers of sleeps and timeouts by the future that they will end. */
  private byObject = new Map<number, number>();
  private free: number[] = [];
  private used = 0;
  // By slot; handle 0: free.
  handle = new Uint32Array(16);
  /** Loop time in s. */
  when = new Float64Array(16);
  code = new Uint32Array(16);
  role = new Uint8Array(16);
  object = new Uint32Array(16);
  /** The task that scheduled it, 0: none. */
  actor = new Uint32Array(16);
  /** Tick in which it was scheduled. */
  tick = new Uint32Array(16);

  get size(): number {
    return this.slotOf.size;
  }
  /** Slots ever used: every timer is below it. */
  get slots(): number {
    return this.used;
  }

  add(handle: number, when: number, code: number, role: number, object: number, tick: number): number {
    this.remove(handle);
    const slot = this.free.pop() ?? this.used++;
    if (slot >= this.handle.length) this.grow(slot);
    this.handle[slot] = handle;
    this.when[slot] = when;
    this.code[slot] = code;
    this.role[slot] = role;
    this.object[slot] = object;
    this.actor[slot] = 0;
    this.tick[slot] = tick;
    this.slotOf.set(handle | 0, slot);
    if (object !== 0) this.byObject.set(object | 0, slot);
    return slot;
  }
  find(handle: number): number {
    return this.slotOf.get(handle | 0) ?? -1;
  }
  /** True when a sleep's timer will end this future. */
  isSleep(object: number): boolean {
    const slot = this.byObject.get(object | 0);
    return slot !== undefined && this.role[slot] === ROLE.SLEEP;
  }
  /** The timer that will end this future, or -1. */
  ofObject(object: number): number {
    return this.byObject.get(object | 0) ?? -1;
  }
  remove(handle: number): void {
    const slot = this.slotOf.get(handle | 0);
    if (slot === undefined) return;
    this.slotOf.delete(handle | 0);
    const object = this.object[slot];
    if (object !== 0 && this.byObject.get(object | 0) === slot) this.byObject.delete(object | 0);
    this.handle[slot] = 0;
    this.free.push(slot);
  }
  /** Slots in order of deadline. */
  inOrder(): number[] {
    const slots = [...this.slotOf.values()];
    const when = this.when;
    return slots.sort((x, y) => when[x] - when[y]);
  }

  checkpoint(): TimerCheckpoint {
    const slots = [...this.slotOf.values()];
    return {
      handle: Uint32Array.from(slots, (s) => this.handle[s]),
      when: Float64Array.from(slots, (s) => this.when[s]),
      code: Uint32Array.from(slots, (s) => this.code[s]),
      role: Uint8Array.from(slots, (s) => this.role[s]),
      object: Uint32Array.from(slots, (s) => this.object[s]),
      actor: Uint32Array.from(slots, (s) => this.actor[s]),
      tick: Uint32Array.from(slots, (s) => this.tick[s]),
    };
  }
  restore(from: TimerCheckpoint): void {
    this.slotOf.clear();
    this.byObject.clear();
    this.free = [];
    this.used = 0;
    for (let i = 0; i < from.handle.length; i++) {
      const slot = this.add(
        from.handle[i],
        from.when[i],
        from.code[i],
        from.role[i],
        from.object[i],
        from.tick[i],
      );
      this.actor[slot] = from.actor[i];
    }
  }
  private grow(slot: number): void {
    this.handle = grown(this.handle, slot);
    this.when = grown(this.when, slot);
    this.code = grown(this.code, slot);
    this.role = grown(this.role, slot);
    this.object = grown(this.object, slot);
    this.actor = grown(this.actor, slot);
    this.tick = grown(this.tick, slot);
  }
}
