import type { TimerRow } from '../../../adapter/contract';
import type { RowSource } from '../../rows/window';
import type { NodeView } from '../nodeView';

/** Every Timeout with a deadline, the next one first. */
export function timerRows(view: NodeView): RowSource<TimerRow> {
  const slots = view.timers;
  return { length: slots.length, row: (index) => timerRow(view, slots[index]) };
}

function timerRow(view: NodeView, slot: number): TimerRow {
  const { id, when, repeat } = view.state.resources.columns;
  const sleeper = view.sleepers.get(id[slot]);
  const row: TimerRow = {
    id: id[slot],
    name: sleeper ? `sleep → ${sleeper.name}` : view.nameAt(slot, 'name'),
    dueInMs: (when[slot] - view.now) * 1000,
  };
  if (repeat[slot] > 0) row.repeatMs = repeat[slot] * 1000;
  if (sleeper) row.task = sleeper.task;
  const source = sleeper?.path ? { path: sleeper.path, line: sleeper.line } : view.sourceAt(slot);
  if (source) row.source = source;
  const keeps = view.keepsAlive(id[slot]);
  if (keeps !== undefined) row.keepsAlive = keeps;
  return row;
}
