/** The extension as a person gets it: packaged, then installed into a fresh VS Code server. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../install.mjs';
import { vscodeServer } from './cache.mjs';
import { installExtension, startServer } from './server.mjs';

export const samples = path.join(root, 'media', 'samples');
export const vsix = path.join(root, 'out', 'tickscope.vsix');

/** Builds `vsix` from the sources. Throws with what the build wrote. */
export function packageExtension() {
  mkdirSync(path.dirname(vsix), { recursive: true });
  step('esbuild.js', '--production');
  step(
    'node_modules/@vscode/vsce/vsce',
    'package',
    '--no-yarn',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '--out',
    vsix,
  );
}

/**
 * A server with `vsix` installed, all of whose files are gone once it is closed.
 * @param {string} vscode a key of `releases`
 * @param {{ port?: number, folder?: string, settings?: Record<string, unknown>, env?: Record<string, string>, say?: (line: string) => void }} [options]
 */
export async function startPackaged(vscode, { say, ...options } = {}) {
  const release = await vscodeServer(vscode, say);
  // Short: sockets live in there, and their paths have a limit.
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'tsp-'));
  const remove = () => rm(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const extensionsFolder = path.join(dataFolder, 'extensions');
    await installExtension(release, vsix, dataFolder, extensionsFolder);
    const server = await startServer(release, { ...options, dataFolder, extensionsFolder });
    return { ...server, close: () => server.close().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

function step(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`"node ${args.join(' ')}" failed:\n${stdout}${stderr}`);
}
