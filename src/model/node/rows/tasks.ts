import type { Source, TaskRow, WaitReason } from '../../../adapter/contract';
import type { RowSource } from '../../rows/window';
import type { NodeView, TaskHere } from '../nodeView';

/** Async calls that have not settled, in the order in which they got their numbers. */
export function taskRows(view: NodeView): RowSource<TaskRow> {
  const tasks = [...view.tasks].sort((x, y) => x.id - y.id);
  return { length: tasks.length, row: (index) => taskRow(view, tasks[index]) };
}

export function stateOf(view: NodeView, { id }: TaskHere): TaskRow['state'] {
  const { stopped } = view;
  if (!view.isHead || stopped?.actor !== id) return 'waiting';
  return stopped.at === 'inside' ? 'running' : 'ready';
}

/** What Node does not tell of tasks, their steps and how long they ran, is 0. */
export function taskRow(view: NodeView, here: TaskHere): TaskRow {
  const state = stateOf(view, here);
  const since = sinceOf(view, here);
  const row: TaskRow = {
    task: here.id,
    name: here.name,
    state,
    coroutine: here.name,
    sinceTick: since.tick,
    ageMs: view.age(since.time),
    steps: 0,
    busyMs: 0,
    readyMs: 0,
    waitingMs: state === 'waiting' ? view.age(since.time) : 0,
  };
  const source = sourceOf(view, here);
  if (source) row.source = source;
  if (state === 'waiting') row.reason = reasonOf(view, here);
  return row;
}

export function sourceOf(view: NodeView, { task, id }: TaskHere): Source | undefined {
  if (task) return task.path === '' ? undefined : { path: task.path, line: task.line };
  return view.definitions.sourceOf(id);
}

export function reasonOf(view: NodeView, { task }: TaskHere): WaitReason {
  if (task === undefined)
    return { kind: 'notCaptured', text: 'What it waited for was not read at that time.' };
  const { kind, text, object, owner, path, line } = task.reason;
  const reason: WaitReason = { kind: kind as WaitReason['kind'], text };
  if (object !== 0) reason.object = object;
  if (owner !== 0) {
    reason.owner = owner;
    if (!view.tasks.some(({ id }) => id === owner)) reason.ownerEnded = true;
  }
  if (path !== '') reason.source = { path, line };
  return reason;
}

/** Since when it waits, as far as that is known: what it waits for was made then, or it was read to wait for the first time. */
export function sinceOf(view: NodeView, { task, id }: TaskHere): { tick: number; time: number } {
  const { resources, promises } = view.state;
  if (task?.reason.resource) {
    const slot = resources.find(task.reason.object);
    const { tick, since } = resources.columns;
    if (slot >= 0) return { tick: Math.max(tick[slot], 1), time: since[slot] };
  }
  if (task) return { tick: Math.max(task.sinceTick, 1), time: task.since };
  const slot = promises.find(view.snapshots.known.get(id)?.promise ?? 0);
  const { tick, since } = promises.columns;
  return slot < 0
    ? { tick: Math.max(view.state.tick, 1), time: view.state.time }
    : { tick: tick[slot], time: since[slot] };
}
