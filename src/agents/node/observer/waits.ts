/**
 * Who waits for what among pending async calls, and which of them nothing can ever go on with: what it awaits depends on
 * promises that nobody who can still run is able to settle.
 */
import type { Thing, Wait, Waits } from '../../../wire/messages';
import { revealed, ProgramHeap, scriptsOf } from '../../v8/programHeap';
import { Reach, REVEALING, type World } from '../../v8/reach';
import { waitsForEver } from '../../v8/runForever';
import type { Inspector } from '../../v8/inspector';
import { silentPeer } from './called';
import type { Running } from './gate';
import type { AsyncCall, PromiseGraph } from './promiseGraph';
import { leavesOf, type PendingCall, type PendingCalls, type Seen } from './tasks';

/** Nodes of all calls' frames together. */
const MOST_FOLLOWED = 400_000;
/** Of one call's. */
const MOST_OF_ONE = 5000;
/** Numbers of promises as things: above those of resources. */
const FIRST_PROMISE = 2 ** 40;
const NOT_READ = 'What can still be reached was not read: ';
const INSIDE = 'The program stands in the middle of a callback, whose variables cannot be followed.';
const PROMISE_STEP = 'The program stands before a promise step, and what that refers to cannot be followed.';

/** Objects of which the nodes have to be found: what Node calls, and keeps by names of its own. */
export function wantedOf(next: Running | undefined): object[] {
  const events = (process as unknown as { _events: object })._events;
  return [events, ...(next?.resource === undefined ? [] : [next.resource])];
}

/** `next`: the callback before which the program stands. `inside`: it stands in the middle of one. */
export function waitsOf(
  { calls, seen, fidelity }: PendingCalls,
  next: Running | undefined,
  inside: boolean,
  inspector: Inspector,
): Waits {
  if (seen === undefined)
    return {
      waits: calls.map(unseen),
      things: [],
      ...(calls.length === 0 ? {} : { unproved: `${NOT_READ}${fidelity ?? 'the heap is not known.'}` }),
    };
  const scripts = scriptsOf(inspector);
  const reach = reachOf(seen, scripts);
  let unproved = reach.revealed && revealed(seen.heap, scripts, reach.revealed);
  if (inside) unproved = INSIDE;
  else if (next !== undefined && next.resource === undefined) unproved = PROMISE_STEP;
  const things = new Map<number, Thing>();
  const waits: Wait[] = [];
  for (const [call, pending] of seen.calls) {
    const isBlocked = unproved === undefined && !reach.has(call.generator);
    if (pending.reason.kind === 'sleep' && !isBlocked) continue;
    const wait = waitOf(seen, call, pending, isBlocked, things);
    if (isBlocked && !reach.has(call.own)) wait.unreferenced = true;
    waits.push(wait);
  }
  addSetters(seen, scripts, waits, things);
  return { waits, things: [...things.values()], ...(unproved === undefined ? {} : { unproved }) };
}

function unseen({ task, reason }: PendingCall): Wait {
  return { task, things: [], tasks: reason.owner === 0 ? [] : [reason.owner], all: true, blocked: false };
}

function worldOf({ heap, functions }: Seen, scripts: ReadonlyMap<number, string>): World {
  return {
    heap,
    functions,
    kindOf: ProgramHeap.kindsOf(scripts, __dirname),
    barred: new Set(),
    revealing: new Set(REVEALING),
  };
}

/** Blocked calls whose own frames could settle what others wait for. */
function addSetters(
  seen: Seen,
  scripts: ReadonlyMap<number, string>,
  waits: readonly Wait[],
  things: ReadonlyMap<number, Thing>,
): void {
  const blocked = new Map(waits.filter((wait) => wait.blocked).map((wait) => [wait.task, wait]));
  const calls = [...seen.calls].filter(([, { task }]) => blocked.has(task));
  const ends = new Set([...things.keys(), ...calls.map(([{ generator }]) => generator)]);
  const reach = new Reach(worldOf(seen, scripts));
  let left = MOST_FOLLOWED;
  for (const [{ generator }, { task }] of calls) {
    ends.delete(generator);
    const reached = reach.from([generator], ends, MOST_OF_ONE);
    ends.add(generator);
    left -= reached.size;
    if (left < 0) return;
    for (const [promise, thing] of things)
      if (reached.get(promise) && !blocked.get(task)?.things.includes(thing.id)) thing.setters.push(task);
  }
}

