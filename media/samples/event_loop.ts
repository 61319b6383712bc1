/**
 * The loop itself, without `run`: a coroutine, a callback, and a callback in five seconds.
 *
 * Step by tick and watch each move. The coroutine becomes a task, whose first step stands in ready;
 * its sleep stands in timers, and comes back to ready. `callSoon` puts a callback into ready at once,
 * `callLater` puts one into timers, from where the tick that finds it due moves it to ready. While you
 * look, the loop's clock stands: five seconds are five seconds of running.
 */
import { getEventLoop, sleep } from 'tickscope/asyncio';

async function myCoroutine(): Promise<string> {
  await sleep(0.5);
  return 'my result';
}

function myCallback(when: string): void {
  console.log(`called ${when}`);
}

// Get the current event loop
const loop = getEventLoop();

// Run a coroutine in the event loop
const result = await loop.runUntilComplete(myCoroutine);
console.log(result);

// Schedule a callback
loop.callSoon(myCallback, 'soon');

// Schedule a delayed callback: after 5 seconds, and a second later the end
loop.callLater(5, myCallback, 'later');
loop.callLater(6, () => loop.stop());

// Both are called when the loop runs again
await loop.runForever();
loop.close();
