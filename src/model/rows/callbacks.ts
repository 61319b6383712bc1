import type { CallbackRow } from '../../adapter/contract';
import { RESULT } from '../../wire/schema';
import type { LoopHistory } from '../loopHistory';
import { OP } from '../log';
import type { View } from '../view';
import { readyRow } from './ready';
import type { RowSource } from './window';

/** What ran in one tick, in order, as far as the tick has come. `begin` is the view of the tick's begin. */
export function callbackRows(
  begin: View,
  history: LoopHistory,
  row: number,
  clockStart: number,
): RowSource<CallbackRow> {
  const rows: CallbackRow[] = [];
  const { texts } = begin.definitions;
  const errors = new Map<number, string>();
  let left = 0;
  let started = begin.state.time;
  const taken = begin.state.taken;
  history.scan(row, (op, n, a, b, _c, time) => {
    if (op === OP.TICK) return true;
    if (op === OP.FAILED) errors.set(a, texts.text(n));
    if (op === OP.SKIPPED) left++;
    if (op !== OP.RAN) return false;
    const entry = begin.state.ready.entry(left);
    left++;
    const outcome = outcomeOf(begin.definitions.isTask(a), b);
    const callback: CallbackRow = {
      ...readyRow(begin, taken + left, a, entry, false, Math.max(0, (started - entry.since) * 1000)),
      index: rows.length + 1,
      startMs: (started - clockStart) * 1000,
      runMs: (time - started) * 1000,
      outcome,
    };
    const error = errors.get(a);
    if (error !== undefined && outcome === 'raised') callback.error = error;
    rows.push(callback);
    errors.clear();
    started = time;
    return false;
  });
  return { length: rows.length, row: (index) => rows[index] };
}

function outcomeOf(isTask: boolean, result: number): CallbackRow['outcome'] {
  if (result === RESULT.RAISED) return 'raised';
  if (result === RESULT.CANCELLED) return 'cancelled';
  if (!isTask) return 'returned';
  return result === RESULT.RETURNED ? 'done' : 'suspended';
}
