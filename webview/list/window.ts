/**
 * A window of one queue: the rows that were fetched of a list that may have many more.
 * Immutable. Rows of one window all come from the same epoch (one answer of `tickscope/state`);
 * an answer of a newer epoch replaces them, so that no view mixes two moments.
 */

/** Rows are asked for in whole pages, so that a small scroll asks nothing. */
export const PAGE = 50;

export interface RowsWindow<R> {
  /** The epoch the rows belong to; -1 before the first answer. */
  readonly epoch: number;
  readonly total: number;
  readonly rows: ReadonlyMap<number, R>;
  /** Page clock (ms) when the newest answer came: ages and deadlines count on from here while running. */
  readonly at: number;
  /** The loop's clock (ms) of the moment that the rows show. */
  readonly clockMs: number;
  /** Ids that the window of the previous moment did not hold: just entered this queue. */
  readonly entered: ReadonlySet<number>;
  /** Why the queue cannot be shown, from the adapter. */
  readonly error?: string;
}

export interface Range {
  first: number;
  last: number;
}

export interface Span {
  start: number;
  count: number;
}

export function emptyWindow<R>(): RowsWindow<R> {
  return { epoch: -1, total: 0, rows: new Map(), at: 0, clockMs: 0, entered: new Set() };
}

/** What to ask next so that `visible` is shown as of `epoch`, or nothing when it already is. */
export function wanted<R>(window: RowsWindow<R>, visible: Range, epoch: number): Span | undefined {
  if (window.epoch === epoch && window.error !== undefined) return undefined;
  const first = Math.max(0, Math.floor(visible.first / PAGE) * PAGE);
  const last = Math.max(first, Math.ceil((visible.last + 1) / PAGE) * PAGE - 1);
  if (window.epoch !== epoch) return { start: first, count: last - first + 1 };
  if (!missing(window, first, last)) return undefined;
  // Scrolling on: the pages beside are likely to be next.
  return missing(window, Math.max(0, first - PAGE), last + PAGE);
}

/** The span from the first to the last row of a range that is not there. */
function missing<R>(window: RowsWindow<R>, first: number, last: number): Span | undefined {
  let from = -1;
  let to = -1;
  for (let i = first; i <= Math.min(last, window.total - 1); i++) {
    if (window.rows.has(i)) continue;
    if (from < 0) from = i;
    to = i;
  }
  return from < 0 ? undefined : { start: from, count: to - from + 1 };
}

export interface Arrival<R> {
  epoch: number;
  start: number;
  total: number;
  rows: readonly R[];
  at: number;
  clockMs: number;
}

/**
 * Takes an answer in. `markEntered` compares with what was shown before: wanted when stepping,
 * not while running (everything moves) nor after a jump.
 */
export function arrive<R extends { id: number }>(
  window: RowsWindow<R>,
  answer: Arrival<R>,
  markEntered: boolean,
): RowsWindow<R> {
  if (answer.epoch < window.epoch) return window;
  const fresh = answer.epoch > window.epoch;
  const rows = fresh ? new Map<number, R>() : new Map(window.rows);
  answer.rows.forEach((row, i) => rows.set(answer.start + i, row));
  let entered = fresh ? new Set<number>() : window.entered;
  if (fresh && markEntered && window.epoch >= 0) {
    const before = new Set([...window.rows.values()].map((row) => row.id));
    entered = new Set(answer.rows.map((row) => row.id).filter((id) => !before.has(id)));
  }
  // An answer without the rows that it counts must not be asked for forever.
  const total = answer.rows.length ? answer.total : Math.min(answer.total, answer.start);
  return { epoch: answer.epoch, total, rows, at: answer.at, clockMs: answer.clockMs, entered };
}

/** The request of this epoch failed: what was shown stays, with the reason. */
export function refuse<R>(window: RowsWindow<R>, epoch: number, error: string): RowsWindow<R> {
  return { ...window, epoch, error };
}
