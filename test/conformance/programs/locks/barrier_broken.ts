/** A barrier aborted, reset, or left by one who is cancelled. */
import { Barrier, coroutine, createTask, gather, sleep, wait, BrokenBarrierError } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const waiter = coroutine(function* waiter(name: string, barrier: Barrier) {
  try {
    log(name, yield* barrier.wait());
  } catch (error) {
    if (error instanceof BrokenBarrierError) log(name, error, barrier.broken);
    else log(name, error);
  }
});

const main = coroutine(function* main() {
  for (const how of ['abort', 'reset', 'cancel']) {
    const barrier = new Barrier(3);
    const tasks = [...'ab'].map((name) => createTask(waiter(name, barrier)));
    yield* sleep(1);
    log(how, barrier.nWaiting);
    if (how === 'abort') {
      yield* barrier.abort();
      tasks.push(createTask(waiter('late', barrier)));
    } else if (how === 'reset') yield* barrier.reset();
    else {
      tasks[0].cancel('leaves');
      yield* sleep(0);
      log(barrier.nWaiting);
      tasks.push(...[...'cd'].map((name) => createTask(waiter(name, barrier))));
    }
    yield* wait(tasks);
    log(barrier.broken, barrier.nWaiting);
    yield* barrier.reset();
    log(barrier.broken);
    log(yield* gather(barrier.wait(), barrier.wait(), barrier.wait()));
  }
});

await runVirtual(main());
