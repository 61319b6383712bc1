import { createTask, getRunningLoop, run, sleep } from 'tickscope/asyncio';

await run(async () => {
  getRunningLoop().callSoon(() => {
    throw new RangeError('out of bounds');
  });
  const task = createTask(
    async () => {
      await sleep(0);
      throw new TypeError('no such thing');
    },
    { name: 'doomed' },
  );
  await sleep(0);
  await task;
});
