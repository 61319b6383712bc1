import type { WaitingRow, WaitReason } from '../../../adapter/contract';
import type { RowSource } from '../../rows/window';
import type { NodeView, TaskHere } from '../nodeView';
import { ROLE } from '../types';
import { reasonOf, sinceOf, sourceOf } from './tasks';

/** Ids of rows that stand for a task: apart from those of resources. */
const TASK_ROW = 2 ** 41;

export interface WaitingEntry {
  since: number;
  /** A resource, or -1. */
  slot: number;
  here?: TaskHere;
}

/** Suspended tasks, and what can still bring a callback and no task waits for; longest first. */
export function waitingEntries(view: NodeView): WaitingEntry[] {
  const { resources } = view.state;
  const { id, role, trigger, type, since } = resources.columns;
  const entries: WaitingEntry[] = [];
  /** Resources that are shown by others: by the task that waits for them, or by the request that makes them usable. */
  const shown = new Set<number>();
  for (const here of view.tasks) {
    const { task } = here;
    if (task && (view.sleeps(task) || isReadyTask(view, task.task))) continue;
    entries.push({ since: sinceOf(view, here).time, slot: -1, here });
    if (task?.reason.resource && view.isExact) shown.add(task.reason.object);
  }
  const { texts } = view.definitions;
  const opening = new Set(
    ['TCPCONNECTWRAP', 'PIPECONNECTWRAP', 'GETADDRINFOREQWRAP'].map((name) => texts.number(name)),
  );
  const slots: number[] = [];
  for (let slot = 0; slot < resources.slots; slot++) {
    if (id[slot] === 0 || !resources.waits(slot)) continue;
    if (opening.has(type[slot])) shown.add(trigger[slot]);
    // What is about to bring its last callback waits for nothing any more.
    if (view.state.isClosing(slot) || (role[slot] === ROLE.REQUEST && view.isUpcoming(id[slot]))) continue;
    slots.push(slot);
  }
  slots.push(...ports(view));
  for (const slot of slots) if (!shown.has(id[slot])) entries.push({ since: since[slot], slot });
  return entries.sort((x, y) => x.since - y.since);
}

/** Message ports wait for something only while somebody listens; those of Workers are the Workers' matter. */
function ports(view: NodeView): number[] {
  const { resources } = view.state;
  const { id, type } = resources.columns;
  const [port, worker] = ['MESSAGEPORT', 'WORKER'].map((name) => view.definitions.texts.number(name));
  const found: number[] = [];
  for (let slot = 0; slot < resources.slots; slot++) {
    if (id[slot] === 0) continue;
    if (type[slot] === worker) return [];
    if (type[slot] === port && view.keepsAlive(id[slot])) found.push(slot);
  }
  return found;
}

function isReadyTask(view: NodeView, task: number): boolean {
  return view.isHead && view.stopped?.actor === task;
}

export function waitingRows(view: NodeView): RowSource<WaitingRow> {
  const { waiting } = view;
  return {
    length: waiting.length,
    row: (index) => {
      const { here, slot } = waiting[index];
      return here ? taskRow(view, here) : resourceRow(view, slot);
    },
  };
}

function taskRow(view: NodeView, here: TaskHere): WaitingRow {
  const { tick, time } = sinceOf(view, here);
  const row: WaitingRow = {
    id: TASK_ROW + here.id,
    task: here.id,
    name: here.name,
    reason: reasonOf(view, here),
    sinceTick: tick,
    ageMs: view.age(time),
  };
  const source = sourceOf(view, here);
  if (source) row.source = source;
  const keeps = here.task?.reason.resource ? view.keepsAlive(here.task.reason.object) : undefined;
  if (keeps !== undefined) row.keepsAlive = keeps;
  return row;
}

function resourceRow(view: NodeView, slot: number): WaitingRow {
  const { id, tick, since } = view.state.resources.columns;
  const row: WaitingRow = {
    id: id[slot],
    name: view.nameAt(slot, 'name'),
    reason: resourceReason(view, slot),
    sinceTick: Math.max(tick[slot], 1),
    ageMs: view.age(since[slot]),
  };
  const source = view.sourceAt(slot);
  if (source) row.source = source;
  const keeps = view.keepsAlive(id[slot]);
  if (keeps !== undefined) row.keepsAlive = keeps;
  return row;
}

function resourceReason(view: NodeView, slot: number): WaitReason {
  const { id } = view.state.resources.columns;
  const { type } = view.typeAt(slot);
  const told = view.textAt(slot);
  const reason: WaitReason = {
    kind: type.reason ?? 'unknown',
    text: told === '' ? type.waits : `${type.waits}: ${told}`,
    object: id[slot],
  };
  const source = view.madeAt(slot);
  if (source) reason.source = source;
  return reason;
}
