/** Which buttons make sense now, and who carries each out. Pure. */
import type { Cursor } from '../src/adapter/contract';
import type { ControlAction } from '../src/editor/panelMessages';
import { type PanelState, panelMode } from './store';

/** How a button is carried out: by the host, by a step through history, or by moving the cursor. */
export type Deed =
  | { by: 'host'; action: ControlAction }
  | { by: 'step'; kind: 'callback' | 'tick' | 'backCallback' | 'backTick' }
  | { by: 'seek'; cursor?: Cursor };

export type Deeds = { readonly [A in ControlAction]?: Deed };

const host = (action: ControlAction): Deed => ({ by: 'host', action });

/** The buttons that are enabled, each with its deed. */
export function deeds(panel: PanelState): Deeds {
  switch (panelMode(panel)) {
    case 'none':
      return { start: host('start') };
    case 'failed':
      return { start: host('start'), restart: host('restart') };
    case 'starting':
      return { stop: host('stop') };
    case 'running':
      return { pause: host('pause'), stop: host('stop'), restart: host('restart') };
    case 'pausing':
      return { stop: host('stop'), restart: host('restart') };
    case 'paused':
      return {
        continue: host('continue'),
        stepCallback: host('stepCallback'),
        stepTick: host('stepTick'),
        ...backByHost(panel),
        stop: host('stop'),
        restart: host('restart'),
      };
    case 'ended':
      return {
        start: host('start'),
        restart: host('restart'),
        ...backByAdapter(panel),
      };
    case 'past':
      return inThePast(panel);
  }
}

/** The past of a stopped program is stepped by the host, of an ended one by the adapter; a running one is sought. */
function inThePast(panel: PanelState): Deeds {
  const state = panel.state!;
  const { tick } = state.cursor;
  if (panel.session.kind === 'ended' || state.mode === 'ended') {
    return {
      start: host('start'),
      restart: host('restart'),
      stepCallback: { by: 'step', kind: 'callback' },
      stepTick: { by: 'step', kind: 'tick' },
      ...backByAdapter(panel),
    };
  }
  const always: Deeds = { stop: host('stop'), restart: host('restart') };
  if (state.mode !== 'paused') {
    const to = (t: number): Deed => ({ by: 'seek', cursor: { loop: state.loop, tick: t, callback: 0 } });
    return {
      ...always,
      ...(state.mode === 'running' ? { pause: host('pause') } : {}),
      stepTick: tick < state.lastTick ? to(tick + 1) : { by: 'seek' },
      ...(tick > state.firstTick ? { stepBackTick: to(tick - 1) } : {}),
    };
  }
  return {
    ...always,
    continue: host('continue'),
    stepCallback: host('stepCallback'),
    stepTick: host('stepTick'),
    ...backByHost(panel),
  };
}

/** The steps back, where there is something to go back to. */
function backByHost(panel: PanelState): Deeds {
  if (atStart(panel)) return {};
  return { stepBackCallback: host('stepBackCallback'), stepBackTick: host('stepBackTick') };
}
function backByAdapter(panel: PanelState): Deeds {
  if (atStart(panel)) return {};
  return {
    stepBackCallback: { by: 'step', kind: 'backCallback' },
    stepBackTick: { by: 'step', kind: 'backTick' },
  };
}

function atStart({ state }: PanelState): boolean {
  return !state || (state.cursor.tick <= state.firstTick && state.cursor.callback <= 0);
}
