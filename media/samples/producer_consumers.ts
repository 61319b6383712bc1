/**
 * One producer fills a queue of two places; three consumers empty it. Here the coroutines are
 * generators: `yield*` stands where an async function has `await`.
 *
 * Watch the waiting queue: consumers wait for `queue.get` while the queue is empty, the producer for
 * `queue.put` while it is full, and the main task for `queue.join` until all orders are done. Step by
 * callback: each put makes one consumer ready, which runs in the same tick or in the next one.
 */
import { type Coroutine, createTask, gather, Queue, run, sleep } from 'tickscope/asyncio';

function* producer(orders: Queue<number>, count: number): Coroutine<void> {
  for (let order = 1; order <= count; order++) {
    yield* orders.put(order);
    console.log(`producer: order ${order} placed`);
  }
}

function* consumer(name: string, orders: Queue<number>, done: number[]): Coroutine<void> {
  for (;;) {
    const order = yield* orders.get();
    console.log(`${name}: order ${order} begun`);
    yield* sleep(0.05);
    done.push(order);
    orders.taskDone();
  }
}

function* main(): Coroutine<void> {
  const orders = new Queue<number>(2);
  const done: number[] = [];
  const consumers = [1, 2, 3].map((n) => createTask(consumer(`consumer-${n}`, orders, done)));

  yield* producer(orders, 9);
  yield* orders.join();
  // They wait for a next order that never comes: cancelled, they end in the order they began.
  for (const task of consumers) task.cancel();
  yield* gather(...consumers, { returnExceptions: true });
  console.log(`${done.length} orders done`);
}

run(main);
