/** Several hundred thousand timers, most of them cancelled: the others run in their order. */
import { log, virtualLoop } from '../../support';

const COUNT = 300000;
const loop = virtualLoop();
const order: number[] = [];
const append = (i: number) => void order.push(i);
const handles = Array.from({ length: COUNT }, (_, i) =>
  loop.callAt(1 + Math.floor(((i * 7919) % COUNT) / 10), append, i),
);
handles.forEach((handle, i) => {
  if (i % 3 !== 0) handle.cancel();
});
loop.callAt(COUNT, () => loop.stop());
await loop.runForever();
let digest = 0;
for (const i of order) digest = (digest * 31 + i) % 1000003;
log(order.length, digest, order.slice(0, 10), loop.time(), loop.scheduled.length);
loop.close();
