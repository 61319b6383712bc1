/** Where the agents lie, and which version they are. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../package.json';
import { LaunchError } from './launchError';

/** The version of the agents that were built with this adapter. */
export const AGENT_VERSION: string = version;

/** `agents/python` beside the bundle (dist), or in the sources. TICKSCOPE_AGENTS names another folder that holds `python`. */
export function pythonAgentFolder(env: NodeJS.ProcessEnv = process.env): string {
  return found(
    'python',
    'bootstrap',
    'Python agent',
    [
      join(__dirname, 'agents'),
      join(__dirname, '..', 'agents'),
      // Bundled alone, without the build that places the agents beside it.
      join(__dirname, '..', 'src', 'agents'),
    ],
    env,
  );
}

/** `agents/node` of the build: these have to be bundled. TICKSCOPE_AGENTS names another folder that holds `node`. */
export function nodeAgentFolder(env: NodeJS.ProcessEnv = process.env): string {
  return found(
    'node',
    'preload.cjs',
    'agent for Node.js',
    [
      join(__dirname, 'agents'),
      join(__dirname, '..', 'dist', 'agents'),
      join(__dirname, '..', '..', 'dist', 'agents'),
    ],
    env,
  );
}

function found(name: string, part: string, what: string, bases: string[], env: NodeJS.ProcessEnv): string {
  const places = env.TICKSCOPE_AGENTS ? [env.TICKSCOPE_AGENTS] : bases;
  for (const place of places) {
    const folder = join(place, name);
    if (existsSync(join(folder, part))) return folder;
  }
  throw new LaunchError(
    `Tickscope's ${what} was not found in ${places.join(' or ')}. Reinstall the extension.`,
  );
}
