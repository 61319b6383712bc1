/** Finding the interpreter that the user means, and seeing that it is one that the agent works in. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { Environment } from './environment';
import { LaunchError } from './launchError';

const OLDEST: [number, number] = [3, 8];
/** An interpreter that has not answered by then never will, ms. */
const ANSWER_MS = 15_000;
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
  const answer = await ask(path, cwd, env);
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

function ask(path: string, cwd: string, env: Environment): Promise<{ text: string; problem?: string }> {
  return new Promise((resolve) => {
    const options = { cwd, env, timeout: ANSWER_MS, killSignal: 'SIGKILL', windowsHide: true } as const;
    const child = execFile(path, ['-E', '-S', '-c', QUESTION], options, (error, stdout, stderr) => {
      if (!error) return resolve({ text: stdout });
      const said = stderr.trim().split('\n').pop();
      resolve({
        text: '',
        problem: error.killed ? `no answer within ${ANSWER_MS / 1000} s` : said || error.message,
      });
    });
    child.stdin?.end();
  });
}

/** The file that a shell in `cwd` would run for this name; undefined when there is none. */
export function locate(
  name: string,
  cwd: string,
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const windows = platform === 'win32';
  const endings = windows ? ['', ...(env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';')] : [''];
  if (isAbsolute(name) || name.includes('/') || (windows && name.includes('\\')))
    return firstFile([resolve(cwd, name)], endings, windows);
  const path = windows ? (env.Path ?? env.PATH) : env.PATH;
  const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '');
  return firstFile(
    folders.map((folder) => join(folder, name)),
    endings,
    windows,
  );
}

function firstFile(paths: string[], endings: string[], windows: boolean): string | undefined {
  for (const path of paths)
    for (const ending of endings) if (runnable(path + ending, windows)) return path + ending;
  return undefined;
}

function runnable(path: string, windows: boolean): boolean {
  try {
    if (!existsSync(path) || !statSync(path).isFile()) return false;
    if (!windows) accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
