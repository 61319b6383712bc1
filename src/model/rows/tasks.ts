import type { TaskRow } from '../../adapter/contract';
import { TASK } from '../tasks';
import type { View } from '../view';
import type { RowSource } from './window';

/** Tasks that have not ended, in the order of their creation, then those that ended last. */
export function taskRows(view: View): RowSource<TaskRow> {
  const { tasks } = view.state;
  const slots: number[] = [];
  for (let slot = 0; slot < tasks.slots; slot++) if (tasks.actor[slot] !== 0) slots.push(slot);
  const ended = (slot: number) => (tasks.state[slot] >= TASK.DONE ? 1 : 0);
  slots.sort((x, y) => ended(x) - ended(y) || tasks.actor[x] - tasks.actor[y]);
  return { length: slots.length, row: (index) => taskRow(view, slots[index]) };
}

export function taskStateOf(view: View, slot: number): TaskRow['state'] {
  const { tasks } = view.state;
  const actor = tasks.actor[slot];
  if (view.running?.actor === actor) return 'running';
  switch (tasks.state[slot]) {
    case TASK.CREATED:
      return 'created';
    case TASK.READY:
      return 'ready';
    case TASK.DONE:
      return 'done';
    case TASK.FAILED:
      return 'failed';
    case TASK.CANCELLED:
      return 'cancelled';
    default:
      return view.readyIndexOf(actor) >= 0 ? 'ready' : 'waiting';
  }
}

export function taskRow(view: View, slot: number): TaskRow {
  const { tasks } = view.state;
  const task = tasks.actor[slot];
  const { definitions } = view;
  const state = taskStateOf(view, slot);
  const became = tasks.since[slot];
  const at = view.readyIndexOf(task);
  // When its next step came into ready; until then it waited.
  const woken = at >= 0 ? Math.max(became, view.ready[at].entry.since) : undefined;
  let { busy, ready, waited } = {
    busy: tasks.busy[slot],
    ready: tasks.ready[slot],
    waited: tasks.waited[slot],
  };
  if (woken !== undefined) {
    ready += view.now - woken;
    if (tasks.state[slot] === TASK.WAITING || tasks.state[slot] === TASK.SLEEPING) waited += woken - became;
  } else if (state === 'waiting') waited += view.now - became;
  else if (state === 'running') busy += view.now - view.state.time;
  const row: TaskRow = {
    task,
    name: definitions.taskNameOf(task),
    state,
    coroutine: definitions.codeOf(task)?.name ?? '',
    sinceTick: woken !== undefined && state === 'ready' ? view.ready[at].entry.tick : tasks.tick[slot],
    ageMs: view.age(woken !== undefined && state === 'ready' ? woken : became),
    steps: tasks.steps[slot],
    busyMs: busy * 1000,
    readyMs: ready * 1000,
    waitingMs: waited * 1000,
  };
  const source = view.taskSource(task, slot);
  if (source) row.source = source;
  if (state === 'waiting') row.reason = view.reason(task, slot);
  const parent = definitions.parentOf(task);
  if (parent !== 0) row.parent = parent;
  const createdAt = definitions.placeOfTask(task);
  if (createdAt) row.createdAt = createdAt;
  return row;
}
