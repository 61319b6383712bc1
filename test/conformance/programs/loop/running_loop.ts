/** Which loop is the running one, and which the current one. */
import { coroutine, currentTask, getEventLoop, getRunningLoop, setEventLoop, sleep } from 'tickscope/asyncio';
import { log, virtualLoop } from '../../support';

function attempt(action: () => unknown): void {
  try {
    log(action() === loop);
  } catch (error) {
    log(error);
  }
}

const loop = virtualLoop();
attempt(getRunningLoop);
setEventLoop(loop);
attempt(getEventLoop);
attempt(getRunningLoop);

const main = coroutine(function* main() {
  attempt(getRunningLoop);
  attempt(getEventLoop);
  log(currentTask()!.getName());
  loop.callSoon(() => log('in a callback', currentTask()));
  yield* sleep(0);
});

await loop.runUntilComplete(main());
attempt(getRunningLoop);
setEventLoop(undefined);
attempt(getEventLoop);
attempt(() => currentTask());
loop.close();
