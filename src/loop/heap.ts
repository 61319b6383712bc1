/**
 * CPython's `heapq` on timers, step for step: which of two equal deadlines comes out first follows from the exact order
 * of sifting, so another heap would be another order of callbacks.
 */

/** What the heap orders: `when` in seconds, strictly smaller first. */
export interface Due {
  readonly deadline: number;
}

/** Moves the entry at `pos` towards the root until its parent is not larger (`heapq._siftdown`). */
function siftDown<T extends Due>(heap: T[], start: number, pos: number): void {
  const item = heap[pos];
  const when = item.deadline;
  while (pos > start) {
    const parentPos = (pos - 1) >> 1;
    const parent = heap[parentPos];
    if (!(when < parent.deadline)) break;
    heap[pos] = parent;
    pos = parentPos;
  }
  heap[pos] = item;
}

/** Moves the smaller child up until a leaf is reached, then the entry down from there (`heapq._siftup`). */
function siftUp<T extends Due>(heap: T[], pos: number): void {
  const end = heap.length;
  const start = pos;
  const item = heap[pos];
  let child = 2 * pos + 1;
  while (child < end) {
    const right = child + 1;
    if (right < end && !(heap[child].deadline < heap[right].deadline)) child = right;
    heap[pos] = heap[child];
    pos = child;
    child = 2 * pos + 1;
  }
  heap[pos] = item;
  siftDown(heap, start, pos);
}

/** `heapq.heappush`. */
export function heapPush<T extends Due>(heap: T[], item: T): void {
  heap.push(item);
  siftDown(heap, 0, heap.length - 1);
}

/** `heapq.heappop`; the heap must not be empty. */
export function heapPop<T extends Due>(heap: T[]): T {
  const last = heap.pop()!;
  if (heap.length === 0) return last;
  const first = heap[0];
  heap[0] = last;
  siftUp(heap, 0);
  return first;
}

/** `heapq.heapify`. */
export function heapify<T extends Due>(heap: T[]): void {
  for (let pos = (heap.length >> 1) - 1; pos >= 0; pos--) siftUp(heap, pos);
}
