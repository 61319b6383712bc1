/**
 * Who can settle a promise that depends on no other: from its resolve function along what refers to it, the shortest way,
 * to something of Node's that is under way. A context holds the variables of all functions in it, so a way through one
 * counts only where the function speaks of that variable. Where no way is found, nothing is said.
 */
import type { HeapSnapshot } from '../../v8/heapSnapshot';
import type { HeapObjects } from './heapObjects';
import { hiddenThreads } from '../hide';
import { detailsOf } from './details';
import type { Live } from './resources';

export interface Settler {
  /** What Node will call it for; undefined: not known by a number. */
  live?: Live;
  /** Class of an emitter, or Node's name of a request. */
  name: string;
  /** What an emitter has to emit. */
  event?: string;
  /** Where a socket is to be connected to. */
  host?: string;
  /** Which it is, in words. */
  detail?: string;
  /** Something that was written to it waits to be sent. */
  writes?: boolean;
}

const MOST_NODES = 3000;
/** A context with more functions than this is a module's: a way through it says little, and takes long to judge. */
const MOST_FUNCTIONS = 40;
const NATIVE = 'Node / ';
/** Where an EventTarget keeps its listeners. */
const EVENTS = '<symbol kEvents>';
const CONTEXT = 'system / Context';
/** What is listened to beside what is waited for. */
const LAST_RESORT = new Set(['error', 'close', 'abort', 'aborted', 'terminated', 'timeout']);
/** What is listened to for what was written. */
const WRITING = new Set(['drain', 'finish']);
/** Where an emitter keeps its handle. */
const HANDLES = ['_handle', '<symbol kHandle>', 'handle'];
/** Fields of emitters that have a socket below them. */
const BELOW = [
  'socket',
  '<symbol kSocket>',
  '_socket',
  'connection',
  'stream',
  'conn',
  'req',
  'res',
  '_readableState',
  'input',
];

interface Step {
  node: number;
  /** The variable whose context this is on the way. */
  variable?: string;
  /** This is a table of listeners, and one of that event is on the way. */
  table?: string;
  /** This is an emitter, and has to emit that. */
  event?: string;
}

export class Leaves {
  constructor(
    private readonly heap: HeapSnapshot,
    private readonly objects: HeapObjects,
    /** Nodes of live resources. */
    private readonly resources: ReadonlyMap<number, Live>,
    private readonly isNodes: (scriptId: number) => boolean,
    /** A script of the agent's, which refers to much and settles nothing. */
    private readonly isOurs: (scriptId: number) => boolean,
  ) {}

  settler(promise: number): Settler | undefined {
    let level: Step[] = this.resolvers(promise);
    const seen = new Set(level.map(keyOf));
    let weak: Settler | undefined;
    while (level.length > 0 && seen.size < MOST_NODES) {
      const found: Settler[] = [];
      const next: Step[] = [];
      for (const step of level) {
        const settler = this.settles(step);
        if (settler !== undefined) found.push(settler);
        else
          for (const each of this.next(step)) {
            const key = keyOf(each);
            if (seen.has(key)) continue;
            seen.add(key);
            next.push(each);
          }
      }
      const best = mostTelling(found);
      if (best !== undefined && !isLastResort(best)) return best;
      weak ??= best;
      level = next;
    }
    return weak;
  }

  /** What V8 and Node keep to settle it: the program's own references settle nothing. */
  private resolvers(promise: number): Step[] {
    const { heap } = this;
    return heap.retainers(promise).flatMap(({ type, name, from }) => {
      // Node's own object for a request, in JavaScript.
      if (name === 'promise' && this.native(from) !== undefined) return [{ node: from }];
      if (type === 'hidden' && /^system \/ (?:Context|PromiseCapability)$/.test(heap.name(from)))
        return [{ node: from }];
      if (heap.name(from).startsWith(NATIVE)) return [{ node: from }];
      if (this.resources.has(from)) return [{ node: from }];
      return [];
    });
  }

