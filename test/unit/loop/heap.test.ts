import assert from 'node:assert/strict';
import fc from 'fast-check';
import { heapify, heapPop, heapPush } from '../../../src/loop/heap';

interface Entry {
  deadline: number;
  id: number;
}

/** Written by CPython 3.13's heapq: ids are positions in `deadlines`. */
const cpython = [
  {
    deadlines: [2, 1, 3, 0, 0],
    pushed: [3, 4, 2, 0, 1],
    popped: [3, 4, 1, 0, 2],
    heapified: [4, 3, 2, 0, 1],
  },
  {
    deadlines: [0, 2, 0, 1, 0, 0, 3, 3],
    pushed: [0, 4, 2, 1, 3, 5, 6, 7],
    popped: [0, 2, 5, 4, 3, 1, 6, 7],
    heapified: [5, 4, 2, 3, 1, 0, 6, 7],
  },
  {
    deadlines: [0, 1, 0, 3, 0, 0, 1, 0, 3, 0, 1, 0, 1],
    pushed: [0, 4, 2, 7, 9, 5, 6, 3, 8, 1, 10, 11, 12],
    popped: [0, 2, 5, 11, 4, 9, 7, 6, 12, 10, 1, 3, 8],
    heapified: [11, 9, 5, 7, 4, 2, 6, 3, 8, 1, 10, 0, 12],
  },
  {
    deadlines: [2, 3, 1, 0, 2, 1, 0, 1, 2, 0, 0, 0, 1, 3, 3, 2, 3, 3, 2, 2, 1],
    pushed: [3, 9, 6, 7, 10, 11, 5, 15, 8, 20, 2, 0, 12, 13, 14, 1, 16, 17, 18, 19, 4],
    popped: [3, 6, 11, 9, 10, 5, 12, 2, 20, 7, 19, 4, 0, 18, 8, 15, 14, 16, 17, 1, 13],
    heapified: [6, 10, 11, 3, 9, 12, 2, 7, 18, 20, 4, 5, 0, 13, 14, 15, 16, 17, 8, 19, 1],
  },
];

const entries = (deadlines: number[]): Entry[] => deadlines.map((deadline, id) => ({ deadline, id }));
const ids = (list: Entry[]): number[] => list.map((entry) => entry.id);

function drain(heap: Entry[]): Entry[] {
  const popped: Entry[] = [];
  while (heap.length > 0) popped.push(heapPop(heap));
  return popped;
}

/** heapq told in another way: the smaller child moves up to the hole until a leaf, then the entry bubbles up. */
class Reference {
  constructor(readonly list: Entry[] = []) {}
  push(entry: Entry): void {
    this.bubble(this.list.push(entry) - 1, 0);
  }
  pop(): Entry {
    const top = this.list[0];
    const last = this.list.pop()!;
    if (this.list.length > 0) this.sink(0, last);
    return top;
  }
  heapify(): void {
    for (let i = Math.floor(this.list.length / 2) - 1; i >= 0; i--) this.sink(i, this.list[i]);
  }
  private sink(hole: number, entry: Entry): void {
    const start = hole;
    for (;;) {
      const children = [2 * hole + 1, 2 * hole + 2].filter((child) => child < this.list.length);
      if (children.length === 0) break;
      const [left, right = left] = children;
      const up = this.list[left].deadline < this.list[right].deadline ? left : right;
      this.list[hole] = this.list[up];
      hole = up;
    }
    this.list[hole] = entry;
    this.bubble(hole, start);
  }
  private bubble(at: number, start: number): void {
    while (at > start) {
      const parent = Math.floor((at - 1) / 2);
      if (this.list[at].deadline >= this.list[parent].deadline) return;
      [this.list[at], this.list[parent]] = [this.list[parent], this.list[at]];
      at = parent;
    }
  }
}

describe('heap', () => {
  it('keeps the order of CPython among equal deadlines', () => {
    for (const { deadlines, pushed, popped, heapified } of cpython) {
      const heap: Entry[] = [];
      for (const entry of entries(deadlines)) heapPush(heap, entry);
      assert.deepEqual(ids(heap), pushed);
      assert.deepEqual(ids(drain(heap)), popped);
      const other = entries(deadlines);
      heapify(other);
      assert.deepEqual(ids(other), heapified);
    }
  });

  it('does what the reference does in any mix of pushes and pops', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 5 }), { freq: 3 })), (operations) => {
        const heap: Entry[] = [];
        const reference = new Reference();
        operations.forEach((deadline, id) => {
          if (deadline !== null) {
            heapPush(heap, { deadline, id });
            reference.push({ deadline, id });
          } else if (heap.length > 0) assert.deepEqual(heapPop(heap), reference.pop());
          assert.deepEqual(heap, reference.list);
        });
      }),
    );
  });

  it('heapifies as the reference does, and gives all in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (deadlines) => {
        const heap = entries(deadlines);
        const reference = new Reference(entries(deadlines));
        heapify(heap);
        reference.heapify();
        assert.deepEqual(heap, reference.list);
        assert.deepEqual(
          drain(heap).map((entry) => entry.deadline),
          [...deadlines].sort((a, b) => a - b),
        );
      }),
    );
  });
});
