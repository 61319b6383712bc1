/** A loop's timers, in CPython's heap, and what becomes of those that are cancelled. */
import type { TimerHandle } from './events';
import { heapify, heapPop, heapPush } from './heap';

/** Cancelled timers are swept out of the heap when it is larger than this and … */
const MIN_SCHEDULED_TIMER_HANDLES = 100;
/** … more than this part of it is cancelled. */
const MIN_CANCELLED_TIMER_HANDLES_FRACTION = 0.5;

export class Timers {
  /** A heap by deadline. Read it only. */
  heap: TimerHandle[] = [];
  private cancelled = 0;

  add(timer: TimerHandle): void {
    heapPush(this.heap, timer);
  }

  /** A timer was cancelled; whether it was still in the heap. */
  cancel(timer: TimerHandle): boolean {
    if (timer.scheduled) this.cancelled++;
    return timer.scheduled;
  }

  /** Takes out the first if it is due before `end`, s. */
  due(end: number): TimerHandle | undefined {
    if (this.heap.length === 0 || this.heap[0].deadline >= end) return undefined;
    const timer = heapPop(this.heap);
    timer.scheduled = false;
    return timer;
  }

  /** Removes cancelled timers where `_run_once` does: all when they are many, else those that are first. */
  sweep(): void {
    const heap = this.heap;
    if (
      heap.length > MIN_SCHEDULED_TIMER_HANDLES &&
      this.cancelled / heap.length > MIN_CANCELLED_TIMER_HANDLES_FRACTION
    ) {
      this.heap = heap.filter((timer) => {
        if (timer.cancelled()) timer.scheduled = false;
        return timer.scheduled;
      });
      heapify(this.heap);
      this.cancelled = 0;
      return;
    }
    while (heap.length > 0 && heap[0].cancelled()) {
      this.cancelled--;
      heapPop(heap).scheduled = false;
    }
  }

  clear(): void {
    this.heap = [];
    this.cancelled = 0;
  }
}
