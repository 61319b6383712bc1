/**
 * Coroutines that nobody awaited. Python says so when one is destroyed; here that is when the collector finds it gone,
 * or when a loop is closed or the process ends, whichever is first. Nearly all are awaited at once, so only those that
 * are still not after a while are handed to the collector's registry, which is dear.
 */
import type { CoroutineObject } from './coroutines';
import { warn } from './log';
import { shared } from './shared';

interface Note {
  readonly name: string;
  /** Where it was made, for a debugger. */
  readonly place: unknown;
}

const YOUNG = 1024;
const young: (CoroutineObject<unknown> | undefined)[] = new Array<undefined>(YOUNG);
let count = 0;
/** What is to be said of one that is gone. */
const old = new Map<WeakRef<CoroutineObject<unknown>>, Note>();
const collected = new FinalizationRegistry<WeakRef<CoroutineObject<unknown>>>((ref) => {
  const note = old.get(ref);
  if (!old.delete(ref) || note === undefined) return;
  report(note);
});

export function noteCoroutine(coroutine: CoroutineObject<unknown>): void {
  young[count++] = coroutine;
  if (count === YOUNG) age();
}

/** It is awaited. Nearly always it was the last one noted: then there is nothing to keep of it. */
export function noteStarted(coroutine: CoroutineObject<unknown>): void {
  if (count > 0 && young[count - 1] === coroutine) young[--count] = undefined;
  else if (coroutine.watched !== undefined) forgetCoroutine(coroutine.watched);
}

function age(): void {
  count = 0;
  for (const coroutine of young) {
    if (coroutine === undefined || coroutine.started) continue;
    const ref = new WeakRef(coroutine);
    coroutine.watched = ref;
    const { name, place } = coroutine;
    old.set(ref, { name, place });
    collected.register(coroutine, ref, ref);
  }
  young.fill(undefined);
}

/** One that was handed to the collector's registry was awaited after all. */
function forgetCoroutine(ref: WeakRef<CoroutineObject<unknown>>): void {
  old.delete(ref);
  collected.unregister(ref);
}

/** Reports every coroutine that was not awaited; called when a loop is closed. */
export function reportNeverAwaited(): void {
  const found: Note[] = [];
  for (const [ref, note] of old) {
    const coroutine = ref.deref();
    if (coroutine === undefined) continue;
    coroutine.close();
    found.push(note);
  }
  for (const coroutine of young) {
    if (coroutine === undefined || coroutine.started) continue;
    coroutine.close();
    found.push(coroutine);
  }
  count = 0;
  young.fill(undefined);
  for (const each of found) report(each);
}

process.on('exit', reportNeverAwaited);

function report({ name, place }: Note): void {
  shared.observer?.neverAwaited?.(name, place);
  warn('RuntimeWarning', `coroutine '${name}' was never awaited`);
}
