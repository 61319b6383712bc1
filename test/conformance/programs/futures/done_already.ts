/** Awaiting what is done already gives its outcome without a tick, a future's as well as a task's. */
import { coroutine, createTask, getRunningLoop, sleep, ValueError } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const quick = coroutine(function* quick() {
  return 'quick';
});

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  const future = loop.createFuture<string>();
  future.setResult('there');
  loop.callSoon(log, 'a tick');
  log(yield* future);
  log(yield* future);
  const task = createTask(quick());
  log('before', task.done());
  log(yield* task, 'after a tick');
  loop.callSoon(log, 'another tick');
  log(yield* task);
  log(yield* quick());
  const failed = loop.createFuture<string>();
  failed.setException(new ValueError('failed'));
  for (let i = 0; i < 2; i++) {
    try {
      yield* failed;
    } catch (error) {
      log(error, error === failed.exception());
    }
  }
  yield* sleep(0);
});

await runVirtual(main());
