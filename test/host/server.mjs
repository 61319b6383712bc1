/** A VS Code server as a process, from the moment it answers until nothing of it is left. */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { root } from '../install.mjs';

/** How long a server may take to answer, ms: a cold disk on a busy machine included. */
const READY_MS = 90_000;
/** How long it may take to leave when asked, ms. */
const GRACE_MS = 5000;

/**
 * @param {import('./cache.mjs').VSCodeServer} server
 * @param {object} options
 * @param {string} options.dataFolder where it keeps settings, state and logs
 * @param {string} [options.extensionsFolder]
 * @param {number} [options.port] a free one when absent
 * @param {string} [options.folder] what a bare address opens
 * @param {boolean} [options.testDriver] obey the keys for tests in a page's address; hides notifications
 * @param {Record<string, unknown>} [options.settings]
 * @param {Record<string, string>} [options.env] put over the environment of this process
 * @param {(text: string) => void} [options.onOutput]
 * @returns {Promise<{ port: number, url: string, exited: Promise<number | null>, close(): Promise<void> }>}
 */
export async function startServer(server, options) {
  const port = options.port ?? (await freePort());
  const extensionsFolder = options.extensionsFolder ?? path.join(options.dataFolder, 'extensions');
  await mkdir(extensionsFolder, { recursive: true });
  await writeSettings(options.dataFolder, options.settings ?? {});

  const flags = [
    ...serverFlags(options.dataFolder, extensionsFolder),
    '--host',
    '127.0.0.1',
    '--port',
    `${port}`,
  ];
  flags.push('--without-connection-token', '--disable-workspace-trust');
  if (options.testDriver) flags.push('--enable-smoke-test-driver');
  if (options.folder) flags.push('--default-folder', options.folder);

  // A process group of its own: extension hosts and watchers are ended with it.
  const grouped = process.platform !== 'win32';
  const child = spawn(server.node, [server.main, ...flags], {
    detached: grouped,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...cleanEnvironment(), ...options.env },
  });
  let tail = '';
  const onText = (chunk) => {
    tail = (tail + chunk).slice(-4000);
    options.onOutput?.(String(chunk));
  };
  child.stdout.on('data', onText);
  child.stderr.on('data', onText);
  let gone = false;
  const exited = new Promise((resolve) => {
    child.once('error', (error) => {
      onText(error.message);
      gone = true;
      resolve(null);
    });
    child.once('exit', (code) => {
      gone = true;
      resolve(code);
    });
  });
  const signal = (name) => {
    try {
      if (grouped) process.kill(-child.pid, name);
      else child.kill(name);
    } catch {
      // Nothing of the group is left.
    }
  };
  // Also when this process ends by an exception of its own.
  const atExit = () => signal('SIGKILL');
  process.once('exit', atExit);

  const close = async () => {
    signal('SIGTERM');
    const timer = setTimeout(() => signal('SIGKILL'), GRACE_MS);
    await exited;
    clearTimeout(timer);
    // The leader has left; children that did not follow are ended.
    signal('SIGKILL');
    process.removeListener('exit', atExit);
  };

  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + READY_MS;
  for (;;) {
    if (await answers(`${url}/version`)) return { port, url, exited, close };
    if (gone || Date.now() > deadline) {
      await close();
      throw new Error(
        `The VS Code server ${gone ? 'ended' : 'did not answer'} on port ${port}. It last said:\n${tail.trim()}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Installs a .vsix as the Extensions view would. */
export function installExtension(server, vsix, dataFolder, extensionsFolder) {
  const flags = [...serverFlags(dataFolder, extensionsFolder), '--install-extension', vsix, '--force'];
  return new Promise((resolve, reject) => {
    const child = spawn(server.node, [server.main, ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: cleanEnvironment(),
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0 && output.includes('successfully installed')) resolve();
      else
        reject(new Error(`${path.basename(vsix)} could not be installed (code ${code}):\n${output.trim()}`));
    });
  });
}

function serverFlags(dataFolder, extensionsFolder) {
  return [
    '--accept-server-license-terms',
    ...['--telemetry-level', 'off'],
    ...['--server-data-dir', dataFolder],
    ...['--user-data-dir', path.join(dataFolder, 'data')],
    ...['--extensions-dir', extensionsFolder],
  ];
}

/** Settings of this machine: a server has no others that a file can hold. */
async function writeSettings(dataFolder, settings) {
  const folder = path.join(dataFolder, 'data', 'Machine');
  await mkdir(folder, { recursive: true });
  const all = {
    'workbench.startupEditor': 'none',
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'chat.disableAIFeatures': true,
    'extensions.autoCheckUpdates': false,
    'git.openRepositoryInParentFolders': 'never',
    'remote.autoForwardPorts': false,
    // The servers of the registry come without TypeScript; a VS Code brings its own.
    'typescript.tsdk': path.join(root, 'node_modules', 'typescript', 'lib'),
    'js/ts.tsdk.path': path.join(root, 'node_modules', 'typescript', 'lib'),
    ...settings,
  };
  await writeFile(path.join(folder, 'settings.json'), JSON.stringify(all, null, 2));
}

/** What an outer VS Code or npm left in the environment would make the server behave as its child. */
function cleanEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(VSCODE_|ELECTRON_|npm_)/.test(name) && name !== 'NODE_OPTIONS',
    ),
  );
}

/** Two callers asking at once get two different ports as long as both hold on until they listen. */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function answers(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).status === 200;
  } catch {
    return false;
  }
}
