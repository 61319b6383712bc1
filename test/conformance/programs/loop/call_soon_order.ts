/** Callbacks run first in, first out; what they schedule runs in the next tick. */
import { log, virtualLoop } from '../../support';

const loop = virtualLoop();

function again(name: string): void {
  log(name);
  loop.callSoon(log, name, 'again');
}

for (const name of 'abc') loop.callSoon(again, name);
loop.callLater(0, log, 'timer due at once');
loop.callSoon(log, 'd', 1, 2.5, undefined);
loop.callLater(1, () => loop.stop());
await loop.runForever();
log('time', loop.time());
loop.close();
