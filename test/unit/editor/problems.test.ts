import assert from 'node:assert/strict';
import type { Finding, Task } from '../../../src/adapter/contract';
import { problems, relatedTasks } from '../../../src/editor/problems';

const deadlock: Finding = {
  id: 'deadlock:1',
  kind: 'deadlock',
  certainty: 'proved',
  sentence: 'a-to-b and b-to-a wait for each other.',
  tasks: [3, 4],
  ticks: [8],
  source: { path: '/work/bank.py', line: 20 },
};

function aTask(task: number, name: string, line?: number): Task {
  const source = line === undefined ? undefined : { path: '/work/bank.py', line };
  return {
    task,
    name,
    state: 'waiting',
    coroutine: 'transfer',
    reason: { kind: 'lock', text: 'lock b, held by b-to-a', source },
    sinceTick: 8,
    ageMs: 1,
    steps: 1,
    busyMs: 0,
    readyMs: 0,
    waitingMs: 1,
    chain: [],
    awaitedBy: [],
    awaiting: [],
    causes: [],
    sentence: '',
    history: [],
  };
}

describe('problems', () => {
  it('are the sentences of findings, and lead to where their tasks wait', () => {
    const tasks = new Map([
      [3, aTask(3, 'a-to-b', 20)],
      [4, aTask(4, 'b-to-a')],
    ]);
    assert.deepEqual(problems([deadlock], tasks), [
      {
        source: { path: '/work/bank.py', line: 20 },
        message: 'a-to-b and b-to-a wait for each other.',
        kind: 'deadlock',
        proved: true,
        related: [
          {
            source: { path: '/work/bank.py', line: 20 },
            message: 'a-to-b waits here: lock b, held by b-to-a',
          },
        ],
      },
    ]);
  });

  it('are not made of findings without a line, whose tasks nobody needs', () => {
    const { source: _, ...nowhere } = deadlock;
    assert.deepEqual(problems([nowhere], new Map()), []);
    assert.deepEqual([...relatedTasks([nowhere, { ...deadlock, tasks: [9] }])], [9]);
  });

  it('lead to eight tasks at most', () => {
    const many = { ...deadlock, tasks: Array.from({ length: 200 }, (_, index) => index + 1) };
    assert.equal(relatedTasks([many]).size, 8);
    const tasks = new Map(many.tasks.map((task) => [task, aTask(task, `t${task}`, 5)]));
    assert.equal(problems([many], tasks)[0].related.length, 8);
  });

  it('tell a suspicion from a proof', () => {
    assert.equal(problems([{ ...deadlock, certainty: 'suspected' }], new Map())[0].proved, false);
  });
});
