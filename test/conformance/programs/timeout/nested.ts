/** Limits in one another: the one that passed throws, the other goes on; both at once; with a cancellation besides. */
import {
  CancelledError,
  coroutine,
  createTask,
  currentTask,
  getRunningLoop,
  sleep,
  timeout,
  TimeoutError,
  wait,
} from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const nested = coroutine(function* nested(outerLimit: number, innerLimit: number, seconds: number) {
  const loop = getRunningLoop();
  const start = loop.time();
  const [outer, inner] = [timeout(outerLimit), timeout(innerLimit)];
  try {
    yield* outer.run(function* () {
      try {
        yield* inner.run(function* () {
          yield* sleep(seconds);
          log('slept');
        });
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
        log('inner', error);
        yield* sleep(1);
        log('inner went on');
      }
    });
  } catch (error) {
    if (!(error instanceof TimeoutError || error instanceof CancelledError)) throw error;
    log('outer', error);
  }
  log(outer.expired(), inner.expired(), loop.time() - start, currentTask()!.cancelling());
});

const main = coroutine(function* main() {
  for (const [outer, inner, seconds] of [
    [3, 1, 5],
    [1, 3, 5],
    [1, 1, 5],
    [1.5, 1, 5],
    [5, 5, 1],
  ])
    yield* nested(outer, inner, seconds);
  for (const [at, message] of [
    [1, 'with the inner'],
    [0.5, 'before'],
  ] as const) {
    const task = createTask(nested(3, 1, 5));
    getRunningLoop().callLater(at, () => task.cancel(message));
    yield* wait([task]);
    log(task.cancelled());
  }
});

await runVirtual(main());
