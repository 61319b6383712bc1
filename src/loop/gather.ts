/** Several awaitables as one, and one kept from cancellation (`asyncio.gather`, `asyncio.shield`). */
import type { EventLoop } from './baseEvents';
import { ensureFuture, type Awaitable } from './ensureFuture';
import { getEventLoop } from './events';
import { CancelledError } from './exceptions';
import { Future } from './futures';
import { Task } from './tasks';

/** The future of `gather`: cancelling it cancels the children, and it is done when they are. */
export class GatheringFuture<T> extends Future<T> {
  /** The children were cancelled through it. */
  cancelRequested = false;

  constructor(
    readonly children: readonly Future<unknown>[],
    loop: EventLoop,
  ) {
    super({ loop });
  }

  override cancel(message?: string): boolean {
    if (this.done()) return false;
    let any = false;
    for (const child of this.children) if (child.cancel(message)) any = true;
    if (any) this.cancelRequested = true;
    return any;
  }

  override name(): string {
    return '_GatheringFuture';
  }
}

export interface GatherOptions {
  /** Errors are results like others instead of ending the wait. */
  returnExceptions?: boolean;
}

/** What awaiting `A` gives. */
export type Result<A> = A extends Awaitable<infer T> ? T : A extends PromiseLike<infer T> ? T : never;
type Results<A extends readonly unknown[]> = { -readonly [K in keyof A]: Result<A[K]> };
type Input = Awaitable<unknown> | PromiseLike<unknown>;

/**
 * Runs the awaitables at the same time; their results in the order given (`asyncio.gather`). The first error is thrown
 * at once, and the others go on. The options, if any, come last.
 */
export function gather<A extends readonly Input[]>(...awaitables: A): Future<Results<A>>;
export function gather<A extends readonly Input[]>(
  ...awaitables: [...A, { returnExceptions: true }]
): Future<{ -readonly [K in keyof A]: Result<A[K]> | Error }>;
export function gather<A extends readonly Input[]>(...awaitables: [...A, GatherOptions]): Future<Results<A>>;
export function gather(...args: (Input | GatherOptions)[]): Future<unknown[]> {
  const options = isOptions(args.at(-1)) ? (args.pop() as GatherOptions) : {};
  return gatherAll(args as Input[], options.returnExceptions ?? false);
}

function isOptions(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    !('then' in value)
  );
}

function gatherAll(awaitables: readonly Input[], returnExceptions: boolean): Future<unknown[]> {
  if (awaitables.length === 0) {
    const empty = getEventLoop().createFuture<unknown[]>();
    empty.setResult([]);
    return empty;
  }
  const futures = new Map<unknown, Future<unknown>>();
  const children: Future<unknown>[] = [];
  const done: Future<unknown>[] = [];
  let finished = 0;
  let loop: EventLoop | undefined;

  const childDone = (child: Future<unknown>): void => {
    finished++;
    if (outer.done()) {
      if (!child.cancelled()) child.exception();
      return;
    }
    if (!returnExceptions) {
      if (child.cancelled()) {
        outer.setException(child.makeCancelledError());
        return;
      }
      if (child.failed()) {
        outer.setException(child.exception());
        return;
      }
    }
    if (finished < futures.size) return;
    const results = children.map(resultOrError);
    if (outer.cancelRequested) outer.setException(children.at(-1)!.makeCancelledError());
    else outer.setResult(results);
  };

  for (const awaitable of awaitables) {
    // A function is a coroutine for each time that it is given; anything else is the same awaitable.
    const key = typeof awaitable === 'function' ? Symbol() : awaitable;
    let future = futures.get(key);
    if (future === undefined) {
      future = ensureFuture(awaitable, loop);
      loop ??= future.loop;
      if ((future as unknown) !== awaitable && future instanceof Task) future.logDestroyPending = false;
      futures.set(key, future);
      if (future.done()) done.push(future);
      else future.addDoneCallback(childDone);
    }
    children.push(future);
  }
  const outer = new GatheringFuture<unknown[]>(children, loop!);
  for (const future of done) childDone(future);
  return outer;
}

function resultOrError(child: Future<unknown>): unknown {
  if (child.cancelled()) return new CancelledError(child.cancelText ?? '');
  return child.failed() ? child.exception() : child.result();
}

/**
 * Waits for the awaitable; when the waiting task is cancelled, the awaitable is not (`asyncio.shield`). Keep a
 * reference to a task given to it.
 */
export function shield<T>(awaitable: Awaitable<T>): Future<T> {
  const inner = ensureFuture(awaitable);
  if (inner.done()) return inner;
  const outer = inner.loop.createFuture<T>();
  outer.waitKind = 'shield';
  outer.waitOf = inner;
  const innerDone = (): void => {
    if (outer.cancelled()) {
      if (!inner.cancelled()) inner.exception();
    } else if (inner.cancelled()) outer.cancel();
    else if (inner.failed()) outer.setException(inner.exception());
    else outer.setResult(inner.result());
  };
  inner.addDoneCallback(innerDone);
  outer.addDoneCallback(() => {
    if (!inner.done()) inner.removeDoneCallback(innerDone);
  });
  return outer;
}
