/** The first error ends the wait, the others go on; with `return_exceptions` errors are results; later errors are silent. */
import { coroutine, gather, getRunningLoop, RuntimeError, sleep, ValueError } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const work = coroutine(function* work(name: string, seconds: number, error?: Error) {
  yield* sleep(seconds);
  log('ends', name);
  if (error) throw error;
  return name;
});

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  loop.setExceptionHandler((_, context) => log(context.message, context.exception));
  const jobs = () => [
    work('a', 1, new ValueError('a failed')),
    work('b', 2),
    work('c', 3, new RuntimeError('c failed')),
  ];
  try {
    yield* gather(...jobs());
  } catch (error) {
    log(error, loop.time());
  }
  yield* sleep(5);
  log(yield* gather(...jobs(), { returnExceptions: true }), loop.time());
  const future = loop.createFuture<string>();
  future.cancel();
  log(yield* gather(future, work('d', 1), { returnExceptions: true }));
  try {
    yield* gather(future, work('e', 1));
  } catch (error) {
    log(error, loop.time());
  }
  yield* sleep(2);
});

await runVirtual(main());
