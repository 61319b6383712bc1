/**
 * The loader: TypeScript without a build step, and `tickscope/asyncio` without an install. Where Node has synchronous
 * hooks (22.15, 23.5) they do it all; before, CommonJS and ES modules have ways of their own.
 */
import Module from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { quietly } from '../hide';
import { ASYNCIO, isAbsent, ownAsyncio, sourceOf, TYPESCRIPT } from './resolve';
import type * as Translate from './translate';

/** Under this key the program's Workers learn that they are to have the loader, too. */
const WORKERS = 'tickscope.loader';

const FRAMES_OF_HOOKS = 8;

interface Resolved {
  url: string;
  shortCircuit?: boolean;
}
interface Loaded {
  format: string;
  source?: string;
  shortCircuit?: boolean;
}
interface SyncHooks {
  resolve(
    specifier: string,
    context: { parentURL?: string; conditions: string[] },
    next: (specifier: string, context?: object) => Resolved,
  ): Resolved;
  load(url: string, context: object, next: (url: string, context?: object) => Loaded): Loaded;
}
interface ModuleInside {
  registerHooks?(hooks: SyncHooks): void;
  register(url: string, options: object): void;
  _extensions: Record<string, (module: Compiling, path: string) => void>;
  _resolveFilename(request: string, parent: NodeJS.Module | undefined, ...rest: unknown[]): string;
}
type Compiling = NodeJS.Module & { _compile(code: string, path: string): void };

const inside = Module as unknown as ModuleInside;

/**
 * `wanted`: undefined in a Worker, which has what the main thread has. `folder`: dist/agents/node. Returns how many
 * threads that started.
 */
export function installLoader(folder: string, wanted: boolean | undefined): 0 | 1 {
  if (wanted === undefined ? getEnvironmentData(WORKERS) !== true : !wanted) return 0;
  const typescript = !hasOwnLoader();
  if (inside.registerHooks) {
    setEnvironmentData(WORKERS, true);
    inside.registerHooks(syncHooks(folder, typescript));
    return 0;
  }
  hookCommonjs(folder, typescript);
  const url = pathToFileURL(join(folder, 'threadHooks.mjs')).href;
  // The thread that Node starts for them is no Worker of the program's.
  setEnvironmentData(WORKERS, false);
  quietly(() => withoutStreams(() => inside.register(url, { data: { folder, typescript } })));
  setEnvironmentData(WORKERS, true);
  return 1;
}

/** The user brought what translates TypeScript: that is left alone. */
function hasOwnLoader(): boolean {
  const words = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)].join(' ');
  return /(?:^|[\s=/\\@"'])(?:tsx|ts-node|ts-node-dev|@?swc-node|esbuild-register|@esbuild-kit|sucrase|jiti|@babel|--experimental-transform-types)(?=$|[\s/\\"'])/.test(
    words,
  );
}

function syncHooks(folder: string, typescript: boolean): SyncHooks {
  return {
    resolve(specifier, context, next) {
      if (specifier === ASYNCIO) {
        try {
          return next(specifier, context);
        } catch (error) {
          if (!isAbsent(error)) throw error;
          const ending = context.conditions.includes('require') ? 'cjs' : 'mjs';
          return { url: pathToFileURL(ownAsyncio(folder, ending)).href, shortCircuit: true };
        }
      }
      const source = typescript ? sourceOf(specifier, context.parentURL) : undefined;
      if (source !== undefined) return { url: source, shortCircuit: true };
      return withLongerStacks(() => next(specifier, context));
    },
    load(url, context, next) {
      if (!typescript || !url.startsWith('file:')) return next(url, context);
      const path = fileURLToPath(url);
      if (!TYPESCRIPT.test(path)) return next(url, context);
      const { format, code } = translator(folder).translate(readFileSync(path, 'utf8'), path);
      return { format, source: code, shortCircuit: true };
    },
  };
}

/** Node 20: what `require` does. */
function hookCommonjs(folder: string, typescript: boolean): void {
  const resolve = inside._resolveFilename;
  inside._resolveFilename = function (request, parent, ...rest) {
    const from = parent?.filename ? pathToFileURL(parent.filename).href : undefined;
    const source = typescript ? sourceOf(request, from) : undefined;
    if (source !== undefined) return fileURLToPath(source);
    // An error is thrown by Node and by nobody else.
    if (request !== ASYNCIO) return withLongerStacks(() => resolve.call(this, request, parent, ...rest));
    try {
      return resolve.call(this, request, parent, ...rest);
    } catch (error) {
      if (isAbsent(error)) return ownAsyncio(folder, 'cjs');
      throw error;
    }
  };
  if (!typescript) return;
  for (const ending of ['.ts', '.mts', '.cts', '.tsx', '.jsx'])
    Object.defineProperty(inside._extensions, ending, {
      configurable: true,
      writable: true,
      // Nobody who lists them is to find these.
      enumerable: false,
      value: (module: Compiling, path: string) => {
        // What is required has to be CommonJS, whatever it looks like.
        const { code } = translator(folder).translate(readFileSync(path, 'utf8'), path, 'commonjs');
        module._compile(code, path);
      },
    });
}

let translating: typeof Translate | undefined;

function translator(folder: string): typeof Translate {
  const file = join(folder, 'translate.cjs');
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  translating ??= require(file) as typeof Translate;
  delete require.cache[file];
  return translating;
}

/** A thread writes to the process's streams, and opens them for that: not the program's, and not for ours. */
function withoutStreams(act: () => void): void {
  const names = ['stdout', 'stderr'] as const;
  const found = names.map((name) => Object.getOwnPropertyDescriptor(process, name));
  const value = new Writable({ write: (_chunk, _encoding, done) => done() });
  for (const name of names) Object.defineProperty(process, name, { configurable: true, value });
  try {
    act();
  } finally {
    for (const [index, name] of names.entries())
      Object.defineProperty(process, name, found[index] as PropertyDescriptor);
  }
}

/** Our frames, and Node's for hooks, stand in an error's stack between Node's and the program's: these are to stay in it. */
function withLongerStacks<R>(act: () => R): R {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = stackTraceLimit + FRAMES_OF_HOOKS;
  try {
    return act();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
