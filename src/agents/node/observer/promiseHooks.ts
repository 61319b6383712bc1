/**
 * V8's hooks of promises beside Node's async_hooks. Node up to 22 puts its own in with the first async hook, which costs
 * every await several times what it takes: they are taken out again, as long as nobody but us uses async_hooks. Node 24 does
 * without them when asked to (`trackPromises: false`), and gives no access to them but by `v8.promiseHooks`.
 */
import type { AsyncHook } from 'node:async_hooks';

export interface HookFunctions {
  init(promise: object, parent: object | undefined): void;
  before(promise: object): void;
  after(promise: object): void;
  settled(promise: object): void;
}

interface AsyncWrap {
  setPromiseHooks(init?: unknown, before?: unknown, after?: unknown, settled?: unknown): void;
  setCallbackTrampoline?(trampoline: undefined): void;
  async_hook_fields: Uint32Array;
  constants: { kTotals: number };
}

let binding: AsyncWrap | undefined;
/** What Node's count of hooks is with ours alone. */
let ours = 0;

/** Enables the first hook of all. */
export function enableWithoutPromises(hook: AsyncHook): void {
  const before = hookCount();
  hook.enable();
  ours = hookCount() - before;
  if (!othersUseHooks()) setPromiseHooks(undefined);
  // Else every callback has a frame of Node's for hooks in its stack. Node 24 keeps it: it gives no access.
  asyncWrap()?.setCallbackTrampoline?.(undefined);
}

/** In place of all others; undefined: none. False where that cannot be done. */
export function setPromiseHooks(functions: HookFunctions | undefined): boolean {
  const wrap = asyncWrap();
  if (wrap === undefined) return false;
  if (functions === undefined) wrap.setPromiseHooks(undefined, undefined, undefined, undefined);
  else wrap.setPromiseHooks(functions.init, functions.before, functions.after, functions.settled);
  return true;
}

/** Changes whenever somebody enables or disables a hook; always 0 where nobody takes anything out. */
export function hookCount(): number {
  const wrap = asyncWrap();
  return wrap === undefined ? 0 : wrap.async_hook_fields[wrap.constants.kTotals];
}

/** Somebody besides us has enabled a hook of async_hooks. */
export function othersUseHooks(): boolean {
  return hookCount() !== ours;
}

let looked = false;

/** Undefined where Node gives it out no more. */
function asyncWrap(): AsyncWrap | undefined {
  if (looked) return binding;
  looked = true;
  const { noDeprecation } = process;
  // Node warns of process.binding on demand, and the program would see it.
  process.noDeprecation = true;
  try {
    const found = (process as unknown as { binding(name: string): AsyncWrap }).binding('async_wrap');
    if (typeof found.setPromiseHooks === 'function' && found.async_hook_fields && found.constants)
      binding = found;
  } catch {
    // Node 24
  } finally {
    process.noDeprecation = noDeprecation;
  }
  return binding;
}
