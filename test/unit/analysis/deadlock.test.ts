import assert from 'node:assert/strict';
import fc from 'fast-check';
import { World } from './world';

/** Two tasks that took two locks in different order. */
function lockOrder(blocked: boolean): World {
  return new World()
    .wait(1, { things: [20], blocked, owner: 2 })
    .wait(2, { things: [10], blocked, owner: 1 })
    .thing(10, 'lock', { holders: [1] })
    .thing(20, 'lock', { holders: [2] });
}

describe('deadlock', () => {
  it('of two locks taken in different order is proved, and says who waits for whom', () => {
    const { findings, cycles } = lockOrder(true).waiting();
    assert.deepEqual(findings, [
      {
        id: 'deadlock:1-2',
        kind: 'deadlock',
        certainty: 'proved',
        sentence:
          't1 waits for lock l20 held by t2 since tick 1 (app.py:1), which waits for lock l10 held by t1 (app.py:2); neither can go on.',
        tasks: [1, 2],
        ticks: [1, 2],
        source: { path: '/app/app.py', line: 1 },
      },
    ]);
    assert.deepEqual(cycles, [[1, 2]]);
  });

  it('whose proof is not to be had is a suspicion', () => {
    const world = lockOrder(false);
    world.unproved = 'app.py names all_tasks.';
    assert.deepEqual(
      world.waiting().findings.map(({ kind, certainty }) => [kind, certainty]),
      [['deadlock', 'suspected']],
    );
  });

  it('is suspected from what was recorded alone', () => {
    const { findings } = lockOrder(true).waiting(true);
    assert.deepEqual(
      findings.map(({ kind, certainty, tasks }) => [kind, certainty, tasks]),
      [['deadlock', 'suspected', [1, 2]]],
    );
  });

  it('is none while the program runs and the circle may have been read in two halves', () => {
    const world = lockOrder(false);
    world.readBeforeMs = 5;
    assert.equal(world.waiting().findings.length, 1);
    world.row(1, 'waiting', { ageMs: 10 });
    assert.deepEqual(world.waiting().findings, []);
  });

  it('is none where events were lost, unless it was proved', () => {
    const world = lockOrder(false);
    world.lossy = true;
    assert.deepEqual(world.waiting().findings, []);
    const proved = lockOrder(true);
    proved.lossy = true;
    assert.match(proved.waiting().findings[0].sentence, /held by t2 for ever \(app.py:1\)/);
  });

  it('of a lock that its holder wants again', () => {
    const world = new World()
      .wait(1, { things: [10], blocked: true, owner: 1 })
      .thing(10, 'lock', { holders: [1] });
    const [{ kind, sentence }] = world.waiting().findings;
    assert.equal(kind, 'deadlock');
    assert.equal(
      sentence,
      't1 waits for lock l10, which it holds itself, since tick 1 (app.py:1); it can never go on.',
    );
  });

  it('of tasks that await each other, with those that wait for them in the sentence only', () => {
    const world = new World()
      .wait(1, { kind: 'gather', text: 'gather, 2 of 2 unfinished', tasks: [2, 3], blocked: true })
      .wait(2, { tasks: [3], blocked: true })
      .wait(3, { tasks: [2], blocked: true });
    const { findings } = world.waiting();
    assert.equal(findings.length, 1);
    assert.deepEqual(findings[0].tasks, [2, 3]);
    assert.match(findings[0].sentence, /neither can go on; t1 waits for them\.$/);
  });

  it('of two tasks each of which waits for an item that only the other could put', () => {
    const world = new World()
      .wait(1, { kind: 'queue.get', text: 'an item of queue a', things: [10], blocked: true })
      .wait(2, { kind: 'queue.get', text: 'an item of queue b', things: [20], blocked: true })
      .wait(3, { kind: 'gather', text: 'gather', tasks: [1, 2], blocked: true })
      .thing(10, 'queue', { setters: [2, 3] })
      .thing(20, 'queue', { setters: [1, 3] });
    const { findings } = world.waiting();
    assert.deepEqual(
      findings.map(({ kind, tasks }) => [kind, tasks]),
      [['deadlock', [1, 2]]],
    );
    assert.match(findings[0].sentence, /an item of queue a that only t2 could put since tick 1/);
  });

  it('is none of a task and another that awaits it and happens to know its future', () => {
    const world = new World()
      .wait(1, { tasks: [2], blocked: true })
      .wait(2, { kind: 'future', text: 'future done', things: [10], blocked: true })
      .thing(10, 'future', { setters: [1] });
    assert.deepEqual(
      world.waiting().findings.map(({ kind, tasks }) => [kind, tasks]),
      [['orphan', [2]]],
    );
  });

  it('is none with a timeout as a way out, of a task on the circle or of one that awaits it', () => {
    for (const task of [1, 2]) {
      const world = lockOrder(false);
      world.wait(5, { tasks: [task], timeout: 100 });
      assert.deepEqual(world.waiting().findings, []);
    }
    const world = lockOrder(false).wait(5, { tasks: [1], timeoutInMs: 300 });
    assert.deepEqual(world.waiting(true).findings, []);
  });

  it('is none where one of several is enough and another is free', () => {
    const world = new World()
      .wait(1, { kind: 'gather', text: 'wait', tasks: [2, 3], all: false })
      .wait(2, { tasks: [1] })
      .row(3, 'ready');
    assert.deepEqual(world.waiting().findings, []);
    const all = new World()
      .wait(1, { kind: 'gather', text: 'gather', tasks: [2, 3], all: true })
      .wait(2, { tasks: [1] })
      .row(3, 'ready');
    assert.equal(all.waiting().findings.length, 1);
  });

  it('is none at a semaphore of which another holder may go on', () => {
    const world = new World()
      .wait(1, { kind: 'semaphore', things: [10] })
      .wait(2, { tasks: [1] })
      .thing(10, 'semaphore', { holders: [2, 3] });
    assert.deepEqual(world.waiting().findings, []);
  });

  it('through semaphores of which only the takers are known is told where it is proved, and is no suspicion', () => {
    for (const blocked of [true, false]) {
      const world = new World()
        .wait(1, { kind: 'semaphore', text: 'semaphore a', things: [10], blocked })
        .wait(2, { kind: 'semaphore', text: 'semaphore b', things: [20], blocked })
        .thing(10, 'semaphore', { holders: [2], loose: true })
        .thing(20, 'semaphore', { holders: [1], loose: true });
      assert.deepEqual(
        world.waiting().findings.map(({ kind, certainty }) => [kind, certainty]),
        blocked ? [['deadlock', 'proved']] : [],
      );
    }
  });

  it('tells where a lock was taken that one task holds', () => {
    const world = lockOrder(true);
    world.thing(20, 'lock', { holders: [2], path: '/code/app.py', line: 40 });
    assert.match(world.waiting().findings[0].sentence, /held by t2 \(taken at app\.py:40\) since tick 1/);
  });

  it('of 200 among 10 000 tasks is found in a moment, however deep the chains are', () => {
    const world = new World();
    for (let task = 1; task <= 10_000; task++) {
      const next = task < 200 ? task + 1 : task === 200 ? 1 : task - 1;
      world.wait(task, { things: [50_000 + next], blocked: true, owner: next });
      world.thing(50_000 + task, 'lock', { holders: [task] });
    }
    const moment = world.moment();
    let took = Infinity;
    for (let i = 0; i < 3; i++) {
      const from = performance.now();
      const { findings } = world.waiting();
      took = Math.min(took, performance.now() - from);
      assert.deepEqual(
        findings.map(({ tasks }) => tasks.length),
        [200],
      );
      assert.match(findings[0].sentence, /and so on over 194 more, back to t1; none of them can go on;/);
      assert.match(findings[0].sentence, /t201, t202 and 9798 others wait for them\.$/);
    }
    assert.ok(moment.tasks.waiting.length === 10_000);
    assert.ok(took < 200, `took ${took} ms`);
  });

  it('is where, and only where, a plain search finds a circle', () => {
    const waits = fc.array(fc.record({ to: fc.nat(11), lock: fc.boolean(), blocked: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(waits, (told) => {
        const world = new World();
        told.forEach(({ to, lock, blocked }, task) => {
          if (lock) world.wait(task, { things: [100 + to], blocked, owner: to });
          else if (to === task) world.wait(task, { kind: 'future', things: [500 + task], blocked });
          else world.wait(task, { tasks: [to], blocked });
          world.thing(500 + task, 'future');
        });
        for (let of = 0; of < 12; of++) world.thing(100 + of, 'lock', { holders: [of] });
        const { findings } = world.waiting();
        const found = new Set(
          findings.filter(({ kind }) => kind === 'deadlock').flatMap(({ tasks }) => tasks),
        );
        const next = (task: number) => {
          const each = told[task];
          return !each || (!each.lock && each.to === task) ? undefined : each.to;
        };
        const kindOf = (task: number) => told[task]?.blocked;
        told.forEach((_each, task) => {
          // One way leads away from each task: it is on a circle when the way comes back, all of one kind.
          let at = next(task);
          for (let i = 0; i < 12 && at !== undefined && at !== task && kindOf(at) === kindOf(task); i++)
            at = next(at);
          assert.equal(found.has(task), at === task, `task ${task}`);
        });
      }),
      { numRuns: 500 },
    );
  });
});
