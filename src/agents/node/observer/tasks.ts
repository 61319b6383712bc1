/**
 * Async calls that have not settled, found when somebody asks: nothing of them is recorded. V8 lists all promises; a heap
 * snapshot tells which async functions await which of them; and a probe of V8's own async stacks tells the line on which
 * each is suspended. Where snapshots cannot be had, the probe alone tells less.
 */
import type { Runtime } from 'node:inspector';
import { basename, sep } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import type { AsyncStacks } from '../../v8/asyncStacks';
import { HeapSnapshot } from '../../v8/heapSnapshot';
import type { AnyFunction } from '../../v8/functions';
import { NoInspector, type Inspector } from '../../v8/inspector';
import { functionsOf } from '../../v8/programHeap';
import { isUser, type Definitions } from './definitions';
import { detailsOf } from './details';
import type { HeapObjects } from './heapObjects';
import { Leaves } from './leaves';
import { PromiseGraph, type AsyncCall } from './promiseGraph';
import { promiseNumber } from './promises';
import { reasonOf, type Reason } from './reasons';
import { PASSING, type Live, type Resources } from './resources';
import type { Site } from './sites';
import { Unchanged } from './unchanged';

/** Bytes in use, above which no snapshot is taken: it would take seconds. */
const LARGEST_HEAP = 128 * 2 ** 20;
/** More are not looked into. */
const MOST_PROMISES = 50_000;
const MOST_CALLS = 5000;

const OURS = __dirname + sep;

export interface PendingCall {
  task: number;
  name: string;
  path: string;
  /** 0 not known. */
  line: number;
  user: boolean;
  awaitedBy: PendingCall[];
  reason: Reason & { owner: number; promise: number };
  /** Its own promise's number at level full, else 0. */
  promise: number;
  /** The promise that it awaits, where that is known. */
  awaits?: object;
  /** Where it was found. */
  node?: number;
}

export interface PendingCalls {
  calls: PendingCall[];
  /** A sentence, when less than all could be read. */
  fidelity?: string;
  /** By which it was read, where it was read for `waits`. */
  seen?: Seen;
  /** It is what was read before: variables cannot be seen. */
  again?: boolean;
}

/** A heap snapshot and what is known of it. */
export interface Seen {
  heap: HeapSnapshot;
  graph: PromiseGraph;
  calls: ReadonlyMap<AsyncCall, PendingCall>;
  functions: ReadonlyMap<number, AnyFunction>;
  promises: ReadonlyMap<number, object>;
  resources: ReadonlyMap<number, Live>;
  /** Node → what else was to be found. */
  objects: ReadonlyMap<number, object>;
}

const TOO_LARGE =
  'The heap is too large to be looked through: of async calls that have not settled only those are shown that await something by themselves, and not what for.';
const NO_SNAPSHOT =
  'This Node gives no usable heap snapshot: of async calls that have not settled only those are shown that await something by themselves, and not what for.';
const NO_LINES =
  "V8 does not tell where async calls are suspended in this Node: the lines shown are those of the functions' beginnings.";

export class Tasks {
  /** Tests have it work without. */
  withHeap = true;
  private readonly numbers = new WeakMap<object, number>();
  private heap: HeapSnapshot | undefined;
  private readonly unchanged = new Unchanged();
  /** What was read last, with the promises that calls await: nothing of the program's is kept alive by it. */
  private last: { read: PendingCalls; awaits: (WeakRef<object> | undefined)[] } | undefined;

  constructor(
    private readonly inspector: Inspector,
    private readonly definitions: Definitions,
    private readonly stacks: AsyncStacks,
    private readonly objects: HeapObjects,
    private readonly resources: Resources,
    /** Where a promise was made, if that is known. */
    private readonly siteOf: (promise: object) => Site | undefined,
  ) {}

  /**
   * Reads them all now. Collects garbage. `wanted`: for `waits`, and these objects are to be found. `anew`: variables are to
   * be seen, too.
   */
  read(wanted?: readonly object[], anew = false): PendingCalls {
    if (!this.inspector.available) return { calls: [], fidelity: new NoInspector().message };
    const promises = this.promises();
    if (promises.length > MOST_PROMISES)
      return {
        calls: [],
        fidelity: `There are ${promises.length} promises: too many to look for async calls among them.`,
      };
    if (!this.withHeap) return this.byProbe(promises, NO_SNAPSHOT);
    if (getHeapStatistics().used_heap_size > LARGEST_HEAP) return this.byProbe(promises, TOO_LARGE);
    try {
      const same = this.unchanged.since(promises, this.resourcesSaid());
      if (this.unchanged.none) return { calls: [] };
      if (same && this.last && !wanted && !anew) return this.again(this.last);
      this.last = undefined;
      return this.byHeap(promises, wanted);
    } catch {
      return this.byProbe(promises, NO_SNAPSHOT);
    }
  }

