/** Small facts for the panel's unit tests. */
import type { ReadyRow, State } from '../../../src/adapter/contract';
import type { Message } from '../../../webview/store';

export const active: Message = {
  type: 'session',
  session: { kind: 'active', name: 'bank.py', target: 'asyncio' },
};

export function aState(changes: Partial<State> = {}): State {
  return {
    mode: 'paused',
    target: 'asyncio',
    level: 'full',
    live: true,
    cursor: { loop: 1, tick: 5, callback: 0 },
    firstTick: 1,
    lastTick: 5,
    loop: 1,
    loops: [{ id: 1, name: 'loop 1', thread: 'MainThread', state: 'stopped' }],
    phase: 'ready',
    counts: { ready: 0, waiting: 0, timers: 0, tasks: 0 },
    clockMs: 1000,
    lossy: false,
    ...changes,
  };
}

export function readyAt(id: number): ReadyRow {
  return {
    id,
    name: `callback-${id}`,
    kind: 'soon',
    cause: { kind: 'start' },
    sinceTick: 1,
    ageMs: 0,
    nextTick: false,
  };
}
