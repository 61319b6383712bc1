/** Awaitables as they end: results, errors and a time limit. */
import { asCompleted, coroutine, createTask, getRunningLoop, sleep, ValueError } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const work = coroutine(function* work(name: string, seconds: number, error?: Error) {
  yield* sleep(seconds);
  if (error) throw error;
  return name;
});

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  let jobs = [
    createTask(work('a', 3)),
    createTask(work('b', 1)),
    createTask(work('c', 2, new ValueError('c failed'))),
  ];
  for (const each of asCompleted(jobs)) {
    try {
      log(yield* each, loop.time());
    } catch (error) {
      log(error, loop.time());
    }
  }
  jobs = [createTask(work('d', 1)), createTask(work('e', 5)), createTask(work('f', 9))];
  for (const each of asCompleted(jobs, { timeout: 5 })) {
    try {
      log(yield* each, loop.time());
    } catch (error) {
      log(error, loop.time());
    }
  }
  log(jobs.map((job) => job.done()));
  for (const _ of asCompleted([])) log('never');
  const [first, second] = [...asCompleted([createTask(work('g', 1)), createTask(work('h', 1))])];
  log(yield* second, yield* first);
});

await runVirtual(main());
