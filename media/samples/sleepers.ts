/**
 * Three tasks sleep for different times and wake in the order of their deadlines.
 *
 * Watch the timers queue: one entry for each sleeper, the next deadline first. When the loop has
 * nothing ready, it sleeps in its poll until the first deadline; the next tick then moves that timer
 * to ready, and the task that slept on it runs. Step by tick to see one wake-up after another.
 */
import { gather, run, sleep } from 'tickscope/asyncio';

async function sleeper(name: string, seconds: number, times: number): Promise<void> {
  for (let nap = 1; nap <= times; nap++) {
    await sleep(seconds);
    console.log(`${name} woke up ${nap} of ${times}`);
  }
}

async function main(): Promise<void> {
  // No two deadlines fall together, so the order of the output is always the same.
  await gather(
    () => sleeper('short', 0.2, 4),
    () => sleeper('middle', 0.5, 2),
    () => sleeper('long', 0.9, 1),
  );
  console.log('everybody is awake');
}

run(main);
