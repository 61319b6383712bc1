/** The resources that there are: what stands in ready by itself, the timers, and what waits. */
import { SlotTable, type SlotCheckpoint } from '../slotTable';
import { ROLE } from './types';

const FLAG = {
  /** Will run without anything else happening: nextTicks, immediates, microtasks. */
  QUEUED: 1,
  /** A Timeout with a deadline. */
  ARMED: 2,
} as const;

function columns() {
  return {
    id: new Uint32Array(64),
    /** A text. */
    type: new Uint32Array(64),
    role: new Uint8Array(64),
    flags: new Uint8Array(64),
    /** The function that it calls, 0 not known. */
    code: new Uint32Array(64),
    /** The line on which it was made (a code), 0 not known. */
    place: new Uint32Array(64),
    trigger: new Uint32Array(64),
    /** The callback that made it: its resource, or (`makerStep` 1) its promise. 0: none ran. */
    maker: new Uint32Array(64),
    makerStep: new Uint8Array(64),
    makerCode: new Uint32Array(64),
    makerType: new Uint32Array(64),
    tick: new Uint32Array(64),
    /** Loop time, s. */
    since: new Float64Array(64),
    /** Its place among all that ever became ready or were made. */
    order: new Float64Array(64),
    /** The first tick in which an immediate may run; a timer: the tick in which it was armed. */
    runTick: new Uint32Array(64),
    /** Loop time, s. */
    when: new Float64Array(64),
    /** s, 0: once */
    repeat: new Float64Array(64),
    /** A text. */
    text: new Uint32Array(64),
    /** -1 none */
    fd: new Int32Array(64),
  };
}

/** The callback that runs while something is made. */
export interface Maker {
  id: number;
  step: boolean;
  code: number;
  type: number;
}

export class ResourceTable {
  private readonly table = new SlotTable(columns());
  queued = 0;
  timers = 0;
  waiting = 0;

  get columns() {
    return this.table.columns;
  }
  get slots(): number {
    return this.table.slots;
  }
  find(id: number): number {
    return this.table.find(id);
  }

  add(
    id: number,
    type: number,
    role: number,
    code: number,
    trigger: number,
    maker: Maker,
    tick: number,
    runTick: number,
    since: number,
    order: number,
  ): void {
    const { table } = this;
    const known = table.find(id);
    if (known >= 0) this.remove(known);
    const slot = table.add(id);
    const c = table.columns;
    c.type[slot] = type;
    c.role[slot] = role;
    c.code[slot] = code;
    c.place[slot] = 0;
    c.trigger[slot] = trigger;
    c.maker[slot] = maker.id;
    c.makerStep[slot] = maker.step ? 1 : 0;
    c.makerCode[slot] = maker.code;
    c.makerType[slot] = maker.type;
    c.tick[slot] = tick;
    c.runTick[slot] = runTick;
    c.since[slot] = since;
    c.order[slot] = order;
    c.when[slot] = 0;
    c.repeat[slot] = 0;
    c.text[slot] = 0;
    c.fd[slot] = -1;
    const isQueued =
      role === ROLE.TICK || role === ROLE.IMMEDIATE || role === ROLE.MICROTASK || role === ROLE.MAIN;
    c.flags[slot] = isQueued ? FLAG.QUEUED : 0;
    if (isQueued) this.queued++;
    if (this.waits(slot)) this.waiting++;
  }
  remove(slot: number): void {
    this.dequeue(slot);
    this.disarm(slot);
    if (this.waits(slot)) this.waiting--;
    this.table.remove(slot);
  }

  isQueued(slot: number): boolean {
    return (this.columns.flags[slot] & FLAG.QUEUED) !== 0;
  }
  dequeue(slot: number): void {
    if (!this.isQueued(slot)) return;
    this.columns.flags[slot] &= ~FLAG.QUEUED;
    this.queued--;
  }

  isArmed(slot: number): boolean {
    return (this.columns.flags[slot] & FLAG.ARMED) !== 0;
  }
  arm(slot: number, when: number, repeat: number, tick: number): void {
    const c = this.columns;
    if (!this.isArmed(slot)) this.timers++;
    c.flags[slot] |= FLAG.ARMED;
    c.when[slot] = when;
    c.repeat[slot] = repeat;
    c.runTick[slot] = tick;
  }
  disarm(slot: number): void {
    if (!this.isArmed(slot)) return;
    this.columns.flags[slot] &= ~FLAG.ARMED;
    this.timers--;
  }

  /** It can still bring a callback, and is no timer. What the program writes to its own output is nothing to wait for. */
  waits(slot: number): boolean {
    const { role, fd } = this.columns;
    return role[slot] >= ROLE.HANDLE && fd[slot] !== 1 && fd[slot] !== 2;
  }
  describe(slot: number, text: number, fd: number): void {
    const before = this.waits(slot);
    this.columns.text[slot] = text;
    this.columns.fd[slot] = fd;
    const after = this.waits(slot);
    if (before !== after) this.waiting += after ? 1 : -1;
  }

  checkpoint(): SlotCheckpoint {
    return this.table.checkpoint();
  }
  restore(from: SlotCheckpoint): void {
    this.table.restore(from);
    this.queued = this.timers = this.waiting = 0;
    const { id } = this.columns;
    for (let slot = 0; slot < this.slots; slot++) {
      if (id[slot] === 0) continue;
      if (this.isQueued(slot)) this.queued++;
      if (this.isArmed(slot)) this.timers++;
      if (this.waits(slot)) this.waiting++;
    }
  }
}
