/** The interpreters that are found, by version: what asyncio itself does. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

export interface Interpreter {
  readonly path: string;
  /** `3.13`. */
  readonly version: string;
}

/** The version whose behaviour the loop mirrors. */
export const REFERENCE = '3.13';
/** `Runner`, `TaskGroup` and `timeout` came with it. */
const OLDEST = 11;

let found: Interpreter[] | undefined;

/** One interpreter of each version from 3.11 on, oldest first. */
export function interpreters(): Interpreter[] {
  return (found ??= [...byVersion()].map(([version, file]) => ({ version, path: file })));
}

export function reference(): Interpreter | undefined {
  return interpreters().find(({ version }) => version === REFERENCE);
}

function byVersion(): Map<string, string> {
  const versions = new Map<string, string>();
  for (const file of candidates()) {
    const version = versionOf(file);
    if (version !== undefined && minor(version) >= OLDEST && !versions.has(version))
      versions.set(version, file);
  }
  return new Map([...versions].sort(([a], [b]) => minor(a) - minor(b)));
}

function candidates(): string[] {
  const pyenv = path.join(process.env.PYENV_ROOT ?? path.join(homedir(), '.pyenv'), 'versions');
  const own = existsSync(pyenv)
    ? readdirSync(pyenv).map((name) => path.join(pyenv, name, 'bin', 'python'))
    : [];
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const named = ['python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3'];
  return [...own, ...named.flatMap((name) => folders.map((folder) => path.join(folder, name)))].filter(
    (file) => existsSync(file) && !file.includes('shims'),
  );
}

/** Undefined for what is not CPython, or does not start. */
function versionOf(file: string): string | undefined {
  const script =
    "import sys; print('%s %d.%d' % ((sys.implementation.name,) + sys.version_info[:2]) if sys.version_info.releaselevel == 'final' else '')";
  try {
    const [name, version] = execFileSync(file, ['-I', '-S', '-c', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
    })
      .trim()
      .split(' ');
    return name === 'cpython' ? version : undefined;
  } catch {
    return undefined;
  }
}

function minor(version: string): number {
  return Number(version.split('.')[1]);
}
