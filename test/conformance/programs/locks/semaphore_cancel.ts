/** Waiters of a semaphore that are cancelled lose no place: the next in line gets it. */
import { coroutine, createTask, Semaphore, sleep, wait } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const worker = coroutine(function* worker(name: string, semaphore: Semaphore) {
  try {
    yield* semaphore.acquire();
  } catch (error) {
    log(name, error, semaphore.locked());
    throw error;
  }
  log(name, 'in');
  yield* sleep(1);
  semaphore.release();
});

const main = coroutine(function* main() {
  for (const cancelled of [[0], [1], [0, 1], [2], [0, 1, 2]]) {
    for (const order of ['release first', 'cancel first']) {
      const semaphore = new Semaphore(1);
      yield* semaphore.acquire();
      const tasks = [...'abc'].map((name) => createTask(worker(name, semaphore)));
      yield* sleep(0);
      if (order === 'release first') semaphore.release();
      for (const i of cancelled) tasks[i].cancel();
      if (order === 'cancel first') semaphore.release();
      log(order, cancelled, semaphore.locked());
      yield* wait(tasks);
      log(
        tasks.map((task) => task.cancelled()),
        semaphore.locked(),
      );
    }
  }
});

await runVirtual(main());
