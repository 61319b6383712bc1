/** Cancelling the gathering, its waiter, or one child. */
import { coroutine, createTask, gather, getRunningLoop, sleep, type Future } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const work = coroutine(function* work(name: string, seconds: number, stubborn = false) {
  try {
    yield* sleep(seconds);
  } catch (error) {
    log(name, error);
    if (!stubborn) throw error;
    yield* sleep(1);
  }
  log(name, 'ends');
  return name;
});

const outcome = coroutine(function* outcome(awaitable: Future<unknown>) {
  try {
    log(yield* awaitable);
  } catch (error) {
    log('outcome', error);
  }
});

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  for (const returnExceptions of [false, true]) {
    const gathering = gather(work('a', 2), work('b', 3, true), work('c', 0), { returnExceptions });
    yield* sleep(1);
    log(gathering.cancel('the gathering'), gathering.done(), gathering.cancelled());
    yield* outcome(gathering);
    log(gathering.done(), gathering.cancelled(), gathering.cancel(), loop.time());
    yield* sleep(5);
  }
  let children = [...'de'].map((name) => createTask(work(name, 2)));
  let waiter = createTask(outcome(gather(...children)));
  yield* sleep(1);
  waiter.cancel('the waiter');
  yield* waiter;
  log(children.map((child) => child.cancelled()));
  for (const returnExceptions of [false, true]) {
    children = [...'fg'].map((name) => createTask(work(name, 2)));
    waiter = createTask(outcome(gather(...children, { returnExceptions })));
    yield* sleep(1);
    children[0].cancel('one child');
    yield* waiter;
    log(children.map((child) => child.done()));
  }
  yield* sleep(5);
});

await runVirtual(main());
