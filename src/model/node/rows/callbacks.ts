import type { CallbackRow } from '../../../adapter/contract';
import { RESULT } from '../../../wire/schema';
import { OP } from '../../log';
import type { RowSource } from '../../rows/window';
import type { NodeHistory } from '../nodeHistory';
import type { NodeView } from '../nodeView';
import { readyRow } from './ready';

/** What ran in one tick, in order. `before` is the view of the moment before the so-manieth callback. */
export function callbackRows(
  history: NodeHistory,
  tick: number,
  before: (callback: number) => NodeView,
  clockStart: number,
): RowSource<CallbackRow> {
  const row = (index: number): CallbackRow => {
    const view = before(index);
    const entity = view.upcoming;
    if (entity === undefined) throw new RangeError(`Tick ${tick} has no callback ${index + 1}.`);
    const phase = view.phaseOf(entity);
    const ready = readyRow(view, entity);
    const { start, end, failed, error } = runOf(history, tick, index, view.state.time);
    return {
      ...ready,
      index: index + 1,
      startMs: (start - clockStart) * 1000,
      runMs: (end - start) * 1000,
      outcome: failed ? 'raised' : 'returned',
      ...(error === '' ? {} : { error }),
      phase,
    };
  };
  return { length: history.callbacksIn(tick), row };
}

/** Loop time in s. The microtasks after a callback count as its own; their steps are not timed one by one. */
function runOf(history: NodeHistory, tick: number, callback: number, time: number) {
  const moment = history.at(tick, callback);
  const run = { start: time, end: time, failed: false, error: '' };
  let isStep = false;
  let ended = false;
  if (moment === undefined) return run;
  history.scan(moment.row, (op, n, _a, b, _c, at) => {
    if (op === OP.RAN_ON && ended) run.end = at;
    if (op === OP.TICK || (op === OP.BEGAN && ended) || op === OP.RAN_ON) return true;
    if (op === OP.BEGAN) run.start = run.end = at;
    if (op === OP.STEP && !ended) isStep = true;
    if (op === OP.RAN && !ended) {
      ended = true;
      run.end = at;
      run.failed = b === RESULT.RAISED;
      if (run.failed) run.error = history.errorOf(n);
      return isStep;
    }
    return false;
  });
  return run;
}
