/** Timers of one deadline run in the order in which CPython's heap gives them, which is not always first in, first out. */
import { log, virtualLoop } from '../../support';

const loop = virtualLoop();
for (let i = 0; i < 12; i++) loop.callAt(1 + (i % 3), log, 'timer', i);
const early = [0, 1, 2, 3].map((i) => loop.callAt(2, log, 'never', i));
early[0].cancel();
early[2].cancel();
loop.callAt(0.5, () => early[1].cancel());
loop.callAt(2, () => loop.callSoon(log, 'after the others of its time'));
loop.callAt(4, () => loop.stop());
await loop.runForever();
loop.close();
