import assert from 'node:assert/strict';
import type { State } from '../../../src/adapter/contract';
import { deeds } from '../../../webview/controls';
import { type Message, initial, reduce } from '../../../webview/store';
import { aState, active } from './samples';

const after = (...messages: Message[]) => deeds(messages.reduce(reduce, initial));
const at = (changes: Partial<State>) => after(active, { type: 'state', state: aState(changes), at: 0 });
const enabled = (d: object) => Object.keys(d).sort();

describe('controls', () => {
  it('offers only to start when there is no session', () => {
    assert.deepEqual(enabled(after()), ['start']);
    assert.deepEqual(enabled(after({ type: 'session', session: { kind: 'starting', name: 'a' } })), ['stop']);
    assert.deepEqual(
      enabled(after({ type: 'session', session: { kind: 'failed', name: 'a', message: 'm' } })),
      ['restart', 'start'],
    );
  });

  it('offers to pause a running program and to step a paused one', () => {
    assert.deepEqual(enabled(at({ mode: 'running' })), ['pause', 'restart', 'stop']);
    assert.deepEqual(enabled(at({ mode: 'pausing' })), ['restart', 'stop']);
    assert.deepEqual(enabled(at({ mode: 'paused' })), [
      'continue',
      'restart',
      'stepBackCallback',
      'stepBackTick',
      'stepCallback',
      'stepTick',
      'stop',
    ]);
  });

  it('offers no way back at the start of the history', () => {
    const start = at({ mode: 'paused', cursor: { loop: 1, tick: 3, callback: 0 }, firstTick: 3 });
    assert.equal(start.stepBackTick, undefined);
    assert.equal(start.stepBackCallback, undefined);
    assert.ok(at({ mode: 'paused', cursor: { loop: 1, tick: 3, callback: 1 }, firstTick: 3 }).stepBackTick);
  });

  it('moves only the cursor in the past of a running program', () => {
    const past = at({ mode: 'running', live: false, lastTick: 9 });
    assert.deepEqual(past.stepTick, { by: 'seek', cursor: { loop: 1, tick: 6, callback: 0 } });
    assert.deepEqual(past.stepBackTick, { by: 'seek', cursor: { loop: 1, tick: 4, callback: 0 } });
    assert.equal(past.stepCallback, undefined);
    assert.equal(past.continue, undefined);
    assert.ok(past.pause);
    assert.deepEqual(at({ mode: 'running', live: false, lastTick: 5 }).stepTick, { by: 'seek' });
  });

  it('leaves the past of a paused program to the host and that of an ended one to the adapter', () => {
    const paused = at({ mode: 'paused', live: false, lastTick: 9 });
    assert.deepEqual(paused.stepTick, { by: 'host', action: 'stepTick' });
    assert.deepEqual(paused.continue, { by: 'host', action: 'continue' });
    const ended = at({ mode: 'ended', live: false, lastTick: 9 });
    assert.deepEqual(ended.stepTick, { by: 'step', kind: 'tick' });
    assert.equal(ended.stop, undefined);
    assert.ok(ended.start);
  });

  it('goes back from the end of a program, not forward', () => {
    assert.deepEqual(enabled(at({ mode: 'ended' })), [
      'restart',
      'start',
      'stepBackCallback',
      'stepBackTick',
    ]);
  });
});
