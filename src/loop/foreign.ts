/**
 * Tasks whose native code awaits a promise that is not ours (`await fetch(…)`). V8 resumes them by itself, between the
 * loop's callbacks; nothing can be put in between. What is done here:
 *
 * - `currentTask()` is right there: from the first such await of a run on, each promise made in a task's step carries
 *   its task. That doubles the price of an await, so it is off until it is needed.
 * - The next `await` of ours begins by a ready callback: from there on the task is back in the loop's order.
 *
 * `await fromPromise(promise)` has neither limit: the outcome comes as a ready callback, and the wait can be cancelled.
 */
import { promiseHooks } from 'node:v8';
import { shared } from './shared';
import type { Task } from './tasks';

/** The promise's task, in a private field, which costs a third of what a WeakMap does and cannot be seen. */
class Owned extends (function (promise: object) {
  return promise;
} as unknown as new (promise: object) => object) {
  #task: Task<unknown>;
  constructor(promise: object, task: Task<unknown>) {
    super(promise);
    this.#task = task;
  }
  static owner(promise: object): Task<unknown> | undefined {
    return #task in promise ? promise.#task : undefined;
  }
}

let stopHooks: (() => void) | undefined;
/**
 * The first such task of the run: V8 was not asked to tell of the `await` under way, so while it lasts, whatever runs
 * outside the loop's callbacks is taken for it.
 */
let first: Task<unknown> | undefined;
let before: Task<unknown> | undefined;

/** The task's native code awaits something of which the loop knows nothing. */
export function foreignSuspended(task: Task<unknown>): void {
  if (task.foreign) return;
  task.foreign = true;
  task.loop.hostWork++;
  if (stopHooks !== undefined) return;
  first = task;
  stopHooks = promiseHooks.createHook({ init: made, before: entered, after: left }) as unknown as () => void;
}

/** It awaits something of ours again, or is done. */
export function foreignResumed(task: Task<unknown>): void {
  task.foreign = false;
  task.loop.hostWork--;
}

/** The task to which code outside the loop's callbacks belongs, as far as is known. */
export function outsideTask(): Task<unknown> | undefined {
  return first?.foreign ? first : undefined;
}

/** The run is over. */
export function forgetForeign(): void {
  stopHooks?.();
  stopHooks = first = before = undefined;
}

function made(promise: Promise<unknown>): void {
  if (shared.currentTask !== undefined) new Owned(promise, shared.currentTask);
}

function entered(promise: Promise<unknown>): void {
  before = shared.currentTask;
  const owner = Owned.owner(promise);
  if (owner !== undefined) shared.currentTask = owner;
}

function left(): void {
  shared.currentTask = before;
}
