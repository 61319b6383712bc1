/** Sleeps end in the order of their times, equal ones as the heap gives them; a result comes through; NaN is refused. */
import { coroutine, createTask, getRunningLoop, sleep } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const sleeper = coroutine(function* sleeper(name: number, seconds: number) {
  const result = yield* sleep(seconds, name);
  log(getRunningLoop().time(), result);
  return result;
});

const main = coroutine(function* main() {
  const tasks = Array.from({ length: 16 }, (_, i) => createTask(sleeper(i, (i * 7) % 4)));
  log(yield* sleep(2.5, 'main'), yield* sleep(-1, 'at once'));
  for (const task of tasks) yield* task;
  try {
    yield* sleep(NaN);
  } catch (error) {
    log((error as Error).name);
  }
});

await runVirtual(main());
