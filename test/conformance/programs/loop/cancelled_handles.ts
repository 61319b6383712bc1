/** A cancelled handle does not run, whether it waits in ready or for its time; cancelling twice or too late does nothing. */
import { log, virtualLoop } from '../../support';

const loop = virtualLoop();
const first = loop.callSoon(log, 'first');
const second = loop.callSoon(log, 'never: cancelled in ready');
const timer = loop.callLater(1, log, 'never: cancelled before its time');
const both = [
  loop.callLater(2, () => {
    log('cancels the other');
    both[1].cancel();
  }),
  loop.callLater(2, log, 'never: same time'),
];

function cancelAll(): void {
  for (const handle of [first, second, timer, timer]) {
    handle.cancel();
    log(handle.cancelled());
  }
}

loop.callSoon(() => log('runs'));
second.cancel();
loop.callSoon(cancelAll);
loop.callLater(3, () => loop.stop());
await loop.runForever();
log(first.cancelled(), second.cancelled(), both[0].cancelled(), both[1].cancelled());
loop.close();
