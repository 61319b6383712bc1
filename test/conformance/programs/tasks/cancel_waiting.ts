/** Cancelling reaches the innermost wait: a sleep, a future, a child task; `finally` runs on the way out. */
import { coroutine, createTask, getRunningLoop, sleep, type Awaitable } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

type Wait = Exclude<Awaitable<unknown>, () => unknown>;

const inner = coroutine(function* inner(wait: Wait) {
  try {
    log('waits');
    yield* wait;
  } catch (error) {
    log('inner', error);
    throw error;
  } finally {
    log('finally');
  }
});

const outer = coroutine(function* outer(wait: Wait) {
  try {
    yield* inner(wait);
  } catch (error) {
    log('outer', error);
    yield* sleep(1);
    log('cleaned up');
    throw error;
  }
});

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  const future = loop.createFuture();
  const child = createTask(sleep(5, 'child'));
  for (const wait of [sleep(9), future, child, sleep(0)]) {
    const task = createTask(outer(wait));
    yield* sleep(0);
    log(task.cancel('stop it'), task.cancelling());
    log('asked');
    try {
      yield* task;
    } catch (error) {
      log('main', error, loop.time());
    }
  }
  log(future.cancelled(), child.cancelled());
});

await runVirtual(main());
