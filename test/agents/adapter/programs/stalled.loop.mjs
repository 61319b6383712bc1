// Nothing is left that could wake the loop.
import { getRunningLoop, run } from 'tickscope/asyncio';

async function main() {
  const answer = getRunningLoop().createFuture();
  await answer;
}

run(main);
