/** Child processes, each debugged by a session of its own. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { LaunchArguments, TaskRow } from '../../../src/adapter/contract';
import { descendantsOf } from '../../../src/launch/processTree';
import { Client } from '../../unit/adapter/client';

const env = { PYTHONPATH: null, PYTHONUNBUFFERED: null };
const program = join(__dirname, 'programs', 'followed.py');
const CAN_FOLLOW = { supportsStartDebuggingRequest: true };
const versions = ['3.8.18', '3.11.7', '3.13.0']
  .map((version) => ({
    version,
    runtimeExecutable: join(process.env.HOME ?? '', '.pyenv/versions', version, 'bin/python'),
  }))
  .filter(({ runtimeExecutable }) => existsSync(runtimeExecutable));
const pythons: { version: string; runtimeExecutable?: string }[] =
  versions.length > 0 ? versions : [{ version: 'python3' }];

type Child = LaunchArguments & { name: string };

describe('child processes', () => {
  let dap: Client;
  let sessions: Client[];
  let asked: DebugProtocol.StartDebuggingRequestArguments[];
  /** Where the sockets are made. */
  let folder: string;
  /** Sessions that the adapter asked for. */
  let started: (session: { child: Client; configuration: Child }) => void;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tsc-'));
    const places = { TMPDIR: folder, XDG_RUNTIME_DIR: '' };
    dap = new Client({ env: places });
    sessions = [dap];
    asked = [];
    started = () => undefined;
    dap.onRequest = ({ command, arguments: args }) => {
      assert.equal(command, 'startDebugging');
      asked.push(args);
      const child = new Client({ env: places });
      sessions.push(child);
      started({ child, configuration: args.configuration });
      return {};
    };
  });
  afterEach(async () => {
    for (const session of sessions) {
      assert.equal(await session.close(), 0);
      assert.deepEqual(descendantsOf(session.process.pid as number), []);
    }
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('tickscope-')),
      [],
    );
    rmSync(folder, { recursive: true });
  });

  function nextSession(): Promise<{ child: Client; configuration: Child }> {
    return new Promise((resolve) => (started = resolve));
  }
  async function parentEnds(): Promise<void> {
    assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
    await dap.event('terminated');
  }

  for (const { version, runtimeExecutable } of pythons)
    for (const way of ['asyncio', 'environment', 'grandchild', 'spawn', 'fork', 'forkserver', 'os.fork'])
      it(`by ${way} stop and show their queues, with Python ${version}`, async () => {
        const session = nextSession();
        const launch = { program, args: [way], runtimeExecutable, env };
        const tickBreakpoints = [{ id: 'second', place: 'tick' as const, at: 2 }];
        await dap.launch({ ...launch, subProcess: true }, CAN_FOLLOW);
        await dap.ask('tickscope/setTickBreakpoints', { breakpoints: [] });
        const { child, configuration } = await session;
        assert.match(configuration.name, /^followed\.py \[pid \d+\]$/);
        await child.launch({ ...configuration, tickBreakpoints });
        const stop = await child.stopped();
        assert.equal(stop.reason, 'breakpoint');
        const { cursor } = await child.ask('tickscope/state', {});
        assert.deepEqual(cursor, { loop: 1, tick: 2, callback: 0 });
        const { rows } = await child.ask('tickscope/rows', { queue: 'tasks', start: 0, count: 10 });
        const names = (rows as TaskRow[]).map(({ name }) => name);
        assert.ok(names.includes(`sleeper of ${way}`), `${names}`);
        await child.request('continue', { threadId: 1 });
        await child.event('terminated');
        await parentEnds();
        assert.equal(dap.output('stdout'), `${way} []\nchild ended with 3\n`);
        assert.equal(dap.output('stderr'), '');
        assert.equal(asked.length, 1);
      });

  it('of children are followed, too, under the session of the program', async () => {
    const stops: Promise<unknown>[] = [];
    started = ({ child, configuration }) => {
      const stopped = async () => {
        await child.launch({ ...configuration, stopOnEntry: true });
        await child.stopped();
        await child.request('continue', { threadId: 1 });
        await child.event('terminated');
      };
      stops.push(stopped());
    };
    const generations = join(__dirname, 'programs', 'generations.py');
    await dap.launch({ program: generations, env, subProcess: true }, CAN_FOLLOW);
    assert.deepEqual(await dap.event('exited'), { exitCode: 2 });
    assert.equal(stops.length, 4);
    await Promise.all(stops);
    assert.equal(dap.output('stdout'), 'exec 1 0\nexec 2 1\nfork 1 1\nfork 2 2\n');
  });

  it('are told of the breakpoints of their parent', async () => {
    const session = nextSession();
    const tickBreakpoints = [{ id: 'third', place: 'tick' as const, at: 3 }];
    await dap.launch({ program, env, args: ['asyncio'], subProcess: true, tickBreakpoints }, CAN_FOLLOW);
    await dap.stopped();
    await dap.request('continue', { threadId: 1 });
    const { child, configuration } = await session;
    await child.launch(configuration);
    await child.stopped();
    assert.equal((await child.ask('tickscope/state', {})).cursor.tick, 3);
    await child.request('continue', { threadId: 1 });
    await parentEnds();
  });

  it('end with their own session', async () => {
    const session = nextSession();
    await dap.launch({ program, env, args: ['asyncio'], subProcess: true }, CAN_FOLLOW);
    const { child, configuration } = await session;
    await child.launch({ ...configuration, stopOnEntry: true });
    await child.stopped();
    await child.request('disconnect', { terminateDebuggee: true });
    await parentEnds();
    assert.match(dap.output('stdout'), /^child ended with -9\n$/);
  });

  it('end with the session of their parent', async () => {
    const session = nextSession();
    await dap.launch({ program, env, args: ['asyncio'], subProcess: true }, CAN_FOLLOW);
    const { child, configuration } = await session;
    await child.launch({ ...configuration, stopOnEntry: true });
    await child.stopped();
    await dap.request('disconnect', { terminateDebuggee: true });
    await child.event('terminated');
  });

  it('run alone when the editor starts no session for them', async () => {
    dap.onRequest = () => ({ success: false });
    await dap.launch({ program, env, args: ['asyncio'], subProcess: true }, CAN_FOLLOW);
    await parentEnds();
    assert.equal(dap.output('stdout'), 'asyncio []\nchild ended with 3\n');
    assert.equal(dap.output('stderr'), '');
  });

  it('are left alone by an editor that has no sessions for them, which is said', async () => {
    await dap.launch({ program, env, args: ['fork'], subProcess: true });
    await parentEnds();
    assert.equal(dap.output('stdout'), 'fork []\nchild ended with 3\n');
    assert.match(dap.output('important'), /^This editor cannot start the sessions .* left alone/m);
    assert.equal(asked.length, 0);
  });

  it('are left alone when nobody asks', async () => {
    await dap.launch({ program, env, args: ['asyncio'] }, CAN_FOLLOW);
    await parentEnds();
    assert.equal(asked.length, 0);
    assert.equal(dap.output('important'), '');
  });
});
