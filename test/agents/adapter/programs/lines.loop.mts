/** Two workers whose steps have several lines, and call functions. */
import { gather, run, sleep } from 'tickscope/asyncio';

function double(number: number): number {
  const result = number * 2;
  return result;
}

async function worker(name: string, turns: number): Promise<number> {
  let total = 0;
  for (let turn = 0; turn < turns; turn++) {
    total += double(turn);
    await sleep(0);
  }
  console.log(name, total);
  return total;
}

async function main(): Promise<void> {
  await gather(
    () => worker('a', 3),
    () => worker('b', 2),
  );
}

await run(main);
