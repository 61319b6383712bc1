import { run, sleep } from 'tickscope/asyncio';

await run(async () => {
  console.log('ticking');
  for (;;) await sleep(0);
});
