import assert from 'node:assert/strict';
import type {
  CallbackRow,
  ReadyRow,
  RowsArguments,
  TaskRow,
  TimerRow,
  WaitingRow,
} from '../../../../src/adapter/contract';
import { Model, ModelError } from '../../../../src/model/model';
import { FRAME, ROLE } from '../../../../src/wire/schema';
import { CODE, HANDLER_TASK, QUERY_TASK, resource, SLEEP_TASK, task, World } from './world';

const READ = {
  kind: 'read',
  text: 'a read from 127.0.0.1:51234',
  object: 30,
  resource: true,
  path: '/app/server.js',
  line: 40,
};
const threeTasks = [
  { ...task(HANDLER_TASK, 'handler', 22, { kind: 'task', text: 'query', owner: QUERY_TASK }), awaitedBy: [] },
  { ...task(QUERY_TASK, 'query', 31, READ), awaitedBy: [HANDLER_TASK] },
  task(SLEEP_TASK, 'poll', 50, { kind: 'sleep', text: 'sleep', object: 11, resource: true }),
];

describe('a Node loop', () => {
  it('has the main module in ready, before anything ran', () => {
    const world = new World();
    world.sink.tick(1, 100);
    world.sink.made(1, 'MAIN', 0, CODE.main);
    world.stop({ resource: 1, actor: CODE.main, t: 100 });
    const state = world.model.state({});
    assert.deepEqual(state.cursor, { loop: 1, tick: 1, callback: 0 });
    assert.deepEqual(state.counts, { ready: 1, waiting: 0, timers: 0, tasks: 0 });
    const [row] = world.rows<ReadyRow>('ready');
    assert.deepEqual([row.name, row.kind, row.cause], ['server.js', 'other', { kind: 'start' }]);
    assert.deepEqual(row.source, { path: '/app/server.js', line: 1 });
  });

  it('tells what runs next, in order, and why', () => {
    const world = new World().main().stop({ resource: 12, actor: CODE.soon, t: 100.01 });
    const rows = world.rows<ReadyRow>('ready');
    assert.deepEqual(
      rows.map(({ id, kind, name, nextTick }) => ({ id, kind, name, nextTick })),
      [
        { id: 12, kind: 'nextTick', name: 'soon', nextTick: false },
        { id: 13, kind: 'immediate', name: 'soon', nextTick: true },
      ],
    );
    assert.deepEqual(rows[0].cause, {
      kind: 'callback', callback: 1, tick: 1, name: 'server.js', source: { path: '/app/server.js', line: 1 },
    }); // prettier-ignore
    assert.equal(world.model.state({}).phase, 'microtasks');
  });

  it('shows what waits and the timers, without what means nothing to a user', () => {
    const world = new World().main().stop({ t: 100.101 });
    const [server, ...others] = world.rows<WaitingRow>('waiting');
    assert.deepEqual(others, [], 'neither the terminal that is written to nor a parser');
    assert.deepEqual(server.reason, {
      kind: 'accept', text: 'a connection: [::]:8080', object: 10, source: { path: '/app/server.js', line: 40 },
    }); // prettier-ignore
    assert.deepEqual([server.name, server.sinceTick], ['server', 1]);
    const [timer] = world.rows<TimerRow>('timers');
    assert.deepEqual([timer.id, timer.name, timer.repeatMs], [11, 'again', 500]);
    assert.ok(Math.abs(timer.dueInMs - 400) < 0.01, `${timer.dueInMs} ms`);
  });

  it('has a timer that is about to run in ready, and nowhere else', () => {
    const world = new World().main().stop({ resource: 11, actor: CODE.again });
    assert.equal(world.rows<ReadyRow>('ready')[0].kind, 'timer');
    assert.deepEqual(world.rows('timers'), []);
    assert.equal(world.model.state({}).counts.timers, 0);
    assert.equal(world.model.state({}).phase, 'timers');
  });

  it('tells what ran in a tick, when, in which phase and how it ended, its microtasks among it', () => {
    const world = new World().main().rest();
    const rows = world.rows<CallbackRow>('callbacks', 2);
    assert.deepEqual(
      rows.map(({ id, index, kind, outcome, phase }) => ({ id, index, kind, outcome, phase })),
      [
        { id: 13, index: 1, kind: 'immediate', outcome: 'raised', phase: 'check' },
        { id: 20, index: 2, kind: 'nextTick', outcome: 'returned', phase: 'microtasks' },
      ],
    );
    const [accepted] = world.rows<CallbackRow>('callbacks', 7);
    assert.ok(Math.abs(accepted.runMs - 30) < 0.01, `${accepted.runMs} ms`);
    assert.deepEqual([accepted.kind, accepted.phase], ['io', 'poll']);
    assert.deepEqual(accepted.cause, { kind: 'io', fd: 21, detail: 'connection accepted: [::]:8080' });
    const { buckets } = world.model.timeline({ from: 1, to: 7, buckets: 7 });
    assert.deepEqual(
      buckets.map(({ callbacks }) => callbacks),
      [2, 2, 0, 0, 0, 0, 1],
    );
    assert.deepEqual(buckets[1].marks, ['exception']);
    assert.ok(Math.abs(buckets[6].runMs - 30) < 0.01 && Math.abs(buckets[6].waitMs - 278) < 0.01);
  });

  it('steps over ticks that ran nothing, and shows them when asked', () => {
    const { model } = new World().main().rest();
    const place = (tick: number, callback = 0) => ({ loop: 1, tick, callback });
    assert.deepEqual(model.next(place(2), 'tick'), place(7));
    assert.deepEqual(model.next(place(2, 1), 'callback'), place(7));
    assert.deepEqual(model.next(place(7), 'backCallback'), place(2, 1));
    assert.deepEqual(model.next(place(7), 'backTick'), place(2));
    assert.deepEqual(model.next(place(5), 'callback'), place(7));
    assert.deepEqual(model.next(place(5), 'backTick'), place(2));
    assert.deepEqual(model.firstFrom(place(4)), place(7));
    const state = model.state({ cursor: place(5) });
    assert.deepEqual([state.cursor, state.phase, state.counts.ready], [place(5), 'poll', 0]);
    assert.deepEqual(model.rows({ queue: 'callbacks', start: 0, count: 9, cursor: place(5) }).rows, []);
    assert.throws(() => model.resolve({ loop: 1, tick: 5, callback: 1 }), ModelError);
  });

  it('shows the tasks that were read, and what each waits for', () => {
    const world = new World().main().rest().snapshot(threeTasks).stop();
    const state = world.model.state({});
    assert.deepEqual([state.counts.tasks, state.fidelity], [3, undefined]);
    const waiting = world.rows<WaitingRow>('waiting');
    assert.deepEqual(
      waiting.map(({ name, task, reason }) => [name, task, reason.kind]),
      [
        ['server', undefined, 'accept'],
        ['file system request', undefined, 'fs'],
        ['query', QUERY_TASK, 'read'],
        ['handler', HANDLER_TASK, 'task'],
      ].sort((x, y) => waiting.findIndex((r) => r.name === x[0]) - waiting.findIndex((r) => r.name === y[0])),
      'the socket is shown by the task that waits for it, a sleeper by its timer',
    );
    const [timer] = world.rows<TimerRow>('timers');
    assert.deepEqual([timer.name, timer.task], ['sleep → poll', SLEEP_TASK]);
    const rows = world.rows<TaskRow>('tasks');
    assert.deepEqual(rows.map(({ task, state }) => [task, state]), [[500, 'waiting'], [501, 'waiting'], [502, 'waiting']]); // prettier-ignore
    assert.deepEqual(rows[0].source, { path: '/app/server.js', line: 22 });
  });

  it('says of a task, in a sentence and in causes, where what it waits for came from', () => {
    const world = new World().main().rest().snapshot(threeTasks).stop();
    const told = world.model.task(QUERY_TASK);
    assert.equal(
      told.sentence,
      'query waits for a read from 127.0.0.1:51234 since tick 7 (server.js:31), which was made at server.js:40.',
    );
    assert.deepEqual(told.awaitedBy, [HANDLER_TASK]);
    assert.deepEqual(world.model.task(HANDLER_TASK).awaiting, [QUERY_TASK]);
    assert.deepEqual(
      told.causes.map((cause) =>
        cause.kind === 'callback' ? `${cause.name} in tick ${cause.tick}` : cause.kind,
      ),
      ['io', 'connection accepted in tick 7', 'io', 'server.js in tick 1', 'start'],
    );
  });

  it('shows tasks of the past as they were read until then, and says so', () => {
    const world = new World().main().snapshot([threeTasks[0]], [], 100.01).rest().snapshot(threeTasks).stop();
    assert.match(world.state(2).fidelity ?? '', /as they were read in tick 1/);
    assert.deepEqual(
      world.rows<TaskRow>('tasks', 2).map(({ task }) => task),
      [HANDLER_TASK],
    );
    assert.equal(world.state(1, 1).fidelity, undefined, 'there they were read');
    assert.match(world.state(1).fidelity ?? '', /were not read at this moment/);
    assert.deepEqual(world.rows('tasks', 1), []);
    assert.throws(() => world.model.task(QUERY_TASK, { loop: 1, tick: 2 }), ModelError);
  });

  it('knows from the promises, at level full, when a task was there', () => {
    const world = new World();
    const { sink } = world;
    sink.tick(1, 100);
    sink.level(true);
    sink.made(1, 'MAIN', 0, CODE.main);
    sink.began(1, 100);
    sink.promiseMade(1, 0);
    sink.ended(1, 100.01, false);
    sink.tick(2, 100.1);
    world.snapshot([task(HANDLER_TASK, 'handler', 22, {}, 1)], [], 100.1);
    sink.made(11, 'Timeout', 1, CODE.again);
    sink.began(11, 100.1);
    sink.promiseSettled(1);
    sink.ended(11, 100.11, false);
    world.stop();
    assert.deepEqual(world.rows('tasks', 1), [], 'its promise was not made yet');
    const [before] = world.rows<TaskRow>('tasks', 1, 1);
    assert.deepEqual([before.name, before.reason?.kind], ['handler', 'notCaptured']);
    assert.equal(world.rows<TaskRow>('tasks', 2)[0].reason?.kind, 'promise');
    assert.deepEqual(world.rows('tasks', 2, 1), [], 'its promise has settled');
  });

  it('has promise steps in ready at level full, before the nextTicks while microtasks run', () => {
    const world = new World();
    const { sink } = world;
    sink.tick(1, 100);
    sink.level(true);
    sink.made(1, 'MAIN', 0, CODE.main);
    sink.began(1, 100);
    for (const [id, parent] of [[1, 0], [2, 1], [3, 1], [4, 2]]) sink.promiseMade(id, parent); // prettier-ignore
    sink.promiseSettled(1);
    sink.made(12, 'TickObject', 1, CODE.soon);
    sink.ended(1, 100.01, false);
    const ids = () => world.rows<ReadyRow>('ready').map(({ id, kind }) => `${kind} ${id % 2 ** 40}`);
    world.stop({ resource: 12 });
    assert.deepEqual(ids(), ['nextTick 12', 'microtask 2', 'microtask 3']);
    sink.stepBegan(2);
    sink.promiseSettled(2);
    sink.stepEnded(2);
    world.stop({ resource: -3 });
    assert.deepEqual(ids(), ['microtask 3', 'microtask 4', 'nextTick 12']);
    assert.equal(world.model.state({}).phase, 'microtasks');
    const by = world.rows<ReadyRow>('ready').map(({ cause }) => cause.kind === 'callback' && cause.name);
    assert.deepEqual(by, ['server.js', 'a promise step', 'server.js']);
  });

  it('knows that what did not run before the next callback was not ready', () => {
    const world = new World();
    const { sink } = world;
    sink.tick(1, 100);
    sink.level(true);
    sink.made(1, 'MAIN', 0, CODE.main);
    sink.began(1, 100);
    sink.promiseMade(1, 0);
    sink.promiseMade(2, 1);
    sink.made(11, 'Timeout', 1, CODE.again);
    // Resolved with a promise: told as settled, and again when it is.
    sink.promiseSettled(1);
    sink.ended(1, 100.01, false);
    sink.began(11, 100.02);
    sink.ended(11, 100.03, false);
    world.stop();
    assert.deepEqual(world.rows('ready'), []);
    sink.promiseSettled(1);
    world.stop();
    assert.equal(world.rows('ready').length, 1);
  });

  it('says what keeps the program from exiting, and marks it', () => {
    const resources = [
      resource(10, 'TCPSERVERWRAP', true, { text: '[::]:8080', fd: 21, path: '/app/server.js', line: 40 }),
      resource(11, 'Timeout', true, { when: 100.801, repeat: 0.5 }),
      resource(30, 'TCPWRAP', false, { text: 'a', fd: 24 }),
    ];
    const world = new World().main().rest().snapshot([], resources).stop();
    assert.deepEqual(
      world.model.alive().map(({ kind, text, source }) => [kind, text, source?.line]),
      [
        ['accept', 'server: [::]:8080', 40],
        ['timer', 'timer again', 5],
      ],
    );
    const marked = (rows: (WaitingRow | TimerRow)[]) => rows.map(({ id, keepsAlive }) => [id, keepsAlive]);
    assert.deepEqual(marked(world.rows<WaitingRow>('waiting')), [[10, true], [30, false], [31, undefined]]); // prettier-ignore
    const [timer] = world.rows<TimerRow>('timers');
    assert.ok(Math.abs(timer.dueInMs - 401) < 0.01, 'the deadline is the one that was told last');
    world.sink.gone(10);
    assert.equal(world.model.alive().length, 1);
    world.snapshot([threeTasks[2]], [...resources, resource(70, 'STATWATCHER', true)]).stop();
    assert.deepEqual(
      world.model.alive().map(({ kind, text, source }) => [kind, text, source?.line]),
      [
        ['accept', 'server: [::]:8080', 40],
        ['timer', 'timer sleep → poll', 50],
        ['fs', 'file watcher', undefined],
      ],
      'also what was read only, and who sleeps',
    );
  });

  it('tells the end of a closing from what is read, in the close phase', () => {
    const world = new World().main().rest();
    const close = 600;
    world.model.definitions.define({ code: close, name: 'close', path: '', line: 0, role: ROLE.CLOSE });
    world.sink.named(30, close);
    world.stop({ resource: 30, actor: close });
    const [row] = world.rows<ReadyRow>('ready');
    assert.deepEqual([row.name, row.kind], ['close', 'close']);
    assert.deepEqual(row.cause, { kind: 'io', fd: 24, detail: 'closed: 127.0.0.1:8080 ← 127.0.0.1:51234' });
    assert.equal(world.model.state({}).phase, 'close');
    const waits = () => world.rows<WaitingRow>('waiting').some(({ id }) => id === 30);
    assert.equal(waits(), false);
    world.sink.began(30, 100.5);
    world.sink.ended(30, 100.51, false);
    world.stop({ t: 100.6 });
    assert.equal(waits(), false, 'it is gone, though Node says so later');
  });

  it('stands in the middle of a callback', () => {
    const world = new World().main();
    world.sink.began(11, 100.6);
    world.stop({ at: 'inside', actor: CODE.again, t: 100.9 });
    const { running, phase, counts } = world.model.state({});
    assert.deepEqual([running?.id, running?.name, running?.kind, phase], [11, 'again', 'timer', 'timers']);
    assert.equal(counts.ready, 2);
  });

  it('reads a running program for a list of its tasks, and for others only when it has slept', () => {
    const world = new World().main().rest();
    const { model } = world;
    const asks = (queue: RowsArguments['queue']) => model.isStale({ queue, start: 0, count: 9 });
    model.now = 100.5;
    assert.deepEqual([asks('tasks'), asks('waiting'), asks('timers')], [true, false, false]);
    model.now = 102;
    assert.equal(asks('waiting'), true);
    world.snapshot(threeTasks, [], 102);
    assert.deepEqual([asks('tasks'), asks('waiting')], [false, false]);
  });

  it('is the kind of loop that the target says, and takes its words', () => {
    const { model } = new World();
    const damaged = new Uint8Array([1, 0, 0, 0, 7]);
    assert.throws(() => model.records(damaged, FRAME.WORDS), /cut in the middle/);
    assert.throws(() => new Model().alive(), ModelError);
  });
});
