/**
 * How long the first answer to `tickscope/findings` takes of a running program: circle.py, whose 200 deadlocked tasks stand among
 * 10 000. Through the whole adapter; the program is started anew each round. Then the same on the TypeScript loop, of a program
 * that stands, whose first answer may be a suspicion (manyTasks.ts). Aim: 200 ms. And what it costs a program on that loop, before
 * anybody asks, that its locks are told of (locks.mjs); for Python see `npm run bench -- agent`. In plain Node nothing is there for
 * findings before somebody asks.
 *   npm run bench -- findings [--rounds 7] [--python python3]
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from '../../unit/adapter/client';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, python: { type: 'string', default: 'python3' } },
  strict: false,
});

const manyTasks = path.join(__dirname, '../../agents/adapter/programs/manyTasks.ts');

async function firstAnswerMs(): Promise<number> {
  const dap = new Client();
  try {
    await dap.launch({
      program: path.join(__dirname, 'circle.py'),
      runtimeExecutable: String(values.python),
    });
    await dap.event<{ output: string }>('output', ({ output }) => output.includes('dinner'));
    // Until then the adapter has read all that the program told before.
    let waiting = 0;
    while (waiting < 10_000) waiting = (await dap.ask('tickscope/state', {})).counts.tasks;
    const before = performance.now();
    const { findings } = await dap.ask('tickscope/findings', {});
    const took = performance.now() - before;
    const circle = findings.find(({ kind }) => kind === 'deadlock');
    if (circle?.certainty !== 'proved' || circle.tasks.length !== 200)
      throw new Error(`The circle was not found: ${JSON.stringify(findings)}`);
    return took;
  } finally {
    await dap.close();
  }
}

/** The same of manyTasks.ts. */
async function firstOfLoopMs(): Promise<number> {
  const dap = new Client();
  try {
    await dap.launch({ program: manyTasks, args: ['10000', '200'], target: 'loop' });
    await dap.event('output', () => dap.output('stdout').includes('cooking'));
    await dap.request('pause', { threadId: 1 });
    await dap.stopped();
    const before = performance.now();
    const { findings } = await dap.ask('tickscope/findings', {});
    const took = performance.now() - before;
    const circle = findings.find(({ kind }) => kind === 'deadlock');
    if (circle?.tasks.length !== 200)
      throw new Error(`The circle was not found: ${JSON.stringify(findings)}`);
    return took;
  } finally {
    await dap.close();
  }
}

/** CPU seconds of the fastest slice. */
async function lockSeconds(env: Record<string, string>): Promise<number> {
  const dap = new Client();
  try {
    await dap.launch({ program: path.join(__dirname, 'locks.mjs'), target: 'loop', env });
    await dap.event('terminated');
    return Math.min(...(JSON.parse(dap.output('stdout')) as number[]));
  } finally {
    await dap.close();
  }
}

async function main(): Promise<void> {
  await told('asyncio', firstAnswerMs);
  await told('loop', firstOfLoopMs);
  const ratios: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++)
    ratios.push((await lockSeconds({})) / (await lockSeconds({ WITHOUT: '1' })));
  ratios.sort((x, y) => x - y);
  const times = (ratio: number) => ratio.toFixed(2);
  console.log(
    `loop: a program that does nothing but take locks, with their holders known: ${times(ratios[ratios.length >> 1])} times of without, ` +
      `${times(ratios[0])} to ${times(ratios[ratios.length - 1])}.`,
  );
}

async function told(target: string, measure: () => Promise<number>): Promise<void> {
  const rounds: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) rounds.push(await measure());
  rounds.sort((x, y) => x - y);
  const median = rounds[Math.floor(rounds.length / 2)];
  console.log(
    `${target}: first findings of 10 000 tasks, 200 of them on one circle: ${median.toFixed(0)} ms in the middle of ${rounds.length}, ` +
      `${rounds[0].toFixed(0)} to ${rounds[rounds.length - 1].toFixed(0)} ms.`,
  );
}
void main();
