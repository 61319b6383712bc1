/**
 * V8's hooks of promises beside Node's async_hooks. Node up to 22 puts its own in with the first async hook, which costs
 * every await several times what it takes: they are kept out, as long as nobody but us uses async_hooks. Node 24 does without
 * them when asked to (`trackPromises: false`), and gives no access to them but by `v8.promiseHooks`.
 *
 * Taking them out again comes too late: where V8 had promise hooks once, each `await f()` takes half as long again for
 * good. Node's module that puts them in, which `node:v8` loads, keeps the function that it finds then: so this module is to be
 * loaded before that one.
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

let asyncWrap: AsyncWrap | undefined;
let setHooks: AsyncWrap['setPromiseHooks'] | undefined;
/** Our own hook is being enabled. */
let enabling = false;
/** Node wanted promise hooks for it, and they were kept out. */
let keptOut = false;
/** What Node's count of hooks is with ours alone. */
let ours = 0;
let fields: Uint32Array | undefined;
let totals = 0;

find();

/** Enables the first hook of all. */
export function enableWithoutPromises(hook: AsyncHook): void {
  const before = hookCount();
  enabling = true;
  try {
    hook.enable();
  } finally {
    enabling = false;
    if (asyncWrap !== undefined && setHooks !== undefined) asyncWrap.setPromiseHooks = setHooks;
  }
  ours = hookCount() - before;
  if (!keptOut && !othersUseHooks()) setPromiseHooks(undefined);
  // Else every callback has a frame of Node's for hooks in its stack. Node 24 keeps it: it gives no access.
  asyncWrap?.setCallbackTrampoline?.(undefined);
}

/** In place of all others; undefined: none. False where that cannot be done. */
export function setPromiseHooks(functions: HookFunctions | undefined): boolean {
  if (setHooks === undefined) return false;
  if (functions === undefined) setHooks(undefined, undefined, undefined, undefined);
  else setHooks(functions.init, functions.before, functions.after, functions.settled);
  return true;
}

/** Changes whenever somebody enables or disables a hook; always 0 where nobody takes anything out. */
export function hookCount(): number {
  return fields === undefined ? 0 : fields[totals];
}

/** Somebody besides us has enabled a hook of async_hooks. */
export function othersUseHooks(): boolean {
  return hookCount() !== ours;
}

/** Node 24 does not give it out. */
function find(): void {
  const { noDeprecation } = process;
  // Node warns of process.binding on demand, and the program would see it.
  process.noDeprecation = true;
  try {
    const found = (process as unknown as { binding(name: string): AsyncWrap }).binding('async_wrap');
    const { setPromiseHooks: real, async_hook_fields: counts, constants } = found;
    if (typeof real !== 'function' || !counts || !constants) return;
    asyncWrap = found;
    setHooks = real;
    fields = counts;
    totals = constants.kTotals;
    found.setPromiseHooks = (...functions) => {
      if (enabling) keptOut = true;
      else real(...functions);
    };
  } catch {
    // Node 24
  } finally {
    process.noDeprecation = noDeprecation;
  }
}
