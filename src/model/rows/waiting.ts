import type { WaitingRow, WaitReason } from '../../adapter/contract';
import { ROLE } from '../../wire/schema';
import type { Watch } from '../state';
import { TASK } from '../tasks';
import type { View } from '../view';
import type { RowSource } from './window';

/** Ids of rows that stand for a file descriptor: apart from those of tasks. */
const FD_ROW = 0x40000000;

/** Tasks suspended on anything but a sleep, and what the loop watches for no task; longest first. */
export function waitingRows(view: View): RowSource<WaitingRow> {
  const { tasks, watches } = view.state;
  const slots: number[] = [];
  for (let slot = 0; slot < tasks.slots; slot++)
    if (
      tasks.actor[slot] !== 0 &&
      tasks.state[slot] === TASK.WAITING &&
      view.readyIndexOf(tasks.actor[slot]) < 0
    )
      slots.push(slot);
  const entries: { since: number; slot: number; watch: Watch | undefined }[] = slots.map((slot) => ({
    since: tasks.since[slot],
    slot,
    watch: undefined,
  }));
  for (const watch of watches.values()) entries.push({ since: watch.since, slot: -1, watch });
  entries.sort((x, y) => x.since - y.since);
  return {
    length: entries.length,
    row: (index) => {
      const { slot, watch } = entries[index];
      return watch ? watchRow(view, watch) : taskRow(view, slot);
    },
  };
}

function taskRow(view: View, slot: number): WaitingRow {
  const { tasks } = view.state;
  const task = tasks.actor[slot];
  const row: WaitingRow = {
    id: task,
    task,
    name: view.definitions.taskNameOf(task),
    reason: view.reason(task, slot),
    sinceTick: tasks.tick[slot],
    ageMs: view.age(tasks.since[slot]),
  };
  const timeout = view.timeoutOf(task);
  if (timeout !== undefined) row.timeoutInMs = (timeout - view.now) * 1000;
  const source = view.taskSource(task, slot);
  if (source) row.source = source;
  return row;
}

function watchRow(view: View, watch: Watch): WaitingRow {
  const role = view.definitions.roleOf(watch.code);
  const kind: WaitReason['kind'] = role === ROLE.ACCEPT ? 'accept' : watch.mask === 2 ? 'write' : 'read';
  const told = view.definitions.texts.text(watch.text);
  const row: WaitingRow = {
    id: FD_ROW + watch.fd * 4 + watch.mask,
    // A transport's own reader is called by what it does; a function of the user's by its name.
    name: role === ROLE.USER ? view.definitions.nameOf(watch.code) : kind,
    reason: { kind, text: told === '' ? `fd ${watch.fd}` : `fd ${watch.fd}, ${told}` },
    sinceTick: watch.tick,
    ageMs: view.age(watch.since),
  };
  const source = view.definitions.sourceOf(watch.code);
  if (source) row.source = source;
  return row;
}
