/** `join` waits until every item is done with, and not for none; too many `task_done` are refused. */
import { coroutine, createTask, gather, getRunningLoop, Queue, sleep } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const worker = coroutine(function* worker(name: string, queue: Queue<number>) {
  for (;;) {
    const item = yield* queue.get();
    yield* sleep(item);
    log(name, item, getRunningLoop().time());
    queue.taskDone();
  }
});

const main = coroutine(function* main() {
  const queue = new Queue<number>();
  yield* queue.join();
  log('nothing to do');
  for (const item of [3, 1, 2, 1]) queue.putNowait(item);
  const workers = [...'ab'].map((name) => createTask(worker(name, queue)));
  const joins = [0, 1].map(() => createTask(queue.join()));
  yield* queue.join();
  log(
    'joined',
    getRunningLoop().time(),
    joins.map((join) => join.done()),
  );
  yield* sleep(0);
  log(joins.map((join) => join.done()));
  for (const task of workers) task.cancel();
  log(yield* gather(...workers, { returnExceptions: true }));
  try {
    queue.taskDone();
  } catch (error) {
    log(error);
  }
});

await runVirtual(main());
