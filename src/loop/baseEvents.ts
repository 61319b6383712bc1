/** The event loop itself (`asyncio.base_events`). */
import { inspect } from 'node:util';
import { monotonic, type Clock } from './clock';
import { Handle, NO_ARGS, TimerHandle, type Callback } from './events';
import { leavesLoop, RuntimeError } from './exceptions';
import { ensureFuture } from './ensureFuture';
import {
  describeContext,
  handleException,
  type ExceptionContext,
  type ExceptionHandler,
} from './exceptionHandling';
import { foreign } from './foreign';
import { Future } from './futures';
import { Host } from './host';
import {
  CoroutineObject,
  iscoroutine,
  iscoroutinefunction,
  type Coroutine,
  type CoroutineLike,
} from './coroutines';
import { logger, repr } from './log';
import { LoopServices } from './loopServices';
import { reportNeverAwaited } from './neverAwaited';
import { Ring } from './ready';
import { Timers } from './timers';
import { shared } from './shared';
import { drainMicrotasks } from './strands';
import { Task } from './tasks';
import { reportUnretrieved } from './unretrieved';

export type TaskFactory = <T>(loop: EventLoop, coro: CoroutineLike<T>) => Task<T>;

/** No poll is longer, s (`base_events.MAXIMUM_SELECT_TIMEOUT`). */
export const MAXIMUM_SELECT_TIMEOUT = 24 * 3600;
/** Something that arrived from outside and waits for the loop's next poll. */
interface Arrival {
  readonly fd: number;
  readonly mask: number;
  readonly enter: () => number | void;
}

/**
 * An event loop (`asyncio.BaseEventLoop`). Times are seconds. `runForever` and `runUntilComplete` return promises: the
 * loop runs in macrotasks of Node's own loop, never inside the call.
 */
export class EventLoop extends LoopServices {
  /** The debugger's number for it. */
  observed = 0;
  /** Seconds that the loop's clock stood while a debugger had stopped it. */
  stood = 0;
  /** In debug mode, a callback that runs longer than this many seconds is reported. */
  slowCallbackDuration = 0.1;
  /**
   * How much is under way in Node that may bring work: file descriptors watched, promises awaited. While it is not 0,
   * Node gets its turn, and polls, between any two ticks, and a virtual clock does not jump. Internal.
   */
  hostWork = 0;
  /** Whether no promise reaction of other code can be outstanding. Internal. */
  drained = true;
  readonly clock: Clock;
  /** Callbacks to be run, oldest first. Internal; read it only. */
  readonly ready = new Ring<Handle>();
  private readonly timers = new Timers();
  private arrivals: Arrival[] = [];
  private closed = false;
  private stopping = false;
  private debug = !!process.env.PYTHONASYNCIODEBUG;
  private exceptionHandler: ExceptionHandler | undefined = undefined;
  private taskFactory: TaskFactory | undefined = undefined;
  private currentHandle: Handle | undefined = undefined;
  private readonly host = new Host(this);

  /** `clock`: absent, the machine's monotonic one. */
  constructor(options: { clock?: Clock | undefined } = {}) {
    super();
    this.clock = options.clock ?? monotonic;
  }

  /** Timers, a heap by deadline. Internal; read it only. */
  get scheduled(): readonly TimerHandle[] {
    return this.timers.heap;
  }

  /** The time by the loop's clock, s (`loop.time`). */
  time(): number {
    return this.clock.now() - this.stood;
  }

  // Running and stopping.

  /** Runs until `stop` is called (`loop.run_forever`). Rejects with RuntimeError when it or another loop runs already. */
  async runForever(): Promise<void> {
    this.checkClosed();
    this.checkNotRunning();
    shared.runningLoop = this;
    foreign.start();
    shared.observer?.loopChanged(this, 'running');
    try {
      await this.host.run();
    } finally {
      this.stopping = false;
      shared.runningLoop = undefined;
      foreign.stop();
      shared.observer?.loopChanged(this, 'idle');
    }
  }

