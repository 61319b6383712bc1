/**
 * How a debugger looks into loops from inside the process. The loop calls these at its own pace and pays one field
 * read where there is no observer; an observer that throws is taken out by itself, never by the loop.
 *
 * Order: every call made while a callback runs comes before that callback's `ran`; every one made by a poll comes
 * before the `tick` that it leads to. Ready is first in, first out and only appended to, so `n` (how many are in ready
 * right after) tells which callbacks came from where.
 */
import type { EventLoop } from './baseEvents';
import type { Handle, TimerHandle } from './events';
import type { ExceptionContext } from './exceptionHandling';
import type { Future } from './futures';
import type { Task } from './tasks';

export interface LoopObserver {
  /** Something may have to stop before a callback: `before` is called only while this is true. */
  gate: boolean;
  loopChanged(loop: EventLoop, state: 'running' | 'idle' | 'closed'): void;
  /** Nothing is ready: the loop gives the thread back to the host. `timeout`: s, undefined for ever. */
  sleeping(loop: EventLoop, timeout: number | undefined): void;
  /** The poll is over and what is due is in ready; its first callback runs next. `timeout`: s that the poll was given, undefined for ever. May stand here. */
  tick(loop: EventLoop, timeout: number | undefined, n: number): void;
  /** `handle` left ready and is about to run, if it is not cancelled on return. May stand here. */
  before(loop: EventLoop, handle: Handle): void;
  /** `error`: what a plain callback threw. A task's own outcome is read from `handle.task`. */
  ran(loop: EventLoop, handle: Handle, n: number, error?: unknown): void;
  /** A cancelled handle left ready without running. */
  skipped(loop: EventLoop, n: number): void;
  timerScheduled(loop: EventLoop, timer: TimerHandle): void;
  timerCancelled(loop: EventLoop, timer: TimerHandle): void;
  /** Moved from the heap to ready by this poll. */
  timerDue(loop: EventLoop, timer: TimerHandle): void;
  taskCreated(loop: EventLoop, task: Task<unknown>, parent: Task<unknown> | undefined): void;
  taskRenamed(loop: EventLoop, task: Task<unknown>): void;
  /** The poll found `fd` ready: mask 1 read, 2 write; it put `added` handles into ready. */
  io(loop: EventLoop, fd: number, mask: number, added: number): void;
  /** `owned`: some task waits through it (a stream); else it is watched for no task. `text`: addresses, '' when unknown. */
  watched(
    loop: EventLoop,
    fd: number,
    mask: number,
    callback: (...args: never[]) => unknown,
    owned: boolean,
    text: string,
  ): void;
  unwatched(loop: EventLoop, fd: number, mask: number): void;
  /** The handle now at ready[index] came from another thread. */
  handedIn(loop: EventLoop, index: number, thread: string): void;
  /** The signal's handler was put into ready. */
  signal(loop: EventLoop, name: string): void;
  jobBegan(loop: EventLoop, job: number, name: string, future: Future<unknown>): void;
  jobEnded(loop: EventLoop, job: number, outcome: 'returned' | 'raised' | 'cancelled'): void;
  processBegan(loop: EventLoop, pid: number, text: string): void;
  processEnded(loop: EventLoop, pid: number, status: number): void;
  /** `place`: what `placeHere` gave when `acquire` was called. */
  acquired(lock: object, task: Task<unknown> | undefined, place?: unknown): void;
  released(lock: object): void;
  /** The task has one of the places of a semaphore. Optional, as what follows: an agent may be older than this. */
  entered?(semaphore: object, task: Task<unknown> | undefined, place?: unknown): void;
  /** There is one place more; who made it need not have had one. */
  left?(semaphore: object, task: Task<unknown> | undefined): void;
  /** Where the program is now, in whatever way the observer keeps that. */
  placeHere?(): unknown;
  /** The error of a future that nobody has asked for is about to be reported. */
  unretrieved?(loop: EventLoop, message: string, error: unknown): void;
  /** What is about to be told to the loop's exception handler: of errors and tasks that nobody cared for, too. */
  reported?(loop: EventLoop, context: ExceptionContext): void;
  /** Where the program makes a coroutine now: given back if nobody awaits that one. */
  coroutineMade?(): unknown;
  /** A coroutine of that name is gone, and nobody awaited it. */
  neverAwaited?(name: string, place?: unknown): void;
}
