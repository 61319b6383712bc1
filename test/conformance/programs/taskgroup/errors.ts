/** A child that fails cancels the others and the body; all errors come out as one group. */
import {
  CancelledError,
  coroutine,
  currentTask,
  getRunningLoop,
  RuntimeError,
  sleep,
  TaskGroup,
  ValueError,
} from 'tickscope/asyncio';
import type { CoroutineObject } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const work = coroutine(function* work(name: string, seconds: number, error?: Error) {
  try {
    yield* sleep(seconds);
  } catch (cancelled) {
    if (name === 'fails while cancelled') throw new RuntimeError(name);
    log(name, cancelled);
    if (name === 'slow to end') yield* sleep(2);
    throw cancelled;
  }
  log('ends', name);
  if (error) throw error;
});

const attempt = coroutine(function* attempt(
  jobs: CoroutineObject<void>[],
  body: number = 10,
  bodyError?: Error,
) {
  const loop = getRunningLoop();
  const start = loop.time();
  try {
    yield* new TaskGroup().run(function* (group) {
      for (const job of jobs) group.createTask(job);
      try {
        yield* sleep(body);
      } catch (error) {
        log('body', error, currentTask()!.cancelling());
        throw error;
      }
      log('body ends');
      if (bodyError) throw bodyError;
    });
  } catch (error) {
    log(error, loop.time() - start, currentTask()!.cancelling());
  }
});

const main = coroutine(function* main() {
  yield* attempt([work('a', 1, new ValueError('a failed')), work('b', 5)]);
  yield* attempt([work('c', 2, new ValueError('c failed')), work('d', 2, new RuntimeError('d failed'))]);
  yield* attempt([
    work('e', 1, new ValueError('e failed')),
    work('fails while cancelled', 5),
    work('slow to end', 5),
  ]);
  yield* attempt([work('f', 2, new ValueError('f failed'))], 0);
  yield* attempt([work('g', 5)], 1, new ValueError('body failed'));
  yield* attempt([work('fails while cancelled', 5)], 1, new ValueError('body failed'));
  yield* attempt([work('h', 1, new CancelledError('by itself')), work('i', 2)], 0);
  yield* attempt([work('j', 5)], 1, new CancelledError('body'));
});

await runVirtual(main());
