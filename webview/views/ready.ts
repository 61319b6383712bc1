import type { ReadyRow, State } from '../../src/adapter/contract';
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
    detail: row.kind === 'other' && row.cause.kind === 'start' ? 'the main module' : causeText(row.cause),
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
  if (kind === 'nextTick' || kind === 'microtask') return 'yellow';
  if (kind === 'close') return 'plain';
  return 'blue';
}

/** "Nothing is ready; Node waits for I/O and the next timer." */
export function nothingReady({ target, phase, counts }: Pick<State, 'target' | 'phase' | 'counts'>): string {
  if (target !== 'node' || phase !== 'poll') return 'Nothing is ready to run.';
  const awaited = [
    ...(counts.waiting > 0 ? ['I/O'] : []),
    ...(counts.timers > 0 ? [counts.timers === 1 ? 'a timer' : 'the next timer'] : []),
  ];
  return awaited.length === 0
    ? 'Nothing is ready, and Node waits for nothing.'
    : `Nothing is ready; Node waits for ${awaited.join(' and ')}.`;
}

export const ready: QueueSpec<'ready'> = {
  queue: 'ready',
  title: 'Ready',
  order: 'runs in this order',
  empty: nothingReady,
  row: readyRow,
};
