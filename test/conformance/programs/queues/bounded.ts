/** Producers wait for room, consumers for items, each in their order; what `_nowait` refuses. */
import { coroutine, gather, Queue, sleep } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const producer = coroutine(function* producer(name: string, queue: Queue<unknown>, n: number) {
  for (let i = 0; i < n; i++) {
    yield* queue.put(`${name}${i}`);
    log(name, 'put', i, queue.qsize());
  }
});

const consumer = coroutine(function* consumer(name: string, queue: Queue<unknown>, n: number) {
  for (let i = 0; i < n; i++) {
    const item = yield* queue.get();
    log(name, 'got', item, queue.qsize());
    yield* sleep(1);
  }
});

const main = coroutine(function* main() {
  const queue = new Queue<unknown>(2);
  log(queue.maxsize, queue.empty(), queue.full(), queue.qsize());
  yield* gather(
    producer('a', queue, 3),
    producer('b', queue, 3),
    consumer('x', queue, 3),
    consumer('y', queue, 3),
  );
  log(queue.empty());
  queue.putNowait(1);
  queue.putNowait(2);
  const get = () => queue.getNowait();
  for (const bad of [() => queue.putNowait(3), get, get, get]) {
    try {
      log(bad());
    } catch (error) {
      log(error);
    }
  }
});

await runVirtual(main());
