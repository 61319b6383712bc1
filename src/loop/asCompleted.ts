/** Awaitables in the order in which they are done (`asyncio.as_completed`). */
import { CoroutineObject, iscoroutine, type Coroutine } from './coroutines';
import { ensureFuture, type Awaitable } from './ensureFuture';
import { getEventLoop, type TimerHandle } from './events';
import { TimeoutError } from './exceptions';
import { isFuture, type Future } from './futures';
import { Queue } from './queues';

/**
 * A future as `for await` gives it. TypeScript believes that `for await` awaits what it gives; it does not, so the type
 * hides `then`: take `result()`.
 */
export type DoneFuture<T> = Omit<Future<T>, 'then'>;

/** What `asCompleted` gives: iterate it with `for` or with `for await`. */
export class AsCompleted<T> implements Iterable<CoroutineObject<T>>, AsyncIterable<DoneFuture<T>> {
  /** Those that are done and not given yet; undefined for one that the time limit cut off. */
  private readonly done = new Queue<Future<T> | undefined>();
  private readonly todo: Set<Future<T>>;
  private readonly timer: TimerHandle | undefined;
  private left: number;

  /** `timeout`: s, undefined for ever. */
  constructor(awaitables: Iterable<Awaitable<T>>, timeout: number | undefined) {
    const loop = getEventLoop();
    this.todo = new Set([...new Set(awaitables)].map((awaitable) => ensureFuture(awaitable, loop)));
    for (const future of this.todo) future.addDoneCallback(this.completed);
    if (this.todo.size > 0 && timeout != null) this.timer = loop.callLater(timeout, () => this.timedOut());
    this.left = this.todo.size;
  }

  /** Coroutines, each of which waits for the next one done and gives its result or throws its error. */
  *[Symbol.iterator](): Generator<CoroutineObject<T>, void, undefined> {
    while (this.left > 0) {
      this.left--;
      yield new CoroutineObject('AsCompleted.next', this.nextResult());
    }
  }

  /** The futures and tasks themselves, each when it is done. */
  [Symbol.asyncIterator](): AsyncIterator<DoneFuture<T>> {
    // `for await` takes any thenable from next(); the futures are wrapped in results, so they are not awaited by it.
    return { next: () => this.nextFuture() as unknown as Promise<IteratorResult<DoneFuture<T>>> };
  }

  private nextFuture(): CoroutineObject<IteratorResult<Future<T>>> {
    if (this.left === 0) return new CoroutineObject('AsCompleted.next', ended());
    this.left--;
    return new CoroutineObject('AsCompleted.next', this.nextEntry());
  }

  private *nextEntry(): Coroutine<IteratorResult<Future<T>>> {
    return { done: false, value: yield* this.nextDone() };
  }

  private *nextResult(): Coroutine<T> {
    return (yield* this.nextDone()).result();
  }

  private *nextDone(): Coroutine<Future<T>> {
    const future = yield* this.done.get();
    if (future === undefined) throw new TimeoutError();
    return future;
  }

  private readonly completed = (future: Future<T>): void => {
    if (!this.todo.delete(future)) return;
    this.done.putNowait(future);
    if (this.todo.size === 0) this.timer?.cancel();
  };

  private timedOut(): void {
    for (const future of this.todo) {
      future.removeDoneCallback(this.completed);
      this.done.putNowait(undefined);
    }
    this.todo.clear();
  }
}

function* ended(): Coroutine<IteratorResult<never>> {
  return { done: true, value: undefined };
}

/**
 * Runs the awaitables at the same time and gives them in the order in which they are done (`asyncio.as_completed`):
 * with `for`, coroutines that give the results; with `for await`, the futures and tasks themselves. When `timeout`
 * seconds are over, waiting for the rest throws TimeoutError. Throws TypeError when given a single awaitable.
 */
export function asCompleted<T>(
  awaitables: Iterable<Awaitable<T>>,
  options: { timeout?: number | undefined } = {},
): AsCompleted<T> {
  if (isFuture(awaitables) || iscoroutine(awaitables))
    throw new TypeError(`expects an iterable of awaitables, not ${(awaitables as object).constructor.name}`);
  return new AsCompleted(awaitables, options.timeout);
}
