/** Jobs on other threads: results, errors, several at once beside the loop, and one that is cancelled while it runs. */
import path from 'node:path';
import {
  coroutine,
  createTask,
  gather,
  getRunningLoop,
  run,
  sleep,
  threadJob,
  toThread,
  waitFor,
} from 'tickscope/asyncio';
import { log } from '../../support';

const jobs = path.resolve('test/conformance/programs/executor/functions.mjs');
const add = threadJob<(a: unknown, b: unknown) => unknown>(jobs, 'add');
const fail = threadJob<(text: string) => void>(jobs, 'fail');
const pause = threadJob<(ms: number, result: unknown) => unknown>(jobs, 'pause');

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  log(yield* loop.runInExecutor(undefined, add, 1, 2), yield* toThread(add, 'a', 'b'));
  try {
    yield* toThread(fail, 'in a thread');
  } catch (error) {
    log('ValueError', (error as Error).message);
  }
  let ticks = 0;

  const beside = coroutine(function* beside() {
    for (;;) {
      yield* sleep(0.001);
      ticks++;
    }
  });

  const task = createTask(beside());
  log(yield* gather(...[60, 20, 40].map((ms) => toThread(pause, ms, ms))), ticks > 3);
  task.cancel();
  const slow = loop.runInExecutor(undefined, pause, 50, 'slow');
  yield* sleep(0.01);
  log(slow.done(), slow.cancel(), slow.cancelled());
  try {
    yield* slow;
  } catch (error) {
    log(error);
  }
  try {
    yield* waitFor(toThread(pause, 50, 'late'), 0.01);
  } catch (error) {
    log(error);
  }
});

await run(main());
