/** Which kind of loop a program runs, guessed from its file. */
import { closeSync, existsSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Target } from '../adapter/contract';
import { ASYNCIO, fileMeant } from '../agents/node/typescript/resolve';

export const JAVASCRIPT = /\.(?:[cm]?[jt]s|[jt]sx)$/i;
/** Source beyond that is not looked through for imports. */
const LONGEST = 1_000_000;

/** `path`: of an existing file or folder; undefined for a module. */
export function guessTarget(path: string | undefined): Target {
  if (path === undefined) return 'asyncio';
  if (JAVASCRIPT.test(path)) return usesLoop(path) ? 'loop' : 'node';
  return isPackage(path) || isScriptOfNode(path) ? 'node' : 'asyncio';
}

/** A folder that `node folder` runs. */
function isPackage(path: string): boolean {
  return existsSync(join(path, 'package.json')) && !existsSync(join(path, '__main__.py'));
}

/** What npm puts into `.bin`, or a script that says so in its first line. */
function isScriptOfNode(path: string): boolean {
  if (/[\\/]node_modules[\\/]\.bin[\\/]/.test(path)) return true;
  return JAVASCRIPT.test(realpathSync(path)) || /^#!.*\bnode\b/.test(firstLine(path));
}

/** '' of what is no file. */
export function firstLine(path: string): string {
  if (!statSync(path).isFile()) return '';
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(200);
    return start.toString('utf8', 0, readSync(file, start)).split('\n', 1)[0];
  } finally {
    closeSync(file);
  }
}

/** It imports `tickscope/asyncio`, or one of its own files does that it imports. */
function usesLoop(path: string): boolean {
  const imports = importsOf(path);
  if (imports.includes(ASYNCIO)) return true;
  return imports
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => fileMeant(resolve(dirname(path), specifier)))
    .some((file) => file !== undefined && JAVASCRIPT.test(file) && importsOf(file).includes(ASYNCIO));
}

function importsOf(path: string): string[] {
  let source: string;
  try {
    source = readFileSync(path, 'utf8').slice(0, LONGEST);
  } catch {
    return []; // whoever runs it will say what is wrong with it
  }
  const code = source.replace(/^\s*\/\/.*$|\/\*[^]*?\*\//gm, '');
  const imports = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(["'])([^"'\n]+)\1/g;
  return [...code.matchAll(imports)].map((match) => match[2]);
}
