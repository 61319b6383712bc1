/** Child processes of plain Node programs: followed, each by a session of its own, or left alone. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { LaunchArguments } from '../../../src/adapter/contract';
import { Client } from '../../unit/adapter/client';
import { Built, Files } from '../node/worker';

const program = path.join(__dirname, 'programs', 'followed.mjs');
/** Of the tests alone: where the agents lie. */
const env = { TICKSCOPE_AGENTS: null };
const CAN_FOLLOW = { supportsStartDebuggingRequest: true };

type Child = LaunchArguments & { name: string };

describe('child processes of Node programs', () => {
  let built: Built;
  let folder: string;
  let dap: Client;
  let sessions: Client[];
  let started: (session: { child: Client; configuration: Child }) => void;
  before(async () => {
    built = await Built.make();
  });
  after(() => built.remove());
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tsc-'));
    const places = { TICKSCOPE_AGENTS: built.agents, TMPDIR: folder, XDG_RUNTIME_DIR: '' };
    dap = new Client({ env: places });
    sessions = [dap];
    dap.onRequest = ({ command, arguments: args }) => {
      assert.equal(command, 'startDebugging');
      const child = new Client({ env: places });
      sessions.push(child);
      const { configuration } = args as DebugProtocol.StartDebuggingRequestArguments;
      started({ child, configuration: configuration as Child });
      return {};
    };
  });
  afterEach(async () => {
    for (const session of sessions) assert.equal(await session.close(), 0);
    rmSync(folder, { recursive: true });
  });

  const said = (way: string) =>
    [...(way === 'fork' ? ['message 5'] : []), `${way} [] []`, 'child ended with 3'].sort();
  const output = () => dap.output('stdout').trim().split('\n').sort();

  for (const way of ['fork', 'spawn', 'exec', 'sync', 'cluster']) {
    it(`are followed: ${way}`, async () => {
      const session = new Promise<{ child: Client; configuration: Child }>((resolve) => (started = resolve));
      await dap.launch({ program, env, target: 'node', args: [way], subProcess: true }, CAN_FOLLOW);
      const { child, configuration } = await session;
      assert.match(configuration.name, /^followed\.mjs \[pid \d+\]$/);
      const tickBreakpoints = [{ id: 'mine', place: 'callback' as const, function: 'inChild' }];
      await child.launch({ ...configuration, tickBreakpoints });
      assert.equal((await child.stopped()).reason, 'breakpoint');
      await child.request('continue', { threadId: 1 });
      await child.event('terminated');
      await dap.event('terminated');
      assert.deepEqual(output(), said(way));
      assert.equal(dap.output('stderr'), '');
      assert.equal(sessions.length, 2);
    });

    it(`are left alone: ${way}`, async () => {
      await dap.launch({ program, env, target: 'node', args: [way] }, CAN_FOLLOW);
      await dap.event('terminated');
      assert.deepEqual(output(), said(way));
      assert.equal(sessions.length, 1);
    });
  }

  for (const subProcess of [true, false])
    it(`of node --test are the test files, ${subProcess ? 'followed' : 'left alone'}`, async () => {
      const names: string[] = [];
      const ended: Promise<unknown>[] = [];
      started = ({ child, configuration }) => {
        names.push(configuration.name.replace(/ .*/, ''));
        ended.push(child.launch(configuration).then(() => child.event('terminated')));
      };
      const files = new Files({
        'a.test.mjs': `import test from 'node:test'; test('one', async () => {});`,
        'b.test.cjs': `require('node:test')('two', (t, done) => setTimeout(done, 5));`,
      });
      const [first, second] = ['a.test.mjs', 'b.test.cjs'].map((name) => path.join(files.folder, name));
      const launch = {
        program: first,
        args: [second],
        env,
        runtimeArgs: ['--test'],
        target: 'node' as const,
      };
      await dap.launch({ ...launch, subProcess }, CAN_FOLLOW);
      assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
      await dap.event('terminated');
      await Promise.all(ended);
      files.remove();
      assert.deepEqual(names.sort(), subProcess ? ['a.test.mjs', 'b.test.cjs'] : []);
      assert.match(dap.output('stdout'), /pass 2$/m);
      assert.equal(dap.output('stderr'), '');
    });

  it('run alone when the editor starts no session for them', async () => {
    dap.onRequest = () => ({ success: false });
    await dap.launch({ program, env, target: 'node', args: ['fork'], subProcess: true }, CAN_FOLLOW);
    await dap.event('terminated');
    assert.deepEqual(output(), said('fork'));
    assert.equal(dap.output('stderr'), '');
  });
});
