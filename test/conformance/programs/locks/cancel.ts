/** Waiters of a lock that are cancelled: before they get it, in the very tick in which they get it, the first of several. */
import { coroutine, createTask, Lock, sleep, wait } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const worker = coroutine(function* worker(name: string, lock: Lock) {
  try {
    yield* lock.acquire();
  } catch (error) {
    log(name, error, lock.locked());
    throw error;
  }
  log(name, 'has it');
  yield* sleep(1);
  lock.release();
});

const main = coroutine(function* main() {
  for (const when of ['before', 'as it is released', 'just after']) {
    const lock = new Lock();
    yield* lock.acquire();
    const tasks = [...'abc'].map((name) => createTask(worker(name, lock)));
    yield* sleep(1);
    if (when === 'before') {
      tasks[0].cancel(when);
      yield* sleep(1);
      lock.release();
    } else if (when === 'as it is released') {
      lock.release();
      tasks[0].cancel(when);
    } else {
      tasks[0].cancel(when);
      tasks[1].cancel(when);
      lock.release();
    }
    log(when, lock.locked());
    yield* wait(tasks);
    log(
      tasks.map((task) => task.cancelled()),
      lock.locked(),
    );
  }
});

await runVirtual(main());
