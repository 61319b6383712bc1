/**
 * Resources of one type which run once each, in the order in which they were made: TickObjects, Immediates. In blocks, as
 * Node's own queue of them is: what a burst adds moves nothing that is there.
 */
import type { Live } from './resources';

const SIZE = 1024;

class Block {
  readonly ids = new Float64Array(SIZE);
  readonly triggers = new Float64Array(SIZE);
  readonly ticks = new Float64Array(SIZE);
  /** Of what will be called; 0 not known. */
  readonly codes = new Int32Array(SIZE);
  /** Undefined: it has run, or was cleared. */
  readonly objects: (object | undefined)[] = new Array<object | undefined>(SIZE).fill(undefined);
  /** Where the oldest is, if it is in this block; and where the next goes. */
  head = 0;
  tail = 0;
  next: Block | undefined;
}

export class Fifo {
  /** The oldest that is live; 0 none. */
  first = 0;
  count = 0;
  private oldest = new Block();
  private youngest = this.oldest;
  /** One that is free. */
  private spare: Block | undefined;

  constructor(private readonly type: string) {}

  push(id: number, trigger: number, madeTick: number, resource: object, code: number): void {
    let block = this.youngest;
    if (block.tail === SIZE) block = this.append();
    const at = block.tail++;
    block.ids[at] = id;
    block.triggers[at] = trigger;
    block.ticks[at] = madeTick;
    block.codes[at] = code;
    block.objects[at] = resource;
    if (this.count++ === 0) this.first = id;
  }

  /** False when it is not there. */
  remove(id: number): boolean {
    if (this.first === 0 || id < this.first) return false;
    const block = this.blockOf(id);
    const at = this.find(id, block);
    if (at < 0) return false;
    block.objects[at] = undefined;
    this.count--;
    if (id === this.first) this.advance();
    return true;
  }

  has(id: number): boolean {
    return id === this.first || (this.first !== 0 && this.find(id, this.blockOf(id)) >= 0);
  }

  get(id: number): Live | undefined {
    const block = this.blockOf(id);
    const at = this.find(id, block);
    return at < 0 ? undefined : this.at(block, at);
  }

  objectOf(id: number): object | undefined {
    const block = this.blockOf(id);
    const at = this.find(id, block);
    return at < 0 ? undefined : block.objects[at];
  }

  /** 0: not known, or not there. */
  codeOf(id: number): number {
    const block = this.blockOf(id);
    const at = this.find(id, block);
    return at < 0 ? 0 : block.codes[at];
  }

  /** Oldest first. */
  *live(): Generator<Live> {
    for (let block: Block | undefined = this.oldest; block !== undefined; block = block.next)
      for (let at = block.head; at < block.tail; at++)
        if (block.objects[at] !== undefined) yield this.at(block, at);
  }

  /** To the next that was not cleared. */
  private advance(): void {
    let block = this.oldest;
    for (;;) {
      const { objects, tail } = block;
      let { head } = block;
      while (head < tail && objects[head] === undefined) head++;
      block.head = head;
      if (head < tail) {
        this.first = block.ids[head];
        return;
      }
      if (block.next === undefined) break;
      block = this.drop(block, block.next);
    }
    block.head = block.tail = 0;
    this.first = 0;
  }

  private append(): Block {
    const block = this.spare ?? new Block();
    this.spare = undefined;
    this.youngest.next = block;
    this.youngest = block;
    return block;
  }

  /** The oldest has nothing any more. */
  private drop(block: Block, next: Block): Block {
    block.head = block.tail = 0;
    block.next = undefined;
    this.spare = block;
    this.oldest = next;
    return next;
  }

  /** The only one in which it may be. */
  private blockOf(id: number): Block {
    let block = this.oldest;
    while (block.next !== undefined && block.next.ids[0] <= id) block = block.next;
    return block;
  }

  /** Where it is in its block; -1 nowhere. */
  private find(id: number, { ids, objects, head, tail }: Block): number {
    if (head < tail && ids[head] === id) return head;
    let low = head;
    let high = tail;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ids[middle] < id) low = middle + 1;
      else high = middle;
    }
    return low < tail && ids[low] === id && objects[low] !== undefined ? low : -1;
  }

  private at(block: Block, at: number): Live {
    return {
      id: block.ids[at],
      type: this.type,
      trigger: block.triggers[at],
      madeTick: block.ticks[at],
      resource: block.objects[at],
    };
  }
}