function reachOf(seen: Seen, scripts: ReadonlyMap<number, string>): Reach {
  const { heap, resources, objects } = seen;
  const reach = new Reach(worldOf(seen, scripts));
  for (const root of Reach.rootsOf(heap)) reach.root(root);
  for (const root of Reach.hostCallsOf(heap)) reach.root(root);
  for (const root of resources.keys()) reach.root(root);
  for (const root of objects.keys()) reach.root(root);
  reach.follow();
  return reach;
}

function waitOf(
  seen: Seen,
  call: AsyncCall,
  pending: PendingCall,
  blocked: boolean,
  things: Map<number, Thing>,
): Wait {
  const { graph } = seen;
  const { calls, promises } = leavesOf(graph, call.awaited, seen.calls);
  const isSingle = calls.length + promises.length === 1;
  const ids = promises.map((promise) => thingOf(seen, promise, isSingle ? pending : undefined, things).id);
  const intended = calls.length === 0 && promises.length === 1 && waitsForEver(pending.path, pending.line);
  return {
    task: pending.task,
    things: ids,
    tasks: [...new Set(calls.map(({ task }) => task))],
    all: isSingle || needsAll(graph, call.awaited),
    blocked,
    ...(intended ? { intended } : {}),
  };
}

/** Wherever it depends on several, it needs them all. */
function needsAll(graph: PromiseGraph, awaited: number): boolean {
  const seen = new Set<number>();
  for (const todo = [awaited]; todo.length > 0;) {
    const at = todo.pop() as number;
    if (seen.has(at)) continue;
    seen.add(at);
    if (graph.callOf.has(at)) continue;
    const sources = graph.sourcesOf(at);
    if (sources.length > 1 && !graph.needingAll.has(at)) return false;
    todo.push(...sources);
  }
  return true;
}

const KINDS: Readonly<Record<string, Thing['kind']>> = {
  sleep: 'timer',
  timer: 'timer',
  event: 'event',
  promise: 'future',
  executor: 'job',
  fs: 'job',
  dns: 'job',
  subprocess: 'process',
  worker: 'process',
};

/** `waiter`: who waits for it alone: what is said of its wait is of this. */
function thingOf(
  { promises, resources }: Seen,
  promise: number,
  waiter: PendingCall | undefined,
  things: Map<number, Thing>,
): Thing {
  let thing = things.get(promise);
  if (thing === undefined) {
    const reason = waiter?.reason;
    thing = {
      id: reason?.resource || reason?.promise || numberOf(promises.get(promise)),
      kind: reason === undefined ? 'future' : (KINDS[reason.kind] ?? 'io'),
      text: (reason && (silent(resources, reason) ?? reason.text)) ?? 'a promise',
      holders: [],
      setters: [],
      path: '',
      line: 0,
    };
    things.set(promise, thing);
  }
  return thing;
}

/** What is read from a connection that the program made, and from which nothing ever came. */
function silent(resources: Seen['resources'], { kind, resource }: PendingCall['reason']): string | undefined {
  if (kind !== 'read' || resource === 0) return undefined;
  for (const { id, resource: handle } of resources.values())
    if (id === resource) return handle && silentPeer(handle);
  return undefined;
}

const numbers = new WeakMap<object, number>();
let last = FIRST_PROMISE;

/** The same for a promise as long as it is there. */
function numberOf(promise: object | undefined): number {
  const known = promise && numbers.get(promise);
  if (known !== undefined) return known;
  last++;
  if (promise !== undefined) numbers.set(promise, last);
  return last;
}
