/** The table of tasks: its columns, what their cells say, and what a click on a heading asks for. Pure. */
import type { Source } from '../../src/adapter/contract';
import { count, duration, reasonText } from '../format';
import type { TaskEntry, TaskLine, TaskQuery } from '../store';

export interface Column {
  /** The field of the row that it is sorted by; also its class. */
  by: string;
  title: string;
  hint: string;
  /** Right-aligned, and sorted from the greatest down at the first click. */
  number?: boolean;
  /** Node does not tell of its tasks' steps. */
  steps?: boolean;
}

export const COLUMNS: readonly Column[] = [
  { by: 'state', title: 'State', hint: 'What the task does' },
  { by: 'name', title: 'Name', hint: 'The name of the task' },
  { by: 'coroutine', title: 'Coroutine', hint: 'The function that it runs' },
  { by: 'reason', title: 'Waiting for', hint: 'What it is suspended on' },
  { by: 'source', title: 'Line', hint: 'Where it stands' },
  { by: 'ageMs', title: 'Since', hint: 'How long it has been in its state', number: true },
  { by: 'busyMs', title: 'Ran', hint: 'How long its steps ran in all', number: true, steps: true },
  { by: 'readyMs', title: 'Ready', hint: 'How long it stood in ready in all', number: true, steps: true },
  { by: 'waitingMs', title: 'Waited', hint: 'How long it was suspended in all', number: true, steps: true },
  { by: 'steps', title: 'Steps', hint: 'How often it was resumed', number: true, steps: true },
];

/** What a cell says. `aged`: milliseconds since the line came, while the loop runs. A group has no state of its own. */
export function cellText(line: TaskLine, by: string, aged: number): string {
  switch (by) {
    case 'name':
      return 'count' in line ? `${count(line.count)} × ${line.name}` : line.name;
    case 'ageMs':
      return `${'count' in line && line.count > 1 ? '≤ ' : ''}${duration(line.ageMs + aged)}`;
    case 'busyMs':
      return duration(line.busyMs);
    case 'readyMs':
      return duration(line.readyMs);
    case 'waitingMs':
      return duration(line.waitingMs);
    case 'steps':
      return count(line.steps);
    case 'reason':
      if ('count' in line) return line.waitsFor ?? '';
      return line.reason ? reasonText(line.reason) : '';
    case 'state':
      return 'count' in line ? '' : line.state;
    case 'coroutine':
      return 'count' in line ? '' : line.coroutine;
    default:
      return '';
  }
}

/** The user's line of the wait, else where the task is. */
export function placeOf(line: TaskLine): Source | undefined {
  return 'count' in line ? line.source : (line.reason?.source ?? line.source);
}

/** A heading sorts in its natural direction, then in the other, then not. */
export function sortedBy(query: TaskQuery, { by, number }: Column): TaskQuery {
  const first = number === true;
  const { sort } = query;
  if (sort?.by !== by) return { ...query, sort: { by, descending: first } };
  if (Boolean(sort.descending) === first) return { ...query, sort: { by, descending: !first } };
  return { ...query, sort: undefined };
}

/** Opens or closes a group. */
export function toggled(query: TaskQuery, group: string): TaskQuery {
  const open = query.open.filter((each) => each !== group);
  return { ...query, open: open.length < query.open.length ? open : [...open, group] };
}

/** The whole line in words, for those who hear it. */
export function lineLabel(line: TaskLine, isNode: boolean, aged: number): string {
  const said = COLUMNS.filter(({ steps }) => !steps || !isNode).map(({ by, title, number }) => {
    const text = cellText(line, by, aged);
    return number ? `${title.toLowerCase()} ${text}` : by === 'reason' && text ? `waits for ${text}` : text;
  });
  return said.filter(Boolean).join(', ');
}

export function isTask(line: TaskLine | undefined): line is TaskEntry {
  return line !== undefined && 'task' in line;
}
