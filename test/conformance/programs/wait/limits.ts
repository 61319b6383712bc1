/** `wait` with a time limit throws nothing; cancelling the waiter leaves the tasks alone; what it refuses. */
import { coroutine, createTask, getRunningLoop, sleep, wait, type Task } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const work = coroutine(function* work(name: string, seconds: number) {
  yield* sleep(seconds);
  return name;
});

const waiter = coroutine(function* waiter(tasks: Task<string>[]) {
  try {
    yield* wait(tasks);
  } catch (error) {
    log('waiter', error);
  }
});

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  let tasks = [...'abc'].map((name, i) => createTask(work(name, i + 1), { name }));
  for (const timeout of [0, 0.5, 1, 10]) {
    const [done, pending] = yield* wait(tasks, { timeout });
    log(timeout, done, pending, loop.time());
  }
  tasks = [createTask(work('d', 2), { name: 'd' })];
  const waiting = createTask(waiter(tasks));
  yield* sleep(1);
  waiting.cancel('only me');
  yield* waiting;
  log(tasks[0].done(), yield* tasks[0]);
  const coro = work('e', 1);
  for (const [bad, options] of [
    [[], {}],
    [[coro], {}],
    [tasks, { returnWhen: 'SOME' }],
    [tasks[0], {}],
  ] as [unknown, object][]) {
    try {
      yield* wait(bad as Task<string>[], options);
    } catch (error) {
      log((error as Error).name);
    }
  }
  coro.close();
});

await runVirtual(main());