  /**
   * Runs until the future, or the task made of the coroutine, is done, and gives its result or throws its error
   * (`loop.run_until_complete`). Rejects with RuntimeError when the loop was stopped before.
   */
  async runUntilComplete<T>(awaitable: CoroutineLike<T> | Future<T>): Promise<T> {
    this.checkClosed();
    this.checkNotRunning();
    const future = ensureFuture(awaitable, this);
    const isNew = (future as unknown) !== awaitable;
    if (isNew && future instanceof Task) future.logDestroyPending = false;
    const done = (finished: Future<T>) => {
      if (!finished.cancelled() && leavesLoop(finished.exception())) return;
      this.stop();
    };
    future.addDoneCallback(done);
    try {
      await this.runForever();
    } catch (error) {
      if (isNew && future.done() && !future.cancelled()) future.exception();
      throw error;
    } finally {
      future.removeDoneCallback(done);
    }
    if (!future.done()) throw new RuntimeError('Event loop stopped before Future completed.');
    return future.result();
  }

  /** Stops at the end of the tick under way, or after one more (`loop.stop`). */
  stop(): void {
    this.stopping = true;
    this.host.wake();
  }

  /** Whether it runs (`loop.is_running`). */
  isRunning(): boolean {
    return shared.runningLoop === this;
  }

  /** Whether `close` was called (`loop.is_closed`). */
  isClosed(): boolean {
    return this.closed;
  }

  /** Drops all that is ready or scheduled; nothing can be asked of the loop any more (`loop.close`). Throws RuntimeError while it runs. */
  close(): void {
    if (this.isRunning()) throw new RuntimeError('Cannot close a running event loop');
    if (this.closed) return;
    this.closed = true;
    this.ready.clear();
    this.timers.clear();
    this.arrivals = [];
    shared.tasks.destroy(this);
    this.closeServices();
    reportUnretrieved(this);
    reportNeverAwaited();
    shared.observer?.loopChanged(this, 'closed');
  }

  /** Nothing to do: JavaScript has no hook for async generators left open (`loop.shutdown_asyncgens`). */
  shutdownAsyncgens(): CoroutineObject<void> {
    return new CoroutineObject('EventLoop.shutdownAsyncgens', nothing());
  }

  // Callbacks.

