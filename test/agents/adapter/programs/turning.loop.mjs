// Thousands of ticks, with fifty tasks in each.
import { gather, run, sleep } from 'tickscope/asyncio';

async function turn(times) {
  for (let at = 0; at < times; at++) await sleep(0);
}

run(async () => {
  await gather(...Array.from({ length: 50 }, () => () => turn(4000)));
});
