/** How objects are numbered; below FIRST_OWN_OBJECT are RESULTs. Small enough for V8 to keep them without boxes. */
import { RESULT } from '../../wire/schema';

export const FIRST_OWN_OBJECT = RESULT.FIRST_OBJECT;
/** A task's `observed`, which is its number as what somebody waits for, is this plus its number as an actor. */
export const FIRST_TASK_OBJECT = 2 ** 30;

/** A task's number as an actor; 0 while it has none. */
export function actorOf(task: { readonly observed: number }): number {
  return task.observed === 0 ? 0 : task.observed - FIRST_TASK_OBJECT;
}

/** The same of what may be another future, or stands for one that is gone: 0 for these. */
export function actorIfTask(future: unknown): number {
  const { observed = 0 } = (future ?? {}) as { observed?: number };
  return observed > FIRST_TASK_OBJECT ? observed - FIRST_TASK_OBJECT : 0;
}
