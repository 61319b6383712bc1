/** What bad input gets: a sentence that says what happened and what to do, and no process left behind. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchArguments } from '../../../src/adapter/contract';
import { descendantsOf } from '../../../src/launch/processTree';
import { adapterBundle, Client } from '../../unit/adapter/client';
import { FakePython } from '../../unit/adapter/fakePython';

describe('bad input', () => {
  /** Where the programs of these tests lie. Its interpreter is not used unless it is named. */
  let files: FakePython;
  let dap: Client;
  before(() => (files = new FakePython()));
  after(() => files.remove());
  beforeEach(() => (dap = new Client()));
  afterEach(async () => {
    assert.deepEqual(
      descendantsOf(dap.process.pid as number),
      [],
      'nothing is left behind while the session lives',
    );
    assert.equal(await dap.close(), 0);
  });

  async function refused(launch: LaunchArguments): Promise<string> {
    await dap.request('initialize', { adapterID: 'tickscope' });
    return dap.refused('launch', launch);
  }
  /** Runs a program to its end. */
  async function run(name: string, text: string, more: Partial<LaunchArguments> = {}): Promise<number> {
    await dap.launch({ program: files.file(name, text), ...more });
    const { exitCode } = await dap.event('exited');
    await dap.event('terminated');
    return exitCode;
  }

  it('no such file', async () => {
    assert.match(
      await refused({ program: '/no/such/app.py' }),
      /There is no file \/no\/such\/app\.py\. Correct "program"/,
    );
  });

  it('no program and no module', async () => {
    assert.match(await refused({}), /names neither "program" nor "module"/);
  });

  it('no interpreter', async () => {
    const program = files.file('app.py');
    assert.match(
      await refused({ program, runtimeExecutable: '/no/python' }),
      /There is no interpreter \/no\/python/,
    );
    assert.match(await refused({ program, env: { PATH: '/no' } }), /No Python was found/);
  });

  it('something that is no interpreter', async () => {
    const launch = { program: files.file('app.py'), runtimeExecutable: '/bin/ls' };
    assert.match(await refused(launch), /\/bin\/ls is not a Python interpreter/);
  });

  it('a Python older than 3.8', async function () {
    const old = ['3.7.16', '3.6.15', '2.7.18']
      .map((version) => ({
        version,
        path: join(process.env.HOME ?? '', '.pyenv/versions', version, 'bin/python'),
      }))
      .filter(({ path }) => existsSync(path));
    if (old.length === 0)
      old.push({ version: '3.7.0', path: files.executable('old', "printf 'python 3.7.0'") });
    await dap.request('initialize', { adapterID: 'tickscope' });
    for (const { version, path } of old) {
      const sentence = await dap.refused('launch', {
        program: files.file('app.py'),
        runtimeExecutable: path,
      });
      assert.match(sentence, new RegExp(`is Python ${version}; Tickscope needs Python 3\\.8 or newer`));
    }
  });

  it('a program with a syntax error: its own traceback, its own exit code', async () => {
    assert.equal(await run('syntax.py', 'import asyncio\nprint(\n'), 1);
    assert.match(dap.output('stderr'), /syntax\.py", line [23][\s\S]*SyntaxError/);
    assert.doesNotMatch(dap.output('stderr'), /_tickscope/);
  });

  it('a program that raises at once: its own traceback, its own exit code', async () => {
    assert.equal(await run('raises.py', 'import asyncio\nraise RuntimeError("no luck")\n'), 1);
    assert.match(dap.output('stderr'), /raises\.py", line 2[\s\S]*RuntimeError: no luck/);
    assert.doesNotMatch(dap.output('stderr'), /_tickscope/);
    assert.equal(dap.output('stdout'), '');
  });

  it('a program that raises inside its loop', async () => {
    const text =
      'import asyncio\nasync def main():\n    raise RuntimeError("no luck")\nasyncio.run(main())\n';
    assert.equal(await run('raisesInside.py', text), 1);
    assert.match(dap.output('stderr'), /RuntimeError: no luck\n$/);
    assert.doesNotMatch(dap.output('stderr'), /_tickscope/);
  });

  it('a program that never runs a loop', async () => {
    assert.equal(await run('noloop.py', 'import sys\nprint("hello")\nsys.exit(4)\n'), 4);
    assert.equal(dap.output('stdout'), 'hello\n');
    assert.match(dap.output('console'), /^noloop\.py ended without running an event loop\.$/m);
  });

  it('a program into which the agent cannot get', async () => {
    const program = files.file('app.py');
    // By its first argument alone: a path may hold any letters.
    const runtimeExecutable = files.executable(
      'bare',
      'case "$1" in -E) exec python3 "$@";; esac\nunset PYTHONPATH\nexec python3 "$@"',
    );
    await dap.launch({ program, runtimeExecutable });
    await dap.event('terminated');
    assert.match(dap.output('console'), /its agent was not loaded/);
  });

  it('an agent of another version', async () => {
    await dap.launch({ program: files.file('version.py'), runtimeExecutable: files.path });
    await dap.event('terminated');
    assert.match(
      dap.output('important'),
      /The agent in the program is version 0\.0\.0, the debug adapter version/,
    );
  });

  const ticking =
    'import asyncio\nasync def main():\n    for _ in range(3):\n        await asyncio.sleep(0)\nasyncio.run(main())\n';

  it('a condition that does not parse', async () => {
    const program = files.file('ticking.py', ticking);
    await dap.launch({
      program,
      stopOnEntry: true,
      tickBreakpoints: [{ id: 'b', place: 'tick', condition: 'tick >' }],
    });
    await dap.stopped();
    assert.match(dap.output('important'), /Breakpoint "b" was not set: .*tick >.*/);
    const { breakpoints } = await dap.ask('tickscope/setTickBreakpoints', {
      breakpoints: [{ id: 'c', place: 'tick', condition: 'tick ==' }],
    });
    assert.equal(breakpoints[0].verified, false);
    assert.match(breakpoints[0].message ?? '', /tick ==.*\.$/);
    await dap.request('continue', { threadId: 1 });
    assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
  });

  it('a condition that throws stops and says so', async () => {
    const program = files.file('ticking.py', ticking);
    const tickBreakpoints = [{ id: 'b', place: 'tick' as const, at: 2, condition: 'nobody > 1' }];
    await dap.launch({ program, tickBreakpoints });
    const stop = await dap.stopped();
    assert.equal(stop.reason, 'breakpoint');
    assert.match(stop.text ?? '', /nobody.*NameError/);
    await dap.request('continue', { threadId: 1 });
    assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
  });

  it('a port that cannot be opened', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as AddressInfo;
    for (const [option, sentence] of [
      [
        `--server=${port}`,
        new RegExp(`cannot listen on port ${port} \\(.*EADDRINUSE.*\\)\\. Choose another port\\.`),
      ],
      ['--server=moon', /"moon" is not a port/],
      ['--serve', /does not know the option --serve/],
    ] as const) {
      const adapter = spawn(process.execPath, [adapterBundle(), option], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      adapter.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
      assert.equal(await new Promise((done) => adapter.once('close', done)), 1);
      assert.match(said, sentence);
    }
    taken.close();
  });
});
