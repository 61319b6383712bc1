/** Time limits for a piece of code (`asyncio.timeouts`). */
import { inspect } from 'node:util';
import { runBody, type Body } from './blocks';
import { CoroutineObject, type Coroutine } from './coroutines';
import { getRunningLoop, type Handle } from './events';
import { CancelledError, RuntimeError, TimeoutError } from './exceptions';
import { ExceptionGroup } from './exceptionGroup';
import { currentTask, type Task } from './tasks';

type State = 'created' | 'active' | 'expiring' | 'expired' | 'finished';

/**
 * Cancels the task while it is in the body when the deadline passes; the body's CancelledError then leaves `run` as
 * TimeoutError (`asyncio.Timeout`). Made by `timeout` and `timeoutAt`. Where Python writes
 * `async with asyncio.timeout(1): …`, write `await timeout(1).run(async () => { … })` or
 * `yield* timeout(1).run(function* () { … })`.
 */
export class Timeout {
  private state: State = 'created';
  private handle: Handle | undefined;
  private task: Task<unknown> | undefined;
  private cancelling = 0;

  /** `deadline`: s of the loop's clock; undefined for never. */
  constructor(private deadline: number | undefined) {}

  /** The deadline in seconds of `loop.time()`; undefined for never (`Timeout.when`). */
  when(): number | undefined {
    return this.deadline;
  }

  /** Changes the deadline: s of `loop.time()`, undefined for never (`Timeout.reschedule`). Throws RuntimeError outside the body. */
  reschedule(when: number | undefined): void {
    if (this.state !== 'active') {
      if (this.state === 'created') throw new RuntimeError('Timeout has not been entered');
      throw new RuntimeError(`Cannot change state of ${this.state} Timeout`);
    }
    this.deadline = when;
    this.handle?.cancel();
    this.handle = undefined;
    if (when === undefined) return;
    const loop = getRunningLoop();
    const expire = () => this.onTimeout();
    this.handle = when <= loop.time() ? loop.callSoon(expire) : loop.callAt(when, expire);
  }

  /** Whether the deadline passed while the body ran (`Timeout.expired`). */
  expired(): boolean {
    return this.state === 'expiring' || this.state === 'expired';
  }

  /**
   * Runs `body` under the time limit; its value is the value. Throws TimeoutError when the limit cancelled it,
   * RuntimeError when used twice or outside a task.
   */
  run<T>(body: Body<Timeout, T>): CoroutineObject<T> {
    return new CoroutineObject('Timeout.run', this.running(body));
  }

  toString(): string {
    const when = this.state === 'active' ? ` when=${rounded(this.deadline)}` : '';
    return `<Timeout [${this.state}]${when}>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  private *running<T>(body: Body<Timeout, T>): Coroutine<T> {
    this.enter();
    let result: T;
    try {
      result = yield* runBody(body, this);
    } catch (error) {
      throw this.exit(error) ? new TimeoutError(undefined, { cause: error }) : error;
    }
    this.exit(undefined);
    return result;
  }

  private enter(): void {
    if (this.state !== 'created') throw new RuntimeError('Timeout has already been entered');
    const task = currentTask();
    if (task === undefined) throw new RuntimeError('Timeout should be used inside a task');
    this.state = 'active';
    this.task = task;
    this.cancelling = task.cancelling();
    this.reschedule(this.deadline);
  }

  /** Leaves the body; true when `error` is the cancellation of this time limit. */
  private exit(error: unknown): boolean {
    this.handle?.cancel();
    this.handle = undefined;
    if (this.state === 'active') this.state = 'finished';
    if (this.state !== 'expiring') return false;
    this.state = 'expired';
    // With a request to cancel from elsewhere, too, that one goes on.
    if (this.task!.uncancel() > this.cancelling || error === undefined) return false;
    if (error instanceof CancelledError) return true;
    insertTimeoutError(error);
    if (error instanceof ExceptionGroup) error.exceptions.forEach(insertTimeoutError);
    return false;
  }

  private onTimeout(): void {
    this.task!.cancel();
    this.state = 'expiring';
    this.handle = undefined;
  }
}

/** The cancellation that led to `error` was of a time limit: its chain of causes says so. */
function insertTimeoutError(error: unknown): void {
  const seen = new Set<unknown>();
  while (error instanceof Error && error.cause !== undefined && !seen.has(error)) {
    seen.add(error);
    if (error.cause instanceof CancelledError) {
      error.cause = new TimeoutError(undefined, { cause: error.cause });
      return;
    }
    error = error.cause;
  }
}

function rounded(when: number | undefined): string {
  return when === undefined ? 'undefined' : String(Math.round(when * 1000) / 1000);
}

/** A time limit of `delay` seconds from now, undefined for none (`asyncio.timeout`). Throws RuntimeError when no loop runs. */
export function timeout(delay: number | undefined): Timeout {
  const loop = getRunningLoop();
  return new Timeout(delay === undefined ? undefined : loop.time() + delay);
}

/** A time limit at `when`, in seconds of `loop.time()`, undefined for none (`asyncio.timeout_at`). */
export function timeoutAt(when: number | undefined): Timeout {
  return new Timeout(when);
}
