/** Promises that are not ours: `fetch`, `fs/promises`, a user's own. */
import type { EventLoop } from './baseEvents';
import { getEventLoop } from './events';
import { Future } from './futures';

/**
 * A future for a promise: whoever waits for it is resumed by a ready callback of the loop, in its turn, and can be
 * cancelled (the promise itself cannot; its outcome is then dropped).
 */
export function fromPromise<T>(promise: PromiseLike<T>, loop: EventLoop = getEventLoop()): Future<T> {
  const future = new Future<T>({ loop });
  loop.hostWork++;
  const settled = () => {
    loop.hostWork--;
    return !future.done() && !loop.isClosed();
  };
  promise.then(
    (value) => {
      if (settled()) future.setResult(value);
    },
    (error: unknown) => {
      if (settled()) future.setException(error);
    },
  );
  return future;
}
