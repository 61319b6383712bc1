/** Handles of callbacks, and which loop is the current one (`asyncio.events`). */
import { inspect } from 'node:util';
import type { EventLoop } from './baseEvents';
import { leavesLoop, RuntimeError } from './exceptions';
import { formatCallback, stackHere } from './log';
import { shared } from './shared';
import type { Task } from './tasks';

export type Callback = (...args: never[]) => unknown;

export const NO_ARGS: readonly never[] = [];
/** Apart from the handles, of which there may be a million, because only debug mode has them. */
const sources = new WeakMap<Handle, string>();

/** A callback that was asked of the loop; `cancel` takes the request back (`asyncio.Handle`). */
export class Handle {
  /** `task`: the task that running the callback resumes. */
  constructor(
    public callback: Callback | undefined,
    public args: readonly unknown[],
    readonly loop: EventLoop,
    readonly task: Task<unknown> | undefined,
  ) {
    if (loop.getDebug()) sources.set(this, stackHere(new.target));
  }

  /** Where it was made, in debug mode. */
  get source(): string | undefined {
    return sources.get(this);
  }

  /** Makes sure that the callback does not run; does nothing when it ran already (`Handle.cancel`). */
  cancel(): void {
    this.callback = undefined;
    this.args = NO_ARGS;
  }

  /** Whether `cancel` was called (`Handle.cancelled`). */
  cancelled(): boolean {
    return this.callback === undefined;
  }

  /** Runs the callback; what it throws goes to the loop's exception handler, and is returned. Internal. */
  run(): unknown {
    try {
      const args = this.args as never[];
      const callback = this.callback as Callback;
      const value =
        args.length === 0 ? callback() : args.length === 1 ? callback(args[0]) : callback(...args);
      if (value !== undefined) this.loop.returned(value);
    } catch (error) {
      return this.failed(error);
    }
    return undefined;
  }

  protected failed(error: unknown): unknown {
    if (leavesLoop(error)) throw error;
    const text = formatCallback(this.callback, this.args, this.loop.getDebug());
    this.loop.callExceptionHandler({
      message: `Exception in callback ${text}`,
      exception: error,
      handle: this,
      ...(this.source === undefined ? {} : { sourceTraceback: this.source }),
    });
    return error ?? new Error(String(error));
  }

  toString(): string {
    return `<${this.describe().join(' ')}>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  /** Its kind, in messages. */
  protected name(): string {
    return 'Handle';
  }

  protected describe(): string[] {
    const words = [this.name()];
    if (this.cancelled()) words.push('cancelled');
    if (this.callback !== undefined)
      words.push(formatCallback(this.callback, this.args, this.loop.getDebug()));
    return words;
  }
}

/** A callback that was asked for a time (`asyncio.TimerHandle`). */
export class TimerHandle extends Handle {
  /** The debugger's number for it. */
  observed = 0;
  /** Whether it is in the loop's heap. Internal. */
  scheduled = true;

  /** `deadline`: s of the loop's clock. */
  constructor(
    readonly deadline: number,
    callback: Callback,
    args: readonly unknown[],
    loop: EventLoop,
  ) {
    super(callback, args, loop, undefined);
  }

  override cancel(): void {
    if (!this.cancelled()) this.loop.timerCancelled(this);
    super.cancel();
  }

  /** The time it is due, in seconds of `loop.time()` (`TimerHandle.when`). */
  when(): number {
    return this.deadline;
  }

  protected override name(): string {
    return 'TimerHandle';
  }

  protected override describe(): string[] {
    const words = super.describe();
    words.splice(this.cancelled() ? 2 : 1, 0, `when=${this.deadline}`);
    return words;
  }
}

/** The running loop (`asyncio.get_running_loop`). Throws RuntimeError when none runs. */
export function getRunningLoop(): EventLoop {
  if (shared.runningLoop === undefined) throw new RuntimeError('no running event loop');
  return shared.runningLoop;
}

/**
 * The running loop, else the one of `setEventLoop`, else a new one that is set at once (`asyncio.get_event_loop`).
 * Throws RuntimeError when `setEventLoop(undefined)` took it away.
 */
export function getEventLoop(): EventLoop {
  if (shared.runningLoop !== undefined) return shared.runningLoop;
  if (shared.setLoop === undefined) {
    if (shared.setLoopCalled)
      throw new RuntimeError("There is no current event loop in thread 'MainThread'.");
    setEventLoop(shared.makeLoop!());
  }
  return shared.setLoop!;
}

/** Makes `loop` the current one of this thread while none runs (`asyncio.set_event_loop`). */
export function setEventLoop(loop: EventLoop | undefined): void {
  shared.setLoopCalled = true;
  shared.setLoop = loop;
}
