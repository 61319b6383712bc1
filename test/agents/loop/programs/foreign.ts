import { readFile } from 'node:fs/promises';
import { createTask, gather, run, sleep } from 'tickscope/asyncio';

async function read(): Promise<number> {
  const text = await readFile(new URL(import.meta.url), 'utf8');
  return text.length;
}

async function readAndRest(): Promise<number> {
  const length = await read();
  await sleep(0.001);
  return length;
}

async function main(): Promise<void> {
  const task = createTask(read, { name: 'reader' });
  const lengths = await gather(readAndRest, readAndRest);
  console.log(lengths[0] === lengths[1], (await task) > 100);
}

await run(main);
