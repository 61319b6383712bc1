/**
 * Compiles what runs on the loop, twice: as it is written, with generators, and with each of them made a native async
 * function. Both fronts promise the same behaviour, so one text serves both.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';

export const here = import.meta.dirname;
export const root = path.resolve(here, '../..');

export type Front = 'generators' | 'native';
export const fronts: readonly Front[] = ['generators', 'native'];

const FRONT = /^(generators|native):(.+)$/;

/** `function*` becomes `async function`, a method `*name()` becomes `async name()`, `yield*` becomes `await`. */
export function native(source: string): string {
  return source
    .replace(/\bfunction\s*\*/g, 'async function ')
    .replace(/^( +)\*(?=\w+\()/gm, '$1async ')
    .replace(/\byield\*/g, 'await');
}

const frontPlugin: Plugin = {
  name: 'fronts',
  setup(build) {
    build.onResolve({ filter: FRONT }, ({ path: name }) => {
      const [, front, file] = FRONT.exec(name)!;
      return { path: file, namespace: front };
    });
    for (const front of fronts)
      build.onLoad({ filter: /.*/, namespace: front }, ({ path: file }) => {
        const source = readFileSync(file, 'utf8');
        return {
          contents: front === 'native' ? native(source) : source,
          loader: 'ts',
          resolveDir: path.dirname(file),
        };
      });
  },
};

/** `entries`: file by output name, each compiled for both fronts as `<front>/<name>.mjs` in `folder`. */
export async function compile(entries: Record<string, string>, folder: string): Promise<void> {
  const points: Record<string, string> = { support: path.join(here, 'support.ts') };
  for (const [name, file] of Object.entries(entries))
    for (const front of fronts) points[`${front}/${name}`] = `${front}:${file}`;
  await build({
    entryPoints: points,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    keepNames: true,
    sourcemap: 'inline',
    alias: { 'tickscope/asyncio': process.env.TICKSCOPE_ASYNCIO ?? path.join(root, 'src/loop/asyncio.ts') },
    plugins: [frontPlugin],
    logLevel: 'error',
  });
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }\n');
}
