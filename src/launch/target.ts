/** Which kind of loop a program runs, guessed from its file. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Target } from '../adapter/contract';
import { ASYNCIO, fileMeant } from '../agents/node/typescript/resolve';

export const JAVASCRIPT = /\.(?:[cm]?[jt]s|[jt]sx)$/i;
/** Source beyond that is not looked through for imports. */
const LONGEST = 1_000_000;

/** `path`: of an existing file or folder; undefined for a module. */
export function guessTarget(path: string | undefined): Target {
  if (path === undefined || !JAVASCRIPT.test(path)) return 'asyncio';
  return usesLoop(path) ? 'loop' : 'node';
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
