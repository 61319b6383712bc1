/**
 * Whether what was read of pending async calls still holds: a heap snapshot takes some tenths of a second, which is felt at
 * each step. A call goes on only where a promise that was pending is settled, and begins with one that is new.
 */
import { inspect } from 'node:util';

/** More promises are not looked at one by one: it takes some 4 µs each. */
const MOST = 5000;

export class Unchanged {
  private pending: WeakRef<object>[] | undefined;
  private resources = '';

  /**
   * Whether the same promises are pending as when this was asked last, and the same resources there, which are what may
   * settle them. `promises`: all that there are.
   */
  since(promises: readonly object[], resources: string): boolean {
    const pending = promises.length > MOST ? undefined : promises.filter(isPending);
    const before = this.pending;
    const same =
      pending !== undefined &&
      before?.length === pending.length &&
      resources === this.resources &&
      isSame(before, new Set(pending));
    this.pending = pending?.map((promise) => new WeakRef(promise));
    this.resources = resources;
    return same;
  }

  /** None was pending then. */
  get none(): boolean {
    return this.pending?.length === 0;
  }
}

function isSame(before: readonly WeakRef<object>[], now: ReadonlySet<object>): boolean {
  return before.every((each) => {
    const promise = each.deref();
    return promise !== undefined && now.has(promise);
  });
}

/** Node tells it by words alone. Runs nothing of the program's. */
function isPending(promise: object): boolean {
  const text = inspect(promise, {
    depth: 0,
    showHidden: false,
    showProxy: true,
    customInspect: false,
    colors: false,
    maxArrayLength: 0,
    maxStringLength: 0,
    breakLength: Infinity,
    sorted: false,
    getters: false,
  });
  return /^[^{]*\{ <pending>[ ,]/.test(text);
}
