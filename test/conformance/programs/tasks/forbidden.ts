/** What a task refuses: results and errors from outside; what a loop refuses: futures of another loop. */
import { coroutine, createTask, sleep, ValueError } from 'tickscope/asyncio';
import { log, runVirtual, virtualLoop } from '../../support';

const main = coroutine(function* main() {
  const task = createTask(sleep(1, 'result'));
  for (const action of [() => task.setResult('x'), () => task.setException(new ValueError('x'))]) {
    try {
      action();
    } catch (error) {
      log(error);
    }
  }
  log(yield* task, task.exception());
  const other = virtualLoop();
  const foreign = other.createFuture();

  const waitForForeign = coroutine(function* waitForForeign() {
    yield* foreign;
  });

  try {
    yield* createTask(waitForForeign());
  } catch (error) {
    log((error as Error).name, (error as Error).message.includes('attached to a different loop'));
  }
  other.close();
});

await runVirtual(main());
