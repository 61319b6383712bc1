/** Programs on the TypeScript loop, debugged by a DAP client through the real adapter, worker and agent. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { ReadyRow, State, TaskRow, TimerRow, WaitingRow } from '../../../src/adapter/contract';
import { Client } from '../../unit/adapter/client';
import { playSession, Transcript } from '../adapter/transcript';
import { Built, MAJORS, nodeNumbered } from '../node/worker';

const folder = join(import.meta.dirname, 'programs');
const samples = join(import.meta.dirname, '../../../media/samples');
const program = (name: string) =>
  join(existsSync(join(folder, `${name}.ts`)) ? folder : samples, `${name}.ts`);
const threadId = 1;

/** What the loop itself says: lengths of ready and timers, tasks that have not ended. */
const TRUTH = `(() => {
  const { runningLoop: loop, tasks } = globalThis[Symbol.for('tickscope.asyncio')];
  const timers = loop.scheduled.filter((timer) => !timer.cancelled());
  return JSON.stringify([loop.ready.length, timers.length, tasks.of(loop).length]);
})()`;

describe('programs on the TypeScript loop', function () {
  this.timeout(60_000);
  let built: Built;
  let dap: Client;
  before(async () => void (built = await Built.make()));
  after(() => built.remove());
  beforeEach(() => (dap = new Client({ env: { TICKSCOPE_AGENTS: built.agents } })));
  afterEach(async () => void (await dap.close()));

  const state = (): Promise<State> => dap.ask('tickscope/state', {});
  async function rows<R>(
    queue: 'ready' | 'waiting' | 'timers' | 'tasks',
    cursor?: State['cursor'],
  ): Promise<R[]> {
    return (await dap.ask('tickscope/rows', { queue, start: 0, count: 1000, cursor })).rows as R[];
  }
  async function frames(thread = threadId): Promise<DebugProtocol.StackFrame[]> {
    return (await dap.request('stackTrace', { threadId: thread })).stackFrames;
  }
  const places = (stack: DebugProtocol.StackFrame[]) =>
    stack.filter(({ source }) => source?.path?.startsWith(folder)).map(({ name, line }) => `${name}:${line}`);
  async function thread(name: string): Promise<number> {
    const { threads } = await dap.request('threads');
    const found = threads.find((each: DebugProtocol.Thread) => each.name.startsWith(name));
    assert.ok(found, `${name} is among ${threads.map((each: DebugProtocol.Thread) => each.name).join(', ')}`);
    return found.id;
  }
  async function variables(scope: string, frameId: number): Promise<Record<string, string>> {
    const { scopes } = await dap.request('scopes', { frameId });
    const { variablesReference } = scopes.find(({ name }: DebugProtocol.Scope) => name === scope);
    const { variables: found } = await dap.request('variables', { variablesReference });
    return Object.fromEntries(found.map(({ name, value }: DebugProtocol.Variable) => [name, value]));
  }
  /** Goes on until the queues look as wanted. */
  async function stepUntil(wanted: () => Promise<boolean>): Promise<void> {
    for (let steps = 0; !(await wanted()); steps++) {
      assert.ok(steps < 100, 'it comes to that');
      await dap.step('stepOut', { threadId });
    }
  }

  for (const name of ['pair', 'generators', 'echo', 'foreign', 'failing', 'sleepers', 'timeouts'])
    it(`${name}: prints and ends as without the debugger`, async () => {
      await dap.launch({ program: program(name), noDebug: true } as never);
      const alone = await dap.event('exited');
      const other = new Client({ env: { TICKSCOPE_AGENTS: built.agents } });
      await other.launch({ program: program(name) });
      const debugged = await other.event('exited');
      const said = (client: Client) =>
        // The library's own frames are not the program's.
        client.output('stderr').replace(/^ +at (?!.*programs).*\n/gm, '');
      assert.deepEqual(
        [debugged, other.output('stdout'), said(other), other.output('important')],
        [alone, dap.output('stdout'), said(dap), ''],
      );
      await other.close();
    });

  for (const [name, stops] of [
    ['pair', 14],
    ['generators', 9],
    ['echo', 25],
    ['foreign', 6],
    ['timeouts', 20],
    ['producer_consumers', 24],
  ] as const)
    it(`${name}: shows at every stop what the loop holds, and every past moment as it was`, async () => {
      await dap.launch({ program: program(name), stopOnEntry: true });
      assert.equal((await dap.stopped()).reason, 'entry');
      const seen: [State['cursor'], State['counts'], number[]][] = [];
      for (let i = 0; i < stops; i++) {
        const { cursor, counts } = await state();
        const { result } = await dap.request('evaluate', { expression: TRUTH, context: 'watch' });
        const [ready, timers, tasks] = JSON.parse(result.slice(1, -1)) as number[];
        // A callback about to run has left the loop's own ready, but not what is shown of it.
        const taken = cursor.callback > 0 ? 1 : 0;
        const where = `tick ${cursor.tick}, callback ${cursor.callback}`;
        assert.deepEqual([counts.ready, counts.timers, counts.tasks], [ready + taken, timers, tasks], where);
        const waiting = await rows<WaitingRow>('waiting');
        assert.equal(waiting.length, counts.waiting);
        for (const row of waiting) assert.notEqual(row.reason.kind, 'notCaptured', `${where}: ${row.name}`);
        seen.push([cursor, counts, (await rows<ReadyRow>('ready')).map(({ id }) => id)]);
        await dap.step(i % 3 === 2 ? 'next' : 'stepOut', { threadId });
      }
      for (const [cursor, counts, ready] of seen) {
        assert.deepEqual((await dap.ask('tickscope/state', { cursor })).counts, counts);
        assert.deepEqual(
          (await rows<ReadyRow>('ready', cursor)).map(({ id }) => id),
          ready,
        );
      }
      await dap.request('continue', { threadId });
      assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
    });

  it('tell what each task waits for, who holds it, and in which line', async () => {
    await dap.launch({ program: program('pair'), stopOnEntry: true });
    await dap.stopped();
    await stepUntil(async () =>
      (await rows<WaitingRow>('waiting')).some(({ reason }) => reason.kind === 'lock'),
    );
    const waiting = (await rows<WaitingRow>('waiting')).map(({ name, reason, source }) => [
      name,
      reason.kind,
      reason.text,
      source?.line,
    ]);
    assert.deepEqual(waiting, [
      ['Task-1', 'gather', 'gather, 2 of 2 unfinished', 25],
      ['collector', 'queue.get', 'an item of queue (0 inside)', 16],
      ['Task-3', 'lock', 'lock, held by Task-2', 5],
    ]);
    const owner = (await rows<TaskRow>('tasks')).find(({ name }) => name === 'Task-2');
    const lock = (await rows<WaitingRow>('waiting')).find(({ name }) => name === 'Task-3');
    assert.equal(lock?.reason.owner, owner?.task);
    const timers = await rows<TimerRow>('timers');
    if (timers.length > 0)
      assert.deepEqual([timers[0].name, timers[0].task], ['sleep → Task-2', owner?.task]);
  });

  it('show await chains of async functions with the lines at which they stand', async () => {
    await dap.launch({ program: program('foreign'), stopOnEntry: true });
    await dap.stopped();
    await stepUntil(async () => (await rows<WaitingRow>('waiting')).some(({ name }) => name === 'Task-1'));
    assert.deepEqual(places(await frames(await thread('Task-1'))), ['main:17']);
  });

  for (const major of MAJORS)
    it(`show chains of generators through yield*, with their variables, on Node ${major}`, async () => {
      const { path } = await nodeNumbered(major);
      await dap.launch({ program: program('generators'), stopOnEntry: true, runtimeExecutable: path });
      await dap.stopped();
      await stepUntil(async () =>
        (await rows<WaitingRow>('waiting')).some(({ reason }) => reason.kind === 'lock'),
      );
      const stack = await frames(await thread('rye'));
      assert.deepEqual(places(stack), ['rise:19', 'bake:10']);
      assert.equal((await variables('Locals', stack[0].id)).seconds, '0.02');
      assert.deepEqual((({ bread, label }) => [bread, label])(await variables('Locals', stack[1].id)), [
        '"rye"',
        '"rye bread"',
      ]);
      const evaluate = async (expression: string) =>
        (await dap.request('evaluate', { expression, frameId: stack[1].id, context: 'repl' })).result;
      assert.equal(await evaluate('bread.length + minutes'), '23');
      assert.equal(await evaluate('this.oven.locked()'), 'true');
      assert.equal(await evaluate('Bakery.name'), '"Bakery"');
      await assert.rejects(evaluate('bread = 1'), /"bread" cannot be changed/);
      await assert.rejects(evaluate('nobody'), /ReferenceError: nobody is not defined/);
    });

  it('meet their deadlines after a long stop', async () => {
    await dap.launch({ program: program('deadline'), stopOnEntry: true });
    await dap.stopped();
    await dap.step('stepOut', { threadId });
    // Longer than the deadline, in the only clock that matters here: the real one.
    const until = performance.now() + 900;
    while (performance.now() < until) await state();
    await dap.request('continue', { threadId });
    assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
    assert.equal(dap.output('stdout'), 'in time\n');
  });

  it('are paused while they sleep, without a tick and without losing time', async () => {
    await dap.launch({ program: program('deadline'), stopOnEntry: true });
    await dap.stopped();
    await dap.request('continue', { threadId });
    await dap.request('pause', { threadId });
    assert.equal((await dap.stopped()).reason, 'pause');
    const { cursor, counts, phase } = await state();
    assert.deepEqual([cursor.tick <= 2, counts.ready, counts.timers, phase], [true, 0, 2, 'poll']);
    const [before] = await rows<TimerRow>('timers');
    const until = performance.now() + 700;
    while (performance.now() < until) await state();
    const [after] = await rows<TimerRow>('timers');
    assert.equal(after.dueInMs, before.dueInMs);
    await dap.step('stepOut', { threadId });
    assert.equal((await state()).cursor.tick, cursor.tick + 1);
    await dap.request('continue', { threadId });
    await dap.event('exited');
    assert.equal(dap.output('stdout'), 'in time\n');
  });

  it('are paused while they run', async () => {
    await dap.launch({ program: program('ticking') });
    await dap.event('output', ({ category }) => category === 'stdout');
    await dap.request('pause', { threadId });
    assert.equal((await dap.stopped()).reason, 'pause');
    const { cursor } = await state();
    assert.ok(cursor.tick > 1);
    await dap.step('next', { threadId });
    await dap.step('next', { threadId });
    assert.deepEqual((await state()).cursor, { ...cursor, tick: cursor.tick + 2 });
    await dap.request('terminate', {});
    await dap.event('terminated');
  });

  it('are paused in the middle of a callback, and looked at there', async () => {
    await dap.launch({ program: program('busy') });
    await dap.event('output', ({ category }) => category === 'stdout');
    await dap.request('pause', { threadId });
    assert.equal((await dap.stopped()).reason, 'pause');
    const stack = await frames();
    assert.equal(stack[0].name, 'spin');
    const { result } = await dap.request('evaluate', { expression: 'count < limit', frameId: stack[0].id });
    assert.equal(result, 'true');
    assert.equal((await state()).running?.name, 'Task-1');
    await dap.request('terminate', {});
    await dap.event('terminated');
  });

  it('have the time of the callback in which they exit', async () => {
    await dap.launch({ program: program('exits') });
    assert.deepEqual(await dap.event('exited'), { exitCode: 3 });
    await dap.event('terminated');
    const work = (await rows<TaskRow>('tasks')).find(({ name }) => name === 'work');
    assert.ok(work && work.busyMs >= 59 && work.state === 'ready', JSON.stringify(work));
  });

  describe('with breakpoints on ticks', () => {
    const set = (breakpoints: object[]) =>
      dap.request('tickscope/setTickBreakpoints', {
        breakpoints: breakpoints.map((each, index) => ({ id: `b${index}`, place: 'tick', ...each })),
      });
    beforeEach(async () => {
      await dap.launch({ program: program('ticking'), stopOnEntry: true });
      await dap.stopped();
    });
    afterEach(() => dap.request('terminate', {}));
    const stopsAt = async () => {
      await dap.request('continue', { threadId });
      const { text } = await dap.stopped();
      return [(await state()).cursor.tick, text];
    };

    it('stop at a tick and at every nth', async () => {
      await set([{ at: 7 }]);
      assert.deepEqual(await stopsAt(), [7, 'Paused on tick 7']);
      await set([{ every: 10 }]);
      assert.deepEqual(await stopsAt(), [10, 'Paused on tick 10']);
      assert.deepEqual(await stopsAt(), [20, 'Paused on tick 20']);
    });

    it('stop when a condition in JavaScript says so, and count hits', async () => {
      await set([{ condition: "tick > 4 && ready === 1 && task === 'Task-1' && process.pid > 0" }]);
      assert.deepEqual(await stopsAt(), [
        5,
        "Paused on tick 5: tick > 4 && ready === 1 && task === 'Task-1' && process.pid > 0",
      ]);
      await set([{ condition: 'waiting === 0 && timers === 0', hitCondition: '3' }]);
      assert.equal((await stopsAt())[0], 8);
    });

    it('speak instead of stopping', async () => {
      await set([{ at: 3, logMessage: 'tick {tick}, {ready} ready of {task}, {nobody}' }, { at: 4 }]);
      assert.equal((await stopsAt())[0], 4);
      assert.match(
        dap.output('console'),
        /tick 3, 1 ready of Task-1, <ReferenceError: nobody is not defined>\n/,
      );
    });

    it('stop and say so when a condition throws; refuse one that is none', async () => {
      await set([{ condition: 'nobody.knows' }]);
      assert.deepEqual(await stopsAt(), [
        2,
        'Paused on tick 2: its condition nobody.knows failed with ReferenceError: nobody is not defined',
      ]);
      const { breakpoints } = await set([{ condition: 'tick >' }, { condition: '1) || (2' }]);
      for (const { verified, message } of breakpoints) {
        assert.equal(verified, false);
        assert.match(message, /is not a JavaScript expression/);
      }
    });
  });

  it('is the same session, word for word', async () => {
    const transcript = new Transcript(dap, folder, join(import.meta.dirname, 'golden'));
    await playSession(dap, transcript, program('pair'));
    transcript.check('pair.txt');
  });
});