  private settles({ node, event }: Step): Settler | undefined {
    const { heap } = this;
    const name = heap.name(node);
    if (this.resources.has(node)) return this.ofHandle(node, event);
    const native = this.native(node) ?? name;
    if (native.startsWith(NATIVE) && /Req|Promise|Job|Wrap/.test(native))
      return { name: native.slice(NATIVE.length) };
    if (event === undefined) return undefined;
    const writer = WRITING.has(event) ? undefined : this.awaitedWriter(node);
    if (writer !== undefined) return this.settles({ node: writer, event: 'drain' });
    const below = this.handleOf(node, 2);
    const host = heap.child(node, '_host');
    return {
      ...(below === undefined ? {} : this.ofHandle(below, event)),
      name: this.classOf(node),
      event,
      ...(host !== undefined && heap.type(host) === 'string' ? { host: heap.name(host) } : {}),
      ...this.workerOf(node),
    };
  }

  /** Where a stream is piped to that takes no more: it goes on when there is room. */
  private awaitedWriter(emitter: number, depth = 8): number | undefined {
    const { heap } = this;
    const state = heap.child(emitter, '_readableState');
    const awaited = state === undefined ? undefined : heap.child(state, 'awaitDrainWriters');
    if (awaited === undefined || depth === 0) return undefined;
    const writers = heap.name(awaited) === 'Set' ? heap.edges(heap.child(awaited, 'table') ?? awaited) : [];
    for (const writer of [awaited, ...writers.map(({ to }) => to)])
      if (heap.child(writer, '_writableState') !== undefined)
        return this.awaitedWriter(writer, depth - 1) ?? writer;
    return undefined;
  }

  private ofHandle(node: number, event: string | undefined): Settler {
    const live = this.resources.get(node) as Live;
    const child = this.childOf(node);
    return {
      live,
      name: live.type,
      ...(event ? { event } : {}),
      ...(child === undefined ? {} : { detail: child }),
      ...(this.writes(live) ? { writes: true } : {}),
    };
  }

  /** Something that was written waits to be sent. */
  private writes({ resource }: Live): boolean {
    for (const { type, resource: request } of this.resources.values())
      if (type === 'WRITEWRAP' && (request as { handle?: unknown }).handle === resource) return true;
    return false;
  }

  /** Which of a child's streams a pipe is. */
  private childOf(handle: number): string | undefined {
    const { heap } = this;
    for (const socket of heap.retainers(handle).filter(({ name }) => HANDLES.includes(String(name))))
      for (const { name, from } of heap.retainers(socket.from)) {
        if (!/^std(?:in|out|err)$/.test(String(name))) continue;
        const child = heap.child(from, '_handle');
        const live = child === undefined ? undefined : this.resources.get(child);
        if (live?.type === 'PROCESSWRAP') return `${name} of ${detailsOf(live).text}`;
      }
    return undefined;
  }

  /** A Worker, with the number of its thread as the program sees it. */
  private workerOf(emitter: number): { detail?: string } {
    const handle = this.heap.child(emitter, '<symbol kHandle>');
    if (handle === undefined || this.native(handle) !== `${NATIVE}Worker`) return {};
    const found = this.objects.object(this.heap, handle) as { threadId?: unknown } | undefined;
    const number = typeof found?.threadId === 'number' ? found.threadId - hiddenThreads() : undefined;
    return { detail: number === undefined ? 'a Worker' : `Worker ${number}` };
  }

  /** What stands behind an object of Node's: `Node / …` */
  private native(node: number): string | undefined {
    const native = this.heap.child(node, 'javascript_to_native');
    return native === undefined ? undefined : this.heap.name(native);
  }

  /** By its prototype: V8 names what is made by a class after that class's base. */
  private classOf(node: number): string {
    const { heap } = this;
    const prototype = heap.child(node, '__proto__');
    const made = prototype === undefined ? undefined : heap.child(prototype, 'constructor');
    // The agent's Worker is a proxy.
    const target = made === undefined ? undefined : (heap.child(made, 'target') ?? made);
    return target !== undefined && heap.type(target) === 'closure' && heap.name(target) !== ''
      ? heap.name(target)
      : heap.name(node);
  }

  /** The handle of an emitter, a live resource. */
  private handleOf(emitter: number, depth: number): number | undefined {
    const { heap } = this;
    for (const name of HANDLES) {
      const handle = heap.child(emitter, name);
      if (handle !== undefined && this.resources.has(handle)) return handle;
    }
    if (depth > 0)
      for (const name of BELOW) {
        const below = heap.child(emitter, name);
        const handle = below === undefined ? undefined : this.handleOf(below, depth - 1);
        if (handle !== undefined) return handle;
      }
    return undefined;
  }

