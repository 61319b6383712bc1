import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { ReadyRow, TimerRow, WaitingRow } from '../../../src/adapter/contract';
import { ask, Debugging, file, launch, panelTab } from './debugging';

type Stopped = DebugProtocol.StoppedEvent;
type Exited = DebugProtocol.ExitedEvent;

/** Those that end by themselves. */
const samples = ['sleepers.py', 'producer_consumers.py', 'echo.py', 'timeouts.py'];

describe('a debugged program', () => {
  let debugging: Debugging;
  before(async () => {
    debugging = new Debugging();
    // The panel of an earlier test would stay where it is.
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  afterEach(() => debugging.reset());
  after(() => debugging.dispose());

  it('starts by F5 without launch.json, stops at tick 1, and its panel opens beside', async () => {
    const document = await vscode.workspace.openTextDocument(file('sleepers.py'));
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await vscode.commands.executeCommand('workbench.action.debug.start');

    const stopped = await debugging.next<Stopped>('stopped');
    assert.equal(stopped.reason, 'entry');
    assert.equal(stopped.allThreadsStopped, true);
    const session = vscode.debug.activeDebugSession!;
    assert.equal(session.type, 'tickscope');
    assert.equal(session.configuration.program, file('sleepers.py'));
    assert.equal(panelTab()?.group.viewColumn, vscode.ViewColumn.Two);

    const state = await ask('tickscope/state', {});
    assert.equal(state.mode, 'paused');
    assert.equal(state.target, 'asyncio');
    assert.deepEqual([state.cursor.tick, state.cursor.callback], [1, 0]);
    const ready = await ask('tickscope/rows', { queue: 'ready', start: 0, count: 10 });
    assert.equal(ready.total, state.counts.ready);
    assert.match((ready.rows[0] as ReadyRow).source!.path, /sleepers\.py$/);
  });

  it('shows its loop and its tasks as threads, and where the next callback is', async () => {
    await launch({ program: file('sleepers.py'), stopOnEntry: true });
    const { threadId } = await debugging.next<Stopped>('stopped');
    const session = vscode.debug.activeDebugSession!;
    const { threads } = await session.customRequest('threads');
    assert.equal(threads[0].id, threadId);
    assert.ok(threads.length >= 2, JSON.stringify(threads));
    const { stackFrames } = await session.customRequest('stackTrace', { threadId });
    // In a remote window VS Code makes it an address.
    assert.ok(stackFrames[0].source.path.endsWith(file('sleepers.py')), stackFrames[0].source.path);
  });

  it('steps by callback and by tick, back through history and to the end', async () => {
    await launch({ program: file('sleepers.py'), stopOnEntry: true });
    const { threadId } = await debugging.next<Stopped>('stopped');
    const session = vscode.debug.activeDebugSession!;
    const cursor = async () => {
      const { tick, callback } = (await ask('tickscope/state', {})).cursor;
      return [tick, callback];
    };
    const step = async (request: string) => {
      await session.customRequest(request, { threadId });
      await debugging.next<Stopped>('stopped');
      return cursor();
    };

    assert.deepEqual(await step('stepOut'), [2, 0]);
    assert.deepEqual(await step('next'), [2, 1]);
    // The three sleepers have begun: each is in timers.
    assert.deepEqual(await step('stepOut'), [3, 0]);
    const past = await step('stepBack');
    assert.equal(past[0], 2);
    assert.equal((await ask('tickscope/state', {})).live, false);

    await ask('tickscope/seek', { cursor: { tick: 1, callback: 0 } });
    assert.deepEqual(await cursor(), [1, 0]);
    await assert.rejects(ask('tickscope/seek', { cursor: { tick: 100_000 } }), /100[ ,.]?000/);
    await ask('tickscope/seek', {});
    assert.deepEqual(await cursor(), [3, 0]);

    await session.customRequest('continue', { threadId });
    assert.deepEqual(await debugging.next<Exited>('exited'), { exitCode: 0 });
    await debugging.next('terminated');
  });

  it('shows those that sleep in timers, the next deadline first', async () => {
    await launch({
      program: file('sleepers.py'),
      tickBreakpoints: [{ id: 'third', place: 'tick', at: 3 }],
    });
    const { reason } = await debugging.next<Stopped>('stopped');
    assert.match(reason, /breakpoint/);
    const { rows } = await ask('tickscope/rows', { queue: 'timers', start: 0, count: 10 });
    // Of the three sleepers the first is due, and ready.
    assert.equal(rows.length, 2);
    assert.equal((await ask('tickscope/state', {})).counts.ready, 1);
    const due = rows.map((row) => (row as TimerRow).dueInMs);
    assert.deepEqual(
      due,
      [...due].sort((a, b) => a - b),
    );
  });

  for (const sample of samples) {
    it(`${sample} writes and ends as it does alone`, async () => {
      const alone = spawnSync('python3', [file(sample)], { encoding: 'utf8' });
      assert.equal(alone.status, 0, alone.stderr);

      await launch({ program: file(sample) });
      const { exitCode } = await debugging.next<Exited>('exited');
      assert.equal(exitCode, 0);
      assert.equal(debugging.output('stderr'), alone.stderr);
      // Whether two naps of equal length end in one tick or in two is the machine's affair, also without us.
      const comparable = (text: string) =>
        sample === 'producer_consumers.py' ? text.split('\n').sort().join('\n') : text;
      assert.equal(comparable(debugging.output('stdout')), comparable(alone.stdout));
    });

    it(`${sample} steps by tick from its first to its last`, async () => {
      await launch({ program: file(sample), stopOnEntry: true });
      const { threadId } = await debugging.next<Stopped>('stopped');
      const session = vscode.debug.activeDebugSession!;
      for (let tick = 2; tick <= 5; tick++) {
        await session.customRequest('stepOut', { threadId });
        await debugging.next<Stopped>('stopped');
        const state = await ask('tickscope/state', {});
        assert.deepEqual([state.cursor.tick, state.cursor.callback], [tick, 0]);
        for (const queue of ['ready', 'waiting', 'timers'] as const) {
          const { total } = await ask('tickscope/rows', { queue, start: 0, count: 50 });
          assert.equal(total, state.counts[queue], `${queue} in tick ${tick}`);
        }
      }
      await session.customRequest('continue', { threadId });
      assert.deepEqual(await debugging.next<Exited>('exited'), { exitCode: 0 });
    });
  }

  it('stuck.py is paused, shows who waits for whom, and ends when it is stopped', async () => {
    await launch({ program: file('stuck.py') });
    // Its own words say that both locks are taken; the heartbeat follows.
    while (debugging.output('stdout').split('one account locked').length < 3) {
      await debugging.next('tickscope/changed');
    }
    const session = vscode.debug.activeDebugSession!;
    await new Promise<void>((resolve, reject) => {
      // Both tasks ask for their second lock 0.1 s after the first: ask until that is seen.
      const look = async () => {
        await session.customRequest('pause', { threadId: 1 });
        await debugging.next<Stopped>('stopped');
        const { rows } = await ask('tickscope/rows', { queue: 'waiting', start: 0, count: 50 });
        const locks = (rows as WaitingRow[]).filter(({ reason }) => reason.kind === 'lock');
        if (locks.length === 2) return resolve();
        await session.customRequest('continue', { threadId: 1 });
        await debugging.next('tickscope/changed');
        return look();
      };
      look().catch(reject);
    });
    const { rows } = await ask('tickscope/rows', { queue: 'waiting', start: 0, count: 50 });
    const waiting = rows as WaitingRow[];
    const byName = (name: string) => waiting.find((row) => row.name === name)!;
    assert.equal(byName('a-to-b').reason.owner, byName('b-to-a').task);
    assert.equal(byName('b-to-a').reason.owner, byName('a-to-b').task);
    assert.equal(byName('auditor').reason.kind, 'queue.get');

    const { systemProcessId } = await debugging.next<DebugProtocol.ProcessEvent>('process');
    await vscode.debug.stopDebugging(session);
    await debugging.next('terminated');
    assert.throws(() => process.kill(systemProcessId!, 0), { code: 'ESRCH' });
  });

  it('answers what it does not know with a sentence', async () => {
    await launch({ program: file('sleepers.py'), stopOnEntry: true });
    await debugging.next<Stopped>('stopped');
    const session = vscode.debug.activeDebugSession!;
    await assert.rejects(async () => session.customRequest('tickscope/nonsense'), /does not know/);
    await assert.rejects(async () => session.customRequest('tickscope/task', { task: 4711 }), /4711/);
  });
});
