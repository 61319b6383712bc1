/** A limit that passes throws TimeoutError out of the block; one that does not changes nothing; none, zero, negative, at a time. */
import {
  coroutine,
  currentTask,
  getRunningLoop,
  sleep,
  timeout,
  timeoutAt,
  ValueError,
} from 'tickscope/asyncio';
import type { Timeout } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const work = coroutine(function* work(seconds: number) {
  try {
    yield* sleep(seconds);
    log('worked', seconds);
  } catch (error) {
    log('work', error, currentTask()!.cancelling());
    throw error;
  }
});

const main = coroutine(function* main() {
  const loop = getRunningLoop();

  const attempt = coroutine(function* attempt(limit: Timeout, seconds: number) {
    const start = loop.time();
    try {
      yield* limit.run(function* () {
        yield* work(seconds);
      });
    } catch (error) {
      log(error, currentTask()!.cancelling());
    }
    log(limit.expired(), limit.when() === undefined, loop.time() - start);
  });

  yield* attempt(timeout(2), 1);
  yield* attempt(timeout(1), 2);
  yield* attempt(timeout(1), 1);
  yield* attempt(timeout(undefined), 1);
  yield* attempt(timeout(0), 1);
  yield* attempt(timeout(-1), 0);
  yield* attempt(timeoutAt(loop.time() + 1), 5);
  yield* attempt(timeoutAt(loop.time() - 1), 5);
  const limit = timeout(1);
  try {
    yield* limit.run(function* () {
      throw new ValueError('of the body');
    });
  } catch (error) {
    log(error, limit.expired());
  }
  try {
    yield* timeout(1).run(function* () {
      yield* sleep(0);
      currentTask()!.cancel("not the limit's");
      yield* sleep(3);
    });
  } catch (error) {
    log(error, currentTask()!.cancelling(), currentTask()!.uncancel());
  }
  yield* timeout(1).run(function* () {
    log('no wait');
  });
  log('end');
});

await runVirtual(main());
