/** Waiting for time (`asyncio.sleep`). */
import { CoroutineObject } from './coroutines';
import { getRunningLoop, type TimerHandle } from './events';
import { ValueError } from './exceptions';
import { setResultUnlessCancelled, type Future } from './futures';
import { awaitTick } from './strands';

/** A bare yield: the task goes on at the next tick. */
const BARE: IteratorResult<undefined, never> = Object.freeze({ done: false, value: undefined });

/** Written out as an iterator because no other coroutine is made so often. */
class Sleep<T> extends CoroutineObject<T> implements Iterator<unknown, T, unknown> {
  private yielded = false;
  private future: Future<T> | undefined = undefined;
  private timer: TimerHandle | undefined = undefined;

  constructor(
    private readonly delay: number,
    private readonly value: T,
  ) {
    super('sleep', undefined);
  }

  override then(
    resolve?: ((value: T) => unknown) | null,
    reject?: ((error: unknown) => unknown) | null,
  ): void {
    if (!(this.delay <= 0) || this.started || !resolve || !reject) {
      super.then(resolve, reject);
      return;
    }
    super.begin();
    awaitTick(this.value, resolve, reject);
  }

  override begin(): Iterator<unknown, T, unknown> {
    super.begin();
    return this;
  }

  next(): IteratorResult<unknown, T> {
    if (this.yielded) return { done: true, value: this.finish() };
    this.yielded = true;
    if (this.delay <= 0) return BARE;
    if (Number.isNaN(this.delay)) throw new ValueError('Invalid delay: NaN (not a number)');
    const loop = getRunningLoop();
    const future = (this.future = loop.createFuture<T>());
    this.timer = loop.callLater(this.delay, setResultUnlessCancelled<T>, future, this.value);
    future.asyncioFutureBlocking = true;
    return { done: false, value: future };
  }

  throw(error: unknown): never {
    this.timer?.cancel();
    throw error;
  }

  return(value?: T): IteratorResult<unknown, T> {
    this.timer?.cancel();
    return { done: true, value: value as T };
  }

  private finish(): T {
    if (this.future === undefined) return this.value;
    this.timer!.cancel();
    return this.future.result();
  }
}

/**
 * Suspends the task for `delay` seconds, then gives `result`; with 0 or less for one tick (`asyncio.sleep`). Throws
 * ValueError for NaN.
 */
export function sleep(delay: number): CoroutineObject<undefined>;
export function sleep<T>(delay: number, result: T): CoroutineObject<T>;
export function sleep<T>(delay: number, result?: T): CoroutineObject<T | undefined> {
  return new Sleep(delay, result);
}
