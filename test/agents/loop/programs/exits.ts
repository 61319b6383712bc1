import { createTask, run, sleep } from 'tickscope/asyncio';

async function work() {
  await sleep(0);
  const end = performance.now() + 60;
  while (performance.now() < end);
  process.exit(3);
}

await run(async () => {
  await createTask(work, { name: 'work' });
});
