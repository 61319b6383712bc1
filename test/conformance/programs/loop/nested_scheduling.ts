/** A tick runs only what was ready when it began, so timers get their turn beside callbacks that schedule themselves. */
import { log, virtualLoop } from '../../support';

const loop = virtualLoop();
let count = 0;

function forever(): void {
  count++;
  if (count <= 4) log('turn', count);
  if (count < 1000) loop.callSoon(forever);
  else {
    log('turns', count);
    loop.callLater(1, () => loop.stop());
  }
}

function timer(n: number): void {
  log('timer', n);
  if (n > 0) loop.callLater(0, timer, n - 1);
}

loop.callSoon(forever);
loop.callSoon(log, 'beside');
loop.callLater(0, timer, 3);
await loop.runForever();
log(loop.time());
loop.close();
