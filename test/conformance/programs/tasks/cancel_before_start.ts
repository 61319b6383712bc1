/** A task cancelled before its first step never begins; its callbacks and waiters are told. */
import { coroutine, createTask } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const work = coroutine(function* work() {
  log('never');
});

const main = coroutine(function* main() {
  const task = createTask(work());
  task.addDoneCallback((done) => log('callback', done.cancelled()));
  log(task.cancel('early'), task.cancelling(), task.done(), task.cancelled());
  try {
    yield* task;
  } catch (error) {
    log(error);
  }
  log(task.done(), task.cancelled(), task.cancel(), task.cancelling());
  for (const ask of [() => task.result(), () => task.exception()]) {
    try {
      ask();
    } catch (error) {
      log(error);
    }
  }
});

await runVirtual(main());
