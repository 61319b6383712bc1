/** Cancelling a task that awaits a task that awaits a task cancels the innermost, and comes back level by level. */
import {
  CancelledError,
  coroutine,
  createTask,
  currentTask,
  getRunningLoop,
  sleep,
  ValueError,
} from 'tickscope/asyncio';
import type { CoroutineObject, Future } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const level: (n: number, leaf: Future<string>) => CoroutineObject<string> = coroutine(function* (
  n: number,
  leaf: Future<string>,
) {
  try {
    if (n === 0) return yield* leaf;
    return yield* createTask(level(n - 1, leaf), { name: `level ${n - 1}` });
  } catch (error) {
    if (error instanceof CancelledError) log(currentTask()!.getName(), error, currentTask()!.cancelling());
    else log(currentTask()!.getName(), error);
    throw error;
  }
});

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  for (const how of ['cancel', 'fail', 'result']) {
    const leaf = loop.createFuture<string>();
    const task = createTask(level(3, leaf), { name: 'top' });
    yield* sleep(1);
    if (how === 'cancel') log(task.cancel('from above'), leaf.cancelled());
    else if (how === 'fail') leaf.setException(new ValueError('from below'));
    else leaf.setResult('result');
    let ticks = 0;
    while (!task.done()) {
      yield* sleep(0);
      ticks++;
    }
    log('ticks', ticks);
    try {
      log(yield* task);
    } catch (error) {
      log(error);
    }
  }
});

await runVirtual(main());
