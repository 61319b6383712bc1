import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LaunchArguments } from '../../../src/adapter/contract';
import { AGENT_VERSION } from '../../../src/launch/agents';
import { LaunchError } from '../../../src/launch/launchError';
import { planLaunch } from '../../../src/launch/plan';

describe('a Node program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickscope-test-'));
  const preload = join(folder, 'agents', 'node', 'preload.cjs');
  const given = process.env.TICKSCOPE_AGENTS;
  before(() => {
    mkdirSync(join(folder, 'agents', 'node'), { recursive: true });
    writeFileSync(preload, '');
    process.env.TICKSCOPE_AGENTS = join(folder, 'agents');
    writeFileSync(join(folder, 'node'), '#!/bin/sh\necho v22.0.0\n');
    chmodSync(join(folder, 'node'), 0o755);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
    if (given === undefined) delete process.env.TICKSCOPE_AGENTS;
    else process.env.TICKSCOPE_AGENTS = given;
  });

  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const plan = (launch: LaunchArguments & { noDebug?: boolean }) =>
    planLaunch({ env: { PATH: folder }, ...launch });
  const listening = { address: 'unix:/s', token: 't' };
  const refused = (launch: LaunchArguments & { noDebug?: boolean }, sentence: RegExp) =>
    assert.rejects(plan(launch), (error) => {
      assert.ok(error instanceof LaunchError);
      assert.match(error.message, sentence);
      return true;
    });

  it('runs with the worker before everything else, and knows where to dial', async () => {
    const program = file('app.js', "import { run } from 'tickscope/asyncio'");
    const made = await plan({
      program,
      args: ['-v', 'x y'],
      runtimeArgs: ['--no-warnings'],
      env: { PATH: folder, A: '1' },
    });
    assert.deepEqual([made.target, made.name], ['loop', 'app.js']);
    const { path, args, cwd, env } = made.command(listening);
    assert.equal(path, join(folder, 'node'));
    assert.deepEqual(args, ['--require', preload, '--no-warnings', program, '-v', 'x y']);
    assert.equal(cwd, folder);
    assert.deepEqual(
      [
        env.TICKSCOPE_ADDRESS,
        env.TICKSCOPE_TOKEN,
        env.TICKSCOPE_AGENT_VERSION,
        env.TICKSCOPE_TARGET,
        env.TICKSCOPE_LOADER,
        env.A,
      ],
      ['unix:/s', 't', AGENT_VERSION, 'loop', '1', '1'],
    );
    assert.equal(env.NODE_OPTIONS, process.env.NODE_OPTIONS);
  });

  it("in TypeScript goes through Node's ES module loader where it is a module", async () => {
    const argsOf = async (name: string, text: string) =>
      (await plan({ program: file(name, text) })).command(listening).args.slice(2, -1);
    assert.deepEqual(await argsOf('a.ts', "import 'tickscope/asyncio'"), [
      '--import',
      'data:text/javascript,',
    ]);
    assert.deepEqual(await argsOf('a.cts', "import 'tickscope/asyncio'"), []);
    assert.deepEqual(await argsOf('b.ts', "import a = require('tickscope/asyncio')"), []);
  });

  it('without debugging has the loader alone, and only where it is needed', async () => {
    const quiet = async (launch: LaunchArguments) => {
      const { args, env } = (await plan({ ...launch, noDebug: true })).command(undefined);
      assert.equal(env.TICKSCOPE_ADDRESS, undefined);
      return args;
    };
    const plain = file('plain.js', 'console.log(1)');
    assert.deepEqual(await quiet({ program: plain }), [plain]);
    const typed = file('typed.cts', 'console.log(1 as number)');
    assert.deepEqual(await quiet({ program: typed }), ['--require', preload, typed]);
  });

  it('of a package is what its package.json names, as Node runs it', async () => {
    mkdirSync(join(folder, 'package', 'src'), { recursive: true });
    file('package/package.json', '{ "main": "src/main.ts", "type": "module" }');
    file('package/src/main.ts', 'export {}');
    const { target, command } = await plan({ program: join(folder, 'package') });
    assert.equal(target, 'node');
    assert.deepEqual(command(listening).args, [
      ...['--require', preload, '--import', 'data:text/javascript,'],
      join(folder, 'package'),
    ]);
  });

  it('that cannot be run is refused with a sentence', async () => {
    await refused(
      { program: folder, target: 'loop' },
      /is a folder without a package\.json that names its "main"\./,
    );
    await refused({ program: file('shim', '#!/bin/sh\nexec node x'), target: 'node' }, /is a shell script\./);
    await refused({ program: file('a.py', ''), target: 'loop' }, /a\.py is neither\./);
    await refused({ module: 'a', target: 'loop' }, /"module" runs Python modules\./);
    await refused({ program: join(folder, 'none.ts') }, /There is no file .*none\.ts/);
    await refused(
      { program: file('c.ts', ''), target: 'loop', runtimeExecutable: 'nope' },
      /There is no program nope\./,
    );
    const loop = file('d.mjs', "import 'tickscope/asyncio'");
    assert.equal((await plan({ program: loop, target: 'loop' })).target, 'loop');
    rmSync(preload);
    await refused({ program: loop }, /agent for Node\.js was not found in .*Reinstall the extension\.$/);
    writeFileSync(preload, '');
  });
});
