/** What a task went through: its states over time, what woke it, and one sentence that says where it is. */
import type { Cause, Task, TaskRow } from '../adapter/contract';
import { basename } from 'node:path';
import { RESULT } from '../wire/schema';
import type { Definitions } from './definitions';
import type { LoopHistory } from './loopHistory';
import { OP } from './log';
import { CAUSE } from './ready';
import { View } from './view';

/** Newest entries of a task's history that are told. */
const HISTORY_TOLD = 200;
/** Causes told, from the newest back to the root. */
const CAUSES_TOLD = 12;

interface At {
  tick: number;
  callback: number;
}

/** The states that the task entered up to this moment, oldest first, the last HISTORY_TOLD of them. */
export function historyOf(history: LoopHistory, task: number, until: At): Task['history'] {
  const told: Task['history'] = [];
  const say = (tick: number, state: TaskRow['state']) => {
    if (told.length >= HISTORY_TOLD * 2) told.splice(0, HISTORY_TOLD);
    told.push({ tick, state });
  };
  // From the log's first row the ticks are counted as they pass; later on, from the first tick that is still kept.
  const kept = history.firstTick === 1 ? undefined : history.at(history.firstTick, 0);
  let tick = kept?.state.tick ?? 0;
  let callbacks = 0;
  history.scan(kept?.row ?? 0, (op, _n, a, b) => {
    if (op === OP.TICK) {
      tick++;
      callbacks = 0;
    } else if (op === OP.TASK && a === task) say(tick, 'created');
    else if (op === OP.EAGER && a === task) say(tick, afterStep(b));
    else if (op === OP.RAN) {
      callbacks++;
      if (a === task && (tick < until.tick || callbacks <= until.callback)) {
        say(tick, 'running');
        say(tick, afterStep(b));
      }
    }
    return tick > until.tick || (tick === until.tick && callbacks > until.callback);
  });
  return told.slice(-HISTORY_TOLD);
}

function afterStep(result: number): TaskRow['state'] {
  switch (result) {
    case RESULT.YIELDED:
      return 'ready';
    case RESULT.RETURNED:
      return 'done';
    case RESULT.RAISED:
      return 'failed';
    case RESULT.CANCELLED:
      return 'cancelled';
    default:
      return 'waiting';
  }
}

/** What woke the task last, what made that run, and so on to where it began; the newest first. */
export function causesOf(history: LoopHistory, definitions: Definitions, task: number, at: At): Cause[] {
  const causes: Cause[] = [];
  const moment = history.at(at.tick, at.callback);
  if (moment === undefined) return causes;
  const now = new View(
    history,
    definitions,
    moment.state,
    moment.row,
    history.isHead(at.tick, at.callback),
    0,
    0,
  );
  const waits = now.readyIndexOf(task);
  const slot = moment.state.tasks.slot(task);
  let entry = waits >= 0 ? now.ready[waits].entry : undefined;
  if (entry === undefined && slot >= 0 && moment.state.tasks.steps[slot] > 0)
    entry = entryThatRan(history, moment.state.tasks.tick[slot], (actor) => actor === task);
  while (entry !== undefined && causes.length < CAUSES_TOLD) {
    causes.push(now.cause(entry));
    if (entry.kind !== CAUSE.CALLBACK) break;
    const number: number = entry.a;
    entry = entryThatRan(history, entry.tick, (_actor, id) => id === number);
  }
  return causes;
}

/** The ready entry of the last callback in a tick for which `is` holds. */
function entryThatRan(history: LoopHistory, tick: number, is: (actor: number, id: number) => boolean) {
  if (tick < history.firstTick) return undefined;
  const begin = history.at(tick, 0);
  if (begin === undefined) return undefined;
  let index = 0;
  let found = -1;
  const { state } = begin;
  history.scan(begin.row, (op, _n, a) => {
    if (op === OP.RAN && is(a, state.taken + index + 1)) found = index;
    if (op === OP.RAN || op === OP.SKIPPED) index++;
    return op === OP.TICK;
  });
  return found < 0 || found >= state.ready.length ? undefined : state.ready.entry(found);
}

/** "worker-3 waits for lock db held by worker-1 since tick 812 (app.py:40)." */
export function sentenceOf(row: TaskRow, definitions: Definitions): string {
  const place = row.source ? ` (${basename(row.source.path)}:${row.source.line})` : '';
  const since = `since tick ${row.sinceTick}`;
  switch (row.state) {
    case 'running':
      return `${row.name} is running${place}.`;
    case 'created':
      return `${row.name} was created in tick ${row.sinceTick} and has not run yet${place}.`;
    case 'ready':
      return `${row.name} is ready to run ${since}${place}.`;
    case 'waiting': {
      const reason = row.reason;
      if (reason === undefined || reason.kind === 'notCaptured') return `${row.name} waits ${since}${place}.`;
      const owner = reason.owner !== undefined ? definitions.taskNameOf(reason.owner) : undefined;
      const ended = owner !== undefined && reason.ownerEnded ? `; ${owner} has ended` : '';
      return `${row.name} waits for ${reason.text} ${since}${place}${ended}.`;
    }
    default:
      return `${row.name} ${row.state === 'done' ? 'ended' : row.state === 'failed' ? 'failed' : 'was cancelled'} in tick ${row.sinceTick}.`;
  }
}
