/** Coroutines without the wrapper: an async function is given as a function that is called at its first step. */
import { createTask, gather, sleep, TimeoutError, wait, waitFor } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

async function worker(name: string, n: number): Promise<string> {
  log(name, 'begins');
  for (let i = 0; i < n; i++) {
    await sleep(0);
    log(name, i);
  }
  return name;
}

async function twice(name: string): Promise<string[]> {
  return [await worker(name, 1), await worker(name + "'", 1)];
}

async function main(): Promise<void> {
  log(
    await gather(
      () => worker('a', 2),
      () => worker('b', 1),
      () => twice('c'),
    ),
  );
  const task = createTask(() => worker('d', 3), { name: 'd' });
  log('made', task);
  log(await task);
  try {
    log(await waitFor(() => sleep(5), 1));
  } catch (error) {
    if (error instanceof TimeoutError) log(error);
  }
  const late = createTask(() => worker('never', 1));
  late.cancel();
  await wait([late]);
  log(late.cancelled());
}

await runVirtual(main);
