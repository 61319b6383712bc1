import type { ReadyRow } from '../../adapter/contract';
import { CAUSE, type ReadyEntry } from '../ready';
import { CANCELLED, type View } from '../view';
import type { RowSource } from './window';

/** In the order in which they will run. */
export function readyRows(view: View): RowSource<ReadyRow> {
  return {
    length: view.ready.length,
    row: (index) => {
      const { id, actor, entry, nextTick } = view.ready[index];
      return readyRow(view, id, actor, entry, nextTick, view.age(entry.since));
    },
  };
}

export function readyRow(
  view: View,
  id: number,
  actor: number,
  entry: ReadyEntry,
  nextTick: boolean,
  ageMs: number,
): ReadyRow {
  const { definitions } = view;
  const isTask = definitions.isTask(actor);
  const row: ReadyRow = {
    id,
    name:
      actor === 0
        ? '(not known until it runs)'
        : actor === CANCELLED
          ? '(cancelled)'
          : definitions.nameOf(actor),
    kind: isTask ? 'step' : kindOf(entry.kind),
    cause: view.cause(entry),
    sinceTick: entry.tick,
    ageMs,
    nextTick,
  };
  if (isTask) {
    row.task = actor;
    const slot = view.state.tasks.slot(actor);
    row.source = slot < 0 ? definitions.sourceOf(actor) : view.taskSource(actor, slot);
  } else if (entry.kind === CAUSE.TIMER) {
    if (actor !== 0 && actor !== CANCELLED) row.name = view.timerName(actor, entry.b);
    if (entry.b !== 0) row.task = entry.b;
    row.source = definitions.sourceOf(entry.b !== 0 ? entry.b : actor);
  } else row.source = definitions.sourceOf(actor);
  if (row.source === undefined) delete row.source;
  return row;
}

function kindOf(cause: number): ReadyRow['kind'] {
  switch (cause) {
    case CAUSE.TIMER:
      return 'timer';
    case CAUSE.IO:
      return 'io';
    case CAUSE.SIGNAL:
      return 'signal';
    case CAUSE.THREAD:
      return 'thread';
    default:
      return 'soon';
  }
}
