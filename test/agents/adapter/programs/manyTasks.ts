/** Many tasks: some of them wait for each other's locks in a ring, the others for what a sleeper brings. `manyTasks.ts [all] [ring]` */
import { createTask, Event, gather, Lock, run, sleep } from 'tickscope/asyncio';

const [ALL = 1500, RING = 20] = process.argv.slice(2).map(Number);

let hungry = 0;

async function philosopher(own: Lock, next: Lock): Promise<void> {
  await own.acquire();
  await sleep(0.01); // thinks
  hungry++;
  await next.acquire();
}

async function customer(served: Event): Promise<void> {
  await served.wait();
}

async function cook(served: Event): Promise<void> {
  while (hungry < RING) await sleep(0.05);
  console.log('cooking');
  await sleep(1000);
  served.set();
}

function seated() {
  const forks = Array.from({ length: RING }, () => new Lock());
  return forks.map((fork, i) => createTask(() => philosopher(fork, forks[(i + 1) % RING])));
}

run(async function main() {
  const served = new Event();
  for (let i = RING; i < ALL; i++) createTask(() => customer(served));
  createTask(() => cook(served));
  await gather(...seated());
});
