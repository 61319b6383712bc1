/** Waiting for some of many (`asyncio.wait`). */
import { CoroutineObject, iscoroutine, type Coroutine } from './coroutines';
import { getRunningLoop } from './events';
import { ValueError } from './exceptions';
import { isFuture, type Future } from './futures';

/** `wait` returns when any is done. */
export const FIRST_COMPLETED = 'FIRST_COMPLETED';
/** `wait` returns when any has failed, else when all are done. */
export const FIRST_EXCEPTION = 'FIRST_EXCEPTION';
/** `wait` returns when all are done. */
export const ALL_COMPLETED = 'ALL_COMPLETED';
export type ReturnWhen = typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION | typeof ALL_COMPLETED;

export interface WaitOptions {
  /** Seconds; absent: no limit. When it is over, those not done are returned as pending and nothing is thrown. */
  timeout?: number | undefined;
  /** Absent: `ALL_COMPLETED`. */
  returnWhen?: ReturnWhen;
}

/**
 * Waits for tasks or futures, and gives those that are done and those that are not (`asyncio.wait`), each in the order
 * given. Throws ValueError when there are none, TypeError for coroutines: make tasks of them.
 */
export function wait<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: WaitOptions = {},
): CoroutineObject<[done: Set<F>, pending: Set<F>]> {
  return new CoroutineObject('wait', waitSteps(futures, options));
}

function* waitSteps<F extends Future<unknown>>(
  given: Iterable<F>,
  { timeout, returnWhen = ALL_COMPLETED }: WaitOptions,
): Coroutine<[Set<F>, Set<F>]> {
  if (isFuture(given) || iscoroutine(given))
    throw new TypeError(`expect a list of futures, not ${(given as object).constructor.name}`);
  const futures = new Set(given);
  if (futures.size === 0) throw new ValueError('Set of Tasks/Futures is empty.');
  if (returnWhen !== FIRST_COMPLETED && returnWhen !== FIRST_EXCEPTION && returnWhen !== ALL_COMPLETED)
    throw new ValueError(`Invalid returnWhen value: ${String(returnWhen)}`);
  for (const future of futures)
    if (!isFuture(future)) throw new TypeError('Passing coroutines is forbidden, use tasks explicitly.');
  yield* someDone(futures, timeout, returnWhen);
  const done = new Set<F>();
  const pending = new Set<F>();
  for (const future of futures) (future.done() ? done : pending).add(future);
  return [done, pending];
}

function* someDone(
  futures: ReadonlySet<Future<unknown>>,
  timeout: number | undefined,
  returnWhen: ReturnWhen,
): Coroutine<void> {
  const loop = getRunningLoop();
  const waiter = loop.createFuture<undefined>();
  waiter.waitKind = 'gather';
  waiter.waitOf = futures;
  const timer = timeout == null ? undefined : loop.callLater(timeout, release, waiter);
  let left = futures.size;
  const completed = (future: Future<unknown>): void => {
    left--;
    if (left > 0 && returnWhen !== FIRST_COMPLETED) {
      if (returnWhen !== FIRST_EXCEPTION || future.cancelled()) return;
      future.retrieve();
      if (!future.failed()) return;
    }
    timer?.cancel();
    release(waiter);
  };
  for (const future of futures) future.addDoneCallback(completed);
  try {
    yield* waiter;
  } finally {
    timer?.cancel();
    for (const future of futures) future.removeDoneCallback(completed);
  }
}

function release(waiter: Future<undefined>): void {
  if (!waiter.done()) waiter.setResult(undefined);
}

/** Cancels the future and waits until it is done; can itself be cancelled (`tasks._cancel_and_wait`). */
export function* cancelAndWait(future: Future<unknown>): Coroutine<void> {
  const waiter = getRunningLoop().createFuture<undefined>();
  waiter.waitKind = 'task';
  waiter.waitOf = future;
  const done = (): void => release(waiter);
  future.addDoneCallback(done);
  try {
    future.cancel();
    yield* waiter;
  } finally {
    future.removeDoneCallback(done);
  }
}
