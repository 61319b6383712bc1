/** The block ends when its tasks have ended, those included that they add themselves. */
import {
  coroutine,
  getRunningLoop,
  sleep,
  TaskGroup,
  type CoroutineObject,
  type Task,
} from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const work = coroutine(function* work(name: string, seconds: number) {
  yield* sleep(seconds);
  log('ends', name);
  return name;
});

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  const group = new TaskGroup();
  let first!: Task<string>;
  let second!: Task<string>;
  yield* group.run(function* () {
    first = group.createTask(work('a', 2), { name: 'first' });
    second = group.createTask(work('b', 1));

    const adds = coroutine(function* adds() {
      yield* sleep(1);
      group.createTask(work('added', 3));
    });

    group.createTask(adds());
    log('body ends', first.getName());
  });
  log(first.result(), second.result(), loop.time());
  yield* new TaskGroup().run(function* () {
    log('empty');
  });
  log(loop.time());
  for (const action of [
    (coro: CoroutineObject<string>) => group.createTask(coro),
    (coro: CoroutineObject<string>) => new TaskGroup().createTask(coro),
  ]) {
    const coro = work('never', 1);
    try {
      action(coro);
    } catch (error) {
      log((error as Error).message.replace(/^[^>]*>/, ''));
    }
    coro.close();
  }
  try {
    yield* group.run(function* () {
      log('never');
    });
  } catch (error) {
    log((error as Error).message.replace(/^[^>]*>/, ''));
  }
});

await runVirtual(main());
