import assert from 'node:assert/strict';
import type { State } from '../../../src/adapter/contract';
import { controls, loopThread } from '../../../src/editor/controls';

describe('loopThread', () => {
  const threads = ['MainThread loop', 'second loop', 'task main'].map((name, index) => ({
    id: 10 + index,
    name,
  }));
  const state = (loop: number) => ({ loop, loops: [{ id: 1 }, { id: 2 }] }) as State;

  it('is the thread at the place of the loop that is shown', () => {
    assert.equal(loopThread(threads, state(1)), 10);
    assert.equal(loopThread(threads, state(2)), 11);
  });

  it('is the first one where the state does not say', () => {
    assert.equal(loopThread(threads, undefined), 10);
    assert.equal(loopThread(threads, state(7)), 10);
    assert.equal(loopThread(threads.slice(0, 1), state(2)), 10);
  });

  it('says that there is no loop yet', () => {
    assert.throws(() => loopThread([], undefined), /no event loop yet/);
  });
});

describe('controls', () => {
  it('step by kinds of the contract and need no thread for it', () => {
    const steps = Object.values(controls).filter(({ command }) => command === 'tickscope/step');
    assert.deepEqual(steps.map((step) => step.arguments?.kind).sort(), [
      'backCallback',
      'backTick',
      'callback',
      'tick',
    ]);
    assert.ok(steps.every(({ onLoopThread }) => !onLoopThread));
  });
});
