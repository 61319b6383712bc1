/**
 * What Node needs to call hooks of async_hooks, timed in the helper thread: there nobody sees what is made for it, and
 * nobody waits.
 */
import { AsyncResource, createHook } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';

/** So many that V8 compiles it as it would in a busy program. */
const ROUNDS = 4000;
const TRIES = 5;

/** ns for the four hooks of a resource that calls back once, more than without hooks. */
export function costOfHooks(): number {
  const plain = resources();
  const empty = () => undefined;
  const hooks = { init: empty, before: empty, after: empty, destroy: empty, trackPromises: false };
  const hook = createHook(hooks).enable();
  try {
    return Math.max(0, resources() - plain);
  } finally {
    hook.disable();
  }
}

/** ns for each; the least of some tries, so that nobody else's work is counted. */
function resources(): number {
  const nothing = () => undefined;
  let least = Infinity;
  for (let tries = 0; tries < TRIES; tries++) {
    const began = performance.now();
    for (let round = 0; round < ROUNDS; round++) {
      const resource = new AsyncResource('TICKSCOPE', { requireManualDestroy: true });
      resource.runInAsyncScope(nothing);
      resource.emitDestroy();
    }
    least = Math.min(least, performance.now() - began);
  }
  return (least * 1e6) / ROUNDS;
}
