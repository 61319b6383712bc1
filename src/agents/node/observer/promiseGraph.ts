/**
 * The pending promises of a program and the async functions that await them, as a heap snapshot shows them: a promise's
 * reactions lead to what they resume or settle. Nothing needs to have been recorded, and hubs (promises that several
 * await) are like all others.
 */
import type { HeapSnapshot } from '../../v8/heapSnapshot';

/** A suspended call of an async function, or a suspended async generator. All are nodes of the snapshot. */
export interface AsyncCall {
  generator: number;
  fn: number;
  /** Its own promise; of an async generator: that of the `next` it works on. */
  own: number;
  /** What it awaits. */
  awaited: number;
}

/** What becomes of a promise when the one that it belongs to settles. */
interface Derived {
  to: number;
  /** By Promise.all, allSettled, any; undefined: by `then`, `resolve(promise)` and the like. */
  combined: boolean;
}

/** V8's functions for them, by the name of their code. */
const ALL = /^\(PromiseAll(?:Settled)?(?:Resolve|Reject)Element/;
const REACTION = 'system / PromiseReaction';
const CAPABILITY = 'system / PromiseCapability';
const REQUEST = 'system / AsyncGeneratorRequest';

export class PromiseGraph {
  readonly calls: AsyncCall[] = [];
  readonly callOf = new Map<number, AsyncCall>();
  /** Who awaits a promise directly. */
  readonly awaiters = new Map<number, AsyncCall[]>();
  /** How many reactions a promise has. */
  readonly reactions = new Map<number, number>();
  /** Promises of Promise.all and allSettled: they need all that they depend on. */
  readonly needingAll = new Set<number>();
  private readonly derived = new Map<number, Derived[]>();
  /** Promises on which one depends. */
  private readonly sources = new Map<number, { from: number; combined: boolean }[]>();

  constructor(readonly heap: HeapSnapshot) {
    for (let node = 0; node < heap.count; node++) {
      if (heap.type(node) !== 'object') continue;
      const reaction = heap.child(node, 'reactions_or_result');
      if (reaction !== undefined && heap.name(reaction) === REACTION) this.pending(node, reaction);
    }
    for (const call of this.calls) if (call.own >= 0) this.callOf.set(call.own, call);
    for (const [from, list] of this.derived)
      for (const { to, combined } of list) push(this.sources, to, { from, combined });
  }

  /** Calls that await the promise, through whatever was derived from it. */
  awaitedBy(promise: number): AsyncCall[] {
    const found = new Set<AsyncCall>();
    const seen = new Set<number>();
    for (const todo = [promise]; todo.length > 0;) {
      const at = todo.pop() as number;
      if (seen.has(at)) continue;
      seen.add(at);
      for (const call of this.awaiters.get(at) ?? []) found.add(call);
      for (const { to } of this.derived.get(at) ?? []) todo.push(to);
    }
    return [...found];
  }

  /** Promises on which it depends directly. */
  sourcesOf(promise: number): number[] {
    return (this.sources.get(promise) ?? []).map(({ from }) => from);
  }

  /** What has to settle first: calls, and promises that depend on nothing else. `combined`: some of several, at once. */
  leaves(promise: number): { calls: AsyncCall[]; promises: number[]; combined: number } {
    const [calls, promises] = [new Set<AsyncCall>(), new Set<number>()];
    const seen = new Set<number>();
    let combined = 0;
    for (const todo = [promise]; todo.length > 0;) {
      const at = todo.pop() as number;
      if (seen.has(at)) continue;
      seen.add(at);
      const call = this.callOf.get(at);
      const sources = this.sources.get(at) ?? [];
      if (call !== undefined) calls.add(call);
      else if (sources.length === 0) promises.add(at);
      else {
        if (sources[0].combined) combined = Math.max(combined, sources.length);
        todo.push(...sources.map(({ from }) => from));
      }
    }
    return { calls: [...calls], promises: [...promises], combined };
  }

  private pending(promise: number, first: number): void {
    const { heap } = this;
    let count = 0;
    for (let reaction: number | undefined = first; reaction !== undefined;) {
      count++;
      let next: number | undefined;
      let generator: number | undefined;
      const derived = new Map<number, boolean>();
      for (const { type, to } of heap.edges(reaction)) {
        if (type === 'weak' || type === 'shortcut') continue;
        const name = heap.name(to);
        if (name === REACTION) next = to;
        else if (name === CAPABILITY) this.ofCapability(to, false, derived);
        else if (this.isPromise(to)) derived.set(to, derived.get(to) ?? false);
        else if (heap.type(to) === 'closure') {
          const context = heap.child(to, 'context');
          if (context === undefined) continue;
          const resumed = heap.child(context, 'extension');
          if (resumed !== undefined && heap.child(resumed, 'parameters_and_registers') !== undefined)
            generator = resumed;
          else {
            this.ofContext(context, derived);
            if (ALL.test(heap.name(heap.child(to, 'code') ?? 0)))
              for (const [target, combined] of derived) if (combined) this.needingAll.add(target);
          }
        }
      }
      if (generator !== undefined) this.awaits(generator, promise);
      else for (const [to, combined] of derived) push(this.derived, promise, { to, combined });
      reaction = next;
    }
    this.reactions.set(promise, count);
  }

  /** V8's own functions keep what they settle in slots without a name. */
  private ofContext(context: number, derived: Map<number, boolean>): void {
    const { heap } = this;
    for (const { type, to } of heap.edges(context)) {
      if (type !== 'hidden') continue;
      if (this.isPromise(to)) derived.set(to, derived.get(to) ?? false);
      else if (heap.name(to) === CAPABILITY) this.ofCapability(to, true, derived);
    }
  }

  private ofCapability(capability: number, combined: boolean, derived: Map<number, boolean>): void {
    for (const { type, to } of this.heap.edges(capability))
      if (type === 'hidden' && this.isPromise(to)) derived.set(to, combined);
  }

  private isPromise(node: number): boolean {
    const { heap } = this;
    return (
      heap.type(node) === 'object' &&
      (heap.name(node) === 'Promise' || heap.child(node, 'reactions_or_result') !== undefined)
    );
  }

  private awaits(generator: number, awaited: number): void {
    const { heap } = this;
    const fn = heap.child(generator, 'function');
    if (fn === undefined) return;
    let own = -1;
    for (const { type, to } of heap.edges(generator)) {
      if (type !== 'hidden') continue;
      if (this.isPromise(to)) own = to;
      else if (heap.name(to) === REQUEST)
        own = heap.edges(to).find((edge) => edge.type === 'hidden' && this.isPromise(edge.to))?.to ?? own;
    }
    const call = { generator, fn, own, awaited };
    this.calls.push(call);
    push(this.awaiters, awaited, call);
  }
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
