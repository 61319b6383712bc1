/** What a loop is about to do, under the names that conditions use. */
import type { EventLoop } from '../../loop/baseEvents';
import type { Handle } from '../../loop/events';
import type { Names } from '../v8/conditions';
import { isGenerator } from '../v8/generators';
import type { AnyFunction } from '../v8/functions';
import type { Loops } from './loops';
import type { LoopState } from './loopState';
import { coroutineInside, type AnyTask } from './library';
import { nameOf, tasksOf } from './definitions';

/** What a breakpoint is about, where that is not what the loop runs next. */
export interface About {
  task: string | undefined;
  callback: string;
}

/** tick; ready, waiting, timers: how many; task, callback: the names of what is about to run, or null. Worked out when used. */
export function namesAt(state: LoopState, loops: Loops, about?: About): Names {
  return new NamesNow(state, loops, about);
}

class NamesNow implements Names {
  readonly tick: number;
  readonly #state: LoopState;
  readonly #loops: Loops;
  readonly #about: About | undefined;

  constructor(state: LoopState, loops: Loops, about: About | undefined) {
    this.tick = state.tick;
    this.#state = state;
    this.#loops = loops;
    this.#about = about;
  }
  get ready(): number {
    return this.#state.loop.ready.length + (this.#state.taken === undefined ? 0 : 1);
  }
  get waiting(): number {
    return waitingIn(this.#state.loop, this.#loops);
  }
  get timers(): number {
    return this.#state.loop.scheduled.filter((timer) => !timer.cancelled()).length;
  }
  get task(): string | null {
    const about = this.#about;
    return (about === undefined ? next(this.#state.loop)?.task?.getName() : about.task) ?? null;
  }
  get callback(): string | null {
    if (this.#about !== undefined) return this.#about.callback;
    const handle = next(this.#state.loop);
    return handle === undefined ? null : callbackName(handle);
  }
}
// An expression that says `constructor` means that of its own realm's objects.
Reflect.deleteProperty(NamesNow.prototype, 'constructor');

export function next(loop: EventLoop): Handle | undefined {
  for (const handle of loop.ready) if (!handle.cancelled()) return handle;
  return undefined;
}

/** How long one of the queues is, by what the contract calls it. */
export function lengthOf(
  queue: 'ready' | 'waiting' | 'timers' | 'tasks',
  names: Names,
  loop: EventLoop,
): number {
  return queue === 'tasks' ? tasksOf(loop).filter((task) => !task.done()).length : (names[queue] as number);
}

/** Suspended tasks that are not asleep on a timer, and what is watched for no task. */
function waitingIn(loop: EventLoop, loops: Loops): number {
  const asleep = new Set<unknown>();
  for (const { callback, args } of loop.scheduled)
    if (callback?.name === 'setResultUnlessCancelled') asleep.add(args[0]);
  const woken = new Set<AnyTask | undefined>();
  for (const { task } of loop.ready) woken.add(task);
  let count = loops.unownedOf(loop);
  for (const task of tasksOf(loop)) {
    const waiter = task.futWaiter;
    if (waiter === undefined ? task.abandoned() : !asleep.has(waiter) && !waiter.done() && !woken.has(task))
      count++;
  }
  return count;
}

function callbackName(handle: Handle): string {
  const { task } = handle;
  if (task === undefined) return nameOf(handle.callback as AnyFunction);
  const coro: unknown = task.getCoro();
  if (typeof coro === 'function') return nameOf(coro as AnyFunction);
  return isGenerator(coro) ? coro.constructor.name : coroutineInside(coro).name;
}
