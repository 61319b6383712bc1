/** `stop` ends the tick under way; before `run_forever` it allows one tick; what is left runs the next time. */
import { log, virtualLoop } from '../../support';

const loop = virtualLoop();

function stopper(): void {
  log('stop');
  loop.stop();
  loop.callSoon(log, 'next run');
}

loop.callSoon(stopper);
loop.callSoon(log, 'same tick');
loop.callLater(1, log, 'timer');
log(loop.isRunning());
await loop.runForever();
log('stopped', loop.isRunning(), loop.time());
loop.stop();
loop.callSoon(() => log('running', loop.isRunning()));
await loop.runForever();
log('one tick', loop.time());
loop.callLater(2, () => loop.stop());
await loop.runForever();
log('end', loop.time(), loop.isClosed());
loop.close();
loop.close();
log(loop.isClosed());
