import assert from 'node:assert/strict';
import { World } from './world';

const kinds = (world: World) => world.waiting().findings.map(({ kind, tasks }) => [kind, tasks]);

describe('orphan', () => {
  it('waits for a lock whose holder has ended; who waits for it is told along', () => {
    const world = new World()
      .wait(1, { tasks: [2], blocked: true })
      .wait(2, { things: [10], blocked: true, owner: 9 })
      .thing(10, 'lock', { holders: [9] })
      .row(9, 'failed');
    const { findings } = world.waiting();
    assert.equal(findings.length, 1);
    assert.deepEqual([findings[0].kind, findings[0].certainty, findings[0].tasks], ['orphan', 'proved', [2]]);
    assert.equal(
      findings[0].sentence,
      't2 waits for lock l10 held by t9 since tick 2 (app.py:2); t9 has ended without releasing it; t1 waits for it.',
    );
  });

  it('waits with others for the same queue: one finding', () => {
    const world = new World().thing(10, 'queue');
    for (const task of [1, 2, 3, 4, 5])
      world.wait(task, {
        kind: 'queue.get',
        text: 'an item of queue jobs (0 inside)',
        things: [10],
        blocked: true,
      });
    const { findings } = world.waiting();
    assert.deepEqual(kinds(world), [['orphan', [1, 2, 3, 4, 5]]]);
    assert.equal(
      findings[0].sentence,
      't1 waits for an item of queue jobs (0 inside) since tick 1 (app.py:1); nobody puts; so do t2, t3 and 2 others.',
    );
  });

  it('at both ends of a queue is one finding', () => {
    const world = new World()
      .wait(1, { kind: 'queue.get', text: 'an item of queue q', things: [10], blocked: true })
      .wait(2, { kind: 'queue.join', text: 'the end of queue q (1 unfinished)', things: [10], blocked: true })
      .thing(10, 'queue');
    const [{ sentence, tasks }] = world.waiting().findings;
    assert.deepEqual(tasks, [2, 1]);
    assert.equal(
      sentence,
      't2 waits for the end of queue q (1 unfinished) since tick 2 (app.py:2); nobody calls task_done; t1 waits for an item of queue q (app.py:1).',
    );
    assert.equal(
      world.waiting().sentence(1),
      't1 waits for an item of queue q since tick 1 (app.py:1); nobody puts.',
    );
  });

  it('behind a holder that waits for what nobody sets: the sentence ends there', () => {
    const world = new World()
      .wait(1, { things: [10], blocked: true, owner: 2 })
      .wait(2, { kind: 'queue.get', text: 'an item of queue q', things: [20], blocked: true })
      .thing(10, 'lock', { holders: [2] })
      .thing(20, 'queue');
    assert.deepEqual(kinds(world), [['orphan', [2]]]);
    assert.equal(
      world.waiting().sentence(1),
      't1 waits for lock l10 held by t2 since tick 1 (app.py:1), which waits for an item of queue q (app.py:2); nobody puts.',
    );
  });

  it('is none where somebody may still end the wait, or it is meant to last', () => {
    const world = new World()
      .wait(1, { kind: 'future', things: [10] })
      .wait(2, { kind: 'event', things: [20], blocked: true, intended: true })
      .wait(3, { tasks: [2], blocked: true })
      .thing(10, 'future')
      .thing(20, 'event');
    assert.deepEqual(kinds(world), []);
  });

  it('of Node that nobody awaits is an abandoned await', () => {
    const world = new World()
      .wait(1, { kind: 'promise', text: 'a promise', things: [10], blocked: true, unreferenced: true })
      .wait(2, { kind: 'promise', text: 'a promise', things: [20], blocked: true })
      .thing(10, 'future')
      .thing(20, 'future');
    world.target = 'node';
    assert.deepEqual(kinds(world), [
      ['abandoned-await', [1]],
      ['orphan', [2]],
    ]);
    assert.match(world.waiting().findings[0].sentence, /; nobody settles it, and nobody awaits t1\.$/);
  });
});
