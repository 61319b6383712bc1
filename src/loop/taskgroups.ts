/** Tasks that end together (`asyncio.taskgroups`). */
import { inspect } from 'node:util';
import type { EventLoop } from './baseEvents';
import { runBody, type Body } from './blocks';
import { CoroutineObject, isGenerator, type Coroutine, type CoroutineLike } from './coroutines';
import { getRunningLoop } from './events';
import { CancelledError, leavesLoop, RuntimeError } from './exceptions';
import { ExceptionGroup } from './exceptionGroup';
import type { Future } from './futures';
import { currentTask, type Task } from './tasks';

/**
 * Waits at the end of its body for every task made in it; when one fails, the body and the other tasks are cancelled
 * and `run` throws an ExceptionGroup (`asyncio.TaskGroup`). Where Python writes `async with asyncio.TaskGroup() as tg: …`,
 * write `await new TaskGroup().run(async (tg) => { … })` or `yield* new TaskGroup().run(function* (tg) { … })`.
 */
export class TaskGroup {
  private entered = false;
  private exiting = false;
  private aborting = false;
  private loop!: EventLoop;
  private parent!: Task<unknown>;
  private parentCancelRequested = false;
  private readonly tasks = new Set<Task<unknown>>();
  private readonly errors: unknown[] = [];
  /** KeyboardInterrupt or SystemExit: goes before all others, alone. */
  private baseError: unknown;
  private completed: Future<void> | undefined;

  /**
   * Runs `body`, waits for the tasks made in it; the body's value is the value. Throws ExceptionGroup when the body or
   * a task failed, RuntimeError when used twice or outside a task.
   */
  run<T>(body: Body<TaskGroup, T>): CoroutineObject<T> {
    return new CoroutineObject('TaskGroup.run', this.running(body));
  }

  /** Makes a task in the group (`TaskGroup.create_task`). Throws RuntimeError outside the body, or when the group is shutting down. */
  createTask<T>(coro: CoroutineLike<T>, options: { name?: string } = {}): Task<T> {
    const refusal = this.refusal();
    if (refusal !== undefined) {
      if (coro instanceof CoroutineObject) coro.close();
      else if (isGenerator(coro)) coro.return(undefined as T);
      throw new RuntimeError(`TaskGroup ${this} ${refusal}`);
    }
    const task = this.loop.createTask(coro, options);
    this.tasks.add(task as Task<unknown>);
    task.addDoneCallback((done) => this.onTaskDone(done as Task<unknown>));
    return task;
  }

  toString(): string {
    const words = ['TaskGroup'];
    if (this.tasks.size > 0) words.push(`tasks=${this.tasks.size}`);
    if (this.errors.length > 0) words.push(`errors=${this.errors.length}`);
    if (this.aborting) words.push('cancelling');
    else if (this.entered) words.push('entered');
    return `<${words.join(' ')}>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  private refusal(): string | undefined {
    if (!this.entered) return 'has not been entered';
    if (this.exiting && this.tasks.size === 0) return 'is finished';
    if (this.aborting) return 'is shutting down';
    return undefined;
  }

  private *running<T>(body: Body<TaskGroup, T>): Coroutine<T> {
    this.enter();
    let result: T;
    try {
      result = yield* runBody(body, this);
    } catch (error) {
      yield* this.exit({ error });
      throw error;
    }
    yield* this.exit(undefined);
    return result;
  }

  private enter(): void {
    if (this.entered) throw new RuntimeError(`TaskGroup ${this} has already been entered`);
    this.loop = getRunningLoop();
    const parent = currentTask(this.loop);
    if (parent === undefined) throw new RuntimeError(`TaskGroup ${this} cannot determine the parent task`);
    this.parent = parent;
    this.entered = true;
  }

  /** `TaskGroup.__aexit__`; `thrown`: what the body threw. Returns when that is to go on as it is. */
  private *exit(thrown: { error: unknown } | undefined): Coroutine<void> {
    this.exiting = true;
    if (thrown !== undefined && leavesLoop(thrown.error)) this.baseError ??= thrown.error;
    let cancellation = thrown?.error instanceof CancelledError ? thrown.error : undefined;
    if (thrown !== undefined && !this.aborting) this.abort();

    // `completed` is cancelled as often as the parent is.
    while (this.tasks.size > 0) {
      this.completed ??= this.loop.createFuture();
      this.completed.waitKind = 'gather';
      this.completed.waitOf = this;
      try {
        yield* this.completed;
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
        if (!this.aborting) {
          cancellation = error;
          this.abort();
        }
      }
      this.completed = undefined;
    }

    if (this.baseError !== undefined) throw this.baseError;
    // No request of others is left: the cancellation was the group's own.
    if (this.parentCancelRequested && this.parent.uncancel() === 0) cancellation = undefined;
    if (cancellation !== undefined && this.errors.length === 0) throw cancellation;
    if (thrown !== undefined && !(thrown.error instanceof CancelledError)) this.errors.push(thrown.error);
    if (this.errors.length === 0) return;
    if (this.parent.cancelling() > 0) {
      // The request stays counted, and is felt at the parent's next await.
      this.parent.uncancel();
      this.parent.cancel();
    }
    throw new ExceptionGroup('unhandled errors in a TaskGroup', this.errors.splice(0));
  }

  private abort(): void {
    this.aborting = true;
    for (const task of this.tasks) if (!task.done()) task.cancel();
  }

  private onTaskDone(task: Task<unknown>): void {
    this.tasks.delete(task);
    if (this.tasks.size === 0 && this.completed !== undefined && !this.completed.done())
      this.completed.setResult(undefined);
    if (task.cancelled()) return;
    const error = task.exception();
    if (error === undefined) return;
    this.errors.push(error);
    if (leavesLoop(error)) this.baseError ??= error;
    if (this.parent.done()) {
      this.loop.callExceptionHandler({
        message: `Task ${task} has errored out but its parent task ${this.parent} is already completed`,
        exception: error,
        task,
      });
      return;
    }
    if (this.aborting || this.parentCancelRequested) return;
    this.abort();
    this.parentCancelRequested = true;
    this.parent.cancel();
  }
}
