/** A runner runs several coroutines in one loop, closes it at its end, and refuses what it cannot run. */
import {
  coroutine,
  currentTask,
  fromPromise,
  getRunningLoop,
  run,
  Runner,
  sleep,
  ValueError,
} from 'tickscope/asyncio';
import type { CoroutineLike, EventLoop } from 'tickscope/asyncio';
import { log, virtualLoop } from '../../support';

const ticks: EventLoop[] = [];

const work = coroutine(function* work(name: string) {
  log(name, currentTask()!.getName());
  ticks.push(getRunningLoop());
  yield* sleep(1);
  return [name, getRunningLoop().time()];
});

const inside = coroutine(function* inside(runner: Runner) {
  const coro = work('never');
  for (const action of [() => runner.run(coro), () => run(coro)])
    log(yield* fromPromise(action().catch((error: unknown) => error)));
  coro.close();
});

const fails = coroutine(function* fails() {
  throw new ValueError('failed');
});

const runner = new Runner({ loopFactory: virtualLoop });
log(await runner.run(work('a')));
log(await runner.run(work('b')), ticks[0] === ticks[1], runner.getLoop() === ticks[0]);
await runner.run(inside(runner));
try {
  await runner.run(fails());
} catch (error) {
  log(error);
}
await runner.close();
await runner.close();
log(ticks[0].isClosed());
const coro = work('never');
for (const action of [() => runner.run(coro), () => runner.getLoop()]) {
  try {
    await action();
  } catch (error) {
    log(error);
  }
}
coro.close();
for (const bad of [3, undefined]) {
  try {
    await new Runner({ loopFactory: virtualLoop }).run(bad as unknown as CoroutineLike<unknown>);
  } catch {
    log('refused');
  }
}
