import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LaunchError } from '../../../src/launch/launchError';
import { findPython } from '../../../src/launch/python';

describe('the interpreter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickscope-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A folder for a PATH, with executables in it: shell commands by name. */
  function path(name: string, executables: Record<string, string>): string {
    const made = join(folder, name);
    mkdirSync(made);
    for (const [file, body] of Object.entries(executables)) {
      writeFileSync(join(made, file), `#!/bin/sh\n${body}\n`);
      chmodSync(join(made, file), 0o755);
    }
    return made;
  }
  const says = (version: string) => `printf 'python ${version}'`;
  const find = (asked: string | undefined, PATH: string) => findPython(asked, folder, { PATH });
  const refused = (promise: Promise<unknown>, sentence: RegExp) =>
    assert.rejects(promise, (error) => {
      assert.ok(error instanceof LaunchError);
      assert.match(error.message, sentence);
      assert.match(error.message, /\.$/);
      return true;
    });

  it('is the one that is named, by path or by name', async () => {
    const bin = path('named', { python3: says('3.9.1'), mine: says('3.13.0') });
    assert.deepEqual(await find(join(bin, 'mine'), ''), { path: join(bin, 'mine'), version: [3, 13, 0] });
    assert.deepEqual(await find('mine', bin), { path: join(bin, 'mine'), version: [3, 13, 0] });
    assert.deepEqual((await find('./named/mine', '')).version, [3, 13, 0]);
  });

  it('is python3 before python, and python when python3 is too old', async () => {
    const bin = path('both', { python: says('3.12.1'), python3: says('3.11.7') });
    assert.equal((await find(undefined, bin)).path, join(bin, 'python3'));
    const old = path('old3', { python: says('3.12.1'), python3: says('3.6.15') });
    assert.equal((await find(undefined, old)).path, join(old, 'python'));
  });

  it('that is not there, too old or something else is refused with a sentence', async () => {
    const empty = path('empty', {});
    await refused(find(undefined, empty), /neither python3 nor python on the PATH/);
    await refused(find('/no/such/python', empty), /There is no interpreter \/no\/such\/python/);
    await refused(find('python9', empty), /There is no interpreter python9/);
    const bin = path('wrong', {
      python3: says('3.7.16'),
      python: says('2.7.18'),
      cat: 'exec /bin/cat',
      sh: 'echo oops >&2; exit 2',
    });
    await refused(find('python', bin), /is Python 2\.7\.18; Tickscope needs Python 3\.8 or newer/);
    await refused(find(undefined, bin), /is Python 3\.7\.16/);
    await refused(find('sh', bin), /is not a Python interpreter \(oops\)/);
    await refused(find('cat', bin), /is not a Python interpreter/);
  });

  it('is not a file that cannot be run', async () => {
    const bin = path('unrunnable', {});
    writeFileSync(join(bin, 'python3'), '');
    mkdirSync(join(bin, 'python'));
    await refused(find(undefined, bin), /No Python was found/);
  });
});
