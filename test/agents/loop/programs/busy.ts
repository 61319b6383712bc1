import { run, sleep } from 'tickscope/asyncio';

function spin(limit: number): number {
  let count = 0;
  while (count < limit) count++;
  return count;
}

await run(async () => {
  await sleep(0);
  console.log('spinning');
  spin(1e15);
});
