/** Where the agents lie, and which version they are. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../package.json';
import { LaunchError } from './launchError';

/** The version of the agents that were built with this adapter. */
export const AGENT_VERSION: string = version;

/** `agents/python` beside the bundle (dist), or in the sources. TICKSCOPE_AGENTS names another folder that holds `python`. */
export function pythonAgentFolder(env: NodeJS.ProcessEnv = process.env): string {
  const bases = env.TICKSCOPE_AGENTS
    ? [env.TICKSCOPE_AGENTS]
    : [
        join(__dirname, 'agents'),
        join(__dirname, '..', 'agents'),
        // Bundled alone, without the build that places the agents beside it.
        join(__dirname, '..', 'src', 'agents'),
      ];
  for (const base of bases) {
    const folder = join(base, 'python');
    if (existsSync(join(folder, 'bootstrap'))) return folder;
  }
  throw new LaunchError(
    `Tickscope's Python agent was not found in ${bases.join(' or ')}. Reinstall the extension.`,
  );
}
