/**
 * Never ends: two transfers each hold the lock that the other one waits for.
 *
 * Watch the waiting queue: `a-to-b` and `b-to-a` wait for a lock, and the owner of each lock is the
 * other task. The auditor waits for a report that only a finished transfer would put into its queue,
 * so it waits for ever, too. A heartbeat keeps the loop ticking; to everybody else nothing happens.
 * Press Pause, and look at who waits for whom, in the panel's Findings and Graph, too. End it with
 * Stop, or with Ctrl-C in a terminal.
 */
import { createTask, gather, Lock, Queue, run, sleep } from 'tickscope/asyncio';

async function transfer(first: Lock, second: Lock, reports: Queue<string>): Promise<void> {
  await first.acquire();
  try {
    console.log('one account locked');
    await sleep(0.1);
    await second.acquire();
    try {
      await reports.put('transferred');
    } finally {
      second.release();
    }
  } finally {
    first.release();
  }
}

async function audit(reports: Queue<string>): Promise<void> {
  console.log(await reports.get());
}

async function heartbeat(): Promise<void> {
  for (;;) await sleep(0.5);
}

async function main(): Promise<void> {
  const a = new Lock();
  const b = new Lock();
  const reports = new Queue<string>();
  const beat = createTask(heartbeat, { name: 'heartbeat' });
  await gather(
    createTask(() => transfer(a, b, reports), { name: 'a-to-b' }),
    createTask(() => transfer(b, a, reports), { name: 'b-to-a' }),
    createTask(() => audit(reports), { name: 'auditor' }),
  );
  beat.cancel();
}

run(main);
