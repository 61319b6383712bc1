import type { TaskId } from '../adapter/contract';

/**
 * The task of a thread: the adapter numbers those of tasks evenly, those of loops oddly. `thread`: the number, or how the
 * editor's menus write it, with the session's id before it.
 */
export function taskOfThread(thread: string | undefined): TaskId | undefined {
  const number = Number(/(\d+)$/.exec(thread ?? '')?.[1]);
  return number > 0 && number % 2 === 0 ? number / 2 : undefined;
}
