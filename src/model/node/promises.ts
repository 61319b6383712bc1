/**
 * The promises that have not settled, and the steps that the settled ones made ready: a promise derived from another
 * (`then`, or what an `await` awaits through) has one step, due once that one has settled. Known at level full only.
 */
import { SlotTable, type SlotCheckpoint } from '../slotTable';

const STATE = {
  PENDING: 0,
  /** What it was derived from has settled; its step has not begun. */
  READY: 1,
  STEPPING: 2,
  /** Kept for the sake of its children, whose steps have not begun. */
  SETTLED: 3,
} as const;

/** More are never kept: programs may make promises that nobody settles. The older half is forgotten then. */
const MOST = 1_000_000;

function columns() {
  return {
    id: new Uint32Array(64),
    state: new Uint8Array(64),
    parent: new Uint32Array(64),
    // Slots + 1, 0 none: the children in the order in which they were derived.
    first: new Uint32Array(64),
    last: new Uint32Array(64),
    next: new Uint32Array(64),
    previous: new Uint32Array(64),
    /** The callback (of a step: the promise, `bySteps` 1) in which it was made or, once ready, made ready. 0 none. */
    by: new Uint32Array(64),
    byStep: new Uint8Array(64),
    /** That callback's function and type. */
    byCode: new Uint32Array(64),
    byType: new Uint32Array(64),
    tick: new Uint32Array(64),
    since: new Float64Array(64),
    order: new Float64Array(64),
  };
}

/** In which callback something happens. */
export interface Where {
  id: number;
  step: boolean;
  code: number;
  type: number;
  tick: number;
  time: number;
}

export class PromiseTable {
  private readonly table = new SlotTable(columns());
  /** Steps that are ready. */
  ready = 0;
  /** The first promise of which everything is known; 0: none was made yet. */
  private knownFrom = 0;

  get columns() {
    return this.table.columns;
  }
  get slots(): number {
    return this.table.slots;
  }
  find(id: number): number {
    return this.table.find(id);
  }
  isReady(slot: number): boolean {
    return this.columns.state[slot] === STATE.READY;
  }
  /** Undefined: it was made before promises were recorded, or after this moment. */
  isPending(id: number): boolean | undefined {
    const slot = this.find(id);
    if (slot >= 0) return this.columns.state[slot] !== STATE.SETTLED;
    return id >= this.knownFrom && this.knownFrom > 0 && id <= this.newest ? false : undefined;
  }
  /** The last promise made. */
  newest = 0;

  made(id: number, parent: number, where: Where, order: number): void {
    if (this.table.size >= MOST) this.forgetOlder();
    if (this.knownFrom === 0) this.knownFrom = id;
    this.newest = id;
    const slot = this.table.add(id);
    const c = this.columns;
    c.state[slot] = STATE.PENDING;
    c.parent[slot] = parent;
    c.first[slot] = c.last[slot] = c.next[slot] = c.previous[slot] = 0;
    this.mark(slot, where, order);
    if (parent === 0) return;
    const above = this.table.find(parent);
    if (above >= 0) {
      this.link(slot, above);
      if (c.state[above] !== STATE.SETTLED) return;
    } else if (parent < this.knownFrom) return;
    c.state[slot] = STATE.READY;
    this.ready++;
  }

  /** Its children's steps are ready, in their order; returns the next free order. */
  settled(id: number, where: Where, order: number): number {
    const slot = this.table.find(id);
    if (slot < 0) return order;
    const c = this.columns;
    if (c.state[slot] === STATE.READY) this.ready--;
    // Settled otherwise than by its step: nothing of it follows from its parent any more.
    this.unlink(slot);
    for (let at = c.first[slot]; at !== 0; at = c.next[at - 1]) {
      if (c.state[at - 1] !== STATE.PENDING) continue;
      c.state[at - 1] = STATE.READY;
      this.ready++;
      this.mark(at - 1, where, order++);
    }
    if (c.first[slot] === 0) this.table.remove(slot);
    else c.state[slot] = STATE.SETTLED;
    return order;
  }

