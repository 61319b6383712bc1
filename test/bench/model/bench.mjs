/** Bundles measure.ts as the adapter is bundled, and runs it: a loader that compiles on the fly makes it several times slower. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

const out = path.resolve(import.meta.dirname, '../../../out');
const outfile = path.join(out, `bench-model.${process.pid}.js`);
mkdirSync(out, { recursive: true });
const entryPoints = [path.join(import.meta.dirname, 'measure.ts')];
buildSync({ entryPoints, bundle: true, platform: 'node', outfile, logLevel: 'error' });
const { status } = spawnSync(process.execPath, ['--expose-gc', outfile], { stdio: 'inherit' });
rmSync(outfile);
process.exit(status ?? 1);
