/** Results and errors come through; a limit that passes cancels and throws TimeoutError; none, zero and negative limits. */
import { coroutine, createTask, getRunningLoop, sleep, ValueError, waitFor } from 'tickscope/asyncio';
import type { Awaitable } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const work = coroutine(function* work(name: string, seconds: number, error?: Error) {
  try {
    yield* sleep(seconds);
  } catch (cancelled) {
    log(name, cancelled);
    throw cancelled;
  }
  if (error) throw error;
  return name;
});

const main = coroutine(function* main() {
  const loop = getRunningLoop();

  const attempt = coroutine(function* attempt(awaitable: Awaitable<string>, limit?: number) {
    const start = loop.time();
    try {
      log(yield* waitFor(awaitable, limit), loop.time() - start);
    } catch (error) {
      log(error, loop.time() - start);
    }
  });

  yield* attempt(work('in time', 1), 2);
  yield* attempt(work('no limit', 1), undefined);
  yield* attempt(work('error', 1, new ValueError('failed')), 2);
  yield* attempt(work('late', 3), 2);
  yield* attempt(work('equal', 2), 2);
  yield* attempt(work('zero', 1), 0);
  yield* attempt(work('zero, no wait', 0), 0);
  yield* attempt(work('negative', 1), -1);
  const task = createTask(work('task', 3), { name: 'task' });
  yield* attempt(task, 1);
  log(task.cancelled());
  const done = loop.createFuture<string>();
  done.setResult('done already');
  yield* attempt(done, 0);
  yield* attempt(done, 1);
  const pending = loop.createFuture<string>();
  yield* attempt(pending, 1);
  log(pending.cancelled());
});

await runVirtual(main());
