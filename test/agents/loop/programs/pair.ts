import { Lock, Queue, createTask, gather, run, sleep } from 'tickscope/asyncio';

async function worker(name: string, lock: Lock, queue: Queue<number>): Promise<number> {
  await sleep(0);
  await lock.acquire();
  try {
    await sleep(0.01);
    queue.putNowait(name.length);
  } finally {
    lock.release();
  }
  return name.length;
}

async function collect(queue: Queue<number>): Promise<number> {
  const first = await queue.get();
  const second = await queue.get();
  return first + second;
}

async function main(): Promise<void> {
  const lock = new Lock();
  const queue = new Queue<number>();
  const collector = createTask(() => collect(queue), { name: 'collector' });
  await gather(
    () => worker('a', lock, queue),
    () => worker('bb', lock, queue),
  );
  console.log('sum', await collector);
}

await run(main);
