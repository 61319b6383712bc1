/** A condition wakes as many as it is told to, in their order, each when it has the lock again; `wait_for` asks anew each time. */
import { Condition, coroutine, createTask, getRunningLoop, sleep } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const waiter = coroutine(function* waiter(name: string, condition: Condition) {
  yield* condition.acquire();
  try {
    log(name, 'waits');
    log(name, yield* condition.wait(), condition.locked());
    yield* sleep(1);
  } finally {
    condition.release();
  }
});

const forCount = coroutine(function* forCount(condition: Condition, state: { count: number }) {
  yield* condition.acquire();
  try {
    log('predicate', yield* condition.waitFor(() => state.count >= 3 && state.count));
  } finally {
    condition.release();
  }
});

const main = coroutine(function* main() {
  const condition = new Condition();
  const state = { count: 0 };
  const tasks = [...'abcd'].map((name) => createTask(waiter(name, condition)));
  tasks.push(createTask(forCount(condition, state)));
  yield* sleep(0);
  for (const n of [1, 2]) {
    yield* condition.acquire();
    condition.notify(n);
    log('notified', n);
    condition.release();
    yield* sleep(5);
  }
  while (!tasks[4].done()) {
    yield* condition.acquire();
    state.count++;
    log('count', state.count);
    condition.notifyAll();
    condition.release();
    yield* sleep(2);
  }
  log(
    tasks.map((task) => task.done()),
    getRunningLoop().time(),
  );
  for (const bad of [() => condition.notify(), () => condition.notifyAll(), () => condition.release()]) {
    try {
      bad();
    } catch (error) {
      log(error);
    }
  }
  try {
    yield* condition.wait();
  } catch (error) {
    log(error);
  }
});

await runVirtual(main());
