import type { ReadyRow } from '../../../adapter/contract';
import type { RowSource } from '../../rows/window';
import { PHASE } from '../nodeState';
import type { Entity, NodeView } from '../nodeView';
import { isNative, ROLE } from '../types';

/** In the order in which they will run. */
export function readyRows(view: NodeView): RowSource<ReadyRow> {
  const { ready } = view;
  return { length: ready.length, row: (index) => readyRow(view, ready[index]) };
}

export function readyRow(view: NodeView, entity: Entity): ReadyRow {
  const { slot, step } = entity;
  const { resources, promises, tick, time } = view.state;
  const c = step ? promises.columns : resources.columns;
  const row: ReadyRow = {
    id: view.rowId(entity),
    name: step ? `promise ${entity.id}` : slot < 0 ? `callback ${entity.id}` : view.nameAt(slot, 'callback'),
    kind: kindOf(view, entity),
    cause: view.cause(entity),
    sinceTick: slot < 0 ? Math.max(tick, 1) : Math.max(c.tick[slot], 1),
    ageMs: view.age(slot < 0 ? time : c.since[slot]),
    nextTick: false,
  };
  name(view, entity, row);
  if (step || slot < 0) return row;
  const { role, runTick } = resources.columns;
  if (role[slot] === ROLE.IMMEDIATE) row.nextTick = runTick[slot] > tick;
  if (role[slot] >= ROLE.HANDLE || role[slot] === ROLE.NONE || role[slot] === ROLE.TIMEOUT) {
    // They waited until now; how long they have been ready, nobody can see.
    row.sinceTick = Math.max(tick, 1);
    row.ageMs = 0;
  }
  const source = view.sourceAt(slot);
  if (row.source === undefined && source) row.source = source;
  return row;
}

/** The program told at the stop who is about to run, or runs: a task, or a function. */
function name(view: NodeView, entity: Entity, row: ReadyRow): void {
  const { definitions, stopped } = view;
  const actor = view.isHead && entity === (view.running ?? view.upcoming) ? (stopped?.actor ?? 0) : 0;
  const task = definitions.isTask(actor) ? actor : view.sleepers.get(entity.step ? 0 : entity.id)?.task;
  if (task !== undefined && view.tasks.some(({ id }) => id === task)) row.task = task;
  if (actor === 0) return;
  row.name = definitions.nameOf(actor) || row.name;
  const source = definitions.sourceOf(actor);
  if (source) row.source = source;
}

function kindOf(view: NodeView, { slot, step }: Entity): ReadyRow['kind'] {
  if (step) return 'microtask';
  if (slot < 0) return 'other';
  switch (view.state.resources.columns.role[slot]) {
    case ROLE.TICK:
      return 'nextTick';
    case ROLE.IMMEDIATE:
      return 'immediate';
    case ROLE.MICROTASK:
      return 'microtask';
    case ROLE.TIMEOUT:
      return 'timer';
    case ROLE.MAIN:
      return 'other';
  }
  const { name } = view.typeAt(slot);
  if (name === 'SIGNALWRAP') return 'signal';
  if (!isNative(name)) return 'other';
  return view.phaseAt(slot) === PHASE.CLOSE ? 'close' : 'io';
}
