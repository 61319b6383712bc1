import assert from 'node:assert/strict';
import { Waiting } from '../../../src/analysis/waiting';
import { World } from './world';

const AFTER = 10_000;
const stuck = (world: World, recorded = false) => world.waiting(recorded).stuck(AFTER);
const OLD = { ageMs: 12_500 };

describe('stuck', () => {
  it('is a wait for a lock longer than the threshold, with what its holder does', () => {
    const world = new World()
      .wait(1, { things: [10], owner: 2, ...OLD })
      .wait(3, { things: [10], owner: 2, ageMs: 11_000 })
      .wait(4, { tasks: [3], ageMs: 11_000 })
      .thing(10, 'lock', { holders: [2] })
      .row(2, 'running', { source: { path: '/app/app.py', line: 77 } });
    for (const recorded of [false, true])
      assert.deepEqual(
        stuck(world, recorded).map(({ kind, certainty, sentence, tasks }) => [
          kind,
          certainty,
          sentence,
          tasks,
        ]),
        [
          [
            'stuck',
            'suspected',
            't1 waits for lock l10 held by t2 since tick 1 (app.py:1), which is running (app.py:77); 12 s so far; so does t3; t4 waits for them.',
            [1, 3],
          ],
        ],
      );
  });

  it('ends its sentence in what the last of the chain waits for', () => {
    const world = new World()
      .wait(1, { things: [10], owner: 2, ...OLD })
      .wait(2, { kind: 'queue.get', text: 'an item of queue q (0 inside)', things: [20], ...OLD })
      .thing(10, 'lock', { holders: [2] })
      .thing(20, 'queue', { setters: [7] });
    const [{ sentence, tasks }] = stuck(world);
    assert.deepEqual(tasks, [1]);
    assert.match(
      sentence,
      /held by t2 since tick 1 \(app\.py:1\), which waits for an item of queue q \(0 inside\) \(app\.py:2\); 12 s/,
    );
  });

  it('is none where waiting is a way of life, or not for long', () => {
    for (const kind of [
      'queue.get',
      'event',
      'condition',
      'accept',
      'signal',
      'read',
      'sleep',
      'unknown',
      'notCaptured',
    ] as const)
      assert.deepEqual(stuck(new World().wait(1, { kind, text: kind, things: [10], ...OLD })), [], kind);
    assert.deepEqual(
      stuck(new World().wait(1, { kind: 'future', text: 'future', things: [10], ...OLD })),
      [],
    );
    assert.equal(
      stuck(new World().wait(1, { kind: 'future', text: 'future f', things: [10], ...OLD })).length,
      1,
    );
    assert.deepEqual(stuck(new World().wait(1, { things: [10], ageMs: 9_000 })), []);
  });

  it('is none with a timeout, of its own or of one that awaits it', () => {
    assert.deepEqual(stuck(new World().wait(1, { things: [10], timeoutInMs: 50, ...OLD })), []);
    assert.deepEqual(stuck(new World().wait(1, { things: [10], timeout: 50, ...OLD })), []);
    assert.deepEqual(
      stuck(new World().wait(1, { things: [10], ...OLD }).wait(2, { tasks: [1], timeout: 9 })),
      [],
    );
  });

  it('does not count the time in which the loop could not go on, and is silent after lost events', () => {
    const world = new World().wait(1, { kind: 'executor', text: 'a job', things: [10], ...OLD });
    assert.equal(stuck(world).length, 1);
    world.heldMs = () => 3000;
    assert.deepEqual(stuck(world), []);
    world.heldMs = () => 0;
    world.lossy = true;
    assert.deepEqual(stuck(world), []);
  });

  it('is none of what a deadlock explains', () => {
    const world = new World()
      .wait(1, { things: [20], blocked: true, owner: 2, ...OLD })
      .wait(2, { things: [10], blocked: true, owner: 1, ...OLD })
      .wait(3, { things: [10], blocked: true, owner: 1, ...OLD })
      .thing(10, 'lock', { holders: [1] })
      .thing(20, 'lock', { holders: [2] });
    assert.deepEqual(stuck(world), []);
  });

  it('makes rows of those that it tells of, not of thousands that idle', () => {
    const world = new World()
      .wait(1, { things: [10], owner: 2, ...OLD })
      .wait(2, { things: [11], owner: 1, ...OLD })
      .thing(10, 'lock', { holders: [2] })
      .thing(11, 'lock', { holders: [1] })
      .thing(12, 'event');
    for (let task = 3; task < 3000; task++)
      world.wait(task, { kind: 'event', text: 'event e', things: [12], ...OLD });
    const moment = world.moment();
    const { row } = moment.tasks;
    const asked = new Set<number>();
    const tasks = { ...moment.tasks, row: (task: number) => (asked.add(task), row(task)) };
    const waiting = new Waiting({ ...moment, tasks });
    assert.deepEqual(waiting.cycles, [[1, 2]]);
    assert.deepEqual(waiting.stuck(AFTER), []);
    assert.deepEqual([...asked].sort(), [1, 2]);
  });
});
