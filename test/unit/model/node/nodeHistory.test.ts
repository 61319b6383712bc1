import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Definitions } from '../../../../src/model/definitions';
import { NodeHistory } from '../../../../src/model/node/nodeHistory';
import { NodeView } from '../../../../src/model/node/nodeView';
import { Snapshots } from '../../../../src/model/node/snapshots';
import { random } from '../simulation';
import { NodeSimulation, type Expected } from './simulation';

function simulate(seed: number, ticks: number, full: boolean, limitBytes = 1 << 30) {
  const definitions = new Definitions();
  const history = new NodeHistory(definitions, limitBytes);
  const simulation = new NodeSimulation(history, random(seed), full);
  simulation.run(ticks);
  const { expected, ticks: were } = simulation;
  return { definitions, history, expected, ticks: [1, ...were] };
}
type World = ReturnType<typeof simulate>;

function viewAt({ history, definitions }: World, tick: number, callback: number): NodeView {
  const moment = history.at(tick, callback);
  assert.ok(moment, `tick ${tick}, callback ${callback} is in history`);
  const isHead = history.isHead(tick, callback);
  const place = { loop: 1, tick, callback };
  const { time } = moment.state;
  return new NodeView(
    history,
    definitions,
    new Snapshots(),
    moment,
    place,
    isHead,
    time,
    'running',
    undefined,
  );
}

function shown(world: World, tick: number, callback: number, pending: number[]): Expected {
  const view = viewAt(world, tick, callback);
  const { resources, promises } = view.state;
  const { id, when } = resources.columns;
  const ready = view.rows('ready');
  assert.equal(view.counts.ready, view.ready.length);
  assert.equal(view.counts.waiting, view.waiting.length);
  assert.equal(view.counts.timers, view.timers.length);
  return {
    tick: view.state.tick,
    callback: view.state.callbacks,
    ready: view.ready.map((entity, i) => ({
      id: entity.id,
      step: entity.step,
      nextTick: (ready.row(i) as { nextTick: boolean }).nextTick,
    })),
    timers: view.timers.map((slot) => ({ id: id[slot], when: when[slot] })),
    waiting: view.waiting.map(({ slot }) => id[slot]).sort((x, y) => x - y),
    pending: pending.filter((promise) => promises.isPending(promise) === true),
  };
}

/** Deadlines are kept to the µs, and count from a time that is kept to 0.1 µs. */
function assertSame(actual: Expected, wanted: Expected): void {
  const near = (expected: Expected) => ({
    ...expected,
    timers: expected.timers.map(({ id }) => id).sort((x, y) => x - y),
    waiting: [...expected.waiting].sort((x, y) => x - y),
  });
  assert.deepEqual(near(actual), near(wanted));
  const deadlines = new Map(wanted.timers.map(({ id, when }) => [id, when]));
  for (const { id, when } of actual.timers) assert.ok(Math.abs(when - (deadlines.get(id) ?? 0)) < 5e-6);
}

describe('the history of a Node loop', () => {
  for (const full of [false, true])
    it(`shows every past moment as a plain simulation kept it, at level ${full ? 'full' : 'macro'}`, () => {
      fc.assert(
        fc.property(fc.nat(), fc.integer({ min: 1, max: 60 }), fc.nat(), (seed, ticks, order) => {
          const world = simulate(seed, ticks, full);
          const rand = random(order);
          const past = world.expected.filter(({ tick }) => tick < world.history.live.tick);
          for (let i = 0; i < Math.min(60, past.length * 2); i++) {
            const wanted = past[Math.floor(rand() * past.length)];
            assertSame(shown(world, wanted.tick, wanted.callback, wanted.pending), wanted);
          }
        }),
        { numRuns: 60 },
      );
    });

  it('folds the same from checkpoints as from the begin', () => {
    const world = simulate(7, 1000, true);
    assert.ok(
      world.history.log.length > 40_000,
      `${world.history.log.length} rows are enough for checkpoints`,
    );
    const rand = random(1);
    for (let i = 0; i < 100; i++) {
      const wanted = world.expected[Math.floor(rand() * (world.expected.length - 200))];
      assertSame(shown(world, wanted.tick, wanted.callback, wanted.pending), wanted);
    }
  });

  it('forgets the oldest part when memory is bounded and says where the past begins', () => {
    const world = simulate(3, 1500, true, 500_000);
    const { history, expected } = world;
    assert.ok(history.bytes <= 1_500_000, `${history.bytes} bytes`);
    assert.ok(history.firstTick > 1);
    assert.equal(history.at(history.firstTick - 1, 0), undefined);
    const kept = expected.filter(({ tick }) => tick >= history.firstTick && tick < history.live.tick);
    for (const wanted of kept.filter((_, i) => i % 997 === 0))
      assertSame(shown(world, wanted.tick, wanted.callback, wanted.pending), wanted);
  });

  it('knows the neighbours of every tick, also of those that were jumped over', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 40 }), (seed, count) => {
        const { history, ticks } = simulate(seed, count, false);
        for (let tick = 1; tick <= history.live.tick; tick++) {
          assert.equal(
            history.nextTick(tick),
            ticks.find((each) => each > tick),
          );
          assert.equal(
            history.previousTick(tick),
            ticks.findLast((each) => each < tick),
          );
          assert.equal(history.wasTick(tick), ticks.includes(tick));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('shows, at a tick that was jumped over, what was after the one before', () => {
    const world = simulate(5, 80, true);
    const { history, ticks, expected } = world;
    const jumped = [...Array(history.live.tick).keys()].filter((tick) => tick > 1 && !ticks.includes(tick));
    assert.ok(jumped.length > 5);
    for (const tick of jumped) {
      const before = ticks.findLast((each) => each < tick);
      const last = expected.findLast((each) => each.tick === before)!;
      assertSame(shown(world, tick, 0, last.pending), last);
      assert.equal(history.at(tick, 1), undefined);
      assert.equal(history.callbacksIn(tick), 0);
    }
  });
});
