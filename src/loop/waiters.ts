/**
 * Futures in line for a lock or a queue, first in, first out, like the deques of `asyncio.locks`; but one that leaves
 * from the middle (a cancelled task) costs nothing to take out.
 */
import type { Future } from './futures';

/** The place of a future in the line. */
export interface Place<T> {
  readonly future: Future<T>;
  before: Place<T> | undefined;
  after: Place<T> | undefined;
  inLine: boolean;
}

export class Waiters<T> {
  length = 0;
  private head: Place<T> | undefined;
  private tail: Place<T> | undefined;

  push(future: Future<T>): Place<T> {
    const place: Place<T> = { future, before: this.tail, after: undefined, inLine: true };
    if (this.tail === undefined) this.head = place;
    else this.tail.after = place;
    this.tail = place;
    this.length++;
    return place;
  }

  /** Takes it out; does nothing when it is out. */
  remove(place: Place<T>): void {
    if (!place.inLine) return;
    const { before, after } = place;
    if (before === undefined) this.head = after;
    else before.after = after;
    if (after === undefined) this.tail = before;
    else after.before = before;
    place.inLine = false;
    place.before = place.after = undefined;
    this.length--;
  }

  /** Takes out the one that has waited longest; undefined when there is none. */
  shift(): Future<T> | undefined {
    const head = this.head;
    if (head === undefined) return undefined;
    this.remove(head);
    return head.future;
  }

  /** The one that has waited longest. */
  first(): Future<T> | undefined {
    return this.head?.future;
  }

  /** Longest first. The line may not change meanwhile. */
  *[Symbol.iterator](): Generator<Future<T>, void, undefined> {
    for (let place = this.head; place !== undefined; place = place.after) yield place.future;
  }
}
