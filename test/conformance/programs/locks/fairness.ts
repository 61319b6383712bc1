/** A lock goes to its waiters in their order; one that is free is had without a tick, unless others wait. */
import { coroutine, gather, getRunningLoop, Lock, sleep } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const worker = coroutine(function* worker(name: string, lock: Lock, times: number) {
  for (let i = 0; i < times; i++) {
    yield* lock.acquire();
    try {
      log(name, i, lock.locked());
      yield* sleep(1);
    } finally {
      lock.release();
      log(name, 'released', lock.locked());
    }
  }
});

const main = coroutine(function* main() {
  const lock = new Lock();
  log(lock.locked(), yield* lock.acquire(), lock.locked());
  lock.release();
  yield* gather(worker('a', lock, 2), worker('b', lock, 1), worker('c', lock, 2));
  log(getRunningLoop().time());
  try {
    lock.release();
  } catch (error) {
    log(error);
  }
});

await runVirtual(main());