  stepBegan(id: number): void {
    const slot = this.table.find(id);
    if (slot < 0) return;
    const { state } = this.columns;
    if (state[slot] === STATE.SETTLED) return;
    if (state[slot] === STATE.READY) this.ready--;
    state[slot] = STATE.STEPPING;
    this.unlink(slot);
  }
  /** What its step did not settle is what an `await` awaits through: that never settles. */
  stepEnded(id: number): void {
    const slot = this.table.find(id);
    if (slot >= 0 && this.columns.state[slot] === STATE.STEPPING) this.drop(slot);
  }

  /**
   * Node runs all microtasks before anything else, so steps that did not run were not ready: what they wait for was
   * resolved with a promise that has not settled itself.
   */
  drained(): void {
    if (this.ready === 0) return;
    const { id, state } = this.columns;
    for (let slot = 0; slot < this.slots; slot++)
      if (id[slot] !== 0 && state[slot] === STATE.READY) state[slot] = STATE.PENDING;
    this.ready = 0;
  }

  /** Nothing is recorded of them from here on. */
  forget(): void {
    this.table.clear();
    this.ready = 0;
    this.knownFrom = 0;
  }

  private mark(slot: number, where: Where, order: number): void {
    const c = this.columns;
    c.by[slot] = where.id;
    c.byStep[slot] = where.step ? 1 : 0;
    c.byCode[slot] = where.code;
    c.byType[slot] = where.type;
    c.tick[slot] = where.tick;
    c.since[slot] = where.time;
    c.order[slot] = order;
  }
  private link(slot: number, above: number): void {
    const { first, last, next, previous } = this.columns;
    previous[slot] = last[above];
    if (last[above] === 0) first[above] = slot + 1;
    else next[last[above] - 1] = slot + 1;
    last[above] = slot + 1;
  }
  private unlink(slot: number): void {
    const c = this.columns;
    if (c.parent[slot] === 0) return;
    const above = this.table.find(c.parent[slot]);
    c.parent[slot] = 0;
    if (above < 0) return;
    const before = c.previous[slot];
    const after = c.next[slot];
    if (before === 0) c.first[above] = after;
    else c.next[before - 1] = after;
    if (after === 0) c.last[above] = before;
    else c.previous[after - 1] = before;
    c.next[slot] = c.previous[slot] = 0;
    if (c.first[above] === 0 && c.state[above] === STATE.SETTLED) this.table.remove(above);
  }
  /** Its children are left without it. */
  private drop(slot: number): void {
    const c = this.columns;
    this.unlink(slot);
    for (let at = c.first[slot]; at !== 0;) {
      const next = c.next[at - 1];
      c.parent[at - 1] = c.next[at - 1] = c.previous[at - 1] = 0;
      at = next;
    }
    this.table.remove(slot);
  }
  private forgetOlder(): void {
    const { id, state } = this.columns;
    const ids = id.slice(0, this.slots).sort();
    const middle = ids[ids.length >> 1];
    for (let slot = 0; slot < this.slots; slot++) {
      if (id[slot] === 0 || id[slot] >= middle) continue;
      if (state[slot] === STATE.READY) this.ready--;
      this.drop(slot);
    }
    this.knownFrom = middle;
  }

  checkpoint(): PromiseCheckpoint {
    return { table: this.table.checkpoint(), knownFrom: this.knownFrom, newest: this.newest };
  }
  restore({ table, knownFrom, newest }: PromiseCheckpoint): void {
    this.table.restore(table);
    this.knownFrom = knownFrom;
    this.newest = newest;
    this.ready = 0;
    const { id, state } = this.columns;
    for (let slot = 0; slot < this.slots; slot++)
      if (id[slot] !== 0 && state[slot] === STATE.READY) this.ready++;
  }
}

export interface PromiseCheckpoint {
  table: SlotCheckpoint;
  knownFrom: number;
  newest: number;
}
