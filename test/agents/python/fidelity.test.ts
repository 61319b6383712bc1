import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { interpreters } from './client';

describe("CPython's own tests of asyncio under the agent", function () {
  this.timeout(240_000);
  it('end as they do without it', function () {
    const known = interpreters().filter(({ path: python }) => !python.startsWith('/usr/bin'));
    if (known.length === 0) this.skip(); // Debian's Python comes without its tests.
    const script = path.resolve(import.meta.dirname, '../fidelity.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--quick'], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /\d+ tests in \d+ modules compared/);
  });
});
