import assert from 'node:assert/strict';
import { World } from './world';

describe('stall', () => {
  const world = () => new World().wait(1, { kind: 'future', text: 'future f', things: [10] });

  it('is told where the agent says that nothing can wake the loop', () => {
    const told = world();
    told.stalled = true;
    assert.deepEqual(
      told.waiting().findings.map(({ kind, certainty, sentence }) => [kind, certainty, sentence]),
      [
        [
          'stall',
          'proved',
          'Nothing can wake the loop after tick 99: it has no timer and watches no file descriptor, and t1 waits for ever.',
        ],
      ],
    );
  });

  it('is none where it does not, or where that is what is meant', () => {
    assert.deepEqual(world().waiting().findings, []);
    const meant = new World().wait(1, { kind: 'event', things: [10], intended: true });
    meant.stalled = true;
    assert.deepEqual(meant.waiting().findings, []);
  });
});

describe('unreferenced', () => {
  const world = () =>
    new World().wait(1, { kind: 'future', text: 'future f', things: [10], unreferenced: true });

  it('is told where everything was followed, and only then', () => {
    const [{ kind, certainty, sentence }] = world().waiting().findings;
    assert.deepEqual([kind, certainty], ['unreferenced', 'proved']);
    assert.match(sentence, /^Nothing refers to t1 but what it waits for, future f \(app\.py:1\): /);
    const unproved = world();
    unproved.unproved = 'Too many objects.';
    assert.deepEqual(unproved.waiting().findings, []);
  });
});

describe('the graph', () => {
  it('tells nodes, edges and cycles, of all or of what a task is connected with', () => {
    const world = new World()
      .wait(1, { things: [20], blocked: true, owner: 2 })
      .wait(2, { things: [10], blocked: true, owner: 1 })
      .wait(3, { kind: 'gather', text: 'gather', tasks: [1, 2], blocked: true })
      .wait(8, { kind: 'queue.get', things: [30] })
      .thing(10, 'lock', { holders: [1] })
      .thing(20, 'lock', { holders: [2] })
      .thing(30, 'queue', { setters: [9], path: '/app/app.py', line: 4 });
    const { graph, cycles } = world.waiting();
    const all = graph.rows(cycles, (task) => `t${task}`);
    assert.deepEqual(all.cycles, [['task 1', 'thing 20', 'task 2', 'thing 10']]);
    assert.equal(all.nodes.length, 8);
    assert.deepEqual(
      all.nodes.find(({ id }) => id === 'thing 30'),
      { id: 'thing 30', kind: 'queue', label: 'queue l30', source: { path: '/app/app.py', line: 4 } },
    );
    assert.deepEqual(
      all.edges.filter(({ from }) => from === 'task 3'),
      [
        { from: 'task 3', to: 'task 1', kind: 'child', all: true },
        { from: 'task 3', to: 'task 2', kind: 'child', all: true },
      ],
    );
    const near = graph.rows(cycles, (task) => `t${task}`, 9);
    assert.deepEqual(near.nodes.map(({ id }) => id).sort(), ['task 8', 'task 9', 'thing 30']);
    assert.deepEqual(near.cycles, []);
    assert.deepEqual(graph.rows(cycles, String, 77).nodes, [
      { id: 'task 77', kind: 'task', label: '77', task: 77 },
    ]);
  });

  it('tells a timeout as another way out', () => {
    const { graph, cycles } = new World()
      .wait(1, { things: [10], timeout: 7 })
      .thing(10, 'lock')
      .waiting();
    assert.deepEqual(graph.rows(cycles, String).edges, [
      { from: 'task 1', to: 'timeout of task 1', kind: 'waits', all: false },
      { from: 'task 1', to: 'thing 10', kind: 'waits', all: true },
    ]);
  });

  it('of very many shows those on circles first', () => {
    const world = new World();
    for (let task = 1; task <= 3000; task++)
      world.wait(task, { tasks: [task < 2900 ? 3001 : 2900 + ((task - 2899) % 101)] });
    const { graph, cycles } = world.waiting();
    const rows = graph.rows(cycles, String);
    assert.ok(rows.nodes.length <= 2001);
    assert.equal(rows.cycles.length, 1);
    assert.equal(rows.cycles[0].length, 101);
  });
});