  /** The generator of a call that was read last, while the program has not run on: its variables can be seen. */
  generatorOf(call: PendingCall): Generator | undefined {
    this.objects.renew();
    if (this.heap === undefined || call.node === undefined) return undefined;
    return this.objects.object(this.heap, call.node) as Generator | undefined;
  }

  /** The program runs on. */
  forget(): void {
    for (const call of this.last?.read.calls ?? []) delete call.awaits;
    if (this.heap === undefined) return;
    this.heap = undefined;
    this.inspector.post('HeapProfiler.disable');
  }

  private promises(): object[] {
    const { inspector } = this;
    const { objectId } = inspector.remote(Promise.prototype);
    const { objects } = inspector.post<Runtime.QueryObjectsReturnType>('Runtime.queryObjects', {
      prototypeObjectId: objectId,
      objectGroup: 'tickscope',
    });
    return inspector.valueOf(objects.objectId as string) as object[];
  }

  private numberOf(promise: object): number {
    let number = this.numbers.get(promise);
    if (number === undefined) {
      number = this.definitions.newActor();
      this.numbers.set(promise, number);
    }
    return number;
  }

  private again({ read, awaits }: NonNullable<Tasks['last']>): PendingCalls {
    for (const [at, call] of read.calls.entries()) call.awaits = awaits[at]?.deref();
    return { ...read, again: true };
  }

  private resourcesSaid(): string {
    const said: string[] = [];
    for (const live of this.resources.live())
      if (live.resource !== undefined && !PASSING.has(live.type))
        said.push(`${live.id} ${detailsOf(live).text}`);
    return said.join('\n');
  }

  // ---- by a heap snapshot

  private byHeap(promises: object[], wanted: readonly object[] | undefined): PendingCalls {
    this.inspector.post('HeapProfiler.enable');
    const live = this.resources.live().filter(({ resource }) => resource !== undefined);
    const held = {
      tickscopePromises: promises,
      tickscopeResources: live.map(({ resource }) => resource),
      tickscopeFunctions: wanted === undefined ? [] : functionsOf(this.inspector),
      tickscopeObjects: wanted ?? [],
    };
    const heap = (this.heap = HeapSnapshot.take());
    const promiseAt = heap.nodesOf('tickscopePromises', held.tickscopePromises);
    const resourceAt = heap.nodesOf('tickscopeResources', live);
    const functions = heap.nodesOf('tickscopeFunctions', held.tickscopeFunctions);
    this.objects.renew(functions);
    const graph = new PromiseGraph(heap);
    const found = new Map<AsyncCall, PendingCall>();
    const hubs = new Hubs();
    const told = graph.calls.slice(0, MOST_CALLS);
    for (const call of told) {
      const place = heap.place(call.fn);
      const path = place === undefined ? '' : this.inspector.pathOf(String(place.scriptId));
      if (place === undefined || path === '' || path.startsWith(OURS)) continue;
      const own = promiseAt.get(call.own);
      found.set(call, {
        task: own === undefined ? this.definitions.newActor() : this.numberOf(own),
        name: heap.name(call.fn) || nameless(path, place),
        path,
        line: this.lineOf(graph, call, promiseAt.get(call.awaited), hubs) ?? place.line,
        user: isUser(path),
        awaitedBy: [],
        reason: { kind: 'promise', text: 'a promise', resource: 0, owner: 0, promise: 0 },
        promise: own === undefined ? 0 : promiseNumber(own),
        awaits: promiseAt.get(call.awaited),
        node: call.generator,
      });
    }
    const pathOf = (script: number) => this.inspector.pathOf(String(script));
    const leaves = new Leaves(
      heap,
      this.objects,
      resourceAt,
      (script) => pathOf(script) === '',
      (script) => pathOf(script).startsWith(OURS),
    );
    for (const [call, pending] of found) {
      pending.awaitedBy = [...awaiting(graph, call, found)];
      pending.reason = this.reason(graph, leaves, call, found, promiseAt);
    }
    const fidelity: string[] = [];
    if (!this.stacks.tellsOfPromises) fidelity.push(NO_LINES);
    fidelity.push(...hubs.fidelity());
    if (told.length < graph.calls.length)
      fidelity.push(`${graph.calls.length} async calls are pending; ${told.length} of them are shown.`);
    const seen: Seen | undefined = wanted && {
      heap,
      graph,
      calls: found,
      functions,
      promises: promiseAt,
      resources: resourceAt,
      objects: heap.nodesOf('tickscopeObjects', held.tickscopeObjects),
    };
    const read: PendingCalls = {
      calls: [...found.values()],
      ...(fidelity.length === 0 ? {} : { fidelity: fidelity.join(' ') }),
    };
    this.last = { read, awaits: read.calls.map(({ awaits }) => awaits && new WeakRef(awaits)) };
    return { ...read, ...(seen && { seen }) };
  }

