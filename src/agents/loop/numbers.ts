/** How objects are numbered; below FIRST_OWN_OBJECT are RESULTs. Small enough for V8 to keep them without boxes. */
import { RESULT } from '../../wire/schema';
import type { AnyTask } from './library';

export const FIRST_OWN_OBJECT = RESULT.FIRST_OBJECT;
/** A task's `observed`, which is its number as what somebody waits for, is this plus its number as an actor. */
export const FIRST_TASK_OBJECT = 2 ** 30;

/** A task's number as an actor; 0 while it has none. */
export function actorOf(task: AnyTask): number {
  return task.observed === 0 ? 0 : task.observed - FIRST_TASK_OBJECT;
}
