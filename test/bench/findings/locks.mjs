/**
 * Two tasks that take and release a lock which the other one wants: prints the CPU seconds of each slice as JSON. With WITHOUT the
 * agent does not hear of locks, which is all that it does for findings before somebody asks.
 */
import { gather, Lock, run, sleep } from 'tickscope/asyncio';

const SLICES = 4;
const TIMES = 30_000;

if (process.env.WITHOUT) {
  const { observer } = globalThis[Symbol.for('tickscope.asyncio')];
  observer.acquired = observer.released = () => {};
  observer.placeHere = undefined;
}

await run(async () => {
  const lock = new Lock();
  const worker = async () => {
    for (let n = 0; n < TIMES; n++) {
      await lock.acquire();
      try {
        await sleep(0);
      } finally {
        lock.release();
      }
    }
  };
  const seconds = [];
  for (let slice = 0; slice < SLICES; slice++) {
    const before = process.cpuUsage();
    await gather(worker, worker);
    const { user, system } = process.cpuUsage(before);
    // The first is to get warm.
    if (slice > 0) seconds.push((user + system) / 1e6);
  }
  console.log(JSON.stringify(seconds));
});