  /** The line of its `await`; undefined where V8 does not tell. */
  private lineOf(
    graph: PromiseGraph,
    call: AsyncCall,
    awaited: object | undefined,
    hubs: Hubs,
  ): number | undefined {
    // Of a promise that several await, V8's stacks tell nothing; the inspector knows suspended generators.
    if (awaited !== undefined && graph.reactions.get(call.awaited) === 1) {
      const [frame] = this.stacks.ofPromise(awaited, 3);
      if (frame !== undefined) return frame.line;
    }
    return hubs.line(call, () => {
      const objectId = this.objects.remote(graph.heap, call.generator);
      if (objectId === undefined) return undefined;
      const { internal } = this.inspector.properties(objectId);
      return this.inspector.location(internal.get('[[GeneratorLocation]]'))?.line;
    });
  }

  private reason(
    graph: PromiseGraph,
    leaves: Leaves,
    { awaited }: AsyncCall,
    found: ReadonlyMap<AsyncCall, PendingCall>,
    promiseAt: ReadonlyMap<number, object>,
  ): PendingCall['reason'] {
    const { calls, promises, combined, through } = leavesOf(graph, awaited, found);
    const [first] = calls;
    if (combined > 1) {
      const text = `${combined} promises at once (${calls.length + promises.length} unfinished)`;
      const owner = calls.length === 1 && promises.length === 0 ? first.task : 0;
      return { kind: 'gather', text, resource: 0, owner, promise: 0 };
    }
    if (first !== undefined)
      return { kind: 'task', text: first.name, resource: 0, owner: first.task, promise: 0 };
    const leaf = promises[0] ?? awaited;
    const object = promiseAt.get(leaf);
    const promise = object === undefined ? 0 : promiseNumber(object);
    const site = object === undefined ? undefined : this.siteOf(object);
    const settler = leaves.settler(leaf);
    if (settler === undefined && site !== undefined) {
      const text = `a promise made by ${site.name} (${basename(site.path)}:${site.line})`;
      return { kind: 'promise', text, resource: 0, owner: 0, promise };
    }
    return { ...reasonOf(settler, through && said(graph.heap, through)), owner: 0, promise };
  }

  // ---- by the probe alone

  private byProbe(promises: object[], fidelity: string): PendingCalls {
    if (!this.stacks.tellsOfPromises)
      return { calls: [], fidelity: 'V8 does not tell of suspended async calls in this Node.' };
    const calls: PendingCall[] = [];
    const byStack = new Map<string, PendingCall[]>();
    const stacks: { call: PendingCall; rest: string }[] = [];
    for (const promise of promises) {
      const frames = this.stacks.ofPromise(promise);
      const [frame] = frames;
      if (frame === undefined || frame.path === '' || frame.path.startsWith(OURS)) continue;
      const call: PendingCall = {
        task: this.numberOf(promise),
        ...frame,
        user: isUser(frame.path),
        awaitedBy: [],
        reason: {
          kind: 'promise',
          text: 'a promise',
          resource: 0,
          owner: 0,
          promise: promiseNumber(promise),
        },
        promise: 0,
      };
      const keys = frames.map(({ name, path, line }) => `${name} ${path}:${line}`);
      const key = keys.join('\n');
      byStack.set(key, [...(byStack.get(key) ?? []), call]);
      stacks.push({ call, rest: keys.slice(1).join('\n') });
      calls.push(call);
      if (calls.length >= MOST_CALLS) break;
    }
    // Who awaits whom is sure only where there is one of a kind.
    for (const { call, rest } of stacks) {
      const outer = rest === '' ? [] : (byStack.get(rest) ?? []);
      if (outer.length !== 1 || stacks.filter((other) => other.rest === rest).length !== 1) continue;
      call.awaitedBy = outer;
      outer[0].reason = { kind: 'task', text: call.name, resource: 0, owner: call.task, promise: 0 };
    }
    return { calls, fidelity };
  }
}

