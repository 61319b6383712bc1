import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { ReadyRow, TimerRow, WaitingRow } from '../../../src/adapter/contract';
import { ask, Debugging, file, launch, panelTab } from './debugging';

type Stopped = DebugProtocol.StoppedEvent;
type Exited = DebugProtocol.ExitedEvent;

describe('a debugged program of plain Node', () => {
  let debugging: Debugging;
  before(async () => {
    debugging = new Debugging();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  afterEach(() => debugging.reset());
  after(() => debugging.dispose());

  const session = () => vscode.debug.activeDebugSession!;
  async function rows<R>(queue: 'ready' | 'waiting' | 'timers'): Promise<R[]> {
    const { rows: found, total } = await ask('tickscope/rows', { queue, start: 0, count: 100 });
    const { counts } = await ask('tickscope/state', {});
    assert.equal(total, counts[queue], queue);
    return found as R[];
  }
  async function step(request: 'next' | 'stepOut', threadId: number | undefined): Promise<void> {
    await session().customRequest(request, { threadId });
    await debugging.next<Stopped>('stopped');
  }

  it('starts by the button of its editor, and stands before its main module', async () => {
    const uri = vscode.Uri.file(file('phases.js'));
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
    await vscode.commands.executeCommand('tickscope.debugFile', uri);
    assert.equal((await debugging.next<Stopped>('stopped')).reason, 'entry');
    assert.ok(panelTab());
    const state = await ask('tickscope/state', {});
    assert.deepEqual([state.mode, state.target, state.level], ['paused', 'node', 'macro']);
    assert.deepEqual([state.cursor.tick, state.cursor.callback], [1, 0]);
    const ready = await rows<ReadyRow>('ready');
    assert.deepEqual(
      ready.map(({ name }) => name),
      ['phases.js'],
    );
  });

  it('steps by callback and by tick: nextTicks, immediates and timers in their queues', async () => {
    await launch({ program: file('phases.js'), stopOnEntry: true });
    const { threadId } = await debugging.next<Stopped>('stopped');
    await step('next', threadId);
    await debugging.said('1 the main module');
    const kinds = (await rows<ReadyRow>('ready')).map(({ kind }) => kind);
    assert.ok(kinds.includes('nextTick') && kinds.includes('immediate'), kinds.join());
    assert.equal((await rows<TimerRow>('timers')).length, 2);
    await step('stepOut', threadId);
    const { cursor } = await ask('tickscope/state', {});
    assert.ok(cursor.tick >= 2);
    assert.equal(cursor.callback, 0);
    await session().customRequest('continue', { threadId });
    assert.deepEqual(await debugging.next<Exited>('exited'), { exitCode: 0 });
    const lines = debugging.output('stdout').trim().split('\n');
    assert.deepEqual(
      lines.map((line) => Number.parseInt(line, 10)),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
  });

  for (const sample of ['backpressure.js', 'phases.js'])
    it(`${sample} writes and ends as it does alone`, async () => {
      const alone = spawnSync(process.execPath, [file(sample)], { encoding: 'utf8' });
      assert.equal(alone.status, 0, alone.stderr);
      await launch({ program: file(sample) });
      assert.deepEqual(await debugging.next<Exited>('exited'), { exitCode: 0 });
      assert.deepEqual(
        [debugging.output('stdout'), debugging.output('stderr')],
        [alone.stdout, alone.stderr],
      );
    });

  it('stuck_chain.mjs is paused: Call Stack has the chain of awaits, four deep, with its lines', async () => {
    await launch({ program: file('stuck_chain.mjs') });
    await debugging.said('other promises');
    // Until the second chain waits for its socket, too.
    const stuck = async () => {
      await session().customRequest('pause', { threadId: 1 });
      await debugging.next<Stopped>('stopped');
      const waiting = await rows<WaitingRow>('waiting');
      return waiting.some(({ name, reason }) => name === 'readGreeting' && reason.kind === 'read');
    };
    while (!(await stuck())) {
      await session().customRequest('continue', { threadId: 1 });
      await debugging.next('tickscope/changed');
    }
    const { threads } = await session().customRequest('threads');
    const chainOf = async (name: string) => {
      const thread = threads.find((each: DebugProtocol.Thread) => each.name.startsWith(name));
      const { stackFrames } = await session().customRequest('stackTrace', { threadId: thread.id });
      return stackFrames
        .filter(({ presentationHint }: DebugProtocol.StackFrame) => presentationHint !== 'subtle')
        .map((frame: DebugProtocol.StackFrame) => frame.name);
    };
    assert.deepEqual(await chainOf('checkout'), ['answerOf', 'authorize', 'pay', 'checkout']);
    assert.deepEqual(await chainOf('greet'), ['readGreeting', 'greet']);
  });

  it('http_no_answer.js is paused, shows who listens, and ends when it is stopped', async () => {
    await launch({ program: file('http_no_answer.js') });
    await debugging.said('fast:');
    await session().customRequest('pause', { threadId: 1 });
    assert.equal((await debugging.next<Stopped>('stopped')).reason, 'pause');
    const waiting = await rows<WaitingRow>('waiting');
    const reasons = waiting.map(({ reason }) => reason.kind);
    assert.ok(reasons.includes('accept'), reasons.join());
    const { systemProcessId } = await debugging.next<DebugProtocol.ProcessEvent>('process');
    await vscode.debug.stopDebugging(session());
    await debugging.next('terminated');
    assert.throws(() => process.kill(systemProcessId!, 0), { code: 'ESRCH' });
  });

  it('blocked.js is paused in the middle of its long callback, at its line', async () => {
    await launch({ program: file('blocked.js') });
    await debugging.said('computing');
    await session().customRequest('pause', { threadId: 1 });
    const { threadId } = await debugging.next<Stopped>('stopped');
    const { stackFrames } = await session().customRequest('stackTrace', { threadId });
    const names = stackFrames.map(({ name }: DebugProtocol.StackFrame) => name).join();
    assert.match(names, /countPrimes[^]*busy/);
  });
});
