/** Signals: a handler runs as a callback, the newest in place of the one before; removed, there is none. */
import { coroutine, currentTask, getRunningLoop, Queue, run } from 'tickscope/asyncio';
import { log } from '../../support';

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  const got = new Queue<string>();

  function handler(name: string, ...args: number[]): void {
    log('handler', name, ...args, currentTask());
    got.putNowait(name);
  }

  loop.addSignalHandler('SIGUSR1', handler, 'first');
  loop.addSignalHandler('SIGUSR2', handler, 'other', 1, 2);
  process.kill(process.pid, 'SIGUSR1');
  log('sent');
  log(yield* got.get());
  loop.addSignalHandler('SIGUSR1', handler, 'second');
  process.kill(process.pid, 'SIGUSR1');
  log(yield* got.get());
  process.kill(process.pid, 'SIGUSR2');
  log(yield* got.get());
  for (const name of ['SIGUSR1', 'SIGUSR1', 'SIGUSR2'] as const) log(loop.removeSignalHandler(name));
  for (const bad of ['SIGKILL', 1000] as const) {
    try {
      loop.addSignalHandler(bad, handler, 'never');
    } catch (error) {
      log((error as Error).name);
    }
  }
});

await run(main());
