/** A task's life on the axis of ticks: the states that it was in, and the ticks in which it ran. */
import { html, nothing } from 'lit';
import type { Task, TaskRow } from '../../src/adapter/contract';
import { count } from '../format';

/** State changes drawn at most; older ones are counted. */
const SHOWN = 60;

type State = TaskRow['state'];

export interface Stretch {
  tick: number;
  state: State;
  /** Of the axis, in per cent. */
  left: number;
  width: number;
  /** The cursor stands in it. */
  here: boolean;
}

/**
 * From the first change shown to the cursor's tick, each tick as wide as the others. What begins and ends within a tick
 * has the tick's width when it ran, and else is left out: it was over before anybody could have seen it.
 */
export function laneOf(history: Task['history'], tick: number): Stretch[] {
  if (!history.length) return [];
  const from = history[0].tick;
  const ticks = Math.max(tick, history[history.length - 1].tick) - from + 1;
  const part = 100 / ticks;
  const ran = new Set<number>();
  return history.flatMap(({ tick: begin, state }, i) => {
    const end = history[i + 1]?.tick ?? from + ticks;
    const running = state === 'running';
    if (running ? ran.has(begin) : begin === end) return [];
    if (running) ran.add(begin);
    const length = Math.max(1, end - begin);
    return {
      tick: begin,
      state,
      left: (begin - from) * part,
      width: length * part,
      here: running ? begin === tick : begin <= tick && tick < begin + length && !ran.has(tick),
    };
  });
}

export function lane({ history }: Task, tick: number, seek: (tick: number) => void) {
  if (history.length < 2) return nothing;
  const shown = history.slice(-SHOWN);
  const older = history.length - shown.length;
  const stretches = laneOf(shown, tick);
  const last = Math.max(tick, shown[shown.length - 1].tick);
  return html`<section>
    <h3>History</h3>
    <div class="lane" role="group" aria-label="What it did, by ticks, oldest first">
      ${stretches.map(
        ({ tick: at, state, left, width, here }) =>
          html`<button
            class="change ${state}"
            style="left: ${left}%; width: ${width}%"
            ?data-here=${here}
            title="${state} in tick ${count(at)}: go there"
            aria-label="${state} in tick ${at}"
            @click=${() => seek(at)}
          ></button>`,
      )}
    </div>
    <p class="axis">
      <span>tick ${count(shown[0].tick)}${older ? ` (${count(older)} changes before)` : ''}</span>
      <span>tick ${count(last)}</span>
    </p>
    <p class="legend">
      ${laneLegend(stretches).map((state) => html`<span><i class=${state}></i>${state}</span>`)}
    </p>
  </section>`;
}

/** The states that occur, in the order of a task's life. */
export function laneLegend(history: readonly { state: State }[]): State[] {
  const order: State[] = ['created', 'ready', 'running', 'waiting', 'done', 'failed', 'cancelled'];
  return order.filter((state) => history.some((each) => each.state === state));
}
