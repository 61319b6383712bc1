/** What is waited for may refuse to be cancelled, fail while it is, or be done in the tick of the limit; and the waiter may be cancelled. */
import {
  coroutine,
  createTask,
  currentTask,
  getRunningLoop,
  sleep,
  ValueError,
  waitFor,
} from 'tickscope/asyncio';
import type { Awaitable } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const stubborn = coroutine(function* stubborn(how: string) {
  try {
    yield* sleep(10);
  } catch (error) {
    log(how, error);
    yield* sleep(1);
    if (how === 'returns') return 'returned';
    if (how === 'fails') throw new ValueError('while cancelled');
    throw error;
  }
  return undefined;
});

const waiter = coroutine(function* waiter(awaitable: Awaitable<string | undefined>, limit: number) {
  try {
    log('waiter', yield* waitFor(awaitable, limit));
  } catch (error) {
    log('waiter', error, currentTask()!.cancelling());
  }
});

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  for (const how of ['returns', 'fails', 'cancels']) {
    for (const make of [() => stubborn(how), () => createTask(stubborn(how))]) {
      const start = loop.time();
      yield* waiter(make(), 2);
      log(loop.time() - start);
    }
  }
  for (const setFirst of [true, false]) {
    const future = loop.createFuture<string>();
    if (setFirst) loop.callAt(loop.time() + 1, () => future.setResult('just in time'));
    const task = createTask(waiter(future, 1));
    yield* sleep(0);
    if (!setFirst) loop.callAt(loop.time() + 1, () => future.done() || future.setResult('just too late'));
    yield* task;
  }
  for (const make of [() => stubborn('cancels'), () => createTask(stubborn('cancels'))]) {
    const task = createTask(waiter(make(), 5));
    yield* sleep(1);
    task.cancel('from outside');
    yield* task;
  }
  const future = loop.createFuture<string>();
  const task = createTask(waiter(future, 5));
  yield* sleep(1);
  future.setResult('and cancelled at once');
  task.cancel('race');
  yield* task;
});

await runVirtual(main());
