/** What has to be there before anything else runs. Plain Node: no package may be needed in here. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** `npm ci`, unless what is installed is at least as new as the lock file. Throws when it fails. */
export function installPackages() {
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  const lock = path.join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log('Installing npm packages …');
  const windows = process.platform === 'win32';
  const { status } = spawnSync(windows ? 'npm.cmd' : 'npm', ['ci'], {
    cwd: root,
    stdio: 'inherit',
    shell: windows,
  });
  if (status !== 0)
    throw new Error('"npm ci" failed; what it wrote above says why. Is the npm registry reachable?');
}

/**
 * Installs those of the Debian packages that are absent. Where that cannot be done (not root, not
 * Debian) it says which are wanted and goes on: tests that need one fail with a sentence of their own.
 */
export function installDebianPackages(names) {
  const query = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names], {
    encoding: 'utf8',
  });
  if (query.error) {
    console.log(`Not a Debian machine: these are taken to be installed: ${names.join(', ')}.`);
    return;
  }
  const installed = new Set(query.stdout.split('\n').filter((line) => line.endsWith(' installed')));
  const absent = names.filter((name) => !installed.has(`${name} installed`));
  if (absent.length === 0) return;
  if (process.getuid() !== 0) {
    console.log(`Absent, and only root can install them: apt-get install ${absent.join(' ')}`);
    return;
  }
  console.log(`Installing Debian packages: ${absent.join(', ')} …`);
  const aptGet = (...args) =>
    spawnSync('apt-get', ['-q', ...args], {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  const install = () => aptGet('install', '-y', '--no-install-recommends', ...absent);
  // The lists of a new machine are empty or old; reading them anew is slow, so only when needed.
  if (install() || (aptGet('update') && install())) return;
  throw new Error(`apt-get could not install ${absent.join(', ')}; what it wrote above says why.`);
}
