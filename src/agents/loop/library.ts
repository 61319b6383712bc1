/** What the agent reads of the loop library beyond its public face. The library's classes are the program's own copy: types only. */
import type { EventLoop } from '../../loop/baseEvents';
import type { CoroutineObject } from '../../loop/coroutines';
import type { Future } from '../../loop/futures';
import type { LoopObserver } from '../../loop/observer';
import type { Task } from '../../loop/tasks';

export type AnyTask = Task<unknown>;
export type AnyFuture = Future<unknown>;

/** The library's state of the process (src/loop/shared.ts). */
export interface SharedState {
  runningLoop?: EventLoop | undefined;
  currentTask?: AnyTask | undefined;
  tasks?: { of(loop: EventLoop): AnyTask[] };
  observer?: LoopObserver | undefined;
  makeLoop?: (() => EventLoop) | undefined;
}

const KEY = Symbol.for('tickscope.asyncio');

/** The state, made here when the program has not loaded the library yet. */
export function sharedState(): SharedState {
  const holder = globalThis as unknown as { [KEY]?: SharedState };
  if (holder[KEY] === undefined)
    Object.defineProperty(globalThis, KEY, {
      value: {},
      writable: true,
      enumerable: false,
      configurable: true,
    });
  return holder[KEY] as SharedState;
}

/** A strand (src/loop/strands.ts): one `await` under way, or the outermost generator. */
export interface StrandInside {
  waiter: AnyFuture | undefined;
  after: StrandInside | undefined;
  /** The generator, or what else is iterated. */
  steps: object | undefined;
  /** V8's own function that resumes the `await`; absent for the outermost one. */
  resolve?: (value: unknown) => void;
}

interface TaskInside {
  first: StrandInside | undefined;
  last: StrandInside | undefined;
  main: StrandInside;
}

export function inside(task: AnyTask): TaskInside {
  return task as unknown as TaskInside;
}

export function coroutineInside(coro: unknown): { source?: unknown; target?: unknown; name: string } {
  return coro as CoroutineObject<unknown> as unknown as { source?: unknown; target?: unknown; name: string };
}

export function isFuture(value: unknown): value is AnyFuture {
  return typeof value === 'object' && value !== null && 'asyncioFutureBlocking' in value;
}

export function isTask(value: unknown): value is AnyTask {
  return isFuture(value) && 'getCoro' in value;
}

/** Whether its clock is moved on by hand instead of running by itself. */
export function isVirtual(loop: EventLoop): boolean {
  return loop.clock.advance !== undefined;
}
