/**
 * Ways for tasks to wait for each other (`asyncio.locks`). None is safe across threads. Python's `async with lock` is
 * `await lock.acquire()` with `try … finally { lock.release() }`, or, with Node 24, `using held = lock` right after the acquire.
 */
import { inspect } from 'node:util';
import { CoroutineObject, type Coroutine } from './coroutines';
import { CancelledError, RuntimeError, ValueError } from './exceptions';
import { LoopBound } from './mixins';
import { shared } from './shared';
import { Waiters } from './waiters';

abstract class Primitive extends LoopBound {
  override toString(): string {
    return `<${this.constructor.name} [${this.state()}]>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  protected abstract state(): string;
}

function withWaiters(state: string, waiters: Waiters<boolean>): string {
  return waiters.length === 0 ? state : `${state}, waiters:${waiters.length}`;
}

/** Held by one task at a time; who waits longest gets it next (`asyncio.Lock`). */
export class Lock extends Primitive {
  private readonly waiters = new Waiters<boolean>();
  private held = false;

  /** Whether somebody holds it (`Lock.locked`). */
  locked(): boolean {
    return this.held;
  }

  /** Waits until nobody holds it, then holds it; the value is true (`Lock.acquire`). */
  acquire(): CoroutineObject<true> {
    return new CoroutineObject('Lock.acquire', this.acquiring(shared.observer?.placeHere?.()));
  }

  /** Lets the next one have it (`Lock.release`). Throws RuntimeError when nobody holds it. */
  release(): void {
    if (!this.held) throw new RuntimeError('Lock is not acquired.');
    this.held = false;
    shared.observer?.released(this);
    this.wakeUpFirst();
  }

  /** `release`, for `using`. */
  [Symbol.dispose](): void {
    this.release();
  }

  protected state(): string {
    return withWaiters(this.held ? 'locked' : 'unlocked', this.waiters);
  }

  /** `place`: for a debugger, as all such. */
  private *acquiring(place: unknown): Coroutine<true> {
    if (!this.held && allCancelled(this.waiters)) {
      this.take(place);
      return true;
    }
    const future = this.createWaiter<boolean>('lock');
    const turn = this.waiters.push(future);
    try {
      try {
        yield* future;
      } finally {
        this.waiters.remove(turn);
      }
    } catch (error) {
      // It may have been woken and cancelled in the same tick: then the next in line must have its turn.
      if (error instanceof CancelledError && !this.held) this.wakeUpFirst();
      throw error;
    }
    this.take(place);
    return true;
  }

  private take(place: unknown): void {
    this.held = true;
    shared.observer?.acquired(this, shared.currentTask, place);
  }

  private wakeUpFirst(): void {
    const future = this.waiters.first();
    if (future !== undefined && !future.done()) future.setResult(true);
  }
}

/** A flag that tasks can wait for (`asyncio.Event`). */
export class Event extends Primitive {
  private readonly waiters = new Waiters<boolean>();
  private flag = false;

  /** `Event.is_set`. */
  isSet(): boolean {
    return this.flag;
  }

  /** Sets the flag and wakes everyone who waits for it (`Event.set`). */
  set(): void {
    if (this.flag) return;
    this.flag = true;
    for (const future of this.waiters) if (!future.done()) future.setResult(true);
  }

  /** Takes the flag away: who waits from now on waits until the next `set` (`Event.clear`). */
  clear(): void {
    this.flag = false;
  }

  /** Waits until the flag is set; the value is true (`Event.wait`). */
  wait(): CoroutineObject<true> {
    return new CoroutineObject('Event.wait', this.waiting());
  }

  protected state(): string {
    return withWaiters(this.flag ? 'set' : 'unset', this.waiters);
  }

  private *waiting(): Coroutine<true> {
    if (this.flag) return true;
    const future = this.createWaiter<boolean>('event');
    const place = this.waiters.push(future);
    try {
      yield* future;
      return true;
    } finally {
      this.waiters.remove(place);
    }
  }
}

/** Tasks that hold its lock wait until another one notifies them (`asyncio.Condition`). */
export class Condition extends Primitive {
  private readonly waiters = new Waiters<boolean>();

  /** `lock`: absent, one of its own. Conditions may share one. */
  constructor(private readonly lock: Lock = new Lock()) {
    super();
  }

  /** Whether its lock is held. */
  locked(): boolean {
    return this.lock.locked();
  }

  /** Acquires its lock. */
  acquire(): CoroutineObject<true> {
    return this.lock.acquire();
  }

  /** Releases its lock. */
  release(): void {
    this.lock.release();
  }

  /** `release`, for `using`. */
  [Symbol.dispose](): void {
    this.release();
  }

  /**
   * Releases the lock, waits to be notified, acquires the lock again; the value is true (`Condition.wait`). It may
   * return without a reason: check what you wait for again. Throws RuntimeError when the lock is not held.
   */
  wait(): CoroutineObject<true> {
    return new CoroutineObject('Condition.wait', this.waiting());
  }

  /** Waits until `predicate()` is truthy, which is the value (`Condition.wait_for`). */
  waitFor<T>(predicate: () => T): CoroutineObject<T> {
    return new CoroutineObject('Condition.waitFor', this.waitingFor(predicate));
  }

  /** Wakes `n` of those who wait; they go on when they have the lock (`Condition.notify`). Throws RuntimeError when the lock is not held. */
  notify(n = 1): void {
    if (!this.locked()) throw new RuntimeError('cannot notify on un-acquired lock');
    this.wake(n);
  }

  /** Wakes all of those who wait (`Condition.notify_all`). Throws RuntimeError when the lock is not held. */
  notifyAll(): void {
    this.notify(this.waiters.length);
  }

  protected state(): string {
    return withWaiters(this.locked() ? 'locked' : 'unlocked', this.waiters);
  }

  private *waiting(): Coroutine<true> {
    if (!this.locked()) throw new RuntimeError('cannot wait on un-acquired lock');
    const future = this.createWaiter<boolean>('condition');
    this.release();
    try {
      try {
        const place = this.waiters.push(future);
        try {
          yield* future;
          return true;
        } finally {
          this.waiters.remove(place);
        }
      } finally {
        yield* this.reacquire();
      }
    } catch (error) {
      // A notification that it cannot use goes to another one.
      this.wake(1);
      throw error;
    }
  }

  /** The lock must be held again in any case; a cancellation meanwhile is thrown after that. */
  private *reacquire(): Coroutine<void> {
    let cancelled: CancelledError | undefined;
    for (;;) {
      try {
        yield* this.acquire();
        break;
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
        cancelled = error;
      }
    }
    if (cancelled !== undefined) throw cancelled;
  }

  private *waitingFor<T>(predicate: () => T): Coroutine<T> {
    let result = predicate();
    while (!result) {
      yield* this.wait();
      result = predicate();
    }
    return result;
  }

  private wake(n: number): void {
    let woken = 0;
    for (const future of this.waiters) {
      if (woken >= n) break;
      if (future.done()) continue;
      woken++;
      future.setResult(false);
    }
  }
}

/** Lets `value` tasks in at a time; who waits longest comes next (`asyncio.Semaphore`). */
export class Semaphore extends Primitive {
  private readonly waiters = new Waiters<boolean>();

  /** `value`: how many may have it at once. Throws ValueError when it is negative. */
  constructor(protected value = 1) {
    super();
    if (value < 0) throw new ValueError('Semaphore initial value must be >= 0');
  }

  /** Whether `acquire` would wait (`Semaphore.locked`). */
  locked(): boolean {
    return this.value === 0 || !allCancelled(this.waiters);
  }

  /** Waits until there is room; the value is true (`Semaphore.acquire`). */
  acquire(): CoroutineObject<true> {
    return new CoroutineObject('Semaphore.acquire', this.acquiring(shared.observer?.placeHere?.()));
  }

  /** Makes room for one (`Semaphore.release`). */
  release(): void {
    this.value++;
    shared.observer?.left?.(this, shared.currentTask);
    this.wakeUpNext();
  }

  /** `release`, for `using`. */
  [Symbol.dispose](): void {
    this.release();
  }

  protected state(): string {
    return withWaiters(this.locked() ? 'locked' : `unlocked, value:${this.value}`, this.waiters);
  }

  private *acquiring(place: unknown): Coroutine<true> {
    if (!this.locked()) {
      this.value--;
      shared.observer?.entered?.(this, shared.currentTask, place);
      return true;
    }
    const future = this.createWaiter<boolean>('semaphore');
    const turn = this.waiters.push(future);
    try {
      try {
        yield* future;
      } finally {
        this.waiters.remove(turn);
      }
    } catch (error) {
      if (error instanceof CancelledError && future.done() && !future.cancelled()) this.value++;
      throw error;
    } finally {
      while (this.value > 0 && this.wakeUpNext());
    }
    shared.observer?.entered?.(this, shared.currentTask, place);
    return true;
  }

  private wakeUpNext(): boolean {
    for (const future of this.waiters) {
      if (future.done()) continue;
      this.value--;
      future.setResult(true);
      return true;
    }
    return false;
  }
}

/** A semaphore that refuses to be released more often than it was acquired (`asyncio.BoundedSemaphore`). */
export class BoundedSemaphore extends Semaphore {
  private readonly most: number;

  constructor(value = 1) {
    super(value);
    this.most = value;
  }

  /** Throws ValueError when it was released too many times. */
  override release(): void {
    if (this.value >= this.most) throw new ValueError('BoundedSemaphore released too many times');
    super.release();
  }
}

function allCancelled(waiters: Waiters<boolean>): boolean {
  for (const future of waiters) if (!future.cancelled()) return false;
  return true;
}
