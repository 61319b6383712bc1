/** A group cancelled from outside cancels its tasks; with errors besides, they win; groups in one another; no tasks while it ends. */
import { coroutine, createTask, currentTask, sleep, TaskGroup, ValueError, wait } from 'tickscope/asyncio';
import type { CoroutineObject } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const work = coroutine(function* work(name: string, seconds: number, error?: Error) {
  try {
    yield* sleep(seconds);
  } catch (cancelled) {
    log(name, cancelled);
    throw error ?? cancelled;
  }
});

const groupOf = coroutine(function* groupOf(name: string, ...jobs: CoroutineObject<void>[]) {
  try {
    yield* new TaskGroup().run(function* (group) {
      for (const job of jobs) group.createTask(job);
    });
  } catch (error) {
    log(name, error, currentTask()!.cancelling());
    throw error;
  }
  log(name, 'ends');
});

const main = coroutine(function* main() {
  for (const error of [undefined, new ValueError('while cancelled')]) {
    const task = createTask(groupOf('group', work('a', 5, error)));
    yield* sleep(1);
    task.cancel('from outside');
    yield* wait([task]);
    log(task.cancelled() || task.exception());
  }
  const inner = groupOf('inner', work('b', 1), work('c', 5));
  const fails = createTask(groupOf('outer', inner, failing(2)));
  yield* wait([fails]);
  log(fails.exception());
  const ends = createTask(groupOf('outer', groupOf('inner', failing(1)), work('d', 5)));
  yield* wait([ends]);
  log(ends.exception());
  const late = createTask(tooLate());
  yield* wait([late]);
  log(late.exception());
});

const failing = coroutine(function* failing(seconds: number) {
  yield* sleep(seconds);
  throw new ValueError('fails');
});

const tooLate = coroutine(function* tooLate() {
  yield* new TaskGroup().run(function* (group) {
    group.createTask(failing(1));
    try {
      yield* sleep(5);
    } catch (cancelled) {
      const coro = work('never', 1);
      try {
        group.createTask(coro);
      } catch (error) {
        log((error as Error).message.replace(/^[^>]*>/, ''));
      }
      coro.close();
      throw cancelled;
    }
  });
});

await runVirtual(main());
