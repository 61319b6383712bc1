import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LaunchError } from '../../../src/launch/launchError';
import { findNode, type OwnNode } from '../../../src/launch/node';

describe('the Node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickscope-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A folder for a PATH, with one executable in it. */
  function path(name: string, file: string, body: string): string {
    const made = join(folder, name);
    mkdirSync(made);
    writeFileSync(join(made, file), `#!/bin/sh\n${body}\n`);
    chmodSync(join(made, file), 0o755);
    return made;
  }
  const own: OwnNode = { path: '/editor', version: '20.19.0', electron: true };
  const find = (asked: string | undefined, PATH: string, runsUs = own) =>
    findNode(asked, folder, { PATH }, runsUs);
  const refused = (promise: Promise<unknown>, sentence: RegExp) =>
    assert.rejects(promise, (error) => {
      assert.ok(error instanceof LaunchError);
      assert.match(error.message, sentence);
      assert.match(error.message, /\.$/);
      return true;
    });

  it('is the one that is asked for, by path or by name', async () => {
    const made = path('asked', 'mynode', 'echo v22.1.0');
    const node = { path: join(made, 'mynode'), version: [22, 1, 0], electron: false };
    assert.deepEqual(await find('mynode', made), node);
    assert.deepEqual(await find(node.path, ''), node);
    assert.deepEqual(await find('./asked/mynode', ''), node);
    await refused(find('no-such-node', made), /There is no program no-such-node/);
  });

  it('else the one on the PATH, else what runs the adapter', async () => {
    const made = path('path', 'node', 'echo v20.18.0');
    assert.equal((await find(undefined, made)).path, join(made, 'node'));
    assert.deepEqual(await find(undefined, '/nowhere'), {
      path: '/editor',
      version: [20, 19, 0],
      electron: true,
    });
    await refused(
      find(undefined, '/nowhere', { ...own, version: '18.17.0' }),
      /there is no node on the PATH/,
    );
  });

  it('is asked its version, as what it is: an Electron, a wrapper, something else', async () => {
    const electron = path(
      'electron',
      'node',
      'test -n "$ELECTRON_RUN_AS_NODE" && echo v20.19.1 || echo v34.0.0',
    );
    assert.deepEqual((await find(undefined, electron)).version, [20, 19, 1]);
    const wrapper = path('wrapper', 'tsx', 'printf "tsx v4.0.0\\nnode v24.2.0\\n"');
    assert.deepEqual((await find('tsx', wrapper)).version, [24, 2, 0]);
    await refused(
      find(undefined, path('old', 'node', 'echo v20.17.9')),
      /is Node\.js 20\.17\.9; Tickscope needs Node\.js 20\.18/,
    );
    await refused(find(undefined, path('bun', 'node', 'echo 1.2.3')), /is not Node\.js\. Let/);
    await refused(
      find(undefined, path('broken', 'node', 'echo oh dear >&2; exit 3')),
      /is not Node\.js \(oh dear\)/,
    );
  });
});
