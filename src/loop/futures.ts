/** Results that come later (`asyncio.futures`). */
import { inspect } from 'node:util';
import type { EventLoop } from './baseEvents';
import { getEventLoop } from './events';
import { CancelledError, InvalidStateError, RuntimeError } from './exceptions';
import { formatCallback, repr, stackHere } from './log';
import { awaitFuture, type Strand } from './strands';
import { forgetUnretrieved, noteUnretrieved, type Unretrieved } from './unretrieved';

export type FutureState = 'PENDING' | 'CANCELLED' | 'FINISHED';
export type DoneCallback<F> = (future: F) => unknown;

/**
 * A result that is not there yet (`asyncio.Future`): await it, `yield*` it, or have callbacks called through
 * `callSoon` when it is done. Not safe across threads.
 */
export class Future<T> {
  /** The debugger's number for it. */
  observed = 0;
  /** Its presence says that an object is a future, of whichever copy of this library; true from `yield*` until the task has seen it. */
  asyncioFutureBlocking = false;
  /** What kind of wait it is for, and for what object, where this library made it: for a debugger only. */
  waitKind: string | undefined = undefined;
  waitOf: object | undefined = undefined;
  readonly loop: EventLoop;
  /** Where it was made, in debug mode. */
  readonly source: string | undefined;
  /** Of `cancel`, for the CancelledError. */
  protected cancelMessage: string | undefined = undefined;
  /** The error that cancelled a task, thrown once instead of a new one. */
  protected cancelledError: CancelledError | undefined = undefined;
  private state: FutureState = 'PENDING';
  private value: T | undefined = undefined;
  private error: unknown = undefined;
  private hasFailed = false;
  private callbacks: (DoneCallback<never> | Strand)[] | undefined = undefined;
  private unretrieved: Unretrieved | undefined = undefined;

  /** `loop`: absent, the current one (`getEventLoop`). */
  constructor(options: { loop?: EventLoop | undefined } = {}) {
    this.loop = options.loop ?? getEventLoop();
    if (this.loop.getDebug()) this.source = stackHere(new.target);
  }

  /** The loop that it belongs to (`Future.get_loop`). */
  getLoop(): EventLoop {
    return this.loop;
  }

  /** Whether there is a result or an error, or it was cancelled (`Future.done`). */
  done(): boolean {
    return this.state !== 'PENDING';
  }

  /** Whether it was cancelled (`Future.cancelled`). */
  cancelled(): boolean {
    return this.state === 'CANCELLED';
  }

  /** Whether an error was set; asking does not retrieve it. */
  failed(): boolean {
    return this.hasFailed;
  }

  /** The message of `cancel`. Internal. */
  get cancelText(): string | undefined {
    return this.cancelMessage;
  }

  /**
   * The result (`Future.result`). Throws the error that was set, CancelledError when cancelled, InvalidStateError when
   * not done.
   */
  result(): T {
    if (this.state === 'CANCELLED') throw this.makeCancelledError();
    if (this.state !== 'FINISHED') throw new InvalidStateError('Result is not set.');
    this.retrieve();
    if (this.hasFailed) throw this.error;
    return this.value as T;
  }

  /**
   * The error that was set, undefined when there is a result (`Future.exception`). Throws CancelledError when
   * cancelled, InvalidStateError when not done.
   */
  exception(): unknown {
    if (this.state === 'CANCELLED') throw this.makeCancelledError();
    if (this.state !== 'FINISHED') throw new InvalidStateError('Exception is not set.');
    this.retrieve();
    return this.error;
  }

  /** Sets the result (`Future.set_result`). Throws InvalidStateError when done. */
  setResult(result: T): void {
    this.finish(result);
  }

  /** Sets an error (`Future.set_exception`). Throws InvalidStateError when done. */
  setException(error: unknown): void {
    this.fail(error);
  }

  /** Cancels it and calls the callbacks; false when it was done already (`Future.cancel`). */
  cancel(message?: string): boolean {
    return this.abandon(message);
  }

  /**
   * Calls `callback(future)` through `callSoon` when done, at the loop's next tick if it is (`Future.add_done_callback`).
   */
  addDoneCallback(callback: DoneCallback<this>): void {
    if (this.state !== 'PENDING') this.loop.callSoon(callback, this);
    else if (this.callbacks === undefined) this.callbacks = [callback];
    else this.callbacks.push(callback);
  }

  /** Takes back every request for this callback; how many there were (`Future.remove_done_callback`). */
  removeDoneCallback(callback: DoneCallback<this>): number {
    if (this.callbacks === undefined) return 0;
    const kept = this.callbacks.filter((other) => other !== callback);
    const removed = this.callbacks.length - kept.length;
    if (removed > 0) this.callbacks = kept;
    return removed;
  }

