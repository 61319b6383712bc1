/** Done callbacks run in their order in the next tick, each as often as it was added; one may be removed or come late. */
import { coroutine, getRunningLoop, sleep, ValueError, type Future } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  const future = loop.createFuture<string>();

  function one(done: Future<string>): void {
    log('one', done === future, done.result());
  }

  function two(done: Future<string>): void {
    log('two');
    done.addDoneCallback(late);
  }

  function late(): void {
    log('late');
  }

  for (const callback of [one, two, one, late]) future.addDoneCallback(callback);
  log(future.removeDoneCallback(late), future.removeDoneCallback(late));
  loop.callSoon(log, 'before');
  future.setResult('x');
  loop.callSoon(log, 'after');
  log('set');
  yield* sleep(0);
  log('a tick later');
  yield* sleep(0);
  future.addDoneCallback(late);
  log(future.removeDoneCallback(late));
  yield* sleep(0);
  const bad = loop.createFuture<string>();
  loop.setExceptionHandler((_, context) => log('handler', context.exception));
  bad.addDoneCallback(fail);
  bad.addDoneCallback((done) => log('still called', done.cancelled()));
  bad.cancel();
  yield* sleep(0);
});

function fail(): void {
  throw new ValueError('in a done callback');
}

await runVirtual(main());
