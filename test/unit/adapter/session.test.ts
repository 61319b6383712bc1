import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Client } from './client';
import { FakePython } from './fakePython';
import type { LaunchArguments, State, TickBreakpoint } from '../../../src/adapter/contract';

const LOOP_THREAD = 1;
const TASK_THREAD = 20;

describe('session, with a program that only speaks the wire', () => {
  let python: FakePython;
  const clients: Client[] = [];
  before(() => (python = new FakePython()));
  after(() => python.remove());
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
  });

  function client(...args: string[]): Client {
    const made = new Client({ args, env: { TICKSCOPE_AGENTS: python.agents } });
    clients.push(made);
    return made;
  }
  function launch(program: string, more: Partial<LaunchArguments> = {}): LaunchArguments {
    return { program: python.file(program), runtimeExecutable: python.path, ...more };
  }
  /** Stopped on entry. */
  async function entered(...args: string[]): Promise<Client> {
    const made = client(...args);
    await made.launch(launch('ticks.py', { stopOnEntry: true }));
    const stop = await made.stopped();
    assert.equal(stop.reason, 'entry');
    assert.equal(stop.threadId, LOOP_THREAD);
    assert.equal(stop.allThreadsStopped, true);
    return made;
  }
  const place = ({ cursor }: State) => [cursor.tick, cursor.callback];
  const where = async (client: Client) => place(await client.ask('tickscope/state', {}));

  it('runs a program to its end, with its output and its exit code', async () => {
    const dap = client();
    await dap.launch(launch('ticks.py'));
    assert.deepEqual(await dap.event('exited'), { exitCode: 3 });
    await dap.event('terminated');
    assert.equal(dap.output('stdout'), 'done\n');
    assert.equal(dap.events('process')[0].body.name, 'ticks.py');
    assert.deepEqual(
      dap.events('thread').map(({ body }) => body),
      [
        { reason: 'started', threadId: LOOP_THREAD },
        { reason: 'exited', threadId: LOOP_THREAD },
      ],
    );
    const state = await dap.ask('tickscope/state', {});
    assert.equal(state.mode, 'ended');
    assert.equal(state.lastTick, 5);
    assert.equal(await dap.close(), 0);
  });

  it('stops on entry, steps by callback and by tick, and goes on', async () => {
    const dap = await entered();
    assert.deepEqual(await where(dap), [1, 0]);
    await dap.step('next', { threadId: LOOP_THREAD });
    assert.deepEqual(await where(dap), [1, 1]);
    await dap.step('stepOut', { threadId: LOOP_THREAD });
    assert.deepEqual(await where(dap), [2, 0]);
    await dap.step('stepIn', { threadId: LOOP_THREAD });
    assert.deepEqual(await where(dap), [2, 1]);
    assert.deepEqual(await dap.request('continue', { threadId: LOOP_THREAD }), { allThreadsContinued: true });
    await dap.event('exited');
  });

  it('runs until a task runs, when that is asked of its thread', async () => {
    const dap = await entered();
    await dap.step('next', { threadId: LOOP_THREAD });
    const stop = await dap.step('next', { threadId: TASK_THREAD });
    assert.equal(stop.threadId, TASK_THREAD);
    assert.deepEqual(await where(dap), [2, 0]);
    const again = await dap.step('next', { threadId: TASK_THREAD });
    assert.equal(again.threadId, LOOP_THREAD, 'it was about to run: a step by callback');
    assert.deepEqual(await where(dap), [2, 1]);
  });

  it('answers a step before it tells of the stop', async () => {
    const dap = await entered();
    await dap.step('tickscope/step', { kind: 'tick' });
    const names = dap.said
      .map((message) => ('event' in message ? message.event : 'command' in message ? message.command : ''))
      .filter((name) => ['continued', 'stopped', 'tickscope/step'].includes(name));
    assert.deepEqual(names, ['stopped', 'continued', 'tickscope/step', 'stopped']);
  });

  it('takes steps one after another, however fast they are asked for', async () => {
    const dap = await entered();
    const steps = [1, 2, 3].map(() => dap.request('next', { threadId: LOOP_THREAD }));
    await Promise.all(steps);
    for (let i = 0; i < 3; i++) await dap.stopped();
    assert.deepEqual(await where(dap), [2, 1]);
  });

  it('drops the steps that wait behind a stop for another reason', async () => {
    const dap = await entered();
    await dap.ask('tickscope/setTickBreakpoints', { breakpoints: [{ id: 'b', place: 'tick', at: 3 }] });
    const run = dap.request('continue', { threadId: LOOP_THREAD });
    await run;
    assert.equal((await dap.stopped()).reason, 'breakpoint');
    assert.deepEqual(await where(dap), [3, 0]);
  });

  it('moves the cursor through history and back to the head', async () => {
    const dap = await entered();
    await dap.step('tickscope/step', { kind: 'runTo', tick: 3 });
    const stop = await dap.step('stepBack', { threadId: LOOP_THREAD });
    assert.equal(stop.text, 'Paused');
    assert.deepEqual(await where(dap), [2, 1]);
    assert.equal((await dap.ask('tickscope/state', {})).live, false);
    await dap.step('tickscope/step', { kind: 'backTick' });
    await dap.step('tickscope/step', { kind: 'backTick' });
    assert.deepEqual(await where(dap), [1, 0]);
    assert.match(await dap.refused('tickscope/step', { kind: 'backTick' }), /where the history begins/);
    await dap.step('next', { threadId: LOOP_THREAD });
    assert.deepEqual(await where(dap), [1, 1]);
    await dap.step('stepOut', { threadId: LOOP_THREAD });
    await dap.step('tickscope/step', { kind: 'task', task: 10 });
    const head = await dap.ask('tickscope/state', {});
    assert.deepEqual([place(head), head.live, head.mode], [[3, 0], true, 'paused']);
    await dap.step('reverseContinue', { threadId: LOOP_THREAD });
    assert.deepEqual(await where(dap), [1, 0]);
    await dap.request('continue', { threadId: LOOP_THREAD });
    await dap.event('exited');
  });

  it('seeks, which the native views are told, and refuses what was not', async () => {
    const dap = await entered();
    await dap.step('tickscope/step', { kind: 'runTo', tick: 4 });
    const past = await dap.ask('tickscope/seek', { cursor: { tick: 2, callback: 1 } });
    assert.deepEqual([place(past), past.live], [[2, 1], false]);
    await dap.event('invalidated');
    const rows = await dap.ask('tickscope/rows', { queue: 'callbacks', start: 0, count: 10 });
    assert.deepEqual(
      rows.rows.map(({ name }) => name),
      ['worker-1', 'beat'],
    );
    const back = await dap.ask('tickscope/seek', {});
    assert.deepEqual([place(back), back.live], [[4, 0], true]);
    assert.match(
      await dap.refused('tickscope/seek', { cursor: { tick: 99 } }),
      /Tick 99 is not in the history/,
    );
    assert.match(await dap.refused('tickscope/seek', { cursor: { tick: 1, callback: 77 } }), /2 callbacks/);
    assert.match(await dap.refused('tickscope/state', { loop: 9 }), /no loop 9/);
  });

  it('shows threads, stacks, scopes and variables, and lets go of them when the program runs on', async () => {
    const dap = await entered();
    const { threads } = await dap.request<{ threads: DebugProtocol.Thread[] }>('threads');
    assert.deepEqual(
      threads.map(({ id }) => id),
      [LOOP_THREAD, TASK_THREAD],
    );
    assert.match(threads[1].name, /worker-1/);
    const { stackFrames, totalFrames } = await dap.request('stackTrace', { threadId: TASK_THREAD });
    assert.equal(totalFrames, 2);
    assert.deepEqual(
      stackFrames.map(({ name, line, presentationHint }: DebugProtocol.StackFrame) => [
        name,
        line,
        presentationHint,
      ]),
      [
        // Without a source: else the editor would open this frame.
        ['sleep', 0, 'subtle'],
        ['worker', 10, undefined],
      ],
    );
    const frameId = stackFrames[1].id;
    const { scopes } = await dap.request<{ scopes: DebugProtocol.Scope[] }>('scopes', { frameId });
    assert.deepEqual(
      scopes.map(({ name }) => name),
      ['Locals', 'Task', 'Loop'],
    );
    const variables = async (variablesReference: number) =>
      (await dap.request<{ variables: DebugProtocol.Variable[] }>('variables', { variablesReference }))
        .variables;
    const [items] = await variables(scopes[0].variablesReference);
    assert.deepEqual(
      [items.name, items.value, items.evaluateName, items.indexedVariables],
      ['items', '[1, 2]', 'items', 2],
    );
    assert.deepEqual(
      (await variables(items.variablesReference)).map(({ value }) => value),
      ['1', '2'],
    );
    const task = await variables(scopes[1].variablesReference);
    assert.deepEqual(task.find(({ name }) => name === 'name')?.value, "'worker-1'");
    const loop = await variables(scopes[2].variablesReference);
    assert.deepEqual(loop.find(({ name }) => name === 'tick')?.value, '1');
    assert.equal((await dap.request('evaluate', { expression: 'x', frameId, context: 'watch' })).result, 'x');
    assert.match(await dap.refused('evaluate', { expression: 'nothing', frameId }), /NameError/);

    await dap.step('next', { threadId: LOOP_THREAD });
    assert.match(await dap.refused('scopes', { frameId }), /that frame is gone/i);
    assert.match(await dap.refused('variables', { variablesReference: items.variablesReference }), /gone/);
  });

  it('says of the past that it has no frames', async () => {
    const dap = await entered();
    await dap.step('next', { threadId: LOOP_THREAD });
    await dap.step('stepBack', { threadId: LOOP_THREAD });
    const { stackFrames } = await dap.request('stackTrace', { threadId: LOOP_THREAD });
    assert.equal(stackFrames[0].name, 'worker-1');
    assert.equal(stackFrames[0].source.path, '/app/ticks.py');
    const { scopes } = await dap.request('scopes', { frameId: stackFrames[0].id });
    assert.match(
      await dap.refused('variables', { variablesReference: scopes[0].variablesReference }),
      /past has no frames/,
    );
    assert.match(
      await dap.refused('evaluate', { expression: 'x', frameId: stackFrames[0].id }),
      /past has no frames/,
    );
    const loop = await dap.request('variables', { variablesReference: scopes.at(-1).variablesReference });
    assert.ok(loop.variables.length > 0);
  });

  it('sets breakpoints before and while the program runs, and says which it cannot set', async () => {
    const dap = client();
    await dap.request('initialize', { adapterID: 'tickscope' });
    const before = await dap.ask('tickscope/setTickBreakpoints', {
      breakpoints: [
        { id: 'b', place: 'tick', at: 2 },
        { id: 'zero', place: 'tick', at: 0 },
        { id: 'both', place: 'tick', at: 1, every: 2 },
        { id: 'hits', place: 'tick', hitCondition: 'often' },
        { id: 'io', place: 'io', fd: 3 },
      ],
    });
    assert.deepEqual(
      before.breakpoints.map(({ id, verified }) => [id, verified]),
      [['b', true], ['zero', false], ['both', false], ['hits', false], ['io', true]], // prettier-ignore
    );
    for (const { verified, message } of before.breakpoints)
      if (!verified) assert.match(message ?? '', /^[A-Z].*\.$/);
    await dap.request('launch', launch('ticks.py'));
    await dap.request('configurationDone');
    assert.equal((await dap.stopped()).reason, 'breakpoint');
    const state = await dap.ask('tickscope/state', {});
    assert.deepEqual([place(state), state.stopped?.breakpoints], [[2, 0], ['b']]);
    const while_ = await dap.ask('tickscope/setTickBreakpoints', {
      breakpoints: [{ id: 'c', place: 'tick', every: 4, condition: '1 +' }],
    });
    assert.deepEqual(while_.breakpoints, [
      { id: 'c', verified: false, message: 'The condition "1 +" does not parse: invalid syntax.' },
    ]);
    assert.match(
      await dap.refused('tickscope/setTickBreakpoints', { breakpoints: [{ id: 'x', place: 'moon' }] }),
      /place.*wrong.*The places are tick/,
    );
  });

  it('runs to a place once, and says why where it cannot', async () => {
    const dap = await entered();
    const stop = await dap.step('tickscope/step', { kind: 'runTo', place: { place: 'tick', at: 3 } });
    assert.equal(stop.reason, 'step');
    const state = await dap.ask('tickscope/state', {});
    assert.deepEqual([place(state), state.stopped?.breakpoints], [[3, 0], []]);
    assert.match(
      await dap.refused('tickscope/step', { kind: 'runTo', place: { place: 'tick', at: 0 } }),
      /There is no tick 0/,
    );
    assert.match(await dap.refused('tickscope/step', { kind: 'runTo' }), /needs a tick/);
    await dap.request('continue', { threadId: LOOP_THREAD });
    await dap.event('exited');
  });

  it('says what became of breakpoints, those of launch.json among them', async () => {
    const dap = client();
    const ours: TickBreakpoint = { id: 'ours', place: 'tick', at: 2 };
    await dap.request('initialize', { adapterID: 'tickscope' });
    await dap.ask('tickscope/setTickBreakpoints', { breakpoints: [{ id: 'b', place: 'tick', at: 3 }] });
    await dap.request('launch', launch('ticks.py', { tickBreakpoints: [ours] }));
    await dap.request('configurationDone');
    await dap.stopped();
    const { breakpoints } = await dap.ask('tickscope/state', {});
    assert.deepEqual(
      breakpoints?.map(({ id, hits }) => [id, hits]),
      [
        ['b', 0],
        ['ours', 1],
      ],
    );
    assert.deepEqual(breakpoints?.[1].launch, ours);
  });

  it("keeps the breakpoints of each of the editor's views, and of the panel", async () => {
    const dap = client();
    const { exceptionBreakpointFilters } = await dap.request('initialize', { adapterID: 'tickscope' });
    assert.deepEqual(
      exceptionBreakpointFilters.map(({ filter }: { filter: string }) => filter),
      ['tick', 'exception', 'never-retrieved', 'slow', 'stall', 'stuck', 'deadlock'],
    );
    const functions = await dap.request('setFunctionBreakpoints', {
      breakpoints: [{ name: 'fetch*' }, { name: 'f[' }, { name: 'f', hitCondition: 'often' }],
    });
    assert.deepEqual(
      functions.breakpoints.map(({ verified }: { verified: boolean }) => verified),
      [true, false, false],
    );
    assert.match(functions.breakpoints[1].message, /without its "\]"/);
    const filters = await dap.request('setExceptionBreakpoints', {
      filters: [],
      filterOptions: [{ filterId: 'tick', condition: 'tick == 3' }, { filterId: 'moon' }],
    });
    assert.deepEqual(
      filters.breakpoints.map(({ verified }: { verified: boolean }) => verified),
      [true, false],
    );
    await dap.request('launch', launch('ticks.py'));
    await dap.request('configurationDone');
    const stop = await dap.stopped();
    assert.equal(stop.reason, 'breakpoint');
    assert.deepEqual(stop.hitBreakpointIds, [filters.breakpoints[0].id]);
    // The panel's come to those of the editor's and do not take their place.
    await dap.ask('tickscope/setTickBreakpoints', { breakpoints: [] });
    await dap.request('continue', { threadId: LOOP_THREAD });
    assert.equal((await dap.stopped()).reason, 'breakpoint');
    await dap.request('setExceptionBreakpoints', { filters: [] });
    await dap.request('continue', { threadId: LOOP_THREAD });
    await dap.event('exited');
  });

  it('reads wait reasons when rows or a task are asked for', async () => {
    const dap = await entered();
    const task = await dap.ask('tickscope/task', { task: 10 });
    assert.deepEqual(
      task.chain.map(({ name, user }) => [name, user]),
      [
        ['worker', true],
        ['sleep', false],
      ],
    );
    assert.match(await dap.refused('tickscope/task', { task: 4711 }), /no task 4711/);
    assert.match(
      await dap.refused('tickscope/rows', { queue: 'moon', start: 0, count: 1 }),
      /"queue" is wrong/,
    );
  });

  it('answers every request, what is not built too', async () => {
    const dap = await entered();
    assert.match(await dap.refused('makeCoffee', {}), /does not know the request "makeCoffee"/);
    assert.match(await dap.refused('constructor', {}), /does not know/);
    const set = await dap.request('setBreakpoints', {
      source: { path: '/a.py' },
      breakpoints: [{ line: 3 }],
    });
    assert.equal(set.breakpoints[0].verified, false);
    assert.match(set.breakpoints[0].message, /cannot do setLines/);
    assert.match(
      await dap.refused('exceptionInfo', { threadId: LOOP_THREAD }),
      /not stopped at an exception/,
    );
    assert.match(await dap.refused('next', { threadId: 12345 }), /no thread 12345/);
    assert.match(await dap.refused('attach', {}), /not built/);
  });

  it('answers about the past when the program has ended, until it is let go', async () => {
    const dap = client('--keep-history');
    await dap.launch(launch('ticks.py'));
    await dap.event('terminated');
    await dap.request('disconnect', {});
    const state = await dap.ask('tickscope/seek', { cursor: { tick: 3 } });
    assert.deepEqual([place(state), state.mode], [[3, 0], 'ended']);
    await dap.request('tickscope/step', { kind: 'callback' });
    assert.deepEqual(await where(dap), [3, 1]);
    dap.process.stdin!.end();
    assert.equal(await dap.exit, 0);
  });

  it('pauses, ends what will not end, and leaves nothing behind', async () => {
    const dap = client();
    await dap.launch(launch('stubborn.py'));
    const { systemProcessId } = await dap.event('process');
    await dap.event('thread');
    assert.equal((await dap.ask('tickscope/state', {})).mode, 'running');
    assert.match(await dap.refused('stackTrace', { threadId: LOOP_THREAD }), /running; pause it/);
    assert.match(await dap.refused('next', { threadId: LOOP_THREAD }), /running; pause it/);
    await dap.request('pause', { threadId: LOOP_THREAD });
    assert.equal((await dap.stopped()).reason, 'pause');
    await dap.request('terminate', {});
    assert.deepEqual(await dap.event('exited'), { exitCode: 137 });
    assert.throws(() => process.kill(systemProcessId, 0));
  });

  it('restarts the program in the same session', async () => {
    const dap = await entered();
    const first = dap.events('process')[0].body.systemProcessId;
    await dap.request('restart', {});
    assert.equal((await dap.stopped()).reason, 'entry');
    assert.notEqual(dap.events('process')[1].body.systemProcessId, first);
    assert.throws(() => process.kill(first, 0));
    assert.equal(dap.events('terminated').length, 0);
    assert.deepEqual(await where(dap), [1, 0]);
  });

  it('ends the program when the editor is gone', async () => {
    for (const end of [
      (dap: Client) => dap.process.stdin!.end(),
      (dap: Client) => dap.process.kill('SIGTERM'),
      (dap: Client) => dap.process.kill('SIGKILL'),
    ]) {
      const dap = await entered();
      const pid = dap.events('process')[0].body.systemProcessId as number;
      end(dap);
      await dap.exit;
      await gone(pid);
    }
  });

  it('refuses an agent of another version with a sentence, and ends the program', async () => {
    for (const [program, sentence] of [
      ['version.py', /agent in the program is version 0\.0\.0/],
      ['protocol.py', /speaks version 2 of Tickscope's protocol/],
    ] as const) {
      const dap = client();
      await dap.launch(launch(program));
      await dap.event('terminated');
      assert.match(dap.output('important'), sentence);
    }
  });

  it('lets nobody in without the token', async () => {
    const dap = client();
    await dap.launch(launch('token.py'));
    await dap.event('terminated');
    assert.equal(dap.events('process').length, 0);
    assert.match(
      dap.output('console'),
      /token\.py ended without running an event loop that Tickscope could see/,
    );
  });

  it('says that a program ended without running an event loop', async () => {
    for (const program of ['noloop.py', 'silent.py']) {
      const dap = client();
      await dap.launch(launch(program));
      assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
      assert.match(dap.output('console'), new RegExp(`^${program} ended without running an event loop`));
    }
  });

  it('sees a program that is killed', async () => {
    const dap = client();
    await dap.launch(launch('crash.py', { stopOnEntry: true }));
    await dap.stopped();
    await dap.request('continue', { threadId: LOOP_THREAD });
    assert.deepEqual(await dap.event('exited'), { exitCode: 137 });
    assert.equal((await dap.ask('tickscope/state', {})).mode, 'ended');
  });

  it('runs the program in a terminal when the editor has one', async () => {
    const dap = client();
    const { spawn } = await import('node:child_process');
    dap.onRequest = ({ command, arguments: args }) => {
      assert.equal(command, 'runInTerminal');
      const env = { ...process.env, ...args.env };
      spawn(args.args[0], args.args.slice(1), { cwd: args.cwd, env, stdio: 'ignore' });
      return { body: {} };
    };
    const inTerminal = launch('ticks.py', { console: 'integratedTerminal', stopOnEntry: true });
    await dap.launch(inTerminal, { supportsRunInTerminalRequest: true });
    await dap.stopped();
    await dap.request('continue', { threadId: LOOP_THREAD });
    assert.deepEqual(await dap.event('exited'), { exitCode: 3 });
    const other = client();
    await other.request('initialize', { adapterID: 'tickscope' });
    assert.match(await other.refused('launch', inTerminal), /cannot open a terminal/);
  });
});

/** Waits, without a clock, for what only the system can tell: that a process is no more. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((done) => setImmediate(done));
  }
}
