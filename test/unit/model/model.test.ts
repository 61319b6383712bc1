import assert from 'node:assert/strict';
import type {
  CallbackRow,
  Cursor,
  ReadyRow,
  TaskRow,
  TimerRow,
  WaitingRow,
} from '../../../src/adapter/contract';
import { ModelError } from '../../../src/model/model';
import { RESULT } from '../../../src/wire/schema';
import { CODE, FUTURE, MAIN, stoppedInTickTwo, Teller, TICKER } from './program';

const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 0.01, `${actual}`);

describe('model', () => {
  it('says where the program is and how long the queues are', () => {
    const model = stoppedInTickTwo().stop(100.005);
    const state = model.state({});
    assert.deepEqual(state.cursor, { loop: 1, tick: 2, callback: 1 });
    assert.deepEqual(state.counts, { ready: 0, waiting: 2, timers: 2, tasks: 2 });
    assert.equal(state.phase, 'poll');
    assert.equal(state.firstTick, 1);
    assert.equal(state.lastTick, 2);
    near(state.clockMs, 5);
    assert.deepEqual(state.loops, [{ id: 1, name: 'loop 1', thread: 'MainThread', state: 'stopped' }]);
  });

  it('keeps a sleeping task in timers and every other suspended one in waiting, with listeners', () => {
    const model = stoppedInTickTwo().stop(100.005);
    const waiting = model.rows({ queue: 'waiting', start: 0, count: 10 });
    assert.equal(waiting.total, 2);
    const [accept, main] = waiting.rows as WaitingRow[];
    assert.equal(main.name, 'Task-1');
    assert.equal(main.sinceTick, 1);
    near(main.ageMs, 3);
    assert.equal(main.reason.kind, 'notCaptured');
    assert.equal(accept.name, 'accept');
    assert.deepEqual(accept.reason, { kind: 'accept', text: 'fd 6, listening 127.0.0.1:8080' });
    const timers = model.rows({ queue: 'timers', start: 0, count: 10 }).rows as TimerRow[];
    assert.deepEqual(
      timers.map(({ name, task }) => [name, task]),
      [
        ['sleep → ticker', TICKER],
        ['timeout → ticker', TICKER],
      ],
    );
    near(timers[0].dueInMs, 1998.5);
  });

  it('takes a wait reason as of the wait in which it was read, and only that', () => {
    const teller = stoppedInTickTwo();
    teller.other('LOCK', FUTURE + 0x500, TICKER);
    teller.other('REASON', MAIN, FUTURE, 'lock', 'lock db', FUTURE + 0x500, 0, '/app.py', 22);
    const model = teller.stop(100.005);
    const [, main] = model.rows({ queue: 'waiting', start: 0, count: 10 }).rows as WaitingRow[];
    assert.equal(main.reason.kind, 'lock');
    assert.equal(main.reason.owner, TICKER);
    assert.deepEqual(main.source, { path: '/app.py', line: 22 });
    assert.equal(
      model.task(MAIN).sentence,
      'Task-1 waits for lock db, held by ticker since tick 1 (app.py:22).',
    );
    assert.deepEqual(model.missingReasons({ queue: 'waiting', start: 0, count: 10 }), []);
    // At an earlier moment main had not yet begun to wait.
    const before = model.rows({ queue: 'tasks', start: 0, count: 10, cursor: { tick: 1 } }).rows as TaskRow[];
    assert.deepEqual(
      before.map(({ state }) => state),
      ['created'],
    );
  });

  it('says who held the lock at the moment shown, and counts as they were read until then', () => {
    const lock = FUTURE + 0x500;
    const waits = (text: string) => ['REASON', MAIN, FUTURE, 'lock', text, lock, 0, '/app.py', 22] as const;
    const teller = stoppedInTickTwo();
    teller
      .other('LOCK', lock, TICKER)
      .other(...waits('lock db (1 waits)'))
      .stop(100.005);
    teller.tick(100.01, 1).other('UNLOCK', lock).ran(CODE.plain, RESULT.RETURNED, 100.02, 0);
    const model = teller.other(...waits('lock db (2 wait)')).stop(100.02);
    const reason = (cursor?: Cursor) => {
      const { rows } = model.rows({ queue: 'waiting', start: 0, count: 10, cursor });
      return (rows as WaitingRow[]).find(({ task }) => task === MAIN)?.reason;
    };
    assert.deepEqual([reason()?.text, reason()?.owner], ['lock db (2 wait)', undefined]);
    const before = reason({ tick: 3 });
    assert.deepEqual([before?.text, before?.owner], ['lock db (1 waits), held by ticker', TICKER]);
  });

  it('tells what is in ready at a stop from what the agent told, with its cause', () => {
    const teller = stoppedInTickTwo();
    teller.tick(100.01, 1).other('THREAD', 0, 'ThreadPoolExecutor-0_0').other('QUEUED', 0, CODE.plain);
    const model = teller.stop(100.01);
    const [row] = model.rows({ queue: 'ready', start: 0, count: 10 }).rows as ReadyRow[];
    assert.deepEqual([row.id, row.name, row.kind, row.nextTick], [3, 'plain', 'thread', false]);
    assert.deepEqual(row.cause, { kind: 'thread', name: 'ThreadPoolExecutor-0_0' });
    assert.deepEqual(model.state({}).cursor, { loop: 1, tick: 3, callback: 0 });
    // It stays known when that moment is past.
    teller.ran(CODE.plain, RESULT.RETURNED, 100.02, 0).send();
    const past = model.rows({ queue: 'ready', start: 0, count: 10, cursor: { tick: 3 } }).rows as ReadyRow[];
    assert.deepEqual(
      past.map(({ name, kind }) => [name, kind]),
      [['plain', 'thread']],
    );
  });

  it('shows the running callback apart, when the program stands in its middle', () => {
    const teller = stoppedInTickTwo();
    teller
      .tick(100.01, 2)
      .other('QUEUED', 0, CODE.plain)
      .other('QUEUED', 1, CODE.plain)
      .other('QUEUED', 2, MAIN);
    const model = teller.stop(100.2, 'inside', CODE.plain);
    const state = model.state({});
    assert.equal(state.running?.name, 'plain');
    assert.equal(state.counts.ready, 2);
    const rows = model.rows({ queue: 'ready', start: 0, count: 10 }).rows as ReadyRow[];
    // The second was put there by the callback that runs: it is not in any event yet.
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['plain', 'Task-1'],
    );
    assert.deepEqual(rows[1].cause.kind, 'callback');
    assert.equal(rows[1].nextTick, true);
  });

  it('tells what ran in a tick, why, how long and how it ended', () => {
    const teller = stoppedInTickTwo();
    teller
      .other('TIMER_DUE', FUTURE + 0x100)
      .tick(102.004, 1)
      .ran(CODE.sleep, RESULT.RETURNED, 102.0042, 1);
    teller.tick(102.005, 1).other('ERROR', TICKER, 'ValueError: no').ran(TICKER, RESULT.RAISED, 102.007, 0);
    const model = teller.stop(102.008);
    const ran = (tick: number) =>
      model.rows({ queue: 'callbacks', start: 0, count: 9, cursor: { tick } }).rows as CallbackRow[];
    const [woke] = ran(3);
    assert.deepEqual(
      [woke.index, woke.name, woke.kind, woke.task, woke.outcome],
      [1, 'sleep → ticker', 'timer', TICKER, 'returned'],
    );
    assert.deepEqual(woke.cause, { kind: 'timer', scheduledTick: 2, source: { path: '/app.py', line: 9 } });
    const [step] = ran(4);
    assert.deepEqual([step.outcome, step.error, step.kind], ['raised', 'ValueError: no', 'step']);
    assert.equal(step.cause.kind, 'callback');
    near(step.runMs, 2);
    const { state, busyMs, waitingMs, history, causes, steps } = model.task(TICKER);
    assert.deepEqual([state, steps], ['failed', 2]);
    near(busyMs, 3);
    near(waitingMs, 2000.2);
    assert.deepEqual(history, [
      { tick: 1, state: 'created' },
      { tick: 2, state: 'running' },
      { tick: 2, state: 'waiting' },
      { tick: 4, state: 'running' },
      { tick: 4, state: 'failed' },
    ]);
    assert.deepEqual(
      causes.map(({ kind }) => kind),
      ['callback', 'timer'],
    );
    assert.equal(model.state({}).counts.timers, 1);
  });

  it('lets the clock stand while the program did', () => {
    const teller = stoppedInTickTwo();
    teller.other('PAUSED', 100.005, 3700.005).tick(3700.006, 0);
    const model = teller.send();
    near(model.state({ cursor: { tick: 3, callback: 0 } }).clockMs, 6);
    const [sleep] = model.rows({ queue: 'timers', start: 0, count: 1, cursor: { tick: 3 } })
      .rows as TimerRow[];
    near(sleep.dueInMs, 1997.5);
  });

  it('steps through history and stops at its ends', () => {
    const model = stoppedInTickTwo().stop(100.005);
    const at = (tick: number, callback: number) => ({ loop: 1, tick, callback });
    assert.deepEqual(model.next(at(1, 0), 'callback'), at(2, 0));
    assert.deepEqual(model.next(at(2, 0), 'callback'), at(2, 1));
    assert.equal(model.next(at(2, 1), 'callback'), undefined);
    assert.deepEqual(model.next(at(2, 1), 'backCallback'), at(2, 0));
    assert.deepEqual(model.next(at(2, 0), 'backCallback'), at(1, 0));
    assert.equal(model.next(at(1, 0), 'backCallback'), undefined);
    assert.deepEqual(model.next(at(2, 1), 'backTick'), at(2, 0));
    assert.deepEqual(model.next(at(1, 0), 'tick'), at(2, 0));
    assert.equal(model.next(at(1, 0), 'backTick'), undefined);
  });

  it('finds the next step of a task', () => {
    const teller = stoppedInTickTwo();
    teller.tick(100.01, 2).ran(CODE.plain, RESULT.RETURNED, 100.011, 1).ran(MAIN, FUTURE, 100.012, 0);
    const model = teller.send();
    const at = (tick: number, callback: number) => ({ loop: 1, tick, callback });
    assert.deepEqual(model.nextStepOf(MAIN, at(1, 0)), at(3, 1));
    assert.deepEqual(model.nextStepOf(TICKER, at(1, 0)), at(2, 0));
    assert.equal(model.nextStepOf(MAIN, at(3, 1)), undefined);
  });

  it('draws run and wait time of ticks in buckets, with what happened there', () => {
    const teller = stoppedInTickTwo();
    teller.tick(101, 1).ran(MAIN, RESULT.RAISED, 101.5, 0);
    const model = teller.send();
    const { firstTick, lastTick, buckets } = model.timeline({ from: 1, to: 99, buckets: 99 });
    assert.deepEqual([firstTick, lastTick], [1, 3]);
    assert.deepEqual(
      buckets.map(({ tick, ticks, callbacks, marks }) => [tick, ticks, callbacks, marks]),
      [
        [1, 1, 1, []],
        [2, 1, 1, []],
        [3, 1, 1, ['exception']],
      ],
    );
    near(buckets[1].waitMs, 1);
    near(buckets[1].runMs, 1);
    near(buckets[2].waitMs, 996);
    near(buckets[2].runMs, 500);
    const [whole] = model.timeline({ from: 2, to: 3, buckets: 1 }).buckets;
    assert.deepEqual([whole.tick, whole.ticks, whole.callbacks], [2, 2, 2]);
    near(whole.waitMs, 997);
    assert.deepEqual(model.timeline({ from: 7, to: 9, buckets: 5 }).buckets, []);
    assert.throws(() => model.timeline({ from: 3, to: 1, buckets: 5 }), ModelError);
  });

  it('filters and sorts, and refuses what it does not know with a sentence', () => {
    const model = stoppedInTickTwo().stop(100.005);
    const rows = (args: object) =>
      model.rows({ queue: 'tasks', start: 0, count: 10, ...args }).rows as TaskRow[];
    assert.deepEqual(
      rows({ filter: { text: 'TICK' } }).map(({ name }) => name),
      ['ticker'],
    );
    assert.deepEqual(
      rows({ filter: { reasons: ['sleep'] } }).map(({ name }) => name),
      ['ticker'],
    );
    assert.deepEqual(rows({ filter: { states: ['done'] } }), []);
    assert.deepEqual(
      rows({ sort: { by: 'name', descending: true } }).map(({ name }) => name),
      ['ticker', 'Task-1'],
    );
    assert.throws(() => rows({ sort: { by: 'colour' } }), /cannot be sorted by "colour"/);
    assert.throws(() => model.state({ loop: 9 }), ModelError);
    assert.throws(
      () => model.state({ cursor: { tick: 3 } }),
      /Tick 3 is not in the history of loop 1: ticks 1 to 2/,
    );
    assert.throws(
      () => model.state({ cursor: { tick: 1, callback: 2 } }),
      /Tick 1 of loop 1 has 1 callbacks/,
    );
    assert.throws(() => model.task(99), /There is no task 99/);
    assert.throws(() => new Teller().model.state({ loop: 4 }), /There is no loop 4/);
  });

  it('knows an ended loop for what it was', () => {
    const model = stoppedInTickTwo().stop(100.005);
    model.ended();
    assert.equal(model.state({}).loops[0].state, 'closed');
    assert.equal(model.rows({ queue: 'tasks', start: 0, count: 10 }).total, 2);
  });
});
