/** Saying values in a few words, and evaluating the user's conditions about a loop. */
import { inspect } from 'node:util';
import type { EventLoop } from '../../loop/baseEvents';
import type { Handle } from '../../loop/events';
import type { Loops } from './loops';
import type { LoopState } from './loopState';
import { coroutineInside, isGenerator, type AnyTask } from './library';
import { nameOf, tasksOf } from './definitions';
import type { AnyFunction } from './functions';

const LONGEST = 500;

/** An error as its name and message. Never throws. */
export function errorText(error: unknown): string {
  try {
    if (!(error instanceof Error)) return `Error: ${shown(error)}`;
    const { name, message } = error;
    const said = message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message;
    return said === '' ? name : `${name}: ${said}`;
  } catch {
    return 'Error';
  }
}

/** A value as it is shown in a log: texts as they are. May run the program's code, and throw what that throws. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value.length < 2000 ? value : `${value.slice(0, 2000)}…`;
  return inspect(value, { depth: 2, maxArrayLength: 12, maxStringLength: 400, breakLength: Infinity });
}

/** The names that a condition can use besides the program's globals. */
export const NAMES = ['tick', 'ready', 'waiting', 'timers', 'task', 'callback'] as const;
export type Names = Record<(typeof NAMES)[number], unknown>;

/** tick; ready, waiting, timers: how many; task, callback: the names of what is about to run, or null. Worked out when used. */
export function namesAt(state: LoopState, loops: Loops): Names {
  const { loop } = state;
  return {
    tick: state.tick,
    get ready() {
      return loop.ready.length;
    },
    get waiting() {
      return waitingIn(loop, loops);
    },
    get timers() {
      return loop.scheduled.filter((timer) => !timer.cancelled()).length;
    },
    get task() {
      return next(loop)?.task?.getName() ?? null;
    },
    get callback() {
      const handle = next(loop);
      return handle === undefined ? null : callbackName(handle);
    },
  };
}

export function next(loop: EventLoop): Handle | undefined {
  for (const handle of loop.ready) if (!handle.cancelled()) return handle;
  return undefined;
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
