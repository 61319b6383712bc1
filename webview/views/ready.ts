import type { ReadyRow } from '../../src/adapter/contract';
import { causeText, duration } from '../format';
import type { QueueSpec } from './queue';
import { type Moment, type RowText, type Tone, moveKey } from './row';

export function readyRow(row: ReadyRow, { aged }: Pick<Moment, 'aged'>): RowText {
  return {
    id: row.id,
    key: moveKey(row),
    name: row.name,
    value: row.nextTick ? 'next tick' : duration(row.ageMs + aged),
    valueTitle: row.nextTick
      ? 'Scheduled by this tick: it runs in the next one'
      : `Ready since tick ${row.sinceTick}`,
    detail: causeText(row.cause),
    tone: tone(row),
    dim: row.nextTick,
    task: row.task,
    source: row.source,
  };
}

function tone({ kind, cause }: ReadyRow): Tone {
  if (kind === 'io' || cause.kind === 'io') return 'green';
  if (kind === 'timer' || cause.kind === 'timer') return 'purple';
  if (kind === 'signal' || kind === 'thread') return 'orange';
  return 'blue';
}

export const ready: QueueSpec<'ready'> = {
  queue: 'ready',
  title: 'Ready',
  order: 'runs in this order',
  empty: 'Nothing is ready to run.',
  row: readyRow,
};
