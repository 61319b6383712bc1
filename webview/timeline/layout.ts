/** Where things are on the tick ruler: pure arithmetic on ticks and pixels. Ticks are integers from 1. */
import type { Timeline } from '../../src/adapter/contract';

/** The ticks that exist, both included. */
export interface Bounds {
  first: number;
  last: number;
}

/** The ticks that are shown, both included; within the bounds. */
export interface View {
  from: number;
  to: number;
}

/** Each tick is a cell as wide as every other; few ticks do not spread over the whole ruler. */
export interface Scale {
  view: View;
  /** Pixels of one tick. */
  cell: number;
}

/** Pixels of a tick at most. */
export const WIDEST_CELL = 28;
/** Ticks shown at least when zooming in. */
const FEWEST = 10;
/** Pixels of a digit under the ruler, and between two numbers at least. */
const DIGIT = 7;
const LABEL_ROOM = 18;
/** Pixels that a bar takes, with the gap to the next. */
const BAR_PITCH = 5;

export function scaleOf(view: View, width: number): Scale {
  const ticks = view.to - view.from + 1;
  return { view, cell: Math.min(WIDEST_CELL, Math.max(0, width) / ticks) };
}

/** Left edge of a tick, in pixels; may lie outside of the ruler. */
export function leftOf(scale: Scale, tick: number): number {
  return (tick - scale.view.from) * scale.cell;
}

export function middleOf(scale: Scale, tick: number): number {
  return leftOf(scale, tick) + scale.cell / 2;
}

/** The tick under a pixel, the nearest one where there is none. */
export function tickAt(scale: Scale, x: number): number {
  const tick = scale.view.from + Math.floor(scale.cell > 0 ? x / scale.cell : 0);
  return clamp(tick, scale.view.from, scale.view.to);
}

export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** Pixels from one number under the ruler to the next at least. */
export function labelGap({ view }: Scale): number {
  return String(view.to).length * DIGIT + LABEL_ROOM;
}

/** 1, 2 or 5 times a power of ten: the step between labels that leaves them room. */
export function labelStep(scale: Scale): number {
  const least = Math.max(1, labelGap(scale) / Math.max(scale.cell, 1e-9));
  const power = 10 ** Math.floor(Math.log10(least));
  for (const factor of [1, 2, 5, 10]) {
    const step = Math.round(factor * power);
    if (step >= least) return step;
  }
  return Math.ceil(least);
}

/** The ticks that get a number: multiples of the step, and the first tick of all. */
export function labels(scale: Scale, bounds: Bounds): number[] {
  const { from, to } = scale.view;
  const step = labelStep(scale);
  const found: number[] = [];
  if (from === bounds.first) found.push(from);
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) {
    if (found.length && (tick - found[found.length - 1]) * scale.cell < labelGap(scale)) continue;
    found.push(tick);
  }
  return found;
}

/** Marks of a plain ruler: each tick while they are apart, else a tenth of the label step. */
export function marks(scale: Scale): number[] {
  const step = scale.cell >= 4 ? 1 : Math.max(1, Math.round(labelStep(scale) / 10));
  const { from, to } = scale.view;
  const found: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) found.push(tick);
  return found;
}

/** How many bars fit. */
export function bucketsFor(view: View, width: number): number {
  return Math.max(1, Math.min(view.to - view.from + 1, Math.floor(width / BAR_PITCH)));
}

/** `view` narrowed (factor < 1) or widened around a tick that keeps its place on the screen. */
export function zoom(view: View, bounds: Bounds, factor: number, around: number): View {
  const all = bounds.last - bounds.first + 1;
  const size = view.to - view.from + 1;
  const wantedSize = factor < 1 ? Math.floor(size * factor) : Math.ceil(size * factor);
  const next = clamp(wantedSize, Math.min(FEWEST, all), all);
  const share = size > 1 ? (around - view.from) / (size - 1) : 0.5;
  return within({ from: Math.round(around - share * (next - 1)), to: 0 }, next, bounds);
}

/** Moved by whole ticks, as far as the bounds allow. */
export function pan(view: View, bounds: Bounds, by: number): View {
  return within({ from: view.from + Math.round(by), to: 0 }, view.to - view.from + 1, bounds);
}

/** Moved just so far that `tick` is seen. */
export function reveal(view: View, bounds: Bounds, tick: number): View {
  const size = Math.min(view.to - view.from + 1, bounds.last - bounds.first + 1);
  let from = clamp(view.from, bounds.first, Math.max(bounds.first, bounds.last - size + 1));
  if (tick < from) from = tick;
  else if (tick > from + size - 1) from = tick - size + 1;
  return within({ from, to: 0 }, size, bounds);
}

function within(view: View, size: number, bounds: Bounds): View {
  const from = clamp(view.from, bounds.first, Math.max(bounds.first, bounds.last - size + 1));
  return { from, to: from + size - 1 };
}

export interface Bar {
  tick: number;
  ticks: number;
  x: number;
  width: number;
  /** Pixels from the base line: how long callbacks ran, and above it how long the loop slept. */
  run: number;
  wait: number;
  runMs: number;
  waitMs: number;
  callbacks: number;
  marks: Timeline['buckets'][number]['marks'];
}

/**
 * Bars of the buckets in view. Heights are by time per tick on a square-root scale: ticks range from
 * microseconds to minutes, and the short ones must still be seen.
 */
export function bars(timeline: Timeline, scale: Scale, height: number): Bar[] {
  const shown = timeline.buckets.filter(
    (b) => b.ticks > 0 && b.tick + b.ticks > scale.view.from && b.tick <= scale.view.to,
  );
  const perTick = (b: (typeof shown)[number]) => (b.runMs + b.waitMs) / b.ticks;
  const most = Math.max(0, ...shown.map(perTick));
  return shown.map((b) => {
    const total = most > 0 ? Math.sqrt(perTick(b) / most) * height : 0;
    const run = b.runMs + b.waitMs > 0 ? (total * b.runMs) / (b.runMs + b.waitMs) : 0;
    const left = leftOf(scale, b.tick);
    const full = b.ticks * scale.cell;
    const gap = full > 3 ? 1 : 0;
    return {
      tick: b.tick,
      ticks: b.ticks,
      x: left,
      width: Math.max(0.5, full - gap),
      run: b.callbacks > 0 ? Math.max(1, run) : run,
      wait: total - run,
      runMs: b.runMs,
      waitMs: b.waitMs,
      callbacks: b.callbacks,
      marks: b.marks,
    };
  });
}
