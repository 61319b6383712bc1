import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { ReadyRow, TimerRow, WaitingRow } from '../../../src/adapter/contract';
import { ask, Debugging, file, launch, panelTab } from './debugging';

type Stopped = DebugProtocol.StoppedEvent;
type Exited = DebugProtocol.ExitedEvent;

/** Those that end soon by themselves, and are not gone through elsewhere. */
const samples = ['producer_consumers', 'echo', 'timeouts'];

describe('a debugged program on tickscope/asyncio', () => {
  let debugging: Debugging;
  before(() => {
    debugging = new Debugging();
  });
  afterEach(() => debugging.reset());
  after(() => debugging.dispose());

  const stepTick = async (threadId: number | undefined) => {
    await vscode.debug.activeDebugSession!.customRequest('stepOut', { threadId });
    await debugging.next<Stopped>('stopped');
    return ask('tickscope/state', {});
  };
  const rows = async (queue: 'ready' | 'waiting' | 'timers') =>
    (await ask('tickscope/rows', { queue, start: 0, count: 50 })).rows;

  it('starts by the button of its editor, stops at tick 1, and its panel is open', async () => {
    const uri = vscode.Uri.file(file('sleepers.ts'));
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
    await vscode.commands.executeCommand('tickscope.debugFile', uri);

    const stopped = await debugging.next<Stopped>('stopped');
    assert.equal(stopped.reason, 'entry');
    assert.ok(panelTab());
    const state = await ask('tickscope/state', {});
    assert.deepEqual([state.mode, state.target, state.level], ['paused', 'loop', 'full']);
    assert.deepEqual([state.cursor.tick, state.cursor.callback], [1, 0]);
    const [first] = (await rows('ready')) as ReadyRow[];
    assert.match(first!.source!.path, /sleepers\.ts$/);

    const session = vscode.debug.activeDebugSession!;
    const { stackFrames } = await session.customRequest('stackTrace', { threadId: stopped.threadId });
    assert.ok(stackFrames[0].source.path.endsWith(file('sleepers.ts')), stackFrames[0].source.path);
  });

  for (const sample of samples) {
    it(`${sample}.ts steps by tick, and writes and ends as its twin in Python does alone`, async () => {
      const python = spawnSync('python3', [file(`${sample}.py`)], { encoding: 'utf8' });
      assert.equal(python.status, 0, python.stderr);

      await launch({ program: file(`${sample}.ts`), stopOnEntry: true });
      const { threadId } = await debugging.next<Stopped>('stopped');
      for (let tick = 2; tick <= 3; tick++) {
        const state = await stepTick(threadId);
        assert.deepEqual([state.cursor.tick, state.cursor.callback], [tick, 0]);
        for (const queue of ['ready', 'waiting', 'timers'] as const) {
          const { total } = await ask('tickscope/rows', { queue, start: 0, count: 50 });
          assert.equal(total, state.counts[queue], `${queue} in tick ${tick}`);
        }
      }
      await vscode.debug.activeDebugSession!.customRequest('continue', { threadId });
      assert.deepEqual(await debugging.next<Exited>('exited'), { exitCode: 0 });

      assert.equal(debugging.output('stderr'), '');
      // Whether two naps of equal length end in one tick or in two is the machine's affair, also without us.
      const comparable = (text: string) => {
        const lines = text.split('\n');
        return sample === 'producer_consumers' ? lines.sort() : lines;
      };
      assert.deepEqual(comparable(debugging.output('stdout')), comparable(python.stdout));
    });
  }

  it("shows the moves of the article's own example between the queues", async () => {
    await launch({ program: file('event_loop.ts'), stopOnEntry: true });
    const { threadId } = await debugging.next<Stopped>('stopped');
    const queues = async () => {
      const named = async (queue: 'ready' | 'timers') =>
        ((await rows(queue)) as (ReadyRow | TimerRow)[]).map(({ name }) => name);
      return [await named('ready'), await named('timers')];
    };
    const seen = [await queues()];
    for (let tick = 2; tick <= 5; tick++) {
      await stepTick(threadId);
      seen.push(await queues());
    }
    assert.deepEqual(seen, [
      [['Task-1'], []],
      // Its sleep is due, and wakes it; then runUntilComplete ends.
      [['sleep → Task-1'], []],
      [['Task-1'], []],
      [['done'], []],
      // One callback soon; the other in five seconds, the end in six.
      [['myCallback'], ['myCallback', '(anonymous)']],
    ]);
  });

  it('stuck.ts is paused, shows who waits for whom, and ends when it is stopped', async () => {
    await launch({
      program: file('stuck.ts'),
      tickBreakpoints: [{ id: 'blocked', place: 'tick', condition: 'waiting >= 4' }],
    });
    await debugging.next<Stopped>('stopped');
    const session = vscode.debug.activeDebugSession!;
    await session.customRequest('continue', { threadId: 1 });
    // The condition holds ever after: the next stop is at the next tick.
    const { threadId } = await debugging.next<Stopped>('stopped');
    const waiting = (await rows('waiting')) as WaitingRow[];
    const byName = (name: string) => waiting.find((row) => row.name === name)!;
    assert.equal(byName('a-to-b').reason.owner, byName('b-to-a').task);
    assert.equal(byName('b-to-a').reason.owner, byName('a-to-b').task);
    assert.equal(byName('auditor').reason.kind, 'queue.get');
    await ask('tickscope/setTickBreakpoints', { breakpoints: [] });
    await session.customRequest('continue', { threadId });
    await session.customRequest('pause', { threadId });
    assert.equal((await debugging.next<Stopped>('stopped')).reason, 'pause');

    const { systemProcessId } = await debugging.next<DebugProtocol.ProcessEvent>('process');
    await vscode.debug.stopDebugging(session);
    await debugging.next('terminated');
    assert.throws(() => process.kill(systemProcessId!, 0), { code: 'ESRCH' });
  });
});