/** "top level of app.mjs", whose function is the whole file; "anonymous (app.mjs:3)" */
function nameless(path: string, { line, column }: { line: number; column: number }): string {
  return line === 1 && column === 1
    ? `top level of ${basename(path)}`
    : `anonymous (${basename(path)}:${line})`;
}

/** Promises that several calls await: the lines of these calls have to be asked for, and that takes long. */
class Hubs {
  private readonly lines = new Map<string, number | undefined>();
  /** Calls whose line is that of another of their function. */
  private taken = 0;
  private unknown = 0;

  /** `ask`: undefined when it cannot be told. */
  line({ fn, awaited }: AsyncCall, ask: () => number | undefined): number | undefined {
    const key = `${fn} ${awaited}`;
    const known = this.lines.get(key);
    if (known !== undefined) this.taken++;
    else if (!this.lines.has(key)) this.lines.set(key, ask());
    const line = this.lines.get(key);
    if (line === undefined) this.unknown++;
    return line;
  }

  /** Sentences. */
  fidelity(): string[] {
    const said: string[] = [];
    if (this.taken > 0)
      said.push(
        `Of calls of one function that await one promise, one was asked for its line: ${this.taken} others are taken to stand there, too.`,
      );
    if (this.unknown > 0)
      said.push(
        `Of ${this.unknown} async calls that await what others await, too, the lines shown are those of their functions' beginnings.`,
      );
    return said;
  }
}

/** The calls of the program's that await it: Node's own in between are passed over. */
function awaiting(
  graph: PromiseGraph,
  call: AsyncCall,
  found: ReadonlyMap<AsyncCall, PendingCall>,
  seen = new Set<AsyncCall>(),
): Set<PendingCall> {
  const outer = new Set<PendingCall>();
  for (const each of call.own < 0 ? [] : graph.awaitedBy(call.own)) {
    if (seen.has(each)) continue;
    seen.add(each);
    const known = found.get(each);
    if (known !== undefined) outer.add(known);
    else for (const further of awaiting(graph, each, found, seen)) outer.add(further);
  }
  return outer;
}

/** What it waits for in the end, as far as the program's own calls. `through`: the first of Node's own on the way. */
export function leavesOf(graph: PromiseGraph, awaited: number, found: ReadonlyMap<AsyncCall, PendingCall>) {
  const calls: PendingCall[] = [];
  const promises: number[] = [];
  let combined = 0;
  let through: AsyncCall | undefined;
  const seen = new Set<number>();
  for (const todo = [awaited]; todo.length > 0;) {
    const at = todo.pop() as number;
    if (seen.has(at)) continue;
    seen.add(at);
    const leaves = graph.leaves(at);
    combined = Math.max(combined, leaves.combined);
    promises.push(...leaves.promises);
    for (const call of leaves.calls) {
      const known = found.get(call);
      if (known !== undefined) calls.push(known);
      else {
        through ??= call;
        todo.push(call.awaited);
      }
    }
  }
  return { calls, promises, combined, through };
}

/** A call of a function of Node's: its name, and its first argument where that is a text. */
function said(heap: HeapSnapshot, { fn, generator }: AsyncCall): string | undefined {
  const name = heap.name(fn);
  if (name === '') return undefined;
  const registers = heap.child(generator, 'parameters_and_registers');
  const first = registers === undefined ? undefined : heap.child(registers, '0');
  if (first === undefined) return name;
  // What file handles do goes through one function.
  if (heap.type(first) === 'closure') return `${heap.name(first) || name} of a file handle`;
  return heap.type(first) === 'string' && heap.name(first) !== '' ? `${name} of ${heap.name(first)}` : name;
}
