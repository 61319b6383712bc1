/** Everything awaitable as a future. */
import type { EventLoop } from './baseEvents';
import { CoroutineObject, isGenerator, type CoroutineLike } from './coroutines';
import { getEventLoop } from './events';
import { ValueError } from './exceptions';
import { isFuture, type Future } from './futures';
import { fromPromise } from './promises';

/** All that `gather`, `wait` and their like take. */
export type Awaitable<T> = CoroutineLike<T> | Future<T>;

/**
 * The future itself, a task of a coroutine, or a future for a promise that is not ours (`asyncio.ensure_future`).
 * Throws TypeError for anything else, ValueError for a future of another loop.
 */
export function ensureFuture<T>(awaitable: Awaitable<T> | PromiseLike<T>, loop?: EventLoop): Future<T> {
  if (isFuture(awaitable)) {
    if (loop !== undefined && awaitable.loop !== loop)
      throw new ValueError(
        'The future belongs to a different loop than the one specified as the loop argument',
      );
    return awaitable as Future<T>;
  }
  const own = loop ?? getEventLoop();
  if (typeof awaitable === 'function' || awaitable instanceof CoroutineObject || isGenerator(awaitable))
    return own.createTask(awaitable as CoroutineLike<T>);
  if (typeof (awaitable as PromiseLike<T> | undefined)?.then === 'function')
    return fromPromise(awaitable as PromiseLike<T>, own);
  throw new TypeError('An asyncio.Future, a coroutine or an awaitable is required');
}
