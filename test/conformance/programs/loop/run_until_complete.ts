/** Results, errors and cancellation come out of `run_until_complete`; a loop stopped before says so; tasks live on between runs. */
import { coroutine, currentTask, sleep, ValueError } from 'tickscope/asyncio';
import { log, virtualLoop } from '../../support';

const loop = virtualLoop();

const work = coroutine(function* work(seconds: number, result: string) {
  log('begins', result);
  yield* sleep(seconds);
  log('ends', result);
  return result;
});

const fail = coroutine(function* fail() {
  throw new ValueError('failed');
});

const cancel = coroutine(function* cancel() {
  currentTask()!.cancel('enough');
  yield* sleep(0);
});

log(await loop.runUntilComplete(work(1, 'a')));
for (const coro of [fail(), cancel()]) {
  try {
    await loop.runUntilComplete<unknown>(coro);
  } catch (error) {
    log(error);
  }
}
const long = loop.createTask(work(10, 'long'));
log(await loop.runUntilComplete(work(2, 'b')), long.done());
loop.callLater(1, () => loop.stop());
try {
  await loop.runUntilComplete(long);
} catch (error) {
  log(error, long.done(), loop.time());
}
log(await loop.runUntilComplete(long), loop.time());
log(await loop.runUntilComplete(long), loop.time());
const future = loop.createFuture<string>();
loop.callLater(1, () => future.setResult('future'));
log(await loop.runUntilComplete(future));
loop.close();