  /** Calls `callback(...args)` at the next tick, after all that was asked before (`loop.call_soon`). Throws RuntimeError when closed. */
  callSoon<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): Handle {
    if (this.closed || this.debug) this.checkCallback(callback, 'callSoon');
    const handle = new Handle(callback as Callback, args.length === 0 ? NO_ARGS : args, this, undefined);
    this.ready.push(handle);
    if (this.host.asleep) this.host.wake();
    return handle;
  }

  /** Like `callSoon`, for code outside the loop's own callbacks (`loop.call_soon_threadsafe`). */
  callSoonThreadsafe<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): Handle {
    if (this.closed || this.debug) this.checkCallback(callback, 'callSoonThreadsafe');
    const handle = new Handle(callback as Callback, args.length === 0 ? NO_ARGS : args, this, undefined);
    this.enqueue(handle);
    return handle;
  }

  /** Calls `callback(...args)` in `delay` seconds (`loop.call_later`). */
  callLater<A extends unknown[]>(delay: number, callback: (...args: A) => unknown, ...args: A): TimerHandle {
    if (delay == null) throw new TypeError('delay must not be None');
    return this.callAt(this.time() + delay, callback, ...args);
  }

  /** Calls `callback(...args)` when `loop.time()` is `when` (`loop.call_at`). */
  callAt<A extends unknown[]>(when: number, callback: (...args: A) => unknown, ...args: A): TimerHandle {
    if (when == null) throw new TypeError('when cannot be None');
    if (this.closed || this.debug) this.checkCallback(callback, 'callAt');
    const timer = new TimerHandle(when, callback as Callback, args.length === 0 ? NO_ARGS : args, this);
    this.timers.add(timer);
    shared.observer?.timerScheduled(this, timer);
    if (this.host.asleep) this.host.wake();
    return timer;
  }

  // Futures and tasks.

  /** A future of this loop (`loop.create_future`). */
  createFuture<T>(): Future<T> {
    return new Future<T>({ loop: this });
  }

  /** Makes a task of a coroutine; its first step is at the next tick (`loop.create_task`). Throws RuntimeError when closed. */
  createTask<T>(coro: CoroutineLike<T>, options: { name?: string } = {}): Task<T> {
    this.checkClosed();
    if (this.taskFactory === undefined) return new Task<T>(coro, { loop: this, name: options.name });
    const task = this.taskFactory(this, coro);
    if (options.name !== undefined) task.setName(options.name);
    return task;
  }

  /** What makes the tasks of `createTask`; undefined for `Task` itself (`loop.set_task_factory`). */
  setTaskFactory(factory: TaskFactory | undefined): void {
    if (factory != null && typeof factory !== 'function')
      throw new TypeError('task factory must be a callable or None');
    this.taskFactory = factory ?? undefined;
  }

  /** `loop.get_task_factory`. */
  getTaskFactory(): TaskFactory | undefined {
    return this.taskFactory;
  }

  // Errors and debugging.

  /** What is told of errors that nobody caught; undefined for the default (`loop.set_exception_handler`). */
  setExceptionHandler(handler: ExceptionHandler | undefined): void {
    if (handler != null && typeof handler !== 'function')
      throw new TypeError(`A callable object or None is expected, got ${repr(handler)}`);
    this.exceptionHandler = handler ?? undefined;
  }

  /** `loop.get_exception_handler`. */
  getExceptionHandler(): ExceptionHandler | undefined {
    return this.exceptionHandler;
  }

  /** Writes the error and all that is known of it to stderr (`loop.default_exception_handler`). */
  defaultExceptionHandler(context: ExceptionContext): void {
    logger.error(describeContext(context, this.currentHandle?.source), context.exception);
  }

  /** Reports an error that nobody caught to the exception handler (`loop.call_exception_handler`). */
  callExceptionHandler(context: ExceptionContext): void {
    shared.observer?.reported?.(this, context);
    handleException(this, this.exceptionHandler, context);
  }

  /** `loop.get_debug`. */
  getDebug(): boolean {
    return this.debug;
  }

  /**
   * In debug mode slow callbacks are reported, and handles, futures and tasks know where they were made
   * (`loop.set_debug`). On from the start where the environment has PYTHONASYNCIODEBUG.
   */
  setDebug(enabled: boolean): void {
    this.debug = enabled;
  }

  override toString(): string {
    return `<EventLoop running=${this.isRunning()} closed=${this.closed} debug=${this.debug}>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  // For the other parts of this library.

  /** Puts a handle into ready, from wherever. Internal. */
  enqueue(handle: Handle): void {
    if (this.closed) throw new RuntimeError('Event loop is closed');
    this.ready.push(handle);
    if (this.host.asleep) this.host.wake();
  }

  /**
   * Something arrived from outside: at the next poll, `enter` puts what it makes ready into ready and returns how many
   * handles that were. Arrivals of one turn of Node's loop enter in one tick. `mask`: 1 read, 2 write; 0, it is no fd.
   */
  ioArrived(fd: number, mask: number, enter: () => number | void): void {
    if (this.closed) return;
    this.arrivals.push({ fd, mask, enter });
    this.host.wake();
  }

  /** Ends `runForever` with this error, at the end of the callback under way. Internal. */
  interrupt(error: unknown): void {
    this.host.interrupt(error);
  }

  /** Throws what `interrupt` was given. Internal. */
  throwInterruption(): void {
    if (this.host.interruption !== undefined) throw this.host.interruption.error;
  }

  /** A plain callback returned something: if it is a promise, its reactions belong to this callback. Internal. */
  returned(value: unknown): void {
    if (typeof (value as { then?: unknown }).then === 'function') drainMicrotasks();
  }

  /** Runs promise reactions left by plain callbacks, so that they are not taken for the task's that runs next. Internal. */
  drain(): void {
    if (this.drained) return;
    this.drained = true;
    drainMicrotasks();
  }

  /** Internal. */
  timerCancelled(timer: TimerHandle): void {
    if (this.timers.cancel(timer)) shared.observer?.timerCancelled(this, timer);
  }

  /** Whether its callbacks are running now, rather than other code of Node's. Internal. */
  get ticking(): boolean {
    return this.host.ticking;
  }

  /** Where an observer looks: what gets the thread from Node, and the callback that runs. Internal. */
  get observable(): { host: Host; running: Handle | undefined } {
    return { host: this.host, running: this.currentHandle };
  }

  /** Seconds until there is something to do: 0 now, undefined until something arrives. Internal. */
  idleFor(): number | undefined {
    this.timers.sweep();
    if (this.ready.length > 0 || this.stopping || this.arrivals.length > 0) return 0;
    if (this.scheduled.length === 0) return undefined;
    const timeout = this.scheduled[0].deadline - this.time();
    return timeout > MAXIMUM_SELECT_TIMEOUT ? MAXIMUM_SELECT_TIMEOUT : timeout < 0 ? 0 : timeout;
  }

  /** With a clock that can, moves on to the next timer instead of waiting for it; whether it did. Internal. */
  skipTime(timeout: number): boolean {
    if (this.hostWork > 0) return false;
    return this.slept(timeout);
  }

  /** `timeout` seconds are over for a clock that is moved on. Internal. */
  slept(timeout: number): boolean {
    if (this.clock.advance === undefined) return false;
    const now = this.clock.now();
    // Not now + timeout: the sum may be a little less than the deadline.
    this.clock.advance(
      this.scheduled.length > 0 && timeout < MAXIMUM_SELECT_TIMEOUT
        ? this.scheduled[0].deadline + this.stood
        : now + timeout,
    );
    return true;
  }

  /** One tick (`_run_once`); whether the loop is to stop. `timeout`: what the poll was given. Internal. */
  runOnce(timeout: number | undefined): boolean {
    if (this.arrivals.length > 0) this.processEvents();
    const observer = shared.observer;
    if (this.scheduled.length > 0) {
      const end = this.time() + this.clock.resolution;
      for (let timer = this.timers.due(end); timer !== undefined; timer = this.timers.due(end)) {
        this.ready.push(timer);
        if (observer !== undefined && !timer.cancelled()) observer.timerDue(this, timer);
      }
    }
    if (observer !== undefined) this.runObserved(timeout);
    else if (this.debug) this.runDebug();
    else {
      const ready = this.ready;
      for (let n = ready.length; n > 0; n--) {
        const handle = ready.shift()!;
        if (handle.callback !== undefined) handle.run();
      }
    }
    return this.stopping;
  }

  private processEvents(): void {
    const arrivals = this.arrivals;
    this.arrivals = [];
    for (const { fd, mask, enter } of arrivals) {
      const before = this.ready.length;
      enter();
      if (mask !== 0) shared.observer?.io(this, fd, mask, this.ready.length - before);
    }
  }

  private runObserved(timeout: number | undefined): void {
    const ready = this.ready;
    shared.observer?.tick(this, timeout, ready.length);
    for (let n = ready.length; n > 0; n--) {
      const handle = ready.shift()!;
      const observer = shared.observer;
      if (observer?.gate && !handle.cancelled()) observer.before(this, handle);
      if (handle.cancelled()) {
        observer?.skipped(this, ready.length);
        continue;
      }
      this.currentHandle = handle;
      const error = this.debug ? this.runTimed(handle) : handle.run();
      this.currentHandle = undefined;
      shared.observer?.ran(this, handle, ready.length, error);
    }
  }

  private runDebug(): void {
    const ready = this.ready;
    for (let n = ready.length; n > 0; n--) {
      const handle = ready.shift()!;
      if (!handle.cancelled()) this.runTimed(handle);
    }
  }

  private runTimed(handle: Handle): unknown {
    this.currentHandle = handle;
    const start = this.time();
    try {
      const error = handle.run();
      const took = this.time() - start;
      if (took >= this.slowCallbackDuration)
        logger.warning(`Executing ${describeHandle(handle)} took ${took.toFixed(3)} seconds`);
      return error;
    } finally {
      this.currentHandle = undefined;
    }
  }

  private checkClosed(): void {
    if (this.closed) throw new RuntimeError('Event loop is closed');
  }

  private checkNotRunning(): void {
    if (this.isRunning()) throw new RuntimeError('This event loop is already running');
    if (shared.runningLoop !== undefined)
      throw new RuntimeError('Cannot run the event loop while another loop is running');
  }

  private checkCallback(callback: unknown, method: string): void {
    this.checkClosed();
    if (iscoroutine(callback) || iscoroutinefunction(callback))
      throw new TypeError(`coroutines cannot be used with ${method}()`);
    if (typeof callback !== 'function')
      throw new TypeError(`a callable object was expected by ${method}(), got ${repr(callback)}`);
  }
}

/** A task's step is told as the task, any other callback as its handle (`_format_handle`). */
function describeHandle(handle: Handle): string {
  return handle.task === undefined ? handle.toString() : handle.task.toString();
}

function* nothing(): Coroutine<void> {}

/** Loops that were left open; inside a running one, `process.exit` ends all without a word. */
function reportAtExit(): void {
  if (shared.runningLoop === undefined) shared.tasks.destroyAll();
}

if (shared.makeLoop === undefined) {
  shared.makeLoop = () => new EventLoop();
  process.on('exit', reportAtExit);
}

/** A new loop (`asyncio.new_event_loop`). `clock`: absent, the machine's. */
export function newEventLoop(options: { clock?: Clock } = {}): EventLoop {
  return new EventLoop(options);
}
