/** Several tasks await one future: all resume in their order with its outcome; one that is cancelled cancels it for all. */
import { coroutine, createTask, getRunningLoop, sleep, ValueError, wait } from 'tickscope/asyncio';
import type { Future, Task } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const waiter = coroutine(function* waiter(name: string, future: Future<string>) {
  log(name, 'waits');
  try {
    log(name, 'got', yield* future);
  } catch (error) {
    log(name, error);
  }
  log(name, 'again', future.done());
});

const round = coroutine(function* round(outcome: (future: Future<string>, tasks: Task<void>[]) => unknown) {
  const future = getRunningLoop().createFuture<string>();
  const tasks = [...'abc'].map((name) => createTask(waiter(name, future)));
  yield* sleep(0);
  outcome(future, tasks);
  log('told');
  yield* wait(tasks);
});

const main = coroutine(function* main() {
  yield* round((future) => future.setResult('result'));
  yield* round((future) => future.setException(new ValueError('error')));
  yield* round((future) => future.cancel('cancelled'));
  yield* round((_, tasks) => tasks[1].cancel('one of them'));
});

await runVirtual(main());
