/** Every request of `cancel` counts; one made in the step under way is thrown at the next wait, and may be taken back. */
import { coroutine, createTask, currentTask, sleep } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const twice = coroutine(function* twice() {
  for (let i = 0; i < 3; i++) {
    try {
      yield* sleep(10);
    } catch (error) {
      log('caught', i, error, currentTask()!.cancelling());
    }
  }
  return 'survived';
});

const itself = coroutine(function* itself() {
  const task = currentTask()!;
  log(task.cancel('first'), task.cancel('second'), task.cancelling());
  log('still runs');
  try {
    yield* sleep(0);
  } catch (error) {
    log(error, task.cancelling());
  }
  yield* sleep(0);
  return 'not cancelled twice';
});

const ends = coroutine(function* ends() {
  currentTask()!.cancel('at the end');
  return 'too late';
});

const takesBack = coroutine(function* takesBack() {
  const task = currentTask()!;
  task.cancel('not meant');
  log(task.uncancel());
  yield* sleep(1);
  return 'goes on';
});

const main = coroutine(function* main() {
  const task = createTask(twice());
  yield* sleep(0);
  for (const message of ['a', 'b', 'c']) {
    task.cancel(message);
    task.cancel('same tick');
    yield* sleep(0);
    yield* sleep(0);
  }
  log(yield* task, task.cancelling());
  log(yield* createTask(itself()));
  log(yield* createTask(takesBack()));
  try {
    yield* createTask(ends());
  } catch (error) {
    log('cancelled', error);
  }
});

await runVirtual(main());
