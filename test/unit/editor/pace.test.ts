import assert from 'node:assert/strict';
import { type Clock, Pace } from '../../../src/editor/pace';

const REST = { atLeastMs: 100, timesTaken: 10 };

/** Time that passes when `pass` says so; `answer` ends the question under way. */
function setUp() {
  let now = 1000;
  const planned: { at: number; run: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    after: (ms, run) => {
      const plan = { at: now + ms, run };
      planned.push(plan);
      return () => void planned.splice(planned.indexOf(plan), 1);
    },
  };
  const asked: number[] = [];
  let answered = () => {};
  const pace = new Pace(() => {
    asked.push(now);
    return new Promise<void>((resolve) => (answered = resolve));
  }, clock);
  const pass = (ms: number) => {
    now += ms;
    for (const plan of planned.filter(({ at }) => at <= now)) {
      planned.splice(planned.indexOf(plan), 1);
      plan.run();
    }
  };
  const answer = async () => {
    answered();
    await new Promise(setImmediate);
  };
  return { pace, asked, planned, pass, answer };
}

describe('pace', () => {
  it('asks at once the first time, and once however often it is wanted', () => {
    const { pace, asked, pass } = setUp();
    for (let i = 0; i < 5; i++) pace.soon(REST);
    pass(0);
    assert.deepEqual(asked, [1000]);
  });

  it('rests between questions, the longer the longer an answer took', async () => {
    const { pace, asked, pass, answer } = setUp();
    pace.soon(REST);
    pass(0);
    pass(2);
    await answer();
    pace.soon(REST);
    pass(99);
    assert.equal(asked.length, 1);
    pass(1);
    assert.equal(asked.length, 2);
    pass(50);
    await answer();
    pace.soon(REST);
    pass(499);
    assert.equal(asked.length, 2);
    pass(1);
    assert.equal(asked.length, 3);
  });

  it('asks one question at a time, and once more where it was wanted meanwhile', async () => {
    const { pace, asked, pass, answer } = setUp();
    pace.soon(REST);
    pass(0);
    pace.soon(REST);
    pace.soon(REST);
    pass(1000);
    assert.equal(asked.length, 1);
    await answer();
    pass(10_000);
    assert.equal(asked.length, 2);
    await answer();
    pass(100_000);
    assert.equal(asked.length, 2);
  });

  it('lets a shorter rest overtake a longer one, and never the reverse', async () => {
    const { pace, asked, planned, pass, answer } = setUp();
    pace.soon(REST);
    pass(0);
    await answer();
    pace.soon({ atLeastMs: 500, timesTaken: 1 });
    pace.soon({ atLeastMs: 50, timesTaken: 1 });
    pace.soon({ atLeastMs: 500, timesTaken: 1 });
    assert.equal(planned.length, 1);
    pass(50);
    assert.equal(asked.length, 2);
  });

  it('asks nothing that was planned once it is stopped', async () => {
    const { pace, asked, pass, answer } = setUp();
    pace.soon(REST);
    pace.stop();
    pass(1000);
    assert.equal(asked.length, 0);
    pace.soon(REST);
    pass(0);
    pace.soon(REST);
    pace.stop();
    await answer();
    pass(1000);
    assert.equal(asked.length, 1);
  });

  it('puts off what is wanted again and again, where answers take long', async () => {
    const { pace, asked, pass, answer } = setUp();
    const rest = { atLeastMs: 100, timesTaken: 0 };
    pace.whenQuiet(rest, 500);
    pass(0);
    pass(300);
    await answer();
    for (let n = 0; n < 5; n++) {
      pace.whenQuiet(rest, 500);
      pass(290);
    }
    assert.deepEqual(asked, [1000]);
    pass(10);
    assert.equal(asked.length, 2);
    pass(2000);
    await answer();
    pace.whenQuiet(rest, 500);
    pass(500);
    assert.equal(asked.length, 3, 'it is not put off for longer');
  });
});
