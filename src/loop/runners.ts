/** Loops from beginning to end (`asyncio.runners`). */
import { newEventLoop, type EventLoop } from './baseEvents';
import { CoroutineObject, isGenerator, type CoroutineLike } from './coroutines';
import { setEventLoop } from './events';
import { CancelledError, KeyboardInterrupt, RuntimeError, ValueError } from './exceptions';
import { gather } from './gather';
import { repr } from './log';
import { shared } from './shared';
import { allTasks, type Task } from './tasks';

export interface RunnerOptions {
  /** Absent: the loop's own default. */
  debug?: boolean | undefined;
  /** Makes the loop; absent: `newEventLoop`, and the loop is the thread's current one. */
  loopFactory?: (() => EventLoop) | undefined;
}

/** Seconds that the executor's jobs get to end (`constants.THREAD_JOIN_TIMEOUT`). */
const THREAD_JOIN_TIMEOUT = 300;

/**
 * Makes a loop, runs coroutines in it, one after another, and closes it in order (`asyncio.Runner`). Close it with
 * `close()` or `await using`.
 */
export class Runner {
  private state: 'created' | 'initialized' | 'closed' = 'created';
  private loop: EventLoop | undefined;
  private interrupts = 0;

  constructor(private readonly options: RunnerOptions = {}) {}

  /**
   * Runs a coroutine to its end and gives its result or throws its error (`Runner.run`). Ctrl+C cancels it, and then
   * KeyboardInterrupt is thrown; a second Ctrl+C leaves the loop at once. Rejects with RuntimeError inside a running loop.
   */
  async run<T>(coro: CoroutineLike<T>): Promise<T> {
    if (typeof coro !== 'function' && !(coro instanceof CoroutineObject) && !isGenerator(coro))
      throw new ValueError(`a coroutine was expected, got ${repr(coro)}`);
    if (shared.runningLoop !== undefined)
      throw new RuntimeError('Runner.run() cannot be called from a running event loop');
    const loop = this.getLoop();
    const task = loop.createTask(coro);
    this.interrupts = 0;
    const interrupted = () => this.interrupted(loop, task);
    const listens = process.listenerCount('SIGINT') === 0;
    if (listens) process.on('SIGINT', interrupted);
    try {
      return await loop.runUntilComplete(task);
    } catch (error) {
      if (error instanceof CancelledError && this.interrupts > 0 && task.uncancel() === 0)
        throw new KeyboardInterrupt();
      throw error;
    } finally {
      if (listens) process.removeListener('SIGINT', interrupted);
    }
  }

  /** The loop, made at first use (`Runner.get_loop`). Throws RuntimeError when the runner is closed. */
  getLoop(): EventLoop {
    if (this.state === 'closed') throw new RuntimeError('Runner is closed');
    if (this.loop !== undefined) return this.loop;
    const { debug, loopFactory } = this.options;
    const loop = loopFactory === undefined ? newEventLoop() : loopFactory();
    if (loopFactory === undefined) setEventLoop(loop);
    if (debug !== undefined) loop.setDebug(debug);
    this.state = 'initialized';
    this.loop = loop;
    return loop;
  }

  /** Cancels every task, waits for them and for the executor, and closes the loop (`Runner.close`). */
  async close(): Promise<void> {
    const loop = this.loop;
    if (loop === undefined || this.state !== 'initialized') return;
    try {
      await cancelAllTasks(loop);
      await loop.runUntilComplete(loop.shutdownAsyncgens());
      await loop.runUntilComplete(loop.shutdownDefaultExecutor(THREAD_JOIN_TIMEOUT));
    } finally {
      if (this.options.loopFactory === undefined) setEventLoop(undefined);
      loop.close();
      this.loop = undefined;
      this.state = 'closed';
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private interrupted(loop: EventLoop, task: Task<unknown>): void {
    // The program has a handler of its own.
    if (loop.signals.has('SIGINT')) return;
    if (++this.interrupts === 1 && !task.done()) {
      task.cancel();
      loop.callSoonThreadsafe(() => undefined);
    } else loop.interrupt(new KeyboardInterrupt());
  }
}

/**
 * Runs a coroutine in a new loop, which is closed at the end, and gives its result or throws its error (`asyncio.run`).
 * Rejects with RuntimeError when a loop runs already.
 */
export async function run<T>(main: CoroutineLike<T>, options: RunnerOptions = {}): Promise<T> {
  if (shared.runningLoop !== undefined)
    throw new RuntimeError('asyncio.run() cannot be called from a running event loop');
  const runner = new Runner(options);
  try {
    return await runner.run(main);
  } finally {
    await runner.close();
  }
}

async function cancelAllTasks(loop: EventLoop): Promise<void> {
  const tasks = [...allTasks(loop)];
  if (tasks.length === 0) return;
  for (const task of tasks) task.cancel();
  await loop.runUntilComplete(gather(...tasks, { returnExceptions: true }));
  for (const task of tasks) {
    if (task.cancelled() || !task.failed()) continue;
    loop.callExceptionHandler({
      message: 'unhandled exception during asyncio.run() shutdown',
      exception: task.exception(),
      task,
    });
  }
}
