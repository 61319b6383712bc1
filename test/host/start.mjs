/** `npm start`: a real VS Code with Tickscope in it and the samples open. Plain Node, so that it runs before any install. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages, root } from '../install.mjs';

const help = `Opens a real VS Code with Tickscope and a workspace of sample programs.

  npm start                     the VS Code of this machine, or a downloaded one;
                                without a screen: a VS Code server, whose address is printed
  npm start -- --server         the server, screen or not
  npm start -- --port 8123      the port of the server (default: 8123, or a free one)
  npm start -- --vscode 1.100   the release of the server: 1.100 or 1.139 (default)
  npm start -- --help           this

VSCODE_EXECUTABLE_PATH names the VS Code to use; TICKSCOPE_CACHE the folder that downloads are kept in
(default: ~/.cache/tickscope-vscode). The samples in Python need Python 3.8 or later.`;
const defaultPort = 8123;

try {
  await main();
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}

async function main() {
  const options = readOptions();
  if (options.help) {
    console.log(help);
    return;
  }
  const { port } = options;
  if (port !== undefined && !(await isFree(port))) {
    throw new Error(`Port ${port} is in use: choose another with "npm start -- --port N".`);
  }
  checkNode();
  installPackages();
  console.log('Building …');
  if (!options.server && hasScreen() && (await openDesktop())) return;
  await serve(options);
}

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h' },
        server: { type: 'boolean' },
        port: { type: 'string' },
        vscode: { type: 'string', default: '1.139' },
      },
    }));
  } catch (error) {
    throw new Error(`${error.message}\n\n${help}`);
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new Error(`"${values.port}" is not a port: give a whole number from 1 to 65535.`);
  }
  return { ...values, port };
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(
      `Node ${process.versions.node} is too old to build Tickscope: install Node 20.19 or later.`,
    );
  }
}

function hasScreen() {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** False where there is no desktop VS Code to be had, which is then said. */
async function openDesktop() {
  const { status } = spawnSync(process.execPath, ['esbuild.js'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('The build failed; what it wrote above says why.');

  const own = process.env.VSCODE_EXECUTABLE_PATH ?? findCode();
  let command = own;
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, path.join(root, 'media', 'samples')];
  if (!command) {
    console.log('No VS Code was found on this machine; downloading one …');
    try {
      const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
      const { cacheRoot } = await import('./cache.mjs');
      const cachePath = path.join(cacheRoot(), 'desktop');
      command = await downloadAndUnzipVSCode({ cachePath });
      args.push(
        `--user-data-dir=${path.join(cachePath, 'user')}`,
        `--extensions-dir=${path.join(cachePath, 'extensions')}`,
      );
      // Its own sandbox cannot be had for root.
      if (process.platform === 'linux' && process.getuid() === 0) args.push('--no-sandbox');
    } catch (error) {
      console.log(`VS Code could not be downloaded (${error.message}).`);
      return false;
    }
  }
  const shell = process.platform === 'win32';
  const child = spawn(shell ? `"${command}"` : command, shell ? args.map((each) => `"${each}"`) : args, {
    stdio: 'ignore',
    detached: true,
    shell,
  });
  const failure = await new Promise((resolve) => {
    child.once('error', resolve);
    child.once('spawn', () => resolve(undefined));
  });
  if (failure) {
    if (process.env.VSCODE_EXECUTABLE_PATH) {
      throw new Error(
        `VSCODE_EXECUTABLE_PATH names "${command}", which could not be started: ${failure.message}`,
      );
    }
    console.log(`${command} could not be started (${failure.message}).`);
    return false;
  }
  child.unref();
  console.log(`Opened ${own ? command : 'the downloaded VS Code'} with the samples: open one and press F5.`);
  return true;
}

/** `code` on the path, or where macOS keeps it. */
function findCode() {
  const names = process.platform === 'win32' ? ['code.cmd'] : ['code', 'code-insiders'];
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  if (process.platform === 'darwin')
    folders.push('/Applications/Visual Studio Code.app/Contents/Resources/app/bin');
  return folders
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .find((file) => existsSync(file));
}

/** Stays up until Ctrl-C, then leaves nothing behind. */
async function serve({ port, vscode }) {
  const { packageExtension, samples, startPackaged } = await import('./packaged.mjs');
  packageExtension();
  const place = port ?? ((await isFree(defaultPort)) ? defaultPort : undefined);

  const starting = startPackaged(vscode, { port: place, folder: samples, say: console.log });
  let leaving = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, async () => {
      if (leaving) return;
      leaving = true;
      console.log('\nStopping …');
      await starting.then((server) => server.close()).catch(() => {});
      process.exit(0);
    });
  }

  const server = await starting;
  if (leaving) return;
  void server.exited.then(async (code) => {
    if (leaving) return;
    await server.close();
    console.error(`The VS Code server ended by itself with code ${code}; run "npm start" again.`);
    process.exit(1);
  });
  console.log(`
VS Code ${vscode} with Tickscope is at

    ${server.url}/?folder=${encodeURI(samples)}

Open it in a browser on this machine, open one of the programs and press F5. From another machine,
forward the port first: ssh -L ${server.port}:127.0.0.1:${server.port} <this machine>
Ctrl-C stops it.`);
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
