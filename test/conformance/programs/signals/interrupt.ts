/** Ctrl+C cancels the main task of `run`, which may clean up; then KeyboardInterrupt comes out of `run`. */
import { coroutine, currentTask, getRunningLoop, run, sleep } from 'tickscope/asyncio';
import { log } from '../../support';

const main = coroutine(function* main() {
  getRunningLoop().callLater(0.01, () => void process.kill(process.pid, 'SIGINT'));
  try {
    yield* sleep(10);
  } catch (error) {
    log('cancelled', error, currentTask()!.cancelling());
    yield* sleep(0.01);
    log('cleaned up');
    throw error;
  }
});

const catches = coroutine(function* catches() {
  getRunningLoop().callLater(0.01, () => void process.kill(process.pid, 'SIGINT'));
  try {
    yield* sleep(10);
  } catch {
    return 'went on';
  }
  return undefined;
});

try {
  await run(main());
} catch (error) {
  log((error as Error).name);
}
log(await run(catches()));
