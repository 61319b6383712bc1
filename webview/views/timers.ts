import type { TimerRow } from '../../src/adapter/contract';
import { clock, duration, timeLeft } from '../format';
import type { QueueSpec } from './queue';
import { type Moment, type RowText, moveKey } from './row';

export function timerRow(row: TimerRow, { aged, clockMs }: Moment): RowText {
  const left = row.dueInMs - aged;
  return {
    id: row.id,
    key: moveKey(row),
    name: row.name,
    value: timeLeft(left),
    valueTitle:
      left > 0 ? 'Time left on the loop’s clock' : 'Its deadline has passed: the next tick makes it ready',
    detail:
      `due at ${clock(clockMs + row.dueInMs)}` +
      (row.repeatMs === undefined ? '' : ` · every ${duration(row.repeatMs)}`),
    brief: true,
    tone: 'purple',
    dim: false,
    keepsAlive: row.keepsAlive,
    task: row.task,
    source: row.source,
  };
}

export const timers: QueueSpec<'timers'> = {
  queue: 'timers',
  title: 'Timers',
  order: 'next first',
  empty: () => 'No timers.',
  row: timerRow,
};
