/** Cancelled timers are swept out of the heap when they are most of it, which changes nothing of the others' order. */
import { log, virtualLoop } from '../../support';

const loop = virtualLoop();
const handles = Array.from({ length: 250 }, (_, i) => loop.callAt(1 + (i % 7), log, 'timer', i));
handles.forEach((handle, i) => {
  if (i % 10 !== 0) handle.cancel();
});
loop.callSoon(() => log('left', loop.scheduled.length));
loop.callAt(8, () => loop.stop());
await loop.runForever();
log(loop.scheduled.length);
loop.close();
