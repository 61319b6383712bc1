/** A priority queue gives the smallest first, pairs by their first parts and then the second; a last-in-first-out queue the newest. */
import { coroutine, LifoQueue, PriorityQueue, type Coroutine } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const take = coroutine(function* take(
  queue: PriorityQueue<unknown> | LifoQueue<unknown>,
  n: number,
): Coroutine<unknown[]> {
  const items: unknown[] = [];
  for (let i = 0; i < n; i++) items.push(yield* queue.get());
  return items;
});

const main = coroutine(function* main() {
  const queue = new PriorityQueue<unknown>();
  for (const item of [5, 1, 4, 1, 3, 9, 2]) yield* queue.put(item);
  log(Array.from({ length: 7 }, () => queue.getNowait()));
  for (const item of [
    [2, 'b'],
    [1, 'z'],
    [2, 'a'],
    [1, 'y'],
  ])
    queue.putNowait(item);
  log(yield* take(queue, 4));
  for (const item of ['pear', 'apple', 'fig']) queue.putNowait(item);
  log(yield* take(queue, 3));
  try {
    queue.putNowait(1);
    queue.putNowait('text');
  } catch (error) {
    log((error as Error).name, queue.qsize());
  }
  const lifo = new LifoQueue<unknown>(3);
  for (const item of 'abc') lifo.putNowait(item);
  log(lifo.full(), yield* take(lifo, 3), lifo.empty());
});

await runVirtual(main());
