/** Results come in the order given, whatever ends first; of nothing it is an empty list; the same awaitable counts once. */
import { coroutine, createTask, gather, getRunningLoop, sleep } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const work = coroutine(function* work(name: string, seconds: number) {
  log('begins', name);
  yield* sleep(seconds);
  log('ends', name);
  return name;
});

const main = coroutine(function* main() {
  log(yield* gather(work('a', 3), work('b', 1), work('c', 2)));
  log(yield* gather());
  const task = createTask(work('task', 1));
  const future = getRunningLoop().createFuture<string>();
  future.setResult('future');
  const coro = work('coro', 0);
  log(yield* gather(task, future, coro, task, coro));
  const nested = gather(gather(work('x', 1), work('y', 2)), work('z', 1));
  log(nested.done(), yield* nested, nested.done());
});

await runVirtual(main());
