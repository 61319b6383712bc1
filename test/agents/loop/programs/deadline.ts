import { run, sleep, waitFor } from 'tickscope/asyncio';

await run(async () => {
  await waitFor(sleep(0.3), 0.6);
  console.log('in time');
});
