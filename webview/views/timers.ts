import type { TimerRow } from '../../src/adapter/contract';
import { duration, timeLeft } from '../format';
import type { QueueSpec } from './queue';
import { type RowText, moveKey } from './row';

export function timerRow(row: TimerRow, aged: number): RowText {
  const left = row.dueInMs - aged;
  return {
    id: row.id,
    key: moveKey(row),
    name: row.name,
    value: timeLeft(left),
    valueTitle:
      left > 0 ? 'Time left on the loop’s clock' : 'Its deadline has passed: the next tick makes it ready',
    detail:
      (row.repeatMs === undefined ? 'timer' : `every ${duration(row.repeatMs)}`) +
      (row.task === undefined ? '' : ' of a task'),
    tone: 'purple',
    dim: false,
    task: row.task,
    source: row.source,
  };
}

export const timers: QueueSpec<'timers'> = {
  queue: 'timers',
  title: 'Timers',
  order: 'next first',
  empty: 'No timers.',
  row: timerRow,
};
