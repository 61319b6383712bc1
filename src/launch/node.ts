/** Finding the Node that the user means, and seeing that it is one that the worker runs in. */
import type { Environment } from './environment';
import { ask, locate } from './executable';
import { LaunchError } from './launchError';

const OLDEST: [number, number] = [20, 18];

export interface Node {
  path: string;
  version: [number, number, number];
  /** The editor's own: an Electron that has to be told to be Node. */
  electron: boolean;
}

/** What runs this adapter. */
export interface OwnNode {
  path: string;
  version: string;
  electron: boolean;
}
const ownNode: OwnNode = {
  path: process.execPath,
  version: process.versions.node,
  electron: process.versions.electron !== undefined,
};

/**
 * The one that is asked for, else the `node` of the PATH, else what runs this adapter. Throws LaunchError: not there,
 * older than 20.18, or no Node.
 */
export async function findNode(
  asked: string | undefined,
  cwd: string,
  env: Environment,
  own: OwnNode = ownNode,
): Promise<Node> {
  const path = locate(asked ?? 'node', cwd, env);
  if (path === undefined && asked !== undefined)
    throw new LaunchError(
      `There is no program ${asked}. Let "runtimeExecutable" name a Node.js ${OLDEST.join('.')} or newer, or remove it.`,
    );
  if (path === undefined) {
    const version = versionIn(`v${own.version}`);
    if (version && isRecent(version)) return { path: own.path, version, electron: own.electron };
    throw new LaunchError(
      `No Node.js was found: there is no node on the PATH. Install Node.js ${OLDEST.join('.')} or newer, ` +
        'or name one in "runtimeExecutable".',
    );
  }
  // An Electron answers for its Node.
  const { text, problem } = await ask(path, ['--version'], cwd, { ...env, ELECTRON_RUN_AS_NODE: '1' });
  const version = versionIn(text);
  if (!version)
    throw new LaunchError(
      `${path} is not Node.js${problem ? ` (${problem})` : ''}. ` +
        `Let "runtimeExecutable" name a Node.js ${OLDEST.join('.')} or newer.`,
    );
  if (!isRecent(version))
    throw new LaunchError(
      `${path} is Node.js ${version.join('.')}; Tickscope needs Node.js ${OLDEST.join('.')} or newer. ` +
        'Install a newer one, or name one in "runtimeExecutable".',
    );
  return { path, version, electron: false };
}

/** Of "v20.18.1"; tsx and its like write their own version on a line before. */
function versionIn(text: string): [number, number, number] | undefined {
  const match = /^(?:node )?v(\d+)\.(\d+)\.(\d+)/m.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

function isRecent([major, minor]: [number, number, number]): boolean {
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
