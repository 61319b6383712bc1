/** Red dots and steps by lines, on real interpreters through the whole adapter. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Client } from '../../unit/adapter/client';
import { MAJORS, nodeNumbered } from '../node/worker';
import { Transcript } from './transcript';

const programs = join(__dirname, 'programs');
const path = join(programs, 'lines.py');
const threadId = 1;

describe('lines', () => {
  let dap: Client;
  beforeEach(() => (dap = new Client()));
  afterEach(() => dap.close());

  const set = async (...breakpoints: DebugProtocol.SourceBreakpoint[]) =>
    (await dap.request('setBreakpoints', { source: { path }, breakpoints }))
      .breakpoints as DebugProtocol.Breakpoint[];
  /** The name and the line of the innermost frame of the user's. */
  const here = async () => {
    const { stackFrames } = await dap.request('stackTrace', { threadId });
    const { name, line } = stackFrames.find(({ source }: DebugProtocol.StackFrame) => source?.path === path);
    return [name, line];
  };
  async function launched(...breakpoints: DebugProtocol.SourceBreakpoint[]) {
    await dap.request('initialize', { adapterID: 'tickscope' });
    await dap.event('initialized');
    const answers = await set(...breakpoints);
    await dap.request('launch', { program: path });
    await dap.request('configurationDone');
    return answers;
  }

  for (const [program, golden] of [
    ['lines.py', 'lines.txt'],
    ['lines.loop.mts', 'lines.loop.txt'],
    ['lines.cjs', 'lines.node.txt'],
  ])
    it(`of ${program} are stepped by, by callbacks and by ticks in one session, word for word`, async () => {
      const path = join(programs, program);
      const transcript = new Transcript(dap, programs);
      await dap.launch({ program: path, stopOnEntry: true });
      await dap.stopped();
      transcript.skip();
      await transcript.ask('setBreakpoints', {
        source: { path },
        breakpoints: [{ line: 12, condition: "name == 'a'" }, { line: 3000 }],
      });
      const locals = async () => {
        const { stackFrames } = await transcript.ask('stackTrace', { threadId });
        const { scopes } = await transcript.ask('scopes', { frameId: stackFrames[0].id });
        await transcript.ask('variables', { variablesReference: scopes[0].variablesReference });
      };
      await transcript.step('continue', { threadId });
      await locals();
      for (const command of ['next', 'stepIn', 'next', 'stepOut', 'next', 'next'])
        await transcript.step(command, { threadId });
      await transcript.ask('stackTrace', { threadId });
      await transcript.ask('tickscope/state');
      await transcript.ask('setBreakpoints', { source: { path }, breakpoints: [] });
      await transcript.step('stepIn', { threadId });
      await locals();
      await transcript.step('tickscope/step', { kind: 'callback' });
      await transcript.step('stepOut', { threadId });
      transcript.check(golden);
    });

  it('with breakpoints from before the launch stop, are verified, and are named by their numbers', async () => {
    const [{ id, verified }, { id: other }] = await launched({ line: 13, hitCondition: '2' }, { line: 10 });
    assert.equal(verified, false);
    const first = await dap.stopped();
    assert.deepEqual(first.hitBreakpointIds, [other]);
    assert.deepEqual(await here(), ['worker', 11]);
    const [, moved] = await set({ line: 13, hitCondition: '2' }, { line: 10 });
    assert.deepEqual([moved.verified, moved.line], [true, 11]);
    await dap.request('continue', { threadId });
    await dap.stopped();
    await dap.request('continue', { threadId });
    const stop = await dap.stopped();
    assert.deepEqual(stop.hitBreakpointIds, [id]);
    assert.match(stop.text ?? '', /lines\.py:13/);
    assert.equal(stop.reason, 'breakpoint');
  });

  it('with log points speak and do not stop', async () => {
    await launched({ line: 15, logMessage: '{name} has {total}' });
    await dap.event('exited');
    assert.match(dap.output('console'), /b has 2\n[^]*a has 6\n/);
    assert.equal(dap.events('stopped').length, 0);
  });

  for (const [program, entry] of [
    ['lines.py', true],
    ['lines.loop.mts', true],
    ['lines.cjs', false],
  ] as const)
    it(`that ${program} can be stopped at are told, with and without red dots`, async () => {
      const path = join(programs, program);
      const possible = async (line: number, endLine?: number) => {
        const { breakpoints } = await dap.request('breakpointLocations', { source: { path }, line, endLine });
        return breakpoints.map((each: DebugProtocol.BreakpointLocation) => each.line);
      };
      await dap.request('initialize', { adapterID: 'tickscope', linesStartAt1: true });
      await dap.event('initialized');
      assert.deepEqual(await possible(1, 20), []); // no program yet
      await dap.request('launch', { program: path, stopOnEntry: true });
      await dap.request('configurationDone');
      await dap.stopped();
      // Of Node's tick 1 the main module is the first callback: nothing of it is loaded before.
      if (!entry) await dap.step('stepIn', { threadId });
      // The middle of three lines with code in `worker`; line 8 is empty in all of them.
      const loop = program === 'lines.py' ? 13 : 12;
      for (const lines of [[], [{ line: loop }]]) {
        await dap.request('setBreakpoints', { source: { path }, breakpoints: lines });
        assert.deepEqual(await possible(loop), [loop]);
        assert.deepEqual(await possible(8), []);
        const body = await possible(loop - 1, loop + 1);
        assert.deepEqual(body, [loop - 1, loop, loop + 1]);
        assert.deepEqual(await possible(3000, 3010), []);
      }
    });

  it('refuse a condition that does not parse, and what is too long, with a sentence', async () => {
    await dap.launch({ program: path, stopOnEntry: true });
    await dap.stopped();
    const [wrong, long, fine] = await set(
      { line: 12, condition: '1 +' },
      { line: 13, condition: 'x'.repeat(10_000) },
      { line: 14 },
    );
    assert.match(wrong.message ?? '', /1 \+/);
    assert.match(long.message ?? '', /10000 characters/);
    assert.deepEqual([wrong.verified, long.verified, fine.verified], [false, false, true]);
  });

  it('stop with a condition that throws, and say so', async () => {
    await launched({ line: 12, condition: 'nothing > 1' });
    assert.match((await dap.stopped()).text ?? '', /nothing > 1.*NameError/);
    await set();
    await dap.request('continue', { threadId });
    assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
  });

  for (const major of MAJORS)
    it(`stop in a Worker that is only started then, on Node ${major}`, async () => {
      const program = join(programs, 'lines.worker.mjs');
      await dap.request('initialize', { adapterID: 'tickscope' });
      await dap.event('initialized');
      const breakpoints = [{ line: 9, condition: 'n === 1' }];
      await dap.request('setBreakpoints', { source: { path: program }, breakpoints });
      await dap.request('launch', { program, runtimeExecutable: (await nodeNumbered(major)).path });
      await dap.request('configurationDone');
      const stop = await dap.stopped();
      assert.match(stop.text ?? '', /lines\.worker\.mjs:9, n === 1$/);
      const { stackFrames } = await dap.request('stackTrace', { threadId: stop.threadId });
      const { scopes } = await dap.request('scopes', { frameId: stackFrames[0].id });
      const { variablesReference } = scopes[0];
      const { variables } = await dap.request('variables', { variablesReference });
      const values = variables.slice(0, 2).map(({ name, value }: DebugProtocol.Variable) => [name, value]);
      assert.deepEqual(values, [
        ['n', '1'],
        ['total', '0'],
      ]);
      const next = await dap.step('next', { threadId: stop.threadId });
      assert.match(next.text ?? '', /lines\.worker\.mjs:10$/);
      await dap.request('continue', { threadId: stop.threadId });
      assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
      assert.match(dap.output('stdout'), /^total 10$/m);
      const [{ body }] = dap.events('breakpoint').slice(-1);
      assert.equal(body.breakpoint.verified, true);
    });
});
