/** Which callbacks of a tick the strip draws. Pure. */
import type { CallbackRow } from '../../src/adapter/contract';
import type { RowsWindow } from '../list/window';

/** Callbacks drawn before and after the cursor. */
const NEAR = 24;

export interface Strip {
  /** Drawn callbacks, by index from 1. */
  shown: CallbackRow[];
  /** How many ran before the first drawn, and after the last. */
  before: number;
  after: number;
  /** Index of the callback about to run, when it is among the recorded ones. */
  nextIndex: number;
}

/** Rows (0-based) that the strip draws around a cursor. */
export function stripRange(callback: number): { first: number; last: number } {
  return { first: Math.max(0, callback - NEAR), last: callback + NEAR };
}

export function strip(window: RowsWindow<CallbackRow>, callback: number): Strip {
  const { first, last } = stripRange(callback);
  const shown: CallbackRow[] = [];
  for (let i = first; i <= Math.min(last, window.total - 1); i++) {
    const row = window.rows.get(i);
    if (row) shown.push(row);
  }
  const start = shown.length ? shown[0].index - 1 : 0;
  return {
    shown,
    before: start,
    after: Math.max(0, window.total - start - shown.length),
    nextIndex: callback + 1,
  };
}

/** Node: where a phase of the tick begins among the drawn callbacks, by their index; microtasks belong to the phase before. */
export function phaseStarts(shown: readonly CallbackRow[]): Map<number, string> {
  const starts = new Map<number, string>();
  let last: string | undefined;
  for (const { index, phase } of shown) {
    if (phase === undefined || phase === 'microtasks') continue;
    const name = phase === 'ready' ? 'main' : phase;
    if (name !== last) starts.set(index, name);
    last = name;
  }
  return starts;
}
