/**
 * Things with a number, in columns of typed arrays: a slot each, found by the number. Millions of them come and go, so
 * nothing is allocated for one, and a checkpoint is a copy of the columns.
 */
import { grown, type Growable } from './definitions';
import { FreeSlots, SlotIndex } from './slotIndex';

export interface SlotCheckpoint {
  columns: Growable[];
  slots: number;
}

export class SlotTable<C extends { id: Uint32Array }> {
  private readonly index = new SlotIndex();
  private readonly free = new FreeSlots();
  /** Slots ever used: every number is below it. */
  slots = 0;

  /** By slot; id 0: free. All of the same length. */
  constructor(readonly columns: C & { [K in keyof C]: Growable }) {}

  get size(): number {
    return this.index.size;
  }
  /** -1: there is none with this number. */
  find(id: number): number {
    return this.index.get(id);
  }
  /** A slot for a new number; its other columns still hold what was there before. */
  add(id: number): number {
    let slot = this.free.pop();
    if (slot < 0) slot = this.slots++;
    if (slot >= this.columns.id.length) this.grow(slot);
    this.columns.id[slot] = id;
    this.index.set(id, slot);
    return slot;
  }
  remove(slot: number): void {
    const { id } = this.columns;
    this.index.delete(id[slot]);
    id[slot] = 0;
    if (this.index.size === 0) {
      this.slots = 0;
      this.free.clear();
    } else this.free.push(slot);
  }
  clear(): void {
    this.columns.id.fill(0, 0, this.slots);
    this.index.clear();
    this.free.clear();
    this.slots = 0;
  }

  checkpoint(): SlotCheckpoint {
    const columns = Object.values<Growable>(this.columns).map((column) => column.slice(0, this.slots));
    return { columns, slots: this.slots };
  }
  restore({ columns, slots }: SlotCheckpoint): void {
    this.clear();
    if (slots > this.columns.id.length) this.grow(slots - 1);
    Object.values<Growable>(this.columns).forEach((column, at) => column.set(columns[at]));
    this.slots = slots;
    const { id } = this.columns;
    for (let slot = 0; slot < slots; slot++)
      if (id[slot] === 0) this.free.push(slot);
      else this.index.set(id[slot], slot);
  }
  private grow(slot: number): void {
    const columns = this.columns as Record<string, Growable>;
    for (const name of Object.keys(columns)) columns[name] = grown(columns[name], slot);
  }
}

export function bytesOf({ columns }: SlotCheckpoint): number {
  return columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
