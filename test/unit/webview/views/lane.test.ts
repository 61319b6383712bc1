import assert from 'node:assert/strict';
import type { Task } from '../../../../src/adapter/contract';
import { laneLegend, laneOf } from '../../../../webview/views/lane';

describe('lane of a task', () => {
  const history: Task['history'] = [
    { tick: 1, state: 'created' },
    { tick: 1, state: 'ready' },
    { tick: 2, state: 'running' },
    { tick: 2, state: 'waiting' },
    { tick: 7, state: 'ready' },
    { tick: 7, state: 'running' },
    { tick: 7, state: 'waiting' },
  ];

  it('gives each tick the same width, and each step its tick', () => {
    assert.deepEqual(
      laneOf(history, 10).map(({ tick, state, left, width }) => [tick, state, left, width]),
      [
        [1, 'ready', 0, 10],
        [2, 'running', 10, 10],
        [2, 'waiting', 10, 50],
        [7, 'running', 60, 10],
        [7, 'waiting', 60, 40],
      ],
    );
  });

  it('knows where the cursor is', () => {
    const here = (tick: number) => laneOf(history, tick).filter((each) => each.here);
    assert.deepEqual(
      here(9).map(({ tick, state }) => [tick, state]),
      [[7, 'waiting']],
    );
    assert.deepEqual(
      here(7).map(({ tick, state }) => [tick, state]),
      [[7, 'running']],
    );
  });

  it('draws nothing of nothing, and names the states that occur', () => {
    assert.deepEqual(laneOf([], 3), []);
    assert.deepEqual(laneLegend(history), ['created', 'ready', 'running', 'waiting']);
  });
});
