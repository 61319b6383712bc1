/** Resources of one type which run once each, in the order in which they were made: TickObjects, Immediates. */
import type { Live } from './resources';

const FIRST_SIZE = 1024;

export class Fifo {
  /** The oldest that is live; 0 none. */
  first = 0;
  count = 0;
  private size = FIRST_SIZE;
  /** Positions of the oldest, and after the youngest; both only grow. */
  private head = 0;
  private tail = 0;
  private ids = new Float64Array(FIRST_SIZE);
  private triggers = new Float64Array(FIRST_SIZE);
  private ticks = new Float64Array(FIRST_SIZE);
  /** Undefined: it was cleared. */
  private objects: (object | undefined)[] = new Array<object | undefined>(FIRST_SIZE).fill(undefined);

  constructor(private readonly type: string) {}

  push(id: number, trigger: number, madeTick: number, resource: object): void {
    if (this.tail - this.head === this.size) this.grow();
    const at = this.tail++ & (this.size - 1);
    this.ids[at] = id;
    this.triggers[at] = trigger;
    this.ticks[at] = madeTick;
    this.objects[at] = resource;
    if (this.count++ === 0) this.first = id;
  }

  /** False when it is not there. */
  remove(id: number): boolean {
    const at = id === this.first ? this.head & (this.size - 1) : this.find(id);
    if (at < 0 || this.first === 0) return false;
    this.objects[at] = undefined;
    this.count--;
    if (id === this.first) this.advance();
    return true;
  }

  has(id: number): boolean {
    return id === this.first || this.find(id) >= 0;
  }

  get(id: number): Live | undefined {
    const at = this.find(id);
    return at < 0 ? undefined : this.at(at);
  }

  objectOf(id: number): object | undefined {
    if (id === this.first) return this.objects[this.head & (this.size - 1)];
    const at = this.find(id);
    return at < 0 ? undefined : this.objects[at];
  }

  /** Oldest first. */
  *live(): Generator<Live> {
    for (let position = this.head; position < this.tail; position++) {
      const at = position & (this.size - 1);
      if (this.objects[at] !== undefined) yield this.at(at);
    }
  }

  /** To the next that was not cleared. */
  private advance(): void {
    const mask = this.size - 1;
    while (this.head < this.tail && this.objects[this.head & mask] === undefined) this.head++;
    this.first = this.head < this.tail ? this.ids[this.head & mask] : 0;
  }

  /** Where it is; -1 nowhere. */
  private find(id: number): number {
    const mask = this.size - 1;
    let [low, high] = [this.head, this.tail];
    if (id < this.first || this.first === 0) return -1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.ids[middle & mask] < id) low = middle + 1;
      else high = middle;
    }
    const at = low & mask;
    return low < this.tail && this.ids[at] === id && this.objects[at] !== undefined ? at : -1;
  }

  private at(at: number): Live {
    return {
      id: this.ids[at],
      type: this.type,
      trigger: this.triggers[at],
      madeTick: this.ticks[at],
      resource: this.objects[at],
    };
  }

  private grow(): void {
    const { size, head } = this;
    const from = head & (size - 1);
    const grown = (old: Float64Array) => {
      const to = new Float64Array(size * 2);
      to.set(old.subarray(from));
      to.set(old.subarray(0, from), size - from);
      return to;
    };
    this.ids = grown(this.ids);
    this.triggers = grown(this.triggers);
    this.ticks = grown(this.ticks);
    const room = new Array<object | undefined>(size).fill(undefined);
    this.objects = [...this.objects.slice(from), ...this.objects.slice(0, from), ...room];
    this.head = 0;
    this.tail = size;
    this.size = size * 2;
  }
}
