import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programEnvironment } from '../../../src/launch/environment';
import { LaunchError } from '../../../src/launch/launchError';

describe('the environment of the program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickscope-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is ours, then the file, then what is asked for; null removes', () => {
    const envFile = join(folder, '.env');
    writeFileSync(envFile, '# of the project\nA=file\nB="two words"\nexport C=file\n\nEMPTY=\n');
    const env = programEnvironment(
      { env: { A: 'asked', HOME: null, NONE: null }, envFile },
      { HOME: '/h', KEPT: 'k' },
    );
    assert.deepEqual(env, { KEPT: 'k', A: 'asked', B: 'two words', C: 'file', EMPTY: '' });
  });

  it('does not show how the editor runs the adapter, unless that is asked for', () => {
    const inherited = { ELECTRON_RUN_AS_NODE: '1' };
    assert.deepEqual(programEnvironment({}, inherited), {});
    assert.deepEqual(programEnvironment({ env: inherited }, inherited), inherited);
  });

  it('needs the file that is named', () => {
    assert.throws(
      () => programEnvironment({ envFile: join(folder, 'none') }, {}),
      (error) => error instanceof LaunchError && /could not be read .*\.$/.test(error.message),
    );
  });
});
