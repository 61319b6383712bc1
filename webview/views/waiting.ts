import type { WaitReason, WaitingRow } from '../../src/adapter/contract';
import { duration, reasonText, timeLeft } from '../format';
import type { QueueSpec } from './queue';
import { type Moment, type RowText, type Tone, moveKey } from './row';

export function waitingRow(row: WaitingRow, { aged }: Pick<Moment, 'aged'>): RowText {
  const out = row.timeoutInMs === undefined ? '' : ` · times out in ${timeLeft(row.timeoutInMs - aged)}`;
  return {
    id: row.id,
    key: moveKey(row),
    name: row.name,
    value: duration(row.ageMs + aged),
    valueTitle: `Waiting since tick ${row.sinceTick}`,
    detail: reasonText(row.reason) + out,
    tone: tone(row.reason),
    dim: false,
    keepsAlive: row.keepsAlive,
    task: row.task,
    source: row.source ?? row.reason.source,
  };
}

function tone(reason: WaitReason): Tone {
  switch (reason.kind) {
    case 'lock':
    case 'event':
    case 'condition':
    case 'semaphore':
    case 'barrier':
      return reason.ownerEnded ? 'red' : 'orange';
    case 'queue.get':
    case 'queue.put':
    case 'queue.join':
      return 'yellow';
    case 'read':
    case 'write':
    case 'accept':
    case 'connect':
    case 'fs':
    case 'dns':
      return 'green';
    case 'executor':
    case 'subprocess':
    case 'signal':
      return 'blue';
    case 'sleep':
      return 'purple';
    default:
      return 'plain';
  }
}

export const waiting: QueueSpec<'waiting'> = {
  queue: 'waiting',
  title: 'Waiting',
  order: 'longest first',
  empty: () => 'Nothing waits.',
  row: waitingRow,
};
