/** Getters and putters that are cancelled lose nothing: the item or the room goes to the next in line. */
import { coroutine, createTask, Queue, sleep, wait } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const getter = coroutine(function* getter(name: string, queue: Queue<number>) {
  try {
    log(name, 'got', yield* queue.get());
  } catch (error) {
    log(name, error, queue.qsize());
    throw error;
  }
});

const putter = coroutine(function* putter(name: string, queue: Queue<string>) {
  try {
    yield* queue.put(name);
    log(name, 'put');
  } catch (error) {
    log(name, error, queue.qsize());
    throw error;
  }
});

const main = coroutine(function* main() {
  for (const order of ['put first', 'cancel first']) {
    const queue = new Queue<number>();
    let tasks = [...'abc'].map((name) => createTask(getter(name, queue)));
    yield* sleep(0);
    if (order === 'put first') queue.putNowait(1);
    tasks[0].cancel(order);
    if (order === 'cancel first') queue.putNowait(1);
    queue.putNowait(2);
    yield* wait(tasks);
    log(
      tasks.map((task) => task.cancelled()),
      queue.qsize(),
    );
    const full = new Queue<string>(1);
    full.putNowait('first');
    tasks = [...'xyz'].map((name) => createTask(putter(name, full)));
    yield* sleep(0);
    if (order === 'put first') log(full.getNowait());
    tasks[0].cancel(order);
    if (order === 'cancel first') log(full.getNowait());
    yield* sleep(1);
    log(full.getNowait(), yield* full.get());
    yield* wait(tasks);
    log(
      tasks.map((task) => task.cancelled()),
      full.qsize(),
    );
  }
});

await runVirtual(main());
