/** A waiter of a condition that is cancelled takes the lock again first, however often; a notification that it got goes to the next. */
import { Condition, coroutine, createTask, sleep, wait } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const waiter = coroutine(function* waiter(name: string, condition: Condition) {
  yield* condition.acquire();
  try {
    yield* condition.wait();
    log(name, 'woken');
  } catch (error) {
    log(name, error, condition.locked());
    throw error;
  } finally {
    condition.release();
  }
});

const main = coroutine(function* main() {
  const condition = new Condition();
  const tasks = [...'abc'].map((name) => createTask(waiter(name, condition)));
  yield* sleep(1);
  yield* condition.acquire();
  tasks[0].cancel('first');
  yield* sleep(1);
  tasks[0].cancel('second');
  yield* sleep(1);
  log('still holds it', tasks[0].done());
  condition.release();
  yield* wait(tasks.slice(0, 1));
  log(tasks[0].cancelled());
  yield* condition.acquire();
  condition.notify();
  tasks[1].cancel('just notified');
  condition.release();
  yield* wait(tasks.slice(1), { timeout: 1 });
  log(
    tasks.map((task) => task.done()),
    tasks[1].cancelled(),
  );
  for (const task of tasks) task.cancel();
  yield* wait(tasks);
  log(condition.locked());
});

await runVirtual(main());
