/** Before Node had synchronous hooks: what `import` does, on the thread that Node has for it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ASYNCIO, isAbsent, ownAsyncio, sourceOf, TYPESCRIPT } from './resolve';
import type * as Translate from './translate';

interface Context {
  parentURL?: string;
  conditions?: string[];
}
interface Resolved {
  url: string;
  format?: string;
  shortCircuit?: boolean;
}
interface Loaded {
  format: string;
  source?: string;
  shortCircuit?: boolean;
}

let folder: string;
let typescript: boolean;
let translator: typeof Translate | undefined;

export function initialize(data: { folder: string; typescript: boolean }): void {
  ({ folder, typescript } = data);
}

export async function resolve(
  specifier: string,
  context: Context,
  next: (specifier: string, context: Context) => Promise<Resolved>,
): Promise<Resolved> {
  if (specifier === ASYNCIO) {
    try {
      return await next(specifier, context);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      const ending = context.conditions?.includes('require') ? 'cjs' : 'mjs';
      return { url: pathToFileURL(ownAsyncio(folder, ending)).href, shortCircuit: true };
    }
  }
  const source = typescript ? sourceOf(specifier, context.parentURL) : undefined;
  return source === undefined ? next(specifier, context) : { url: source, shortCircuit: true };
}

export async function load(
  url: string,
  context: Context,
  next: (url: string, context: Context) => Promise<Loaded>,
): Promise<Loaded> {
  if (!typescript || !url.startsWith('file:')) return next(url, context);
  const path = fileURLToPath(url);
  if (!TYPESCRIPT.test(path)) return next(url, context);
  translator ??= createRequire(import.meta.url)(join(folder, 'translate.cjs')) as typeof Translate;
  const { format, code } = translator.translate(readFileSync(path, 'utf8'), path);
  return { format, source: code, shortCircuit: true };
}
