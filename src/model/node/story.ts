/** What a task of Node's went through, what led to what it waits for, and one sentence that says where it is. */
import { basename } from 'node:path';
import type { Cause, Source, Task, TaskRow } from '../../adapter/contract';
import type { Definitions } from '../definitions';
import { OP } from '../log';
import type { NodeHistory } from './nodeHistory';
import type { Entity, NodeView } from './nodeView';
import type { Snapshots } from './snapshots';

/** Causes told, from the newest back to the root. */
const CAUSES_TOLD = 12;
/** Newest entries of a task's history that are told. */
const HISTORY_TOLD = 200;

/** "GET handler waits for a read from 10.0.0.1:80 since tick 12 (app.js:40), which was made at app.js:12." */
export function sentenceOf(row: TaskRow, definitions: Definitions): string {
  const place = at(row.source);
  const since = `since tick ${row.sinceTick}`;
  if (row.state === 'running') return `${row.name} is running${place}.`;
  if (row.state === 'ready') return `${row.name} is about to run${place}.`;
  const { reason } = row;
  if (reason === undefined || reason.kind === 'notCaptured') return `${row.name} waits ${since}${place}.`;
  const made =
    reason.source && !same(reason.source, row.source) ? `, which was made at ${short(reason.source)}` : '';
  const owner = reason.owner !== undefined ? definitions.taskNameOf(reason.owner) : undefined;
  const ended = owner !== undefined && reason.ownerEnded ? `; ${owner} has ended` : '';
  return `${row.name} waits for ${reason.text} ${since}${place}${made}${ended}.`;
}
const short = ({ path, line }: Source) => `${basename(path)}:${line}`;
const at = (source: Source | undefined) => (source ? ` (${short(source)})` : '');
const same = (a: Source, b: Source | undefined) => a.path === b?.path && a.line === b.line;

/** When the task was read to wait for something else, and when it was missing, oldest first. */
export function historyOf(snapshots: Snapshots, view: NodeView, task: number): Task['history'] {
  const told: Task['history'] = [];
  const { promises } = view.state;
  const slot = promises.find(snapshots.known.get(task)?.promise ?? 0);
  if (slot >= 0) told.push({ tick: Math.max(1, promises.columns.tick[slot]), state: 'created' });
  let since = -1;
  for (const { reading, task: read } of snapshots.of(task)) {
    if (reading.tick > view.place.tick) break;
    if (read && read.since !== since) {
      told.push({ tick: Math.max(1, read.sinceTick), state: 'waiting' });
      since = read.since;
    } else if (!read && since >= 0) {
      told.push({ tick: Math.max(1, reading.tick), state: 'done' });
      break;
    }
  }
  return told.slice(-HISTORY_TOLD);
}

/**
 * Why there is what the task waits for, or what runs: what brings its callback, the callback that made it, what made
 * that one run, and so on to where it began; the newest first. `before`: the view before a callback of a tick.
 */
export function causesOf(
  history: NodeHistory,
  from: Entity,
  view: NodeView,
  before: (tick: number, callback: number) => NodeView | undefined,
): Cause[] {
  const causes: Cause[] = [];
  let entity: Entity | undefined = from;
  let here: NodeView | undefined = view;
  while (entity && here && entity.slot >= 0 && causes.length < CAUSES_TOLD) {
    const cause: Cause = here.cause(entity);
    const maker: (Cause & { kind: 'callback' }) | undefined = here.makerOf(entity);
    causes.push(cause);
    if (maker === undefined || cause.kind === 'start') break;
    if (cause.kind !== 'callback') causes.push(maker);
    const callback: number | undefined = callbackOf(history, maker.tick, here, maker.callback);
    here = callback === undefined ? undefined : before(maker.tick, callback);
    entity = here?.upcoming;
  }
  return causes;
}

/** The last callback with this row id in the tick: how many ran before it. */
function callbackOf(history: NodeHistory, tick: number, view: NodeView, rowId: number): number | undefined {
  const moment = history.at(tick, 0);
  if (moment === undefined) return undefined;
  let index = 0;
  let found: number | undefined;
  history.scan(moment.row, (op, _n, a) => {
    if (op === OP.TICK) return true;
    if ((op === OP.BEGAN || op === OP.STEP) && view.rowId({ id: a, step: op === OP.STEP }) === rowId)
      found = index;
    if (op === OP.RAN) index++;
    return false;
  });
  return found;
}
