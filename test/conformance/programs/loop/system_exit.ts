/** SystemExit and KeyboardInterrupt leave the loop at once, from a callback and from a task; the rest of the tick is kept. */
import { coroutine, KeyboardInterrupt, sleep, SystemExit } from 'tickscope/asyncio';
import { log, virtualLoop } from '../../support';

const loop = virtualLoop();

function leave(error: Error): void {
  throw error;
}

const main = coroutine(function* main(error: Error) {
  log('task');
  yield* sleep(0);
  throw error;
});

loop.callSoon(leave, new SystemExit(3));
loop.callSoon(log, 'of the same tick');
try {
  await loop.runForever();
} catch (error) {
  log('left', error, (error as SystemExit).code, loop.isRunning());
}
loop.callSoon(() => loop.stop());
await loop.runForever();
try {
  await loop.runUntilComplete(main(new KeyboardInterrupt('ctrl+c')));
} catch (error) {
  log('left', error);
}
const task = loop.createTask(main(new SystemExit(4)));
try {
  await loop.runUntilComplete(sleep(1));
} catch (error) {
  log('left', error, task.done(), task.exception() === error);
}
loop.close();
