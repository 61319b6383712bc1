import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Definitions } from '../../../src/model/definitions';
import { LoopHistory } from '../../../src/model/loopHistory';
import { CAUSE } from '../../../src/model/ready';
import { TASK } from '../../../src/model/tasks';
import { View } from '../../../src/model/view';
import { CODES, random, Simulation, type Expected } from './simulation';

const CAUSE_NAMES = {
  [CAUSE.CALLBACK]: 'callback',
  [CAUSE.IO]: 'io',
  [CAUSE.TIMER]: 'timer',
  [CAUSE.START]: 'start',
};

function simulate(seed: number, ticks: number, limitBytes = 1 << 30) {
  const definitions = new Definitions();
  for (const code of CODES) definitions.define(code);
  const history = new LoopHistory(1, definitions, limitBytes);
  const simulation = new Simulation(history, random(seed));
  simulation.run(ticks);
  return { definitions, history, expected: simulation.expected };
}

function shown(history: LoopHistory, definitions: Definitions, tick: number, callback: number): Expected {
  const moment = history.at(tick, callback);
  assert.ok(moment, `tick ${tick}, callback ${callback} is in history`);
  const { state } = moment;
  const view = new View(
    history,
    definitions,
    state,
    moment.row,
    history.isHead(tick, callback),
    state.time,
    0,
  );
  const live = [...Array(state.tasks.slots).keys()].filter(
    (s) => state.tasks.actor[s] !== 0 && state.tasks.state[s] < TASK.DONE,
  );
  const waiting = live
    .filter((s) => state.tasks.state[s] === TASK.WAITING && view.readyIndexOf(state.tasks.actor[s]) < 0)
    .map((s) => state.tasks.actor[s]);
  assert.equal(view.waitingCount, waiting.length);
  assert.equal(state.tasks.live, live.length);
  return {
    tick: state.tick,
    callback: state.callbacks,
    ready: view.ready.map(({ id, actor, entry, nextTick }) => ({
      id,
      actor,
      sinceTick: Math.max(entry.tick, 1),
      cause: CAUSE_NAMES[entry.kind as keyof typeof CAUSE_NAMES] ?? String(entry.kind),
      nextTick,
      site: entry.site,
    })),
    waiting: waiting.sort((x, y) => x - y),
    timers: state.timers
      .inOrder()
      .map((s) => state.timers.handle[s])
      .sort((x, y) => x - y),
    tasks: live
      .map((s) => ({ actor: state.tasks.actor[s], steps: state.tasks.steps[s] }))
      .sort((x, y) => x.actor - y.actor),
  };
}

describe('history', () => {
  it('shows every past moment as a plain simulation kept it, in any order of asking', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 60 }), fc.nat(), (seed, ticks, order) => {
        const { definitions, history, expected } = simulate(seed, ticks);
        const rand = random(order);
        // The head's unrun entries are known from the agent only (QUEUED), so all but the head's tick are compared.
        const past = expected.filter((e) => e.tick < ticks - 1);
        for (let i = 0; i < Math.min(60, past.length * 2); i++) {
          const wanted = past[Math.floor(rand() * past.length)];
          assert.deepEqual(shown(history, definitions, wanted.tick, wanted.callback), { ...wanted });
        }
      }),
      { numRuns: 150 },
    );
  });

  it('folds the same from checkpoints as from the begin', function () {
    const { definitions, history, expected } = simulate(7, 3000);
    assert.ok(history.log.length > 20_000, 'long enough for checkpoints');
    const rand = random(1);
    for (let i = 0; i < 100; i++) {
      const wanted = expected[Math.floor(rand() * (expected.length - 200))];
      assert.deepEqual(shown(history, definitions, wanted.tick, wanted.callback), { ...wanted });
    }
  });

  it('forgets the oldest part when memory is bounded and says where the past begins', () => {
    const { definitions, history, expected } = simulate(3, 6000, 500_000);
    assert.ok(history.bytes <= 1_000_000, `${history.bytes} bytes`);
    assert.ok(history.firstTick > 1);
    assert.equal(history.at(history.firstTick - 1, 0), undefined);
    for (const wanted of expected
      .filter((e) => e.tick >= history.firstTick && e.tick < 5999)
      .filter((_, i) => i % 997 === 0))
      assert.deepEqual(shown(history, definitions, wanted.tick, wanted.callback), { ...wanted });
  });

  it('knows no moment that was not', () => {
    const { history, expected } = simulate(11, 20);
    const last = expected[expected.length - 1];
    assert.equal(history.at(0, 5), undefined);
    assert.equal(history.at(last.tick + 1, 0), undefined);
    assert.equal(history.at(last.tick, last.callback + 1), undefined);
    assert.equal(history.at(3, history.callbacksIn(3) + 1), undefined);
    assert.ok(history.at(3, history.callbacksIn(3)));
  });
});
