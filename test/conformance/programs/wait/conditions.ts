/** `wait` for all, for the first, for the first error; it neither throws their errors nor cancels what is pending. */
import { ALL_COMPLETED, coroutine, createTask, FIRST_COMPLETED, FIRST_EXCEPTION } from 'tickscope/asyncio';
import { getRunningLoop, sleep, ValueError, wait } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const work = coroutine(function* work(name: string, seconds: number, error?: Error) {
  yield* sleep(seconds);
  if (error) throw error;
  return name;
});

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  for (const returnWhen of [ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION] as const) {
    const tasks = [
      createTask(work('a', 1), { name: 'a' }),
      createTask(work('b', 2, new ValueError('b failed')), { name: 'b' }),
      createTask(work('c', 3), { name: 'c' }),
    ];
    const start = loop.time();
    let [done, pending] = yield* wait(tasks, { returnWhen });
    log(returnWhen, done, pending, loop.time() - start);
    yield* sleep(5);
    log(tasks[1].exception());
    [done, pending] = yield* wait(tasks, { returnWhen });
    log('done already', done, pending);
  }
  const quick = [...'xy'].map((name) => createTask(work(name, 1), { name }));
  let [done, pending] = yield* wait(quick, { returnWhen: FIRST_COMPLETED });
  log('both in one tick', done, pending);
  const cancelled = createTask(work('z', 9), { name: 'z' });
  loop.callLater(1, () => cancelled.cancel());
  [done, pending] = yield* wait([cancelled, createTask(work('w', 2), { name: 'w' })], {
    returnWhen: FIRST_EXCEPTION,
  });
  log('cancelled is no error', done, pending);
});

await runVirtual(main());
