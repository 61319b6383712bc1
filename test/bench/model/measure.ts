/**
 * What the adapter's model takes in, keeps and answers, on one core: `npm run bench -- model`.
 * Aims: 1 million records a second, 32 bytes a record, 50 ms at the 95th percentile on 3 million records.
 */
import { Model } from '../../../src/model/model';
import { random } from '../../unit/model/simulation';
import { awaits, requests } from './nodeWorkloads';
import { queues, randomSleeps, sleepZero, type Workload } from './workloads';

const RECORDS = 3_000_000;
const QUESTIONS = 400;

async function used(): Promise<number> {
  // Twice, with a turn between: array buffers are freed in the background.
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 200));
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function percentile(sorted: number[], p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];
}

async function measure(workload: Workload): Promise<void> {
  const model = new Model();
  const before = await used();
  model.target = workload.target ?? 'asyncio';
  model.define(workload.definitions, workload.frames?.definitions);
  model.loopChanged({
    type: 'loop',
    loop: 1,
    name: 'main',
    thread: 'MainThread',
    state: 'running',
    t: 1000,
    clock: 1000,
  });
  const cpu = process.cpuUsage();
  for (const chunk of workload.chunks) model.records(chunk, workload.frames?.records);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (user + system) / 1e6;
  const bytes = (await used()) - before;
  const rand = random(9);
  const times: number[] = [];
  const kinds = ['ready', 'waiting', 'timers', 'tasks', 'callbacks', 'state'] as const;
  for (let i = 0; i < QUESTIONS; i++) {
    const cursor = { loop: 1, tick: 1 + Math.floor(rand() * workload.ticks) };
    const queue = kinds[i % kinds.length];
    const start = process.hrtime.bigint();
    if (queue === 'state') model.state({ cursor });
    else model.rows({ queue, start: 0, count: 100, cursor });
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  times.sort((x, y) => x - y);
  const row = [
    workload.name.padEnd(32),
    `${(workload.records / seconds / 1e6).toFixed(2)} M records/s`,
    `${(bytes / workload.records).toFixed(1)} B/record`,
    `p50 ${percentile(times, 0.5).toFixed(1)} ms`,
    `p95 ${percentile(times, 0.95).toFixed(1)} ms`,
    `max ${times[times.length - 1].toFixed(1)} ms`,
  ];
  console.log(row.join('   '));
}

async function main(): Promise<void> {
  console.log(
    `model: ${RECORDS / 1e6} million records (one callback run, or one tick), questions at random ticks`,
  );
  const sleeps = (tasks: number) => (records: number) => randomSleeps(records, tasks);
  for (const make of [sleepZero, queues, sleeps(1000), sleeps(10_000), awaits, requests])
    await measure(make(RECORDS));
}
void main();
