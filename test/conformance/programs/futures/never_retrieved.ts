/** An error that nobody asked for is reported when the future goes; one that was asked for is not. */
import { coroutine, createTask, sleep, ValueError } from 'tickscope/asyncio';
import { log, virtualLoop } from '../../support';

const loop = virtualLoop();
loop.setExceptionHandler((_, context) => log(context.message, context.exception));

const fail = coroutine(function* fail(text: string) {
  throw new ValueError(text);
});

const main = coroutine(function* main() {
  createTask(fail('nobody asks'));
  const asked = createTask(fail('asked'));
  const cancelled = createTask(fail('never begins'));
  cancelled.cancel();
  yield* sleep(0);
  asked.exception();
});

await loop.runUntilComplete(main());
loop.createFuture().setException(new ValueError('of a future'));
loop.close();
