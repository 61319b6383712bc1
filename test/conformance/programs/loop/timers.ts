/** Delays: in order of their deadlines, zero and negative ones in the next tick, times of `call_at` in the past, too. */
import { log, virtualLoop } from '../../support';

const loop = virtualLoop();

function due(name: string): void {
  log(loop.time(), name);
}

function second(): void {
  due('second');
  loop.callLater(-5, due, 'negative');
  loop.callLater(0, due, 'zero');
  loop.callAt(0.5, due, 'in the past');
  loop.callSoon(due, 'soon');
}

loop.callLater(3, due, 'third');
loop.callLater(2, second);
const handle = loop.callLater(1.25, due, 'first');
log(handle.when(), handle.cancelled());
for (const bad of ['callLater', 'callAt'] as const) {
  try {
    loop[bad](undefined as unknown as number, due, 'never');
  } catch (error) {
    log((error as Error).name);
  }
}
loop.callLater(100000, () => loop.stop());
await loop.runForever();
log(loop.time());
loop.close();
