/**
 * Tasks that are given up: by a timeout, by a cancellation, and one that refuses for a while.
 *
 * Watch a waiting task that has a timeout: its deadline is shown on its row, and stands in timers as
 * well. When it is reached, the task is cancelled: it becomes ready, and the step that follows throws
 * CancelledError at its `await`. `stubborn` catches that once to tidy up, so it ends some ticks later.
 */
import {
  CancelledError,
  coroutine,
  createTask,
  Event,
  run,
  shield,
  sleep,
  TimeoutError,
  wait,
  waitFor,
} from 'tickscope/asyncio';

// With `coroutine` a call does nothing until it is awaited, or made a task of, as in Python.
const job = coroutine(async (name: string, seconds: number) => {
  await sleep(seconds);
  return `${name} is done`;
});

const stubborn = coroutine(async () => {
  try {
    await new Event().wait();
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    console.log('stubborn: cancelled, tidying up first');
    await sleep(0.2);
    console.log('stubborn: tidy');
    throw error;
  }
});

async function main(): Promise<void> {
  console.log(await waitFor(job('quick', 0.1), 0.5));

  try {
    await waitFor(job('slow', 60), 0.3);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    console.log('slow took too long');
  }

  // A shielded task survives the timeout of the one who waits for it.
  const shielded = createTask(job('shielded', 0.6));
  try {
    await waitFor(shield(shielded), 0.2);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    console.log('no longer waiting for shielded, which goes on');
  }

  const task = createTask(stubborn());
  await sleep(0);
  task.cancel();
  await wait([task]);
  console.log(task.cancelled() ? 'stubborn is cancelled' : 'stubborn lives on');

  console.log(await shielded);
}

run(main);
