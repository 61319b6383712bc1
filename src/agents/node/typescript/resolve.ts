/** What a program's imports mean beyond what Node knows: TypeScript's file names, and `tickscope/asyncio`. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ASYNCIO = 'tickscope/asyncio';
/** What needs translating; .jsx likewise. */
export const TYPESCRIPT = /\.(?:[cm]?ts|tsx|jsx)$/i;

/** What a file of JavaScript's name may be in the sources. */
const SOURCES: Record<string, string[]> = {
  '.js': ['.ts', '.tsx', '.jsx'],
  '.jsx': ['.tsx', '.jsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};
const ADDED = ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.jsx', '.json'];

/** Our own copy, for a program that has none. `folder`: dist/agents/node. */
export function ownAsyncio(folder: string, ending: 'cjs' | 'mjs'): string {
  return join(folder, '..', '..', `asyncio.${ending}`);
}

/** The program has no copy of its own. */
export function isAbsent(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return (
    code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
  );
}

/** The URL of the file that a path in a TypeScript file means; undefined where Node finds it by itself, or nobody. */
export function sourceOf(specifier: string, parent: string | undefined): string | undefined {
  if (!parent?.startsWith('file:') || !TYPESCRIPT.test(parent)) return undefined;
  if (!/^(?:\.{0,2}\/|\.{1,2}$|file:)/.test(specifier)) return undefined;
  const url = new URL(specifier, parent);
  const path = fileURLToPath(url);
  const found = fileMeant(path);
  return found === undefined || found === path
    ? undefined
    : `${pathToFileURL(found).href}${url.search}${url.hash}`;
}

/** The file that TypeScript means by a path: sources go before what was made of them. */
export function fileMeant(path: string): string | undefined {
  const ending = /\.[cm]?jsx?$/i.exec(path)?.[0] ?? '';
  const stem = path.slice(0, path.length - ending.length);
  const candidates = (SOURCES[ending.toLowerCase()] ?? []).map((source) => stem + source);
  candidates.push(path, ...ADDED.map((added) => path + added));
  candidates.push(...ADDED.map((added) => join(path, `index${added}`)));
  return candidates.find(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
