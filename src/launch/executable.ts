/** Finding the file that a shell would run, and asking it what it is. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { Environment } from './environment';

/** What has not answered by then never will, ms. */
const ANSWER_MS = 15_000;

/** What it writes to standard output for these arguments; `problem`: why it wrote nothing of use. Never rejects. */
export function ask(
  path: string,
  args: string[],
  cwd: string,
  env: Environment,
): Promise<{ text: string; problem?: string }> {
  return new Promise((resolve) => {
    const options = { cwd, env, timeout: ANSWER_MS, killSignal: 'SIGKILL', windowsHide: true } as const;
    const child = execFile(path, args, options, (error, stdout, stderr) => {
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
