/** Coroutines driven by a loop (`asyncio.tasks`). */
import type { EventLoop } from './baseEvents';
import { CoroutineObject, isGenerator, type CoroutineLike } from './coroutines';
import { acrossCopies } from './copies';
import { getRunningLoop } from './events';
import { CancelledError, leavesLoop, RuntimeError } from './exceptions';
import { foreignResumed } from './foreign';
import { Future } from './futures';
import { logger, repr } from './log';
import { shared } from './shared';
import { Strand } from './strands';

export interface TaskOptions {
  /** Absent: `Task-1` and so on. */
  name?: string | undefined;
  /** Absent: the running loop. */
  loop?: EventLoop | undefined;
}

/** A coroutine that a loop drives, and its result (`asyncio.Task`). */
export class Task<T> extends Future<T> {
  /** A cancellation is to be thrown at the next step. Internal. */
  mustCancel = false;
  /** It runs native async functions. Internal. */
  native = false;
  /** Its native code awaits something that is not ours. Internal. */
  foreign = false;
  /** Whether to complain when it is destroyed while pending. Internal. */
  logDestroyPending = true;
  /** Of the registry of tasks. Internal. */
  trace: object | undefined = undefined;
  private taskName: string;
  private cancelRequests = 0;
  /** Strands under way, oldest first; the last one is what `futWaiter` tells. */
  private first: Strand | undefined = undefined;
  private last: Strand | undefined = undefined;
  private readonly main: MainStrand;

  /** Throws TypeError for what is no coroutine. */
  constructor(
    private readonly coro: CoroutineLike<T>,
    options: TaskOptions = {},
  ) {
    super({ loop: options.loop ?? getRunningLoop() });
    checkCoroutine(coro);
    this.taskName = options.name ?? `Task-${++shared.taskNames}`;
    this.main = new MainStrand(this.loop, this as Task<unknown>, coro as CoroutineLike<unknown>);
    this.main.stepSoon();
    shared.tasks.add(this as Task<unknown>);
    shared.observer?.taskCreated(this.loop, this as Task<unknown>, shared.currentTask);
  }

  /** The future it is suspended on; the newest where its async functions wait for several at once. */
  get futWaiter(): Future<unknown> | undefined {
    return this.last?.waiter;
  }

  /** `Task.get_name`. */
  getName(): string {
    return this.taskName;
  }

  /** `Task.set_name`. */
  setName(name: string): void {
    this.taskName = String(name);
    shared.observer?.taskRenamed(this.loop, this as Task<unknown>);
  }

  /** The coroutine that was given (`Task.get_coro`). */
  getCoro(): CoroutineLike<T> {
    return this.coro;
  }

  /** Refused: a task's result is its coroutine's (`Task.set_result`). */
  override setResult(_result: T): void {
    throw new RuntimeError('Task does not support set_result operation');
  }

  /** Refused: a task's error is its coroutine's (`Task.set_exception`). */
  override setException(_error: unknown): void {
    throw new RuntimeError('Task does not support set_exception operation');
  }

  /**
   * Asks that CancelledError be thrown into the coroutine, at the `await` where it stands, at the loop's next tick; the
   * coroutine may catch it (`Task.cancel`). False when done. An `await` of a promise that is not ours cannot be
   * interrupted: it is thrown at the next `await` after that one.
   */
  override cancel(message?: string): boolean {
    this.retrieve();
    if (this.done()) return false;
    this.cancelRequests++;
    let cancelled = false;
    for (let strand = this.first; strand !== undefined; strand = strand.after)
      if (strand.waiter !== undefined && strand.waiter.cancel(message)) cancelled = true;
    if (cancelled) return true;
    this.mustCancel = true;
    this.cancelMessage = message;
    return true;
  }

  /** How many requests of `cancel` are open (`Task.cancelling`). */
  cancelling(): number {
    return this.cancelRequests;
  }

  /** Takes one request of `cancel` back; how many are left (`Task.uncancel`). */
  uncancel(): number {
    if (this.cancelRequests > 0 && --this.cancelRequests === 0) this.mustCancel = false;
    return this.cancelRequests;
  }

  /** Internal. */
  suspended(strand: Strand): void {
    if (this.foreign) foreignResumed(this as Task<unknown>);
    strand.before = this.last;
    if (this.last === undefined) this.first = strand;
    else this.last.after = strand;
    this.last = strand;
  }

  /** Internal. */
  resumed(strand: Strand): void {
    const { before, after } = strand;
    if (before === undefined) {
      if (this.first === strand) this.first = after;
    } else before.after = after;
    if (after === undefined) {
      if (this.last === strand) this.last = before;
    } else after.before = before;
    strand.before = strand.after = undefined;
  }

  /** Nothing of ours will resume it. Internal. */
  abandoned(): boolean {
    return this.first === undefined && !this.done();
  }

  /** The coroutine returned. Internal. */
  returned(value: T): void {
    this.ended();
    if (this.mustCancel) {
      this.mustCancel = false;
      this.abandon(this.cancelMessage);
    } else this.finish(value);
  }

