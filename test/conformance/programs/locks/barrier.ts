/** A barrier lets a full party through at once, each with its number, and is then there for the next party. */
import { Barrier, coroutine, gather, getRunningLoop, sleep } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const walker = coroutine(function* walker(name: string, barrier: Barrier, delay: number) {
  for (let i = 0; i < 2; i++) {
    yield* sleep(delay);
    const place = yield* barrier.wait();
    log(name, i, place, barrier.nWaiting, barrier.broken, getRunningLoop().time());
  }
});

const main = coroutine(function* main() {
  const barrier = new Barrier(3);
  log(barrier.parties, barrier.nWaiting);
  yield* gather(walker('a', barrier, 2), walker('b', barrier, 1), walker('c', barrier, 3));
  log(yield* new Barrier(1).wait());
  try {
    new Barrier(0);
  } catch (error) {
    log((error as Error).name);
  }
});

await runVirtual(main());
