/** A shielded task goes on when its waiter is cancelled; what becomes of it is then for others, its error for the handler. */
import {
  coroutine,
  createTask,
  getRunningLoop,
  shield,
  sleep,
  ValueError,
  type Task,
} from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const work = coroutine(function* work(seconds: number, error?: Error) {
  try {
    yield* sleep(seconds);
  } catch (error) {
    log('work', error);
    throw error;
  }
  log('work done');
  if (error) throw error;
  return 'result';
});

const waiter = coroutine(function* waiter(task: Task<string>) {
  try {
    log('waiter', yield* shield(task));
  } catch (error) {
    log('waiter', error);
  }
});

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  loop.setExceptionHandler((_, context) => log(context.message, context.exception));
  const kept: Task<string>[] = [];
  for (const error of [undefined, new ValueError('late')]) {
    const task = createTask(work(2, error));
    kept.push(task);
    const waiting = createTask(waiter(task));
    yield* sleep(1);
    waiting.cancel('waiter only');
    yield* waiting;
    log(task.done());
    yield* sleep(2);
    log(task.done(), loop.time());
  }
  for (const outcome of ['result', 'error', 'cancel']) {
    const task = createTask(work(1, outcome === 'error' ? new ValueError('seen') : undefined));
    const waiting = createTask(waiter(task));
    if (outcome === 'cancel') {
      yield* sleep(0);
      task.cancel('inner');
    }
    yield* waiting;
  }
  const done = loop.createFuture<string>();
  done.setResult('done already');
  log(shield(done) === done);
});

await runVirtual(main());