  /** The coroutine threw. Internal. */
  raised(error: unknown): void {
    this.ended();
    if (error instanceof CancelledError) {
      this.cancelledError = error;
      this.abandon(undefined);
      return;
    }
    this.fail(error);
    if (leavesLoop(error)) throw error;
  }

  override name(): string {
    return 'Task';
  }

  /** The loop is closed: a suspended generator is ended, as Python ends a coroutine that it destroys. Internal. */
  destroy(): void {
    this.main.destroy();
  }

  private ended(): void {
    shared.tasks.delete(this as Task<unknown>);
    if (this.foreign) foreignResumed(this as Task<unknown>);
  }

  protected override describe(): string[] {
    const words = super.describe();
    if (this.cancelRequests > 0 && !this.done()) words[0] = 'cancelling';
    const waiter = this.futWaiter;
    words.splice(
      1,
      0,
      `name='${this.taskName}'`,
      ...(waiter === undefined ? [] : [`wait_for=${waiter}`]),
      `coro=<${coroutineName(this.coro)}() ${this.done() ? 'done' : 'running'}>`,
    );
    return words;
  }
}

acrossCopies('Task', Task);

/** The strand of the coroutine that the task was made of. */
class MainStrand extends Strand {
  constructor(
    loop: EventLoop,
    override readonly task: Task<unknown>,
    private readonly coro: CoroutineLike<unknown>,
  ) {
    super(loop, task);
    // What a function starts is not known yet.
    this.native = typeof coro === 'function';
  }

  override advance(raising: boolean, error: unknown): void {
    if (this.steps !== undefined) super.advance(raising, error);
    else this.begin(raising, error);
  }

  returned(value: unknown): void {
    this.task.returned(value);
  }

  raised(error: unknown): void {
    this.task.raised(error);
  }

  destroy(): void {
    try {
      this.steps?.return?.();
    } catch (error) {
      logger.error(`Exception ignored in: ${this.task}`, error);
    }
  }

  private begin(raising: boolean, error: unknown): void {
    const coro = this.coro;
    try {
      if (typeof coro !== 'function') this.steps = coro instanceof CoroutineObject ? coro.begin() : coro;
      else if (raising) throw error;
      else this.call(coro);
    } catch (thrown) {
      this.raised(thrown);
      return;
    }
    if (this.steps !== undefined) super.advance(raising, error);
  }

  /** An error that leaves the loop cannot do so through a promise. */
  private rejected(error: unknown): void {
    try {
      this.raised(error);
    } catch (leaving) {
      this.loop.interrupt(leaving);
    }
  }

  private call(fn: () => unknown): void {
    const result = fn();
    this.native = false;
    if (isGenerator(result)) this.steps = result;
    else if (result instanceof CoroutineObject) this.steps = result.begin();
    else if (typeof (result as PromiseLike<unknown> | undefined)?.then === 'function') {
      this.native = this.task.native = true;
      (result as PromiseLike<unknown>).then(
        (value) => this.returned(value),
        (error: unknown) => this.rejected(error),
      );
    } else this.returned(result);
  }
}

function checkCoroutine(coro: unknown): void {
  if (typeof coro === 'function' || coro instanceof CoroutineObject || isGenerator(coro)) return;
  if (typeof (coro as PromiseLike<unknown> | undefined)?.then === 'function')
    throw new TypeError(
      'a coroutine was expected, got a promise: it runs already. Write () => worker() instead of worker(), ' +
        'or wrap a promise that is not yours with ensureFuture()',
    );
  throw new TypeError(`a coroutine was expected, got ${repr(coro)}`);
}

/** What a coroutine is called in messages. */
export function coroutineName(coro: unknown): string {
  if (coro instanceof CoroutineObject) return coro.name;
  if (typeof coro === 'function') return coro.name || 'anonymous';
  return generatorName(coro) || 'generator';
}

/** V8 keeps no name on a generator, but its prototype is the function's own `prototype` object. */
function generatorName(generator: unknown): string {
  const tag = (generator as { constructor?: { name?: string } }).constructor?.name;
  return tag ?? '';
}

/** Makes a task of a coroutine in the running loop (`asyncio.create_task`). Throws RuntimeError when no loop runs. */
export function createTask<T>(coro: CoroutineLike<T>, options: { name?: string } = {}): Task<T> {
  return getRunningLoop().createTask(coro, options);
}

/** The task whose step is running, undefined in a plain callback (`asyncio.current_task`). Throws RuntimeError when no loop runs. */
export function currentTask(loop: EventLoop = getRunningLoop()): Task<unknown> | undefined {
  const task = shared.currentTask;
  return task?.loop === loop ? task : undefined;
}

/** Every task of the loop that is not done (`asyncio.all_tasks`). Throws RuntimeError when no loop runs. */
export function allTasks(loop: EventLoop = getRunningLoop()): Set<Task<unknown>> {
  const tasks = new Set<Task<unknown>>();
  for (const task of shared.tasks.of(loop)) if (!task.done()) tasks.add(task);
  return tasks;
}
