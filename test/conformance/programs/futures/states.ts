/** What a future tells and refuses while it is pending, has a result, an error, or is cancelled. */
import { coroutine, getRunningLoop, InvalidStateError, isFuture, ValueError } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

function attempt(name: string, action: () => unknown): void {
  try {
    log(name, action());
  } catch (error) {
    const known = error instanceof InvalidStateError && !error.message.includes('not');
    log(name, known ? error.name : error);
  }
}

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  const futures = [0, 1, 2, 3].map(() => loop.createFuture<number>());
  futures[1].setResult(3);
  futures[2].setException(new ValueError('bad'));
  futures[3].cancel('away');
  for (const future of futures) {
    log(future.done(), future.cancelled());
    attempt('result', () => future.result());
    attempt('exception', () => future.exception());
  }
  for (const future of futures.slice(1)) {
    attempt('again', () => future.setResult(4));
    attempt('again', () => future.setException(new ValueError('again')));
    attempt('cancel', () => future.cancel());
  }
  log(futures[0].getLoop() === loop, isFuture(futures[0]), isFuture(3));
});

await runVirtual(main());
