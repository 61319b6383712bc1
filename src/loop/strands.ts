/**
 * What a task is doing, step by step. A task made of generators has one strand, its outermost generator. A task made of
 * native async functions has one for each `await` under way (several with `Promise.all`): V8 keeps the frames, the
 * strand keeps the promise callbacks that resume them.
 *
 * A strand is in ready at most once, so it is its own handle: a step makes nothing. Its fields all have values from the
 * start: a shape that grows later made ticks with I/O polled a tenth slower.
 */
import type { EventLoop } from './baseEvents';
import { getEventLoop, Handle, NO_ARGS, type Callback } from './events';
import { CancelledError, HostFailure, RuntimeError } from './exceptions';
import { isNativeCall, type NativeCall } from './coroutines';
import { foreign } from './foreign';
import { fromPromise } from './promises';
import { isFuture, type Future } from './futures';
import { repr } from './log';
import { shared } from './shared';
import type { Task } from './tasks';

export abstract class Strand extends Handle {
  /** The future it is suspended on. */
  waiter: Future<unknown> | undefined = undefined;
  /** Its place in the task's list of strands under way. */
  before: Strand | undefined = undefined;
  after: Strand | undefined = undefined;
  /** It runs native code: promise reactions must be drained inside its handle. */
  native = false;
  /** The generator that it steps. */
  protected steps: Iterator<unknown, unknown> | undefined = undefined;

  constructor(loop: EventLoop, task: Task<unknown> | undefined) {
    super(step as Callback, NO_ARGS, loop, task);
  }

  override run(): unknown {
    try {
      (this.callback as (strand: Strand) => void)(this);
    } catch (error) {
      return this.failed(error);
    }
    return undefined;
  }

  /** The generator came to its end, or the awaited value is there. */
  abstract returned(value: unknown): void;
  abstract raised(error: unknown): void;

  /** Goes on with the generator. */
  advance(raising: boolean, error: unknown): void {
    const steps = this.steps!;
    let result: IteratorResult<unknown, unknown>;
    try {
      result = !raising ? steps.next() : steps.throw === undefined ? rethrow(error) : steps.throw(error);
    } catch (thrown) {
      this.raised(thrown);
      return;
    }
    if (result.done === true) this.returned(result.value);
    else this.suspend(result.value);
  }

  /** The generator yielded `value`: arranges for the next step. */
  suspend(value: unknown): void {
    if (value === undefined) this.stepSoon();
    else if (isFuture(value)) {
      if (value.loop !== this.loop)
        this.raiseSoon(`Task ${this.task} got Future ${value} attached to a different loop`);
      else if (!value.asyncioFutureBlocking)
        this.raiseSoon(`yield was used instead of yield* in task ${this.task} with ${value}`);
      else this.waitFor(value);
    } else if (isNativeCall(value)) this.follow(value);
    else if (isPromise(value)) this.waitFor(fromPromise(value, this.loop));
    else if (isIterator(value))
      this.raiseSoon(
        `yield was used instead of yield* for generator in task ${this.task} with ${repr(value)}`,
      );
    else this.raiseSoon(`Task got bad yield: ${repr(value)}`);
  }

  /** Suspends it on `future`. */
  waitFor(future: Future<unknown>): void {
    const task = this.task;
    future.asyncioFutureBlocking = false;
    if ((future as unknown) === task) {
      this.raiseSoon(`Task cannot await on itself: ${task}`);
      return;
    }
    this.waiter = future;
    task?.suspended(this);
    future.addWaiter(this);
    if (task !== undefined && task.mustCancel && future.cancel(task.cancelText)) task.mustCancel = false;
  }

  /** Steps it at the next tick. */
  stepSoon(): void {
    this.task?.suspended(this);
    this.callback = step as Callback;
    this.loop.enqueue(this);
  }

  /** The future it waits for is done. */
  wakeSoon(): void {
    this.callback = wakeup as Callback;
    this.loop.enqueue(this);
  }

  private raiseSoon(message: string): void {
    this.task?.suspended(this);
    this.callback = raise as Callback;
    this.args = [new RuntimeError(message)];
    this.loop.enqueue(this);
  }

  /** The generator awaits a native async function: goes on in the same step in which that returns. */
  private follow(call: NativeCall): void {
    this.native = true;
    if (this.task !== undefined) this.task.native = true;
    const goOn = (): void => {
      try {
        proceed(this, false, undefined);
      } catch (leaving) {
        this.loop.interrupt(leaving);
      }
    };
    call.promise.then(goOn, goOn);
  }
}

/** Makes the strand run: the callback of its handles, and what promise reactions call. */
export function resume(strand: Strand, raising: boolean, error: unknown): void {
  const task = strand.task;
  strand.waiter = undefined;
  if (task !== undefined) {
    task.resumed(strand);
    if (task.mustCancel) {
      if (!raising || !(error instanceof CancelledError)) {
        raising = true;
        error = task.makeCancelledError();
      }
      task.mustCancel = false;
    }
  }
  proceed(strand, raising, error);
}

