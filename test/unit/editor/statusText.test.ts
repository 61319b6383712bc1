import assert from 'node:assert/strict';
import { statusText } from '../../../src/editor/statusText';

describe('statusText', () => {
  const changed = {
    loop: 1,
    tick: 842,
    counts: { ready: 3, waiting: 208, timers: 4, tasks: 214 },
    mode: 'paused',
  } as const;

  it('is the tick and the mode of an active session', () => {
    const status = statusText({ kind: 'active', name: 'bank.py', target: 'asyncio' }, changed);
    assert.equal(status?.text, '$(debug-alt) tick 842 · paused');
    assert.match(status!.tooltip, /bank\.py: 3 ready, 208 waiting, 4 timers/);
  });

  it('says that it starts before the first tick', () => {
    assert.match(statusText({ kind: 'starting', name: 'bank.py' }, undefined)!.text, /starting/);
    assert.match(
      statusText({ kind: 'active', name: 'bank.py', target: 'asyncio' }, undefined)!.text,
      /starting/,
    );
  });

  it('is nothing without a session that lives', () => {
    assert.equal(statusText({ kind: 'none' }, changed), undefined);
    assert.equal(statusText({ kind: 'ended', name: 'bank.py', target: 'asyncio' }, changed), undefined);
  });
});
