/** First in, first out, like the `collections.deque` of a loop's ready callbacks: a ring that doubles when it is full. */
export class Ring<T> {
  private slots: (T | undefined)[];
  private head = 0;
  private mask: number;
  length = 0;

  constructor() {
    this.slots = new Array<T | undefined>(INITIAL);
    this.mask = INITIAL - 1;
  }

  push(item: T): void {
    if (this.length > this.mask) this.grow();
    this.slots[(this.head + this.length++) & this.mask] = item;
  }

  /** Takes the oldest; undefined when there is none. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.slots[this.head];
    this.slots[this.head] = undefined;
    this.head = (this.head + 1) & this.mask;
    // A burst must not keep its memory for ever.
    if (--this.length === 0 && this.mask >= KEPT) this.clear();
    return item;
  }

  /** The entry at `index`, 0 being the oldest. */
  at(index: number): T | undefined {
    return index < 0 || index >= this.length ? undefined : this.slots[(this.head + index) & this.mask];
  }

  clear(): void {
    this.slots = new Array<T | undefined>(INITIAL);
    this.mask = INITIAL - 1;
    this.head = 0;
    this.length = 0;
  }

  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let i = 0; i < this.length; i++) yield this.at(i) as T;
  }

  private grow(): void {
    const old = this.slots;
    const size = old.length;
    const slots = new Array<T | undefined>(size * 2);
    for (let i = 0; i < size; i++) slots[i] = old[(this.head + i) & this.mask];
    this.slots = slots;
    this.head = 0;
    this.mask = size * 2 - 1;
  }
}

const INITIAL = 64;
const KEPT = 1 << 16;
