/**
 * The loop beside CPython's asyncio, in one run, and what the debugger's agent costs on it.
 *   npm run bench -- loop [--rounds 3] [--python PATH]
 * Aims, times faster than CPython: sleep(0) and callSoon 8, sleep(0) with I/O polled 2, timers 5, awaited children 1.5,
 * echo 1; the agent at most 1.5 times the bare loop on empty steps.
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { interpreters, REFERENCE } from '../../conformance/python.ts';

const here = import.meta.dirname;
const root = path.resolve(here, '../../..');
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, python: { type: 'string' } },
  strict: false,
});
const found = interpreters();
const python = values.python ?? (found.find(({ version }) => version === REFERENCE) ?? found.at(-1))?.path;
const aims = {
  'sleep(0)': 8,
  'sleep(0), I/O polled': 2,
  callSoon: 8,
  timers: 5,
  'awaited children': 1.5,
  'TCP echo': 1,
};

const bundle = path.join(root, 'out', 'bench', 'loop.cjs');
await build({
  entryPoints: [path.join(here, 'workloads.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: false,
  alias: { 'tickscope/asyncio': path.join(root, 'src/loop/asyncio.ts') },
  logLevel: 'error',
});

// In turns, so that a busy machine is as busy for both.
const rounds = [];
for (let i = 0; i < Number(values.rounds); i++)
  rounds.push({
    python: python && json(python, [path.join(here, 'workloads.py')]),
    loop: json(process.execPath, [bundle]),
  });

console.log(
  `${python ?? 'CPython was not found'} and Node ${process.versions.node}; best of ${rounds.length} rounds, ms\n`,
);
for (const [name, aim] of Object.entries(aims)) {
  const base = python && best((round) => round.python[name]);
  console.log(`${name.padEnd(22)} ${python ? `CPython ${ms(base)}` : ''}`);
  for (const way of Object.keys(rounds[0].loop[name])) {
    const seconds = best((round) => round.loop[name][way]);
    const front = way.replace('agent on ', '');
    let text = `  ${way.padEnd(20)} ${ms(seconds)}`;
    if (front !== way) {
      const cost = seconds / best((round) => round.loop[name][front]);
      text += `  ${cost.toFixed(2)} times the bare loop`;
    } else if (python) {
      text += `  ${(base / seconds).toFixed(1)} times faster (aim ${aim})`;
    }
    console.log(text);
  }
}

function json(command, args) {
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
}

/** Of all rounds: what else the machine does only ever adds. */
function best(of) {
  return Math.min(...rounds.map(of));
}

function ms(seconds) {
  return `${(seconds * 1000).toFixed(1).padStart(7)}`;
}
