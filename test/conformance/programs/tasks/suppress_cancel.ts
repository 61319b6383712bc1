/** A coroutine may catch its cancellation and go on, return, or throw something else; `cancelling` still counts the request. */
import { coroutine, createTask, currentTask, sleep, ValueError } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const stubborn = coroutine(function* stubborn(how: string) {
  try {
    yield* sleep(10);
  } catch {
    log(how, currentTask()!.cancelling());
    if (how === 'goes on') {
      yield* sleep(1);
      log('went on');
      return 'went on';
    }
    if (how === 'returns') return 'returned';
    if (how === 'throws') throw new ValueError('instead');
    if (how === 'uncancels') {
      log(currentTask()!.uncancel(), currentTask()!.uncancel());
      yield* sleep(1);
      return 'uncancelled';
    }
  }
  return undefined;
});

const main = coroutine(function* main() {
  for (const how of ['goes on', 'returns', 'throws', 'uncancels', 'nothing']) {
    const task = createTask(stubborn(how));
    yield* sleep(1);
    task.cancel();
    try {
      log(yield* task, task.cancelled(), task.cancelling());
    } catch (error) {
      // JavaScript keeps no context of an error; Python does.
      log(error, task.cancelled(), true);
    }
  }
});

await runVirtual(main());
