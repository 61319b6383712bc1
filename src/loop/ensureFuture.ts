/** Everything awaitable as a future. */
import type { EventLoop } from './baseEvents';
import { CoroutineObject, isGenerator, NativeCall, type Coroutine, type CoroutineLike } from './coroutines';
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

/** Awaits it in the task that runs this, without making a task of a coroutine. */
export function* awaiting<T>(awaitable: Awaitable<T> | PromiseLike<T>): Coroutine<T> {
  if (typeof awaitable !== 'function')
    return yield* isIterable(awaitable) ? awaitable : ensureFuture(awaitable);
  const running = awaitable();
  return yield* isIterable(running) ? running : new NativeCall(() => running);
}

function isIterable<T>(
  value: Awaitable<T> | PromiseLike<T>,
): value is Coroutine<T> | CoroutineObject<T> | Future<T> {
  return Symbol.iterator in value;
}
