/** A task cannot await itself, nor may a coroutine be awaited twice. */
import { coroutine, createTask, type CoroutineLike, type Task } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const quick = coroutine(function* quick() {
  return 1;
});

const main = coroutine(function* main() {
  const holder: Task<string>[] = [];

  const narcissus = coroutine(function* narcissus(): Generator<unknown, string> {
    try {
      yield* holder[0];
    } catch (error) {
      log((error as Error).message.split(':')[0].split('<')[0]);
    }
    return 'went on';
  });

  holder.push(createTask(narcissus()));
  log(yield* holder[0]);
  const coro = quick();
  log(yield* coro);
  try {
    yield* coro;
  } catch (error) {
    log(error);
  }
  for (const bad of [3, undefined, 'text']) {
    try {
      createTask(bad as unknown as CoroutineLike<unknown>);
    } catch (error) {
      log((error as Error).name);
    }
  }
});

await runVirtual(main());
