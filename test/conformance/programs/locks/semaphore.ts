/** A semaphore lets as many in as it has places, the others in their order; a bounded one refuses what was not taken. */
import {
  BoundedSemaphore,
  coroutine,
  createTask,
  getRunningLoop,
  Semaphore,
  sleep,
  wait,
} from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const worker = coroutine(function* worker(name: string, semaphore: Semaphore) {
  yield* semaphore.acquire();
  log(name, 'in', semaphore.locked(), getRunningLoop().time());
  yield* sleep(1);
  semaphore.release();
});

const main = coroutine(function* main() {
  const semaphore = new Semaphore(2);
  const tasks = [...'abcde'].map((name) => createTask(worker(name, semaphore)));
  yield* sleep(1.5);
  semaphore.release();
  log('one more place', semaphore.locked());
  const late = createTask(worker('late', semaphore));
  yield* wait([...tasks, late]);
  log(semaphore.locked());
  const bounded = new BoundedSemaphore(1);
  log(yield* bounded.acquire(), bounded.locked());
  bounded.release();
  for (const bad of [() => bounded.release(), () => new Semaphore(-1)]) {
    try {
      bad();
    } catch (error) {
      log(error);
    }
  }
});

await runVirtual(main());
