/** One awaitable under a time limit (`asyncio.wait_for`). */
import { CoroutineObject, type Coroutine } from './coroutines';
import { awaiting, ensureFuture, type Awaitable } from './ensureFuture';
import { CancelledError, TimeoutError } from './exceptions';
import { timeout as timeLimit } from './timeouts';
import { cancelAndWait } from './waiting';

/**
 * Waits for the awaitable for at most `timeout` seconds, undefined for ever, and gives its result (`asyncio.wait_for`
 * of Python 3.12 and later: a coroutine runs in the task that waits). When the time is over it is cancelled and
 * TimeoutError thrown; with 0 or less, one that is not done does not start. `shield` keeps it from being cancelled.
 */
export function waitFor<T>(awaitable: Awaitable<T>, timeout: number | undefined): CoroutineObject<T> {
  return new CoroutineObject('waitFor', waitForSteps(awaitable, timeout));
}

function* waitForSteps<T>(awaitable: Awaitable<T>, timeout: number | undefined): Coroutine<T> {
  if (timeout != null && timeout <= 0) return yield* noTime(awaitable);
  return yield* timeLimit(timeout ?? undefined).run(() => awaiting(awaitable));
}

function* noTime<T>(awaitable: Awaitable<T>): Coroutine<T> {
  const future = ensureFuture(awaitable);
  if (future.done()) return future.result();
  yield* cancelAndWait(future);
  try {
    return future.result();
  } catch (error) {
    throw error instanceof CancelledError ? new TimeoutError(undefined, { cause: error }) : error;
  }
}
