/** On the machine's clock: timers in their order and not too early, callbacks between them. */
import { coroutine, getRunningLoop, run, sleep, timeout, waitFor } from 'tickscope/asyncio';
import { log } from '../../support';

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  const start = loop.time();
  const order: unknown[] = [];
  const append = (value: unknown) => void order.push(value);
  for (const delay of [0.03, 0.01, 0.02, 0, -1]) loop.callLater(delay, append, delay);
  loop.callSoon(append, 'soon');
  yield* sleep(0.04);
  log(order, 0.04 - 1e-6 <= loop.time() - start && loop.time() - start < 1);
  try {
    yield* timeout(0.01).run(function* () {
      yield* sleep(1);
    });
  } catch (error) {
    log(error);
  }
  const handle = loop.callLater(0.01, append, 'never');
  handle.cancel();
  log(yield* waitFor(sleep(0.02, 'result'), 1), order.length);
});

await run(main());
