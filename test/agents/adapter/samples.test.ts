/** The samples, debugged: stopped, stepped, looked at, and the same to the world as when nobody looks. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { LaunchArguments, ReadyRow, TaskRow, TimerRow, WaitingRow } from '../../../src/adapter/contract';
import { descendantsOf } from '../../../src/launch/processTree';
import { Client, ROOT } from '../../unit/adapter/client';

const sample = (name: string) => join(ROOT, 'media', 'samples', name);
const LOOP_THREAD = 1;

/** What the program does when it is run as everybody does. */
function plainly(program: string): Promise<{ stdout: string; stderr: string; code: number }> {
  return new Promise((done) =>
    execFile('python3', [program], (error, stdout, stderr) =>
      done({ stdout, stderr, code: typeof error?.code === 'number' ? error.code : 0 }),
    ),
  );
}

describe('the samples', () => {
  let dap: Client;
  beforeEach(() => (dap = new Client()));
  afterEach(async () => {
    const left = descendantsOf(dap.process.pid as number);
    assert.equal(await dap.close(), 0);
    for (const pid of left) assert.throws(() => process.kill(pid, 0), `process ${pid} is left`);
  });
  const state = () => dap.ask('tickscope/state', {});
  async function rows<R>(queue: 'ready' | 'waiting' | 'timers' | 'tasks' | 'callbacks'): Promise<R[]> {
    return (await dap.ask('tickscope/rows', { queue, start: 0, count: 100 })).rows as R[];
  }
  async function entered(name: string, more: Partial<LaunchArguments> = {}): Promise<void> {
    await dap.launch({ program: sample(name), stopOnEntry: true, ...more });
    const stop = await dap.stopped();
    assert.deepEqual([stop.reason, stop.threadId], ['entry', LOOP_THREAD]);
    assert.deepEqual((await state()).cursor, { loop: 1, tick: 1, callback: 0 });
  }
  async function ends(): Promise<number> {
    await dap.request('continue', { threadId: LOOP_THREAD });
    const { exitCode } = await dap.event('exited');
    await dap.event('terminated');
    return exitCode;
  }

  for (const name of ['sleepers.py', 'producer_consumers.py', 'echo.py', 'timeouts.py'])
    it(`${name} does what it does without a debugger`, async () => {
      const plain = await plainly(sample(name));
      await dap.launch({ program: sample(name) });
      const { exitCode } = await dap.event('exited');
      assert.deepEqual(
        { stdout: dap.output('stdout'), stderr: dap.output('stderr'), code: exitCode },
        { stdout: plain.stdout, stderr: plain.stderr, code: plain.code },
      );
      assert.equal(dap.output('important'), '');
    });

  it('sleepers.py is stepped by callback and by tick, with its timers seen', async () => {
    await entered('sleepers.py');
    const [first] = await rows<ReadyRow>('ready');
    assert.equal(first.kind, 'step');
    assert.equal(first.source?.path, sample('sleepers.py'));
    await dap.step('next', { threadId: LOOP_THREAD });
    const after = await state();
    assert.ok(after.cursor.tick > 1 || after.cursor.callback === 1);
    let seen: TimerRow[] = [];
    for (let i = 0; i < 5 && seen.length < 2; i++) {
      await dap.step('next', { threadId: LOOP_THREAD });
      seen = await rows<TimerRow>('timers');
    }
    assert.equal(seen.length, 2);
    assert.deepEqual(
      seen.map(({ dueInMs }) => dueInMs),
      seen.map(({ dueInMs }) => dueInMs).sort((a, b) => a - b),
    );
    const tasks = await rows<TaskRow>('tasks');
    assert.equal(tasks.filter(({ coroutine }) => coroutine === 'sleeper').length, 3);
    assert.equal(await ends(), 0);
  });

  it('sleepers.py goes back in time and forth again', async () => {
    await entered('sleepers.py');
    for (let i = 0; i < 3; i++) await dap.step('stepOut', { threadId: LOOP_THREAD });
    const head = await state();
    const then = await rows<TimerRow>('timers');
    await dap.step('tickscope/step', { kind: 'backTick' });
    const past = await state();
    assert.equal(past.live, false);
    assert.ok(past.cursor.tick < head.cursor.tick);
    assert.match(await dap.refused('evaluate', { expression: '1', context: 'repl' }), /past has no frames/);
    while (!(await state()).live) await dap.step('next', { threadId: LOOP_THREAD });
    assert.deepEqual((await state()).cursor, head.cursor);
    assert.deepEqual(
      (await rows<TimerRow>('timers')).map(({ id }) => id),
      then.map(({ id }) => id),
    );
    assert.equal(await ends(), 0);
  });

  it('stuck.py is paused, and says who waits for whom', async () => {
    await dap.launch({ program: sample('stuck.py') });
    await dap.event('output', ({ category }) => category === 'stdout');
    // Until both hold a lock and want the other: a tick of the heartbeat later.
    await dap.event('tickscope/changed', ({ tick }) => tick >= 6);
    await dap.request('pause', { threadId: LOOP_THREAD });
    assert.equal((await dap.stopped()).reason, 'pause');
    const waiting = await rows<WaitingRow>('waiting');
    const byName = new Map(waiting.map((row) => [row.name, row]));
    for (const [name, other] of [
      ['a-to-b', 'b-to-a'],
      ['b-to-a', 'a-to-b'],
    ]) {
      const row = byName.get(name);
      assert.equal(row?.reason.kind, 'lock', name);
      assert.equal(row?.reason.owner, byName.get(other)?.task, `${name} waits for ${other}`);
      assert.equal(row?.source?.path, sample('stuck.py'));
    }
    assert.equal(byName.get('auditor')?.reason.kind, 'queue.get');

    const { threads } = await dap.request<{ threads: DebugProtocol.Thread[] }>('threads');
    const thread = threads.find(({ name }) => name.includes('a-to-b')) as DebugProtocol.Thread;
    const { stackFrames } = await dap.request<{ stackFrames: DebugProtocol.StackFrame[] }>('stackTrace', {
      threadId: thread.id,
    });
    const frame = stackFrames.find(({ name }) => name.endsWith('transfer')) as DebugProtocol.StackFrame;
    assert.equal(frame.source?.path, sample('stuck.py'));
    assert.equal(frame.presentationHint, undefined);
    assert.equal(stackFrames[0].presentationHint, 'subtle', 'the lock itself is in the library');
    const { scopes } = await dap.request<{ scopes: DebugProtocol.Scope[] }>('scopes', { frameId: frame.id });
    const { variables } = await dap.request<{ variables: DebugProtocol.Variable[] }>('variables', {
      variablesReference: scopes[0].variablesReference,
    });
    assert.deepEqual(variables.map(({ name }) => name).sort(), ['first', 'reports', 'second']);
    const { result } = await dap.request('evaluate', { expression: 'first.locked()', frameId: frame.id });
    assert.equal(result, 'True');

    const { task } = byName.get('a-to-b') as WaitingRow;
    const story = await dap.ask('tickscope/task', { task: task as number });
    assert.equal(story.chain[0].name.endsWith('transfer'), true);
    assert.match(story.sentence, /a-to-b.*lock/);
    await dap.request('terminate', {});
    const { exitCode } = await dap.event('exited');
    assert.equal(exitCode, 130);
  });

  it('timeouts.py stops on ticks: at one, at every third, with a condition, a hit count, a message', async () => {
    await dap.launch({
      program: sample('timeouts.py'),
      tickBreakpoints: [
        { id: 'at', place: 'tick', at: 2 },
        { id: 'log', place: 'tick', logMessage: 'tick {tick} of {1 + 1}', at: 3 },
        { id: 'third', place: 'tick', every: 3, hitCondition: '2' },
        { id: 'off', place: 'tick', enabled: false },
      ],
    });
    assert.equal((await dap.stopped()).reason, 'breakpoint');
    let now = await state();
    assert.deepEqual([now.cursor.tick, now.cursor.callback, now.stopped?.breakpoints], [2, 0, ['at']]);
    await dap.request('continue', { threadId: LOOP_THREAD });
    await dap.stopped();
    now = await state();
    assert.deepEqual([now.cursor.tick, now.stopped?.breakpoints], [6, ['third']]);
    assert.match(dap.output('console'), /^tick 3 of 2$/m);
    const { breakpoints } = await dap.ask('tickscope/setTickBreakpoints', {
      breakpoints: [{ id: 'now', place: 'tick', condition: 'tick == 8' }],
    });
    assert.deepEqual(breakpoints, [{ id: 'now', verified: true }]);
    await dap.request('continue', { threadId: LOOP_THREAD });
    await dap.stopped();
    assert.equal((await state()).cursor.tick, 8);
    assert.equal(await ends(), 0);
  });

  it('echo.py is restarted and then let go', async () => {
    await entered('echo.py');
    await dap.request('restart', {});
    assert.equal((await dap.stopped()).reason, 'entry');
    assert.deepEqual((await state()).cursor, { loop: 1, tick: 1, callback: 0 });
    await dap.request('disconnect', { terminateDebuggee: true });
  });
});
