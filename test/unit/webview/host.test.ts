import assert from 'node:assert/strict';
import type { ToHost } from '../../../src/editor/panelMessages';
import { Host } from '../../../webview/host';
import { aState } from './samples';

function setUp() {
  const posted: ToHost[] = [];
  const seen: string[] = [];
  const host = new Host(
    { postMessage: (message) => posted.push(message), getState: () => undefined, setState: () => undefined },
    {
      session: ({ kind }) => seen.push(kind),
      changed: ({ tick }) => seen.push(`tick ${tick}`),
      breakpoints: (breakpoints) => seen.push(breakpoints.map(({ id }) => id).join(' ')),
      showTask: (task) => seen.push(`task ${task}`),
    },
  );
  return { host, posted, seen };
}

describe('host', () => {
  it('matches answers to requests by their id, in any order', async () => {
    const { host, posted } = setUp();
    const first = host.ask('tickscope/state', {});
    const second = host.ask('tickscope/rows', { queue: 'ready', start: 0, count: 1 });
    const [a, b] = posted as Extract<ToHost, { type: 'request' }>[];
    assert.notEqual(a.id, b.id);
    host.receive({ type: 'response', id: b.id, ok: true, body: { total: 0, rows: [] } });
    host.receive({ type: 'response', id: a.id, ok: true, body: aState() });
    assert.deepEqual(await second, { total: 0, rows: [] });
    assert.deepEqual(await first, aState());
  });

  it('rejects with the sentence of an error answer', async () => {
    const { host, posted } = setUp();
    const asked = host.ask('tickscope/state', {});
    host.receive({
      type: 'response',
      id: (posted[0] as { id: number }).id,
      ok: false,
      message: 'No loop yet.',
    });
    await assert.rejects(asked, /^Error: No loop yet\.$/);
  });

  it('passes on what the host announces, and lets answers to nothing fall', () => {
    const { host, seen } = setUp();
    host.receive({ type: 'session', session: { kind: 'none' } });
    host.receive({ type: 'changed', body: { loop: 1, tick: 4, counts: aState().counts, mode: 'running' } });
    host.receive({ type: 'response', id: 77, ok: true, body: {} });
    host.receive({ type: 'showTask', task: 5 });
    assert.deepEqual(seen, ['none', 'tick 4', 'task 5']);
  });
});