/** Goes on in the step under way: a cancellation asked for in it is for the next one. */
function proceed(strand: Strand, raising: boolean, error: unknown): void {
  const previous = shared.currentTask;
  shared.currentTask = strand.task;
  try {
    strand.advance(raising, error);
  } finally {
    shared.currentTask = previous;
  }
}

function run(strand: Strand, raising: boolean, error: unknown): void {
  const { task, loop } = strand;
  const native = strand.native || (task !== undefined && task.native);
  if (native) loop.drain();
  resume(strand, raising, error);
  if (!native && !strand.native) {
    loop.drained = false;
    return;
  }
  shared.currentTask = task;
  try {
    drainMicrotasks();
  } finally {
    shared.currentTask = undefined;
  }
  loop.throwInterruption();
  if (task !== undefined && task.abandoned()) foreign.suspended(task);
}

/** A step of a task (`Task.__step`). */
function step(strand: Strand): void {
  run(strand, false, undefined);
}

/** A step that throws into the task (`Task.__step` with an exception). */
function raise(strand: Strand): void {
  const [error] = strand.args;
  strand.args = NO_ARGS;
  run(strand, true, error);
}

/** The future that a task waits for is done (`Task.__wakeup`). */
function wakeup(strand: Strand): void {
  const outcome = strand.waiter!.outcome();
  if (outcome === undefined) run(strand, false, undefined);
  else run(strand, true, outcome.error);
}

type Settle = (value: never) => unknown;

/** One `await` of ours in a native async function: of a coroutine, which it steps. */
class NativeAwait extends Strand {
  override native = true;

  constructor(
    loop: EventLoop,
    private readonly resolve: Settle,
    private readonly reject: Settle,
    steps: Iterator<unknown, unknown> | undefined,
  ) {
    super(loop, shared.currentTask);
    this.steps = steps;
    if (this.task !== undefined) this.task.native = true;
  }

  returned(value: unknown): void {
    this.resolve(value as never);
  }

  raised(error: unknown): void {
    this.reject(error as never);
  }
}

/** Of a future. */
class FutureAwait extends NativeAwait {
  constructor(
    loop: EventLoop,
    resolve: Settle,
    reject: Settle,
    private readonly future: Future<unknown>,
  ) {
    super(loop, resolve, reject, undefined);
  }

  override advance(raising: boolean, error: unknown): void {
    if (raising) this.raised(error);
    else this.returned(this.future.result());
  }
}

/** Of the next tick. */
class TickAwait extends NativeAwait {
  constructor(
    loop: EventLoop,
    resolve: Settle,
    reject: Settle,
    private readonly value: unknown,
  ) {
    super(loop, resolve, reject, undefined);
  }

  override advance(raising: boolean, error: unknown): void {
    if (raising) this.raised(error);
    else this.returned(this.value);
  }
}

/** `await future` in a native async function. */
export function awaitFuture<T>(future: Future<T>, resolve: (value: T) => unknown, reject: Settle): void {
  const loop = shared.runningLoop;
  if (future.done() && (loop === undefined || loop.ticking)) {
    const outcome = future.outcome();
    if (outcome === undefined) resolve(future.result());
    else reject(outcome.error as never);
    return;
  }
  future.asyncioFutureBlocking = true;
  new FutureAwait(loop ?? future.loop, resolve, reject, future as Future<unknown>).suspend(future);
}

/** `await sleep(0)` in a native async function: `value` at the next tick. */
export function awaitTick<T>(value: T, resolve: (value: T) => unknown, reject: Settle): void {
  new TickAwait(getEventLoop(), resolve, reject, value).stepSoon();
}

/**
 * `await coroutine` in a native async function: its first step is now, or by a ready callback where the task was
 * resumed from outside the loop.
 */
export function awaitSteps<T>(
  steps: Iterator<unknown, T>,
  resolve: (value: T) => unknown,
  reject: (error: unknown) => unknown,
): void {
  const loop = getEventLoop();
  const now = loop.ticking || shared.runningLoop === undefined;
  if (now && isNativeCall(steps)) {
    awaitCall(steps as NativeCall<T>, resolve, reject);
    return;
  }
  const strand = new NativeAwait(loop, resolve, reject, steps);
  if (now) strand.advance(false, undefined);
  else strand.stepSoon();
}

/** A native async function awaited by another: nothing between the two, so that V8 knows who awaits it, and a debugger, too. */
function awaitCall<T>(
  call: NativeCall<T>,
  resolve: (value: T) => unknown,
  reject: (error: unknown) => unknown,
): void {
  const task = shared.currentTask;
  if (task !== undefined) task.native = true;
  try {
    call.start().then(resolve, reject);
  } catch (error) {
    reject(error);
  }
}

/**
 * Runs every promise reaction and `process.nextTick` now, as Node does between two macrotasks. It does nothing inside a
 * promise reaction, which is why loops are driven from macrotasks only.
 */
export function drainMicrotasks(): void {
  try {
    processTicks();
  } catch (error) {
    throw new HostFailure(error);
  }
}

const processTicks: () => void = (process as unknown as { _tickCallback(): void })._tickCallback;

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

function isIterator(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && typeof (value as { next?: unknown }).next === 'function'
  );
}

function rethrow(error: unknown): never {
  throw error;
}
