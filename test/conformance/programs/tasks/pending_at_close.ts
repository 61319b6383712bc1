/** `run` cancels what is left when the main coroutine ends, waits for it, and reports what fails on the way. */
import {
  allTasks,
  coroutine,
  createTask,
  getRunningLoop,
  run,
  Runner,
  sleep,
  ValueError,
} from 'tickscope/asyncio';
import { log, virtualLoop } from '../../support';

const left = coroutine(function* left(name: string, how?: string) {
  try {
    yield* sleep(10);
  } catch (error) {
    log(name, 'cancelled');
    yield* sleep(1);
    log(name, 'cleaned up');
    if (how === 'fails') throw new ValueError(name);
    if (how !== 'swallows') throw error;
  }
});

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  loop.setExceptionHandler((_, context) => log(context.message, context.exception, context.task));
  createTask(left('only one', 'fails'), { name: 'one' });
  yield* sleep(1);
  return 'main';
});

const runner = new Runner({ loopFactory: virtualLoop });
const loop = runner.getLoop();
log(await runner.run(main()));
log(allTasks(loop).size);
await runner.close();
log(loop.isClosed(), loop.time());

const again = coroutine(function* again(how?: string) {
  createTask(left('other', how));
  yield* sleep(1);
  throw new ValueError('main');
});

for (const how of [undefined, 'swallows']) {
  try {
    await run(again(how), { loopFactory: virtualLoop });
  } catch (error) {
    log(error);
  }
}
