/** Programs that are less tame than the samples. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ProtocolServer } from '@vscode/debugadapter/lib/protocol';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { LaunchArguments, Source } from '../../../src/adapter/contract';
import { descendantsOf } from '../../../src/launch/processTree';
import { adapterBundle, Client } from '../../unit/adapter/client';

const folder = join(__dirname, 'programs');
const program = (name: string) => join(folder, name);

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

describe('programs', () => {
  let dap: Client;
  beforeEach(() => (dap = new Client()));
  afterEach(async () => {
    const left = descendantsOf(dap.process.pid as number);
    await dap.close();
    for (const pid of left) await gone(pid);
  });
  const state = () => dap.ask('tickscope/state', {});

  it('with two loops stop in both, and their threads say which is which', async () => {
    await dap.launch({ program: program('threads.py') });
    const seen = new Set<number>();
    await dap.event('tickscope/changed', ({ loop, tick }) => tick > 3 && seen.add(loop).size === 2);
    await dap.request('pause', { threadId: 1 });
    const stop = await dap.stopped();
    assert.equal(stop.allThreadsStopped, true);
    const stops = (await state()).loops.filter((loop) => loop.state === 'stopped');
    assert.ok(stops.length >= 1);
    const { threads } = await dap.request<{ threads: DebugProtocol.Thread[] }>('threads');
    const names = threads.slice(0, 2).map(({ name }) => name);
    assert.ok(
      names.some((name) => name.includes('MainThread')) && names.some((name) => name.includes('second')),
      `${names}`,
    );
    for (const loop of [1, 2]) {
      const { cursor } = await dap.ask('tickscope/state', { loop });
      assert.equal(cursor.loop, loop);
      await dap.step('tickscope/step', { kind: 'tick', loop });
      const after = await dap.ask('tickscope/state', { loop });
      assert.ok(after.cursor.tick > cursor.tick, `loop ${loop} went on`);
    }
  });

  it("stop at the editor's own function breakpoints and exception filters", async () => {
    await dap.request('initialize', { adapterID: 'tickscope' });
    const launched = dap.request('launch', { program: program('lost.py') });
    const functions = await dap.request('setFunctionBreakpoints', {
      breakpoints: [{ name: 'lo*()', hitCondition: '2' }],
    });
    const filters = await dap.request('setExceptionBreakpoints', { filters: ['exception'] });
    assert.deepEqual([functions.breakpoints[0].verified, filters.breakpoints[0].verified], [true, true]);
    await dap.request('configurationDone');
    await launched;
    const first = await dap.stopped();
    assert.match(first.text ?? '', /^Paused on tick \d: callback lost \(lost\.py:5\) of task Task-2$/);
    const { cursor } = await state();
    await dap.request('continue', { threadId: 1 });
    const second = await dap.stopped();
    assert.equal(second.reason, 'exception');
    assert.match(
      second.text ?? '',
      /Task-2 \(lost, lost\.py:5\) failed with ValueError: no page, and nothing awaits it$/,
    );
    const after = (await state()).cursor;
    assert.deepEqual([after.tick, after.callback], [cursor.tick, (cursor.callback ?? 0) + 1]);
    const info = await dap.request('exceptionInfo', { threadId: 1 });
    assert.deepEqual([info.exceptionId, info.description], ['ValueError', 'no page']);
    assert.match(info.details.stackTrace, /line 7, in lost/);
    await dap.request('continue', { threadId: 1 });
    assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
    assert.equal(dap.output('stdout'), 'over no page\n');
  });

  it('meet their deadlines after a long stop', async () => {
    await dap.launch({ program: program('deadline.py'), stopOnEntry: true });
    await dap.stopped();
    await dap.step('stepOut', { threadId: 1 });
    await dap.step('stepOut', { threadId: 1 });
    // Longer than the deadline, in the only clock that matters here: the real one.
    const until = performance.now() + 700;
    while (performance.now() < until) await state();
    await dap.request('continue', { threadId: 1 });
    assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
    assert.equal(dap.output('stdout'), 'in time\n');
  });

  it('that are busy in a callback can be paused in it, and looked at', async () => {
    await dap.launch({ program: program('busy.py') });
    await dap.event('output', ({ category }) => category === 'stdout');
    await dap.request('pause', { threadId: 1 });
    assert.equal((await dap.stopped()).reason, 'pause');
    const { stackFrames } = await dap.request<{ stackFrames: DebugProtocol.StackFrame[] }>('stackTrace', {
      threadId: 1,
    });
    assert.equal(stackFrames[0].name, 'spin');
    const { result } = await dap.request('evaluate', {
      expression: 'count < limit',
      frameId: stackFrames[0].id,
    });
    assert.equal(result, 'True');
    assert.equal((await state()).running?.name, 'Task-1');
    await dap.request('terminate', {});
    await dap.event('terminated');
  });

  it('are ended with their children, whatever session those are in', async () => {
    await dap.launch({ program: program('parent.py') });
    const { output } = await dap.event('output', ({ category }) => category === 'stdout');
    const child = Number(/child (\d+)/.exec(output)?.[1]);
    await dap.request('disconnect', { terminateDebuggee: true });
    await gone(child);
  });

  it('have their children left alone', async () => {
    await dap.launch({ program: program('child.py') });
    await dap.event('terminated');
    assert.equal(dap.output('stdout'), '[]\nchild ended with 0\n');
    assert.equal(dap.output('stderr'), '');
    assert.equal(dap.output('important'), '');
  });

  it('see nothing of how they are debugged', async () => {
    const args = ['-x', 'a b'];
    const env = { PYTHONUNBUFFERED: null, PYTHONPATH: null, PYTHONHASHSEED: '1' };
    await dap.launch({ program: program('environment.py'), args, cwd: '/', env });
    await dap.event('terminated');
    const { PYTHONUNBUFFERED: _u, PYTHONPATH: _p, ...plain } = process.env;
    const alone = execFileSync('python3', [program('environment.py'), ...args], {
      cwd: '/',
      env: { ...plain, PYTHONHASHSEED: '1' },
      input: '',
      encoding: 'utf8',
    });
    assert.equal(dap.output('stdout'), alone);
    assert.equal(dap.output('stderr'), '');
  });

  it('run as modules', async () => {
    await dap.launch({ module: 'deadline', cwd: folder, stopOnEntry: true });
    await dap.stopped();
    await dap.request('continue', { threadId: 1 });
    await dap.event('exited');
    assert.equal(dap.output('stdout'), 'in time\n');
  });

  it('run under options that keep the agent out of PYTHONPATH', async () => {
    for (const option of ['-I', '-S']) {
      const other = new Client();
      await other.launch({ program: program('deadline.py'), runtimeArgs: [option], stopOnEntry: true });
      assert.equal((await other.stopped()).reason, 'entry');
      await other.request('continue', { threadId: 1 });
      assert.deepEqual(await other.event('exited'), { exitCode: 0 });
      assert.equal(other.output('stdout'), 'in time\n');
      await other.close();
    }
  });

  it('end with their adapter, however it dies', async () => {
    await dap.launch({ program: program('deadline.py'), stopOnEntry: true });
    const { systemProcessId } = await dap.event('process');
    await dap.stopped();
    dap.process.kill('SIGKILL');
    await dap.exit;
    await gone(systemProcessId);
  });

  it('run without debugging', async () => {
    await dap.launch({
      program: program('deadline.py'),
      stopOnEntry: true,
      noDebug: true,
    } as LaunchArguments);
    assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
    assert.equal(dap.output('stdout'), 'in time\n');
    assert.equal(dap.output('console'), '');
  });

  it('run in a terminal, with their exit code', async () => {
    dap.onRequest = ({ arguments: args }) => {
      const env: NodeJS.ProcessEnv = { ...process.env };
      for (const [name, value] of Object.entries(args.env as Record<string, string | null>))
        if (value === null) delete env[name];
        else env[name] = value;
      spawn(args.args[0], args.args.slice(1), { cwd: args.cwd, env, stdio: 'ignore' });
      return { body: {} };
    };
    const launch: LaunchArguments = {
      program: program('deadline.py'),
      console: 'integratedTerminal',
      stopOnEntry: true,
    };
    await dap.launch(launch, { supportsRunInTerminalRequest: true });
    await dap.stopped();
    await dap.request('continue', { threadId: 1 });
    assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
  });

  it('go on to their own end when the editor lets them go', async () => {
    await dap.launch({ program: program('deadline.py'), stopOnEntry: true });
    await dap.stopped();
    await dap.request('disconnect', { terminateDebuggee: false });
    dap.process.stdin!.end();
    assert.equal(await dap.exit, 0);
    assert.equal(dap.output('stdout'), 'in time\n');
  });

  it('can be watched at level stacks, switched while they stand', async () => {
    await dap.launch({ program: program('pair.py'), stopOnEntry: true });
    await dap.stopped();
    assert.equal((await state()).level, 'full');
    assert.match(await dap.refused('tickscope/setLevel', { level: 'macro' }), /asyncio has no level macro/);
    assert.equal((await dap.ask('tickscope/setLevel', { level: 'stacks' })).level, 'stacks');
    let source: Source | undefined;
    let created: Source | undefined;
    for (let i = 0; i < 20 && !(source && created); i++) {
      await dap.step('next', { threadId: 1 });
      const { rows } = await dap.ask('tickscope/rows', { queue: 'ready', start: 0, count: 10 });
      for (const row of rows)
        if ('cause' in row && row.cause.kind === 'callback' && row.cause.source) source = row.cause.source;
      const tasks = await dap.ask('tickscope/rows', { queue: 'tasks', start: 0, count: 10 });
      for (const row of tasks.rows) if ('createdAt' in row && row.createdAt) created = row.createdAt;
    }
    assert.equal(source?.path, program('pair.py'));
    assert.equal(created?.path, program('pair.py'));
    const text = readFileSync(program('pair.py'), 'utf8').split('\n')[created.line - 1];
    assert.match(text, /create_task|gather/);
  });

  it('on uvloop, kept when asked, show their tasks and queues, and say what is not seen', async function () {
    const python = '/usr/bin/python3';
    try {
      execFileSync(python, ['-c', 'import uvloop'], { stdio: 'ignore' });
    } catch {
      this.skip();
    }
    await dap.launch({
      program: program('uvloop_chat.py'),
      runtimeExecutable: python,
      keepUvloop: true,
      tickBreakpoints: [{ id: 'b', place: 'tick', condition: "tick > 20 and task == 'talker'" }],
    });
    assert.equal((await dap.stopped()).reason, 'breakpoint');
    const { level, fidelity, cursor } = await state();
    assert.equal(level, 'reduced');
    assert.match(fidelity ?? '', /^uvloop was kept/);
    const { rows } = await dap.ask('tickscope/rows', { queue: 'tasks', start: 0, count: 10 });
    assert.deepEqual(rows.map(({ name }) => name).sort(), ['Task-1', 'listener', 'talker']);
    const waiting = await dap.ask('tickscope/rows', { queue: 'waiting', start: 0, count: 10 });
    const listener = waiting.rows.find(({ name }) => name === 'listener');
    assert.ok(listener && 'reason' in listener);
    assert.equal(listener.reason?.kind, 'queue.get');
    await dap.step('next', { threadId: 1 });
    const after = (await state()).cursor;
    assert.ok(after.tick > cursor.tick || after.callback > cursor.callback);
    await dap.step('stepBack', { threadId: 1 });
    assert.deepEqual((await state()).cursor, cursor);
    await dap.ask('tickscope/setTickBreakpoints', { breakpoints: [] });
    await dap.request('continue', { threadId: 1 });
    assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
    assert.equal(dap.output('stdout'), 'heard 50\n');
  });
});

describe('the adapter as a server', () => {
  it('serves one session a connection, and ends its program with it', async () => {
    const server = spawn(process.execPath, [adapterBundle(), '--server=0'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const port = await new Promise<number>((done) =>
      server.stderr.on('data', (text: Buffer) => done(Number(/:(\d+)/.exec(text.toString())?.[1]))),
    );
    const pids: number[] = [];
    for (let i = 0; i < 2; i++) {
      const socket = connect(port, '127.0.0.1');
      const stopped = new Promise<void>((done) => {
        const client = new (class extends ProtocolServer {
          override handleMessage(message: DebugProtocol.ProtocolMessage): void {
            super.handleMessage(message);
            const { event, body } = message as DebugProtocol.Event;
            if (event === 'initialized') {
              this.sendRequest(
                'launch',
                { program: program('deadline.py'), stopOnEntry: true },
                9000,
                () => undefined,
              );
              this.sendRequest('configurationDone', {}, 9000, () => undefined);
            } else if (event === 'process') pids.push(body.systemProcessId);
            else if (event === 'stopped') done();
          }
        })();
        client.start(socket, socket);
        client.sendRequest('initialize', { adapterID: 'tickscope' }, 9000, () => undefined);
      });
      await stopped;
      socket.destroy();
    }
    assert.equal(pids.length, 2);
    for (const pid of pids) await gone(pid);
    server.kill();
    assert.equal(await new Promise((done) => server.once('close', done)), 0);
  });
});
