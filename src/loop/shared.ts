/**
 * The state of asyncio that belongs to the process, not to a copy of this library: two copies in one program are one
 * loop. The first copy loaded makes it, or a debugger's agent before any.
 */
import type { EventLoop } from './baseEvents';
import type { ForeignHooks } from './foreign';
import type { LoopObserver } from './observer';
import { TaskRegistry } from './taskRegistry';
import type { Task } from './tasks';

export interface Shared {
  /** The loop that is running: from the start of `runForever` until it returns. */
  runningLoop: EventLoop | undefined;
  /** The loop of `setEventLoop`. */
  setLoop: EventLoop | undefined;
  /** Whether `setEventLoop` was ever called: `getEventLoop` then makes none by itself. */
  setLoopCalled: boolean;
  /** The task whose step is running. */
  currentTask: Task<unknown> | undefined;
  /** Every task that is not done. */
  tasks: TaskRegistry;
  /** How many tasks got a name of ours. */
  taskNames: number;
  observer: LoopObserver | undefined;
  /** Of the first copy of the library: the hooks of two would undo each other. */
  foreign: ForeignHooks | undefined;
  /** Makes a loop; set by the first copy of the library. */
  makeLoop: (() => EventLoop) | undefined;
}

const KEY = Symbol.for('tickscope.asyncio');

type Global = { [KEY]?: Partial<Shared> };

function open(): Shared {
  const shared = ((globalThis as Global)[KEY] ??= {});
  return Object.assign(shared, {
    runningLoop: shared.runningLoop,
    setLoop: shared.setLoop,
    setLoopCalled: shared.setLoopCalled ?? false,
    currentTask: shared.currentTask,
    tasks: shared.tasks ?? new TaskRegistry(),
    taskNames: shared.taskNames ?? 0,
    observer: shared.observer,
    foreign: shared.foreign,
    makeLoop: shared.makeLoop,
  });
}

export const shared: Shared = open();
