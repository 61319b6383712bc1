/** Threads of DAP: one for each loop, which carries its stops, then the tasks that matter. */
import type { LoopId, TaskId } from './contract';
import type { Model } from '../model/model';
import { RequestError } from './requestError';

/** Tasks that are shown as threads, at most; the panel has the rest. */
export const TASK_THREADS = 50;
/** Loops likewise, the newest. */
export const LOOP_THREADS = 50;

// Loops have odd thread ids, tasks even ones, for ever: neither kind can run into the other.
export function loopThread(loop: LoopId): number {
  return loop * 2 - 1;
}
export function taskThread(task: TaskId): number {
  return task * 2;
}

export type ThreadOf = { kind: 'loop'; loop: LoopId } | { kind: 'task'; task: TaskId; loop: LoopId };

/** Throws RequestError for a thread that there is not. */
export function threadOf(threadId: number, model: Model): ThreadOf {
  if (Number.isSafeInteger(threadId) && threadId > 0) {
    if (threadId % 2 === 0) {
      const task = threadId / 2;
      return { kind: 'task', task, loop: model.taskOf(task).loop };
    }
    const loop = (threadId + 1) / 2;
    if (model.loopIds.includes(loop)) return { kind: 'loop', loop };
  }
  throw new RequestError(`There is no thread ${threadId}; ask for the threads again.`);
}

/** `first`: tasks that are shown before all others. */
export function threadsOf(model: Model, first: ReadonlySet<TaskId>): { id: number; name: string }[] {
  if (model.loopIds.length === 0) return [];
  const { loops } = model.state({});
  const open = loops.filter((loop) => loop.state !== 'closed');
  const shown = open.slice(-LOOP_THREADS);
  const several = open.length > 1;
  const nameOfLoop = new Map(loops.map((loop) => [loop.id, loop.name]));
  return [
    ...shown.map((loop) => ({
      id: loopThread(loop.id),
      name: loop.thread && loop.thread !== loop.name ? `${loop.thread} (${loop.name})` : loop.name,
    })),
    ...model.importantTasks(TASK_THREADS, first).map(({ loop, row }) => {
      const what = row.coroutine && row.coroutine !== row.name ? `${row.name}: ${row.coroutine}` : row.name;
      return {
        id: taskThread(row.task),
        name: `${what} (${first.has(row.task) ? 'stuck' : row.state})${several ? ` in ${nameOfLoop.get(loop)}` : ''}`,
      };
    }),
  ];
}
