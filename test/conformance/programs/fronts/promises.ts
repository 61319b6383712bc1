/** What comes from outside: awaited, it may succeed, fail, or never come; a limit or a cancellation ends that wait. */
import { setTimeout } from 'node:timers/promises';
import {
  coroutine,
  createTask,
  fromPromise,
  gather,
  run,
  sleep,
  ValueError,
  waitFor,
} from 'tickscope/asyncio';
import { log } from '../../support';

function outside<T>(value: T): Promise<T> {
  return setTimeout(10, value).then((it) => {
    if (it instanceof Error) throw it;
    return it;
  });
}

const never = new Promise<void>(() => undefined);
const forever = coroutine(function* forever() {
  yield* fromPromise(never);
});

const main = coroutine(function* main() {
  log(yield* fromPromise(outside('value')));
  try {
    yield* fromPromise(outside(new ValueError('failed')));
  } catch (error) {
    log(error);
  }
  try {
    yield* waitFor(fromPromise(never), 0.01);
  } catch (error) {
    log(error);
  }
  const task = createTask(forever());
  yield* sleep(0.01);
  log(task.cancel());
  try {
    yield* task;
  } catch (error) {
    log(error);
  }
  log(yield* gather(fromPromise(outside(1)), sleep(0.02, 2), fromPromise(outside(3))));
});

await run(main());
