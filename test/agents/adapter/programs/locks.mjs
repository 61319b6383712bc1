// Two tasks that took two locks in different order.
import * as asyncio from 'tickscope/asyncio';

async function work(mine, other) {
  await mine.acquire();
  await asyncio.sleep(0.01);
  await other.acquire();
}

async function main() {
  const db = new asyncio.Lock();
  const cache = new asyncio.Lock();
  const tasks = [asyncio.createTask(() => work(db, cache)), asyncio.createTask(() => work(cache, db))];
  await asyncio.gather(...tasks);
}

asyncio.run(main);
