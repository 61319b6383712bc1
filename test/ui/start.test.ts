import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { root } from '../install.mjs';
import { samples } from '../host/packaged.mjs';

const start = path.join(root, 'test', 'host', 'start.mjs');

describe('npm start', function () {
  this.timeout(120_000);
  let running: ChildProcessWithoutNullStreams | undefined;
  const taken = createServer();
  afterEach(() => {
    running?.kill('SIGKILL');
    taken.close();
  });

  it('serves a VS Code where there is no screen, and leaves nothing behind', async () => {
    const { DISPLAY: _x, WAYLAND_DISPLAY: _wayland, ...env } = process.env;
    running = spawn(process.execPath, [start], { env });
    const closed = once(running, 'close');
    const address = await firstMatch(running, /http:\/\/127\.0\.0\.1:\d+\/\?folder=\S+/);
    assert.equal(new URL(address).searchParams.get('folder'), samples);
    const page = await fetch(address);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /workbench/);

    const port = new URL(address).port;
    assert.match(processesOn(port), /server-main/);
    running.kill('SIGINT');
    assert.deepEqual(await closed, [0, null]);
    assert.equal(processesOn(port), '');
  });

  it('says so when the port is taken', async () => {
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    running = spawn(process.execPath, [start, '--server', '--port', `${port}`]);
    const closed = once(running, 'close');
    assert.match(
      await firstMatch(running, /Port \d+ is in use.*/),
      new RegExp(`Port ${port} is in use: choose`),
    );
    assert.deepEqual(await closed, [1, null]);
  });

  it('refuses what it does not understand with its help', () => {
    const nonsense = spawnSync(process.execPath, [start, '--nonsense'], { encoding: 'utf8' });
    assert.equal(nonsense.status, 1);
    assert.match(nonsense.stderr, /'--nonsense'[^]*npm start -- --port/);
    const port = spawnSync(process.execPath, [start, '--port', 'abc'], { encoding: 'utf8' });
    assert.match(port.stderr, /"abc" is not a port/);
    const help = spawnSync(process.execPath, [start, '--help'], { encoding: 'utf8' });
    assert.equal(help.status, 0);
    assert.match(help.stdout, /npm start -- --server/);
  });
});

/** The first part of what it writes that matches; rejects when it ends without. */
function firstMatch(child: ChildProcessWithoutNullStreams, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const look = (chunk: Buffer) => {
      text += chunk;
      const [match] = pattern.exec(text) ?? [];
      if (match) resolve(match);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('close', () => reject(new Error(`It ended and said only:\n${text}`)));
  });
}

/** The command lines of the processes that were told this port. */
function processesOn(port: string): string {
  const all = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  return all
    .split('\n')
    .filter((line) => line.includes(`--port ${port}`))
    .join('\n');
}