  /** For `yield*` in a generator: suspends the task until done, then gives the result or throws. */
  [Symbol.iterator](): Iterator<unknown, T, unknown> {
    return new FutureIterator<T>(this);
  }

  /** For `await` in an async function; chain nothing to it, it returns no promise. */
  then(resolve?: ((value: T) => unknown) | null, reject?: ((error: unknown) => unknown) | null): void {
    awaitFuture(this, resolve ?? (() => undefined), reject ?? (() => undefined));
  }

  /** Resumes `strand` instead of calling a callback. Internal. */
  addWaiter(strand: Strand): void {
    if (this.state !== 'PENDING') strand.wakeSoon();
    else if (this.callbacks === undefined) this.callbacks = [strand];
    else this.callbacks.push(strand);
  }

  /** The error that whoever waits for it gets; undefined when there is a result. Internal. */
  outcome(): { error: unknown } | undefined {
    if (this.state === 'FINISHED' && !this.hasFailed) return undefined;
    try {
      this.result();
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  /** The error, without marking it as retrieved. Internal. */
  peekError(): unknown {
    return this.error;
  }

  /** The error is not to be reported as never retrieved. Internal. */
  retrieve(): void {
    if (this.unretrieved === undefined) return;
    forgetUnretrieved(this.unretrieved);
    this.unretrieved = undefined;
  }

  toString(): string {
    return `<${this.name()} ${this.describe().join(' ')}>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  /** Its kind, in messages. */
  name(): string {
    return 'Future';
  }

  protected describe(): string[] {
    const words = [this.state.toLowerCase()];
    if (this.state === 'FINISHED')
      words.push(this.hasFailed ? `exception=${repr(this.error)}` : `result=${repr(this.value)}`);
    if (this.callbacks !== undefined && this.callbacks.length > 0)
      words.push(`cb=[${formatCallbacks(this.callbacks)}]`);
    return words;
  }

  /** To be called once for a cancellation: a saved error is given away. */
  makeCancelledError(): CancelledError {
    const saved = this.cancelledError;
    if (saved !== undefined) {
      this.cancelledError = undefined;
      return saved;
    }
    return this.cancelMessage === undefined ? new CancelledError() : new CancelledError(this.cancelMessage);
  }

  protected finish(result: T): void {
    if (this.state !== 'PENDING') throw new InvalidStateError(`${this.state}: ${this.toString()}`);
    this.value = result;
    this.state = 'FINISHED';
    this.scheduleCallbacks();
  }

  protected fail(error: unknown): void {
    if (this.state !== 'PENDING') throw new InvalidStateError(`${this.state}: ${this.toString()}`);
    this.error = error;
    this.hasFailed = true;
    this.state = 'FINISHED';
    this.scheduleCallbacks();
    this.unretrieved = noteUnretrieved(this, error);
  }

  protected abandon(message: string | undefined): boolean {
    this.retrieve();
    if (this.state !== 'PENDING') return false;
    this.state = 'CANCELLED';
    this.cancelMessage = message;
    this.scheduleCallbacks();
    return true;
  }

  private scheduleCallbacks(): void {
    const callbacks = this.callbacks;
    if (callbacks === undefined) return;
    this.callbacks = undefined;
    for (const callback of callbacks) {
      if (typeof callback === 'function') this.loop.callSoon(callback as DoneCallback<this>, this);
      else callback.wakeSoon();
    }
  }
}

class FutureIterator<T> implements Iterator<unknown, T, unknown> {
  private yielded = false;
  constructor(private readonly future: Future<T>) {}

  next(): IteratorResult<unknown, T> {
    const future = this.future;
    if (future.done()) return { done: true, value: future.result() };
    if (this.yielded) throw new RuntimeError("await wasn't used with future");
    this.yielded = true;
    future.asyncioFutureBlocking = true;
    return { done: false, value: future };
  }

  throw(error: unknown): never {
    throw error;
  }

  return(value?: T): IteratorResult<unknown, T> {
    return { done: true, value: value as T };
  }
}

/** Whether `value` is a future or task, of whichever copy of this library (`asyncio.isfuture`). */
export function isFuture(value: unknown): value is Future<unknown> {
  return typeof value === 'object' && value !== null && 'asyncioFutureBlocking' in value;
}

/** Sets the result if the future was not cancelled meanwhile. */
export function setResultUnlessCancelled<T>(future: Future<T>, result: T): void {
  if (!future.cancelled()) future.setResult(result);
}

function formatCallbacks(callbacks: readonly (((...args: never[]) => unknown) | Strand)[]): string {
  const texts = callbacks.map((callback) =>
    typeof callback === 'function'
      ? formatCallback(callback)
      : `${callback.task?.getName() ?? 'await'}.wakeup()`,
  );
  return texts.length <= 2 ? texts.join(', ') : `${texts[0]}, <${texts.length - 2} more>, ${texts.at(-1)}`;
}
