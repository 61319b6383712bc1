/**
 * What breakpoints cost JavaScript programs that never hit them: CPU time with some set, as a ratio to the same program with the
 * agent alone (of which half of the runs are shown, too, as `agent again`), in turns, through the whole adapter. Aim: 1.05 for ticks and patterns. (For Python see `npm run bench -- agent`.)
 *   npm run bench -- breakpoints [--rounds 7] [--nodes 20,24] [--only tick,patterns] [--workloads timers,sleeps]
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { TickBreakpoint } from '../../../src/adapter/contract';
import { nodeNumbered } from '../../agents/node/worker';
import { Client } from '../../unit/adapter/client';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    nodes: { type: 'string', default: '20,24' },
    only: { type: 'string' },
    workloads: { type: 'string' },
  },
  strict: false,
});
const SLICES = 12;
const workloads = {
  node: ['immediates', 'timers', 'http', 'awaits'],
  loop: ['sleep(0)', 'many tasks', 'sleeps'],
};
interface Set {
  ticks?: TickBreakpoint[];
  line?: number;
}
const allModes: Record<string, Set> = {
  agent: {},
  'agent again': {},
  tick: { ticks: [{ id: 'tick', place: 'tick', condition: 'tick < 0' }] },
  off: { ticks: [{ id: 'callback', place: 'callback', function: 'nothing_*', enabled: false }] },
  patterns: {
    ticks: [{ id: 'callback', place: 'callback', function: 'nothing_*' }],
  },
  tasks: { ticks: [{ id: 'task', place: 'task', on: 'resumed', coroutine: 'nothing_*' }] },
  // In code that is loaded, and never called.
  line: { line: 5 },
};

const wanted = values.only === undefined ? Object.keys(allModes) : String(values.only).split(',');
const modes = Object.fromEntries(
  Object.entries(allModes).filter(([mode]) => mode.startsWith('agent') || wanted.includes(mode)),
);

async function seconds(
  runtimeExecutable: string,
  program: string,
  workload: string,
  { ticks = [], line }: Set,
): Promise<number> {
  const dap = new Client();
  await dap.request('initialize', { adapterID: 'tickscope' });
  await dap.event('initialized');
  if (line !== undefined)
    await dap.request('setBreakpoints', {
      source: { path: path.join(__dirname, 'workloads.mjs') },
      breakpoints: [{ line }],
    });
  const args = [workload, String(SLICES)];
  await dap.request('launch', { program, args, runtimeExecutable, tickBreakpoints: ticks });
  await dap.request('configurationDone');
  await dap.event('terminated');
  const printed = dap.output('stdout');
  const complaint = dap.output('important');
  await dap.close();
  if (complaint || !printed) throw new Error(`${program} ${workload}: ${complaint || dap.stderr}`);
  return Math.min(...(JSON.parse(printed) as number[]));
}

const median = (list: number[]) => [...list].sort((a, b) => a - b)[list.length >> 1];

async function main(): Promise<void> {
  console.log(
    `CPU time with breakpoints that never hit / agent alone; ratios of the medians of ${String(values.rounds)} turns`,
  );
  for (const major of String(values.nodes).split(',').map(Number)) {
    const { path: node } = await nodeNumbered(major);
    for (const [target, names] of Object.entries(workloads))
      for (const name of names) {
        if (values.workloads !== undefined && !String(values.workloads).split(',').includes(name)) continue;
        const took: Record<string, number[]> = {};
        const order = Object.keys(modes);
        for (const mode of order) took[mode] = [];
        for (let round = 0; round < Number(values.rounds); round++) {
          for (const mode of order)
            took[mode].push(await seconds(node, path.join(__dirname, `${target}.mjs`), name, modes[mode]));
          // Whoever comes first in each round would have an advantage.
          order.push(order.shift() as string);
        }
        const alone = median([...took.agent, ...took['agent again']]);
        const shown = Object.keys(modes)
          .slice(1)
          .map((mode) => `${mode} ${(median(took[mode]) / alone).toFixed(2)}`);
        console.log(`  Node ${major} ${target.padEnd(4)} ${name.padEnd(11)} ${shown.join('   ')}`);
      }
  }
}

void main();
