/** Node's async_hooks without its promise hooks, which cost every await several times what it takes. */
import type { AsyncHook } from 'node:async_hooks';

type PromiseHook = ((...args: never[]) => void) | undefined;

interface AsyncWrap {
  setPromiseHooks(init: PromiseHook, before: PromiseHook, after: PromiseHook, settled: PromiseHook): void;
}

/**
 * Node 24 does without them when asked to (`trackPromises: false`). Before, they are put in with the first hook, and taken out
 * again here; whoever else uses async_hooks puts them in anew, and is left to it.
 */
export function enableWithoutPromises(hook: AsyncHook): void {
  hook.enable();
  asyncWrap()?.setPromiseHooks(undefined, undefined, undefined, undefined);
}

/** Undefined where Node gives it out no more. */
function asyncWrap(): AsyncWrap | undefined {
  const { noDeprecation } = process;
  // Node warns of process.binding on demand, and the program would see it.
  process.noDeprecation = true;
  try {
    return (process as unknown as { binding(name: string): AsyncWrap }).binding('async_wrap');
  } catch {
    return undefined;
  } finally {
    process.noDeprecation = noDeprecation;
  }
}
