import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenForAgent, usualPlaces } from '../../../src/launch/address';
import { LaunchError } from '../../../src/launch/launchError';

describe('the address for the agent', () => {
  let base: string;
  beforeEach(() => (base = mkdtempSync(join(tmpdir(), 'tickscope-test-'))));
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  const ignore = (socket: Socket) => void socket.destroy();

  it('is a socket in a folder that only its owner can enter, and goes with it', async () => {
    let connected: () => void = () => undefined;
    const arrived = new Promise<void>((done) => (connected = done));
    const listening = await listenForAgent(
      (socket) => {
        socket.destroy();
        connected();
      },
      { folders: [base], tcp: false },
    );
    assert.equal(listening.address, `unix:${join(listening.folder as string, 'agent')}`);
    assert.equal(statSync(listening.folder as string).mode & 0o777, 0o700);
    connect(listening.address.slice('unix:'.length)).on('error', () => undefined);
    await arrived;
    listening.close();
    assert.equal(existsSync(listening.folder as string), false);
    listening.close();
  });

  it('has a new secret each time', async () => {
    const [a, b] = await Promise.all(
      [1, 2].map(() => listenForAgent(ignore, { folders: [base], tcp: false })),
    );
    assert.match(a.token, /^[0-9a-f]{64}$/);
    assert.notEqual(a.token, b.token);
    a.close();
    b.close();
  });

  it('is elsewhere when a folder cannot be used or its path is too long for a socket', async () => {
    const deep = join(base, 'x'.repeat(120));
    mkdirSync(deep);
    const listening = await listenForAgent(ignore, { folders: [join(base, 'none'), deep, base], tcp: false });
    assert.ok(listening.address.startsWith(`unix:${base}/tickscope-`));
    assert.deepEqual(readdirSync(deep), []);
    listening.close();
    const tcp = await listenForAgent(ignore, { folders: [deep], tcp: true });
    assert.match(tcp.address, /^tcp:127\.0\.0\.1:\d+$/);
    tcp.close();
  });

  it('is refused with a sentence when there is no place at all', async () => {
    await assert.rejects(
      listenForAgent(ignore, { folders: [join(base, 'none')], tcp: false }),
      (error) => error instanceof LaunchError && /^No socket could be opened .*\.$/s.test(error.message),
    );
  });

  it('is loopback TCP on Windows', () => {
    assert.deepEqual(usualPlaces({ XDG_RUNTIME_DIR: '/run/user/0' }, 'win32'), { folders: [], tcp: true });
    assert.equal(usualPlaces({ XDG_RUNTIME_DIR: '/run/user/0' }, 'linux').folders[0], '/run/user/0');
  });
});
