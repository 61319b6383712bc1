// How long it takes to find 1000 pending async calls, with their lines and who awaits whom: at most 500 ms.
//   node test/bench/node/tasks.mjs
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import esbuild from 'esbuild';
import { nodeOf } from '../../host/cache.mjs';

const MOST_MS = 500;
const here = import.meta.dirname;
const folder = mkdtempSync(path.join(tmpdir(), 'tickscope-bench-'));
try {
  const outfile = path.join(folder, 'tasks.cjs');
  await esbuild.build({
    entryPoints: [path.join(here, 'tasks.entry.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  for (const major of [20, 22, 24]) {
    const node = await nodeOf(major);
    const { stdout, stderr } = spawnSync(node, [outfile, path.join(here, 'pending.cjs')], {
      encoding: 'utf8',
    });
    const rounds = stdout.trim().split('\n').filter(Boolean).map(JSON.parse);
    if (rounds.length === 0) throw new Error(stderr);
    const median = (key) => rounds.map((round) => round[key]).sort((x, y) => x - y)[rounds.length >> 1];
    const [ms, cpu] = [median('ms'), median('cpuMs')];
    const wrong = rounds.some(({ calls, fidelity }) => calls !== 1000 || fidelity !== undefined);
    console.log(
      `Node ${major}: ${rounds[0].calls} calls in ${ms.toFixed(0)} ms (first ${rounds[0].ms.toFixed(0)}), ${cpu.toFixed(0)} ms of CPU`,
    );
    if (wrong || ms > MOST_MS) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
