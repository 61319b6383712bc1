/** Node programs through the whole adapter, without debugging: what a launch configuration says is what they get. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { spawn } from 'node:child_process';
import type { CallbackRow, TaskRow } from '../../../src/adapter/contract';
import { Client } from '../../unit/adapter/client';
import { Built, Files } from './worker';

describe('a Node program, run by the adapter', () => {
  let built: Built;
  let dap: Client;
  let files: Files;
  before(async () => {
    built = await Built.make();
  });
  after(() => built.remove());
  beforeEach(() => (dap = new Client({ env: { TICKSCOPE_AGENTS: built.agents } })));
  afterEach(async () => {
    await dap.close();
    files.remove();
  });

  const launch = (programs: Record<string, string>, options: object = {}, initialize: object = {}) => {
    files = new Files(programs);
    const program = path.join(files.folder, Object.keys(programs)[0]);
    return dap.launch({ program, noDebug: true, ...options } as never, initialize);
  };

  it('has its arguments, folder, environment, output and exit code', async () => {
    const source = `enum E { Five = 5 }
      console.log(process.argv.slice(2), process.cwd() === __dirname + '/sub', process.env.A, process.env.B, process.env.C, process.execArgv);
      console.error('wrong'); process.exitCode = E.Five;`;
    files = new Files({ 'app.ts': source, 'sub/.env': 'A=file\nB=file\n' });
    await dap.launch({
      program: '../app.ts',
      cwd: path.join(files.folder, 'sub'),
      args: ['x y', '-z'],
      env: { B: 'own', C: null },
      envFile: '.env',
      runtimeArgs: ['--no-warnings'],
      noDebug: true,
    } as never);
    assert.deepEqual(await dap.event('exited'), { exitCode: 5 });
    assert.equal(dap.output('stdout'), `[ 'x y', '-z' ] true file own undefined [ '--no-warnings' ]\n`);
    assert.equal(dap.output('stderr'), 'wrong\n');
    assert.equal(dap.output('important') + dap.output('console'), '');
  });

  it('is paused as soon as its agent can be asked, when nobody waited for that', async () => {
    files = new Files({ 'app.js': `setInterval(function beat() {}, 20)` });
    await dap.launch({ program: path.join(files.folder, 'app.js') });
    await dap.request('pause', { threadId: 1 });
    assert.equal((await dap.stopped()).reason, 'pause');
  });

  it('is stepped until one of its async calls goes on, and stops where one fails', async () => {
    files = new Files({
      'app.js': `async function inner(n) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  if (n === 2) throw new RangeError('two');
}
async function outer() {
  await inner(1);
  await inner(2);
}
outer().catch(() => undefined);
setTimeout(function beside() {}, 10);
`,
    });
    await dap.launch({
      program: path.join(files.folder, 'app.js'),
      tickBreakpoints: [
        { id: 'a', place: 'callback', function: 'beside' },
        { id: 'b', place: 'task', coroutine: 'inner', on: 'failed' },
      ],
    });
    await dap.stopped();
    const { rows } = await dap.ask('tickscope/rows', { queue: 'tasks', start: 0, count: 100 });
    const outer = (rows as TaskRow[]).find(({ name }) => name === 'outer');
    assert.ok(outer, JSON.stringify(rows));
    await dap.ask('tickscope/step', { kind: 'task', task: outer.task });
    await dap.stopped();
    const { stopped, level } = await dap.ask('tickscope/state', {});
    assert.match(stopped?.text ?? '', /^Paused on tick \d+, before outer goes on$/);
    assert.equal(level, 'full');
    const { stackFrames } = (await dap.request('stackTrace', { threadId: 1 })) as {
      stackFrames: DebugProtocol.StackFrame[];
    };
    assert.deepEqual(
      stackFrames.map(({ name, line }) => [name, line]),
      [['outer', 6]],
    );
    await dap.request('continue', { threadId: 1 });
    await dap.stopped();
    const failed = await dap.ask('tickscope/state', {});
    assert.match(failed.stopped?.text ?? '', /async call inner \(app\.js:2\) failed with RangeError: two$/);
    assert.deepEqual(failed.stopped?.breakpoints, ['b']);
    await dap.request('continue', { threadId: 1 });
    assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
  });

  for (const caught of [true, false])
    it(`tells of the past which exception left a callback, ${caught ? 'also where it was caught' : 'where the program ended of it'}`, async () => {
      files = new Files({
        'app.js': `${caught ? "process.on('uncaughtException', () => undefined);" : ''}
setTimeout(function fails() { throw new RangeError('no page') }, 5);
setTimeout(function works() {}, 5);`,
      });
      await dap.launch({ program: path.join(files.folder, 'app.js') });
      assert.deepEqual(await dap.event('exited'), { exitCode: caught ? 0 : 1 });
      const { lastTick } = await dap.ask('tickscope/state', {});
      const told: string[] = [];
      for (let tick = 1; tick <= lastTick; tick++) {
        const asked = { queue: 'callbacks', start: 0, count: 100, cursor: { tick } } as const;
        for (const { name, outcome, error } of (await dap.ask('tickscope/rows', asked)).rows as CallbackRow[])
          if (/fails|works/.test(name)) told.push(`${name} ${outcome} ${error}`);
      }
      const failed = 'fails raised RangeError: no page';
      assert.deepEqual(told, caught ? [failed, 'works returned undefined'] : [failed]);
    });

  it('uses tickscope/asyncio without having it', async () => {
    await launch({
      'app.mjs': `import { run, sleep } from 'tickscope/asyncio'; await run(async () => { await sleep(0); console.log('ran') })`,
    });
    assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
    assert.equal(dap.output('stdout'), 'ran\n');
  });

  it('is asked to end as by Ctrl-C, and started again', async () => {
    await launch({
      'app.js': `process.on('SIGINT', () => { console.log('asked'); process.exit(9) }); setInterval(() => {}, 1000); console.log('up')`,
    });
    await dap.event('output', ({ output }) => output === 'up\n');
    await dap.request('restart', {});
    await dap.event('output', ({ output }) => output === 'up\n');
    await dap.request('terminate', {});
    assert.deepEqual(await dap.event('exited'), { exitCode: 9 });
    assert.equal(dap.output('stdout'), 'up\nup\nasked\n');
  });

  it('runs in a terminal', async () => {
    dap.onRequest = ({ command, arguments: said }) => {
      const { args, cwd, env } = said as DebugProtocol.RunInTerminalRequestArguments;
      assert.equal(command, 'runInTerminal');
      const changed = Object.entries({ ...process.env, ...env }).filter(([, value]) => value !== null);
      spawn(args[0], args.slice(1), {
        cwd,
        env: Object.fromEntries(changed) as NodeJS.ProcessEnv,
        stdio: 'ignore',
      });
      return { success: true, body: {} };
    };
    const options = { console: 'integratedTerminal' };
    await launch({ 'app.cts': 'process.exit(process.stdin.isTTY ? 1 : (4 as number))' }, options, {
      supportsRunInTerminalRequest: true,
    });
    assert.deepEqual(await dap.event('exited'), { exitCode: 4 });
  });

  it('that cannot be run is refused with a sentence', async () => {
    files = new Files({ 'app.ts': 'console.log(1)' });
    const program = path.join(files.folder, 'app.ts');
    await dap.request('initialize', { adapterID: 'tickscope' });
    assert.match(
      await dap.refused('launch', { program, target: 'loop', runtimeExecutable: '/bin/false' }),
      /is not Node\.js/,
    );
    assert.match(await dap.refused('launch', { program: `${program}x`, target: 'loop' }), /There is no file/);
  });
});
