/** What the scopes Task and Loop show. */
import type { Variable } from '../../wire/messages';
import type { Values } from '../v8/values';
import { tasksOf } from './definitions';
import { sharedState, type AnyTask } from './library';
import type { LoopState } from './loopState';

export function factsOfTask(values: Values, task: AnyTask): Variable[] {
  const rows = [values.variable('name', task.getName()), values.variable('coroutine', task.getCoro())];
  const waiter = task.futWaiter;
  rows.push(values.word('state', stateOf(task)));
  if (task.done() && !task.cancelled())
    rows.push(
      task.failed()
        ? values.variable('exception', task.peekError())
        : values.variable('result', task.result()),
    );
  if (waiter !== undefined) rows.push(values.said('waits for', waiter));
  rows.push(values.variable('cancel requests', task.cancelling()));
  return rows;
}

export function factsOfLoop(values: Values, { loop, tick }: LoopState): Variable[] {
  const timers = loop.scheduled.filter((timer) => !timer.cancelled());
  timers.sort((a, b) => a.deadline - b.deadline);
  return [
    values.variable('tick', tick),
    values.variable('time', loop.time()),
    values.list('ready', [...loop.ready]),
    values.list('timers', timers),
    values.list('tasks', tasksOf(loop)),
    values.variable('debug', loop.getDebug()),
    values.said('loop', loop),
  ];
}

function stateOf(task: AnyTask): string {
  if (task.done()) return task.cancelled() ? 'cancelled' : task.failed() ? 'failed' : 'done';
  if (sharedState().currentTask === task) return 'running';
  return task.futWaiter !== undefined || task.abandoned() ? 'waiting' : 'ready';
}
