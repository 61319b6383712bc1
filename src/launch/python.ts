/** Finding the interpreter that the user means, and seeing that it is one that the agent works in. */
import type { Environment } from './environment';
import { ask, locate } from './executable';
import { LaunchError } from './launchError';

const OLDEST: [number, number] = [3, 8];
// Runs on every Python there ever was, so that an old one can say how old it is.
const QUESTION = "import sys; sys.stdout.write('python %d.%d.%d' % tuple(sys.version_info[:3]))";

export interface Python {
  path: string;
  version: [number, number, number];
}

/** Throws LaunchError: none found, older than 3.8, or not a Python. */
export async function findPython(
  asked: string | undefined,
  cwd: string,
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): Promise<Python> {
  if (asked) {
    const path = locate(asked, cwd, env, platform);
    if (path === undefined)
      throw new LaunchError(
        `There is no interpreter ${asked}. Let "runtimeExecutable" name a Python ${OLDEST.join('.')} or newer.`,
      );
    return await questioned(path, cwd, env);
  }
  const found = (platform === 'win32' ? ['python', 'python3', 'py'] : ['python3', 'python'])
    .map((name) => locate(name, cwd, env, platform))
    .filter((path) => path !== undefined);
  if (found.length === 0)
    throw new LaunchError(
      'No Python was found: there is neither python3 nor python on the PATH. ' +
        `Install Python ${OLDEST.join('.')} or newer, or name one in "runtimeExecutable".`,
    );
  let first: unknown;
  for (const path of found) {
    try {
      return await questioned(path, cwd, env);
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

async function questioned(path: string, cwd: string, env: Environment): Promise<Python> {
  const answer = await ask(path, ['-E', '-S', '-c', QUESTION], cwd, env);
  const match = /^python (\d+)\.(\d+)\.(\d+)$/.exec(answer.text.trim());
  if (!match)
    throw new LaunchError(
      `${path} is not a Python interpreter${answer.problem ? ` (${answer.problem})` : ''}. ` +
        `Let "runtimeExecutable" name a Python ${OLDEST.join('.')} or newer.`,
    );
  const version: [number, number, number] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (version[0] < OLDEST[0] || (version[0] === OLDEST[0] && version[1] < OLDEST[1]))
    throw new LaunchError(
      `${path} is Python ${version.join('.')}; Tickscope needs Python ${OLDEST.join('.')} or newer. ` +
        'Choose another interpreter, or name one in "runtimeExecutable".',
    );
  return { path, version };
}
