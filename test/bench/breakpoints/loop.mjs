import { gather, run, sleep } from 'tickscope/asyncio';
import { slices } from './workloads.mjs';

const inTasks = (tasks, times, seconds) => () =>
  gather(
    ...Array.from({ length: tasks }, () => async () => {
      for (let n = 0; n < times; n++) await sleep(seconds);
    }),
  );

await run(() =>
  slices({
    'sleep(0)': inTasks(2, 200_000, 0),
    'many tasks': inTasks(1000, 400, 0),
    sleeps: inTasks(500, 80, 0.001),
  }),
);
