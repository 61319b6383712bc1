import type { AliveRow } from '../../../adapter/contract';
import type { SnapshotResource } from '../../../wire/messages';
import type { NodeView } from '../nodeView';
import { typeOf } from '../types';

/** Something that keeps the program from exiting. `slot`: -1 where no event told of it. */
export function aliveRow(view: NodeView, read: SnapshotResource, slot: number): AliveRow {
  const { resources } = view.state;
  const type = typeOf(read.type);
  const sleeper = view.sleepers.get(read.id);
  const called = slot < 0 ? type.name || read.type : view.nameAt(slot, 'name');
  const own = sleeper ? `sleep → ${sleeper.name}` : called === '(anonymous)' ? '' : called;
  const name = type.name === own ? own : [type.name, own].filter(Boolean).join(' ');
  const row: AliveRow = {
    id: read.id,
    kind: kindOf(read.type),
    text: [name, read.text].filter(Boolean).join(': '),
  };
  const place = sleeper?.path ? sleeper : read.path === '' ? undefined : read;
  const source = place ? { path: place.path, line: place.line } : slot < 0 ? undefined : view.sourceAt(slot);
  if (source) row.source = source;
  if (slot >= 0 && resources.isArmed(slot)) row.dueInMs = (resources.columns.when[slot] - view.now) * 1000;
  return row;
}

function kindOf(type: string): AliveRow['kind'] {
  if (type === 'Timeout') return 'timer';
  return type === 'Immediate' ? 'immediate' : (typeOf(type).reason ?? 'unknown');
}
