/** A queue shut down refuses new items; what is in it can still be had, unless it was at once; waiters are woken. */
import { coroutine, createTask, Queue, sleep, wait } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const getter = coroutine(function* getter(name: string, queue: Queue<string>) {
  try {
    log(name, 'got', yield* queue.get());
  } catch (error) {
    log(name, error);
  }
});

const putter = coroutine(function* putter(name: string, queue: Queue<string>) {
  try {
    yield* queue.put(name);
    log(name, 'put');
  } catch (error) {
    log(name, error);
  }
});

const main = coroutine(function* main() {
  for (const immediate of [false, true]) {
    const queue = new Queue<string>(2);
    const tasks = [...'abcd'].map((name) => createTask(putter(name, queue)));
    const joining = createTask(queue.join());
    yield* sleep(1);
    queue.shutdown(immediate);
    queue.shutdown(immediate);
    log('shut down', immediate, queue.qsize());
    yield* wait(tasks);
    const get = () => queue.getNowait();
    for (const action of [() => queue.putNowait('x'), get, get, get]) {
      try {
        log(action());
        queue.taskDone();
      } catch (error) {
        log(error);
      }
    }
    yield* sleep(0);
    yield* sleep(0);
    log('joined', joining.done());
    yield* getter('late', queue);
    const empty = new Queue<string>();
    const getters = [...'xy'].map((name) => createTask(getter(name, empty)));
    yield* sleep(0);
    empty.shutdown(immediate);
    yield* wait(getters);
  }
});

await runVirtual(main());
