/** An event wakes all that wait for it; set, it lets everybody through without a tick; cleared in the same tick, its waiters still go on. */
import { coroutine, createTask, Event, getRunningLoop, sleep, wait } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const waiter = coroutine(function* waiter(name: string, event: Event) {
  try {
    log(name, yield* event.wait(), event.isSet());
  } catch (error) {
    log(name, error);
  }
});

const main = coroutine(function* main() {
  const event = new Event();
  const tasks = [...'abc'].map((name) => createTask(waiter(name, event)));
  yield* sleep(1);
  tasks[1].cancel('not any more');
  event.set();
  event.clear();
  log('set and cleared', event.isSet());
  yield* wait(tasks);
  event.set();
  event.set();
  getRunningLoop().callSoon(log, 'a tick');
  log(yield* event.wait(), event.isSet());
  yield* sleep(0);
  event.clear();
  const late = createTask(waiter('late', event));
  yield* sleep(5);
  log(late.done());
  event.set();
  yield* late;
});

await runVirtual(main());