  private next({ node, variable, table }: Step): Step[] {
    const { heap } = this;
    const found: Step[] = [];
    const isContext = heap.name(node) === CONTEXT;
    const retainers = heap.retainers(node);
    const functions = isContext ? retainers.filter(({ name }) => name === 'context').length : 0;
    if (functions > MOST_FUNCTIONS) return found;
    // Who refers to a context with this variable alone does so for this variable.
    const alone =
      variable !== undefined &&
      heap.edges(node).filter(({ type, name }) => type === 'context' && name !== 'this').length === 1;
    for (const { type, name, from } of retainers) {
      // What an object holds by these it holds by a name, too.
      if (type === 'internal' && (name === 'properties' || name === 'elements')) continue;
      if (type === 'weak' || type === 'shortcut') continue;
      const kind = heap.type(from);
      const holder = heap.name(from);
      if ((kind === 'code' || kind === 'synthetic') && !holder.startsWith(NATIVE)) continue;
      if (holder === 'system / NativeContext' || holder === 'global' || holder === 'Generator') continue;
      // The registers of what is suspended settle nothing.
      if (kind === 'array' && heap.retainers(from).some((edge) => edge.name === 'parameters_and_registers'))
        continue;
      if (isContext) {
        if (name === 'previous' && holder === CONTEXT)
          found.push({ node: from, ...(variable ? { variable } : {}) });
        else if (name === 'context' && heap.type(from) === 'closure' && !this.ours(from))
          if (variable === undefined || alone || this.uses(from, variable)) found.push({ node: from });
        continue;
      }
      if (type === 'context') found.push({ node: from, variable: String(name) });
      else if (name === '_events') found.push({ node: from, event: table ?? '' });
      else if (holder === 'WritableState')
        found.push(...this.emittersOf(from).map((emitter) => ({ node: emitter, event: 'drain' })));
      else if (name === EVENTS) found.push({ node: from, event: table ?? '' });
      else if (type === 'property' && this.isTable(from)) found.push({ node: from, table: String(name) });
      else if (holder === 'Map' && name === 'table')
        found.push({ node: from, ...(table === undefined ? {} : { table }) });
      else if (kind === 'array' && this.isMap(from))
        found.push({ node: from, table: this.keyBefore(from, name) });
      else found.push({ node: from });
    }
    return found;
  }

  private ours(fn: number): boolean {
    const place = this.heap.place(fn);
    return place !== undefined && this.isOurs(place.scriptId);
  }

  /** Contexts of Node's own functions are one call's each, and small. */
  private uses(fn: number, variable: string): boolean {
    const place = this.heap.place(fn);
    if (place === undefined) return false;
    return this.isNodes(place.scriptId) || this.objects.settlesBy(this.heap, fn, variable);
  }

  private emittersOf(state: number): number[] {
    return this.heap
      .retainers(state)
      .filter(({ name }) => name === '_writableState')
      .map(({ from }) => from);
  }

  /** The table of a Map: each value stands behind its key. */
  private isMap(node: number): boolean {
    const { heap } = this;
    return heap.retainers(node).some(({ name, from }) => name === 'table' && heap.name(from) === 'Map');
  }

  private keyBefore(table: number, at: string | number): string {
    const key = this.heap.child(table, String(Number(at) - 1));
    return key !== undefined && this.heap.type(key) === 'string' ? this.heap.name(key) : '';
  }

  /** Where an emitter keeps its listeners, by events. */
  private isTable(node: number): boolean {
    return this.heap.retainers(node).some(({ name }) => name === '_events');
  }
}

/** Of several that are as near: what ends, or is under way, tells more than what merely may emit. */
function mostTelling(found: readonly Settler[]): Settler | undefined {
  const rank = (settler: Settler): number => {
    const { live, writes = false, event } = settler;
    if (isLastResort(settler)) return 4;
    if (live === undefined) return 3;
    if (live.type === 'PROCESSWRAP') return 0;
    return writes === WRITING.has(event ?? '') ? 1 : 2;
  };
  return found.toSorted((a, b) => rank(a) - rank(b))[0];
}

/** The end of a child is not what is listened to beside something else. */
function isLastResort({ event, live }: Settler): boolean {
  return event !== undefined && LAST_RESORT.has(event) && live?.type !== 'PROCESSWRAP';
}

/** An emitter may be reached by several events. */
function keyOf({ node, table, event }: Step): string {
  return `${node} ${table ?? event ?? ''}`;
}
