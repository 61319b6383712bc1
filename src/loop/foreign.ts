/**
 * Tasks whose native code awaits a promise that is not ours (`await fetch(…)`). V8 resumes them by itself, between the
 * loop's callbacks; nothing can be put in between. What is done here:
 *
 * - `currentTask()` is right there: each promise made in a task's step carries its task. That doubles the price of the
 *   plainest await, so it ends where a program makes many promises and never awaits a foreign one, until it does.
 * - The next `await` of ours begins by a ready callback: from there on the task is back in the loop's order.
 *
 * `await fromPromise(promise)` has no limits: the outcome comes as a ready callback, and the wait can be cancelled.
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

/** Promises that are tagged without one foreign await to show for it. */
const TRIAL = 20_000;
let tagged = 0;
/** A task of this process has awaited a foreign promise: others will. */
let needed = false;
let stopHooks: (() => void) | undefined;
/**
 * A task that awaits a foreign promise made while none were tagged, so that nothing tells of its end: while it lasts,
 * what runs outside the loop's callbacks is taken for it.
 */
let untagged: Task<unknown> | undefined;
let before: Task<unknown> | undefined;

function start(): void {
  if (!needed && tagged >= TRIAL) return;
  stopHooks = promiseHooks.createHook({ init: made, before: entered, after: left }) as unknown as () => void;
}

function stop(): void {
  stopHooks?.();
  stopHooks = untagged = before = undefined;
}

function suspended(task: Task<unknown>): void {
  if (task.foreign) return;
  task.foreign = true;
  task.loop.hostWork++;
  needed = true;
  if (stopHooks !== undefined) return;
  untagged = task;
  start();
}

function outside(): Task<unknown> | undefined {
  return untagged?.foreign ? untagged : undefined;
}

function made(promise: Promise<unknown>): void {
  if (shared.currentTask === undefined) return;
  new Owned(promise, shared.currentTask);
  if (!needed && ++tagged >= TRIAL) stop();
}

function entered(promise: Promise<unknown>): void {
  before = shared.currentTask;
  const owner = Owned.owner(promise);
  if (owner !== undefined) shared.currentTask = owner;
}

function left(): void {
  shared.currentTask = before;
}

export interface ForeignHooks {
  /** A loop begins to run. */
  start(): void;
  /** It has stopped. */
  stop(): void;
  /** The task's native code awaits something of which the loop knows nothing. */
  suspended(task: Task<unknown>): void;
  /** The task to which code outside the loop's callbacks belongs, as far as is known. */
  outside(): Task<unknown> | undefined;
}

export const foreign: ForeignHooks = (shared.foreign ??= { start, stop, suspended, outside });

/** It awaits something of ours again, or is done. */
export function foreignResumed(task: Task<unknown>): void {
  task.foreign = false;
  task.loop.hostWork--;
}
