/** A limit can be moved while its block runs, and only then. */
import { coroutine, getRunningLoop, sleep, timeout, type Timeout } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  yield* timeout(1).run(function* (limit) {
    log(limit.when());
    limit.reschedule(loop.time() + 3);
    yield* sleep(2);
    log(limit.when(), limit.expired());
    limit.reschedule(undefined);
    yield* sleep(5);
    log(limit.when(), loop.time());
  });
  const limit: Timeout = timeout(undefined);
  try {
    yield* limit.run(function* () {
      limit.reschedule(loop.time() - 1);
      log('not yet');
      yield* sleep(5);
    });
  } catch (error) {
    log(error, loop.time(), limit.expired());
  }
  for (const action of [() => limit.reschedule(1), () => timeout(1).reschedule(1)]) {
    try {
      action();
    } catch (error) {
      log(error);
    }
  }
  try {
    yield* limit.run(function* () {
      log('never');
    });
  } catch (error) {
    log(error);
  }
  yield* timeout(1).run(function* (limit) {
    try {
      yield* sleep(2);
    } catch {
      try {
        limit.reschedule(loop.time() + 1);
      } catch (error) {
        log(error);
      }
    }
  });
  log('swallowed');
});

try {
  await runVirtual(main());
} catch (error) {
  log(error);
}
