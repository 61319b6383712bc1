/** Tasks that are alike, folded into one row. */
import type { RowsArguments, TaskGroup, TaskGrouping, TaskRow } from '../../adapter/contract';

/** Fewer equal stacks than this are shown each by itself. */
const FOLD_FROM = 5;

/** Waits for something that others can wait for, too: by its name, not only by its kind. */
const SHARED = /^(?:lock|event|condition|semaphore|barrier|queue\.)/;

/** The groups in the order of their first tasks, each followed by its tasks where it is open. */
export function grouped(
  rows: readonly TaskRow[],
  { by, open = [] }: NonNullable<RowsArguments['group']>,
): (TaskRow | TaskGroup)[] {
  const keys = rows.map((row) => keyOf(row, by));
  const members = new Map<string, TaskRow[]>();
  rows.forEach((row, i) => {
    const list = members.get(keys[i]);
    if (list) list.push(row);
    else members.set(keys[i], [row]);
  });
  const opened = new Set(open);
  const shown: (TaskRow | TaskGroup)[] = [];
  rows.forEach((row, i) => {
    const key = keys[i];
    const tasks = members.get(key)!;
    if (by === 'stack' && tasks.length < FOLD_FROM) shown.push(row);
    else if (tasks[0] === row) {
      const group = groupOf(key, tasks, by, opened.has(key));
      shown.push(group);
      if (group.open) for (const task of tasks) shown.push({ ...task, group: key });
    }
  });
  return shown;
}

function keyOf(row: TaskRow, by: TaskGrouping): string {
  switch (by) {
    case 'state':
      return row.state;
    case 'coroutine':
      return row.coroutine;
    case 'reason':
      return reasonOf(row);
    case 'line':
      return lineOf(row);
    case 'stack':
      // Reasons of many tasks are not all read; where they stand is known of each.
      return [row.state, row.coroutine, lineOf(row.source ? { ...row, reason: undefined } : row)].join('\n');
  }
}

function reasonOf({ reason }: TaskRow): string {
  if (!reason) return '';
  return SHARED.test(reason.kind) ? reason.text || reason.kind : reason.kind;
}

/** Where it stands: the user's line of its wait, else where it is. */
function lineOf({ reason, source }: TaskRow): string {
  const place = reason?.source ?? source;
  return place ? `${place.path}:${place.line}` : '';
}

function groupOf(key: string, tasks: readonly TaskRow[], by: TaskGrouping, open: boolean): TaskGroup {
  const [first] = tasks;
  const group: TaskGroup = {
    group: key,
    name: nameOf(first, by),
    count: tasks.length,
    open,
    ageMs: 0,
    steps: 0,
    busyMs: 0,
    readyMs: 0,
    waitingMs: 0,
  };
  for (const task of tasks) {
    group.ageMs = Math.max(group.ageMs, task.ageMs);
    group.steps += task.steps;
    group.busyMs += task.busyMs;
    group.readyMs += task.readyMs;
    group.waitingMs += task.waitingMs;
  }
  const read = by === 'stack' ? tasks.filter(({ reason }) => reason && reason.kind !== 'notCaptured') : tasks;
  const reason = read[0]?.reason;
  if (reason?.text && read.every((task) => task.reason?.text === reason.text)) group.waitsFor = reason.text;
  else if (by === 'stack' && reason) group.waitsFor = reason.kind;
  const line = lineOf(first);
  if (line !== '' && tasks.every((task) => lineOf(task) === line))
    group.source = first.reason?.source ?? first.source;
  return group;
}

function nameOf(row: TaskRow, by: TaskGrouping): string {
  switch (by) {
    case 'state':
      return row.state;
    case 'coroutine':
    case 'stack':
      return row.coroutine || '(no name)';
    case 'reason':
      return reasonOf(row) || 'not waiting';
    case 'line': {
      const place = row.reason?.source ?? row.source;
      return place ? `${place.path.split(/[\\/]/).pop()}:${place.line}` : 'line not known';
    }
  }
}
