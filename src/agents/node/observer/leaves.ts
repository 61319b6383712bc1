/**
 * Who can settle a promise that depends on no other: from its resolve function along what refers to it, the shortest way,
 * to something of Node's that is under way. A context holds the variables of all functions in it, so a way through one
 * counts only where the function speaks of that variable. Where no way is found, nothing is said.
 */
import type { HeapSnapshot } from '../../v8/heapSnapshot';
import type { HeapObjects } from './heapObjects';
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
}

const MOST_NODES = 3000;
/** A context with more functions than this is a module's: a way through it says little, and takes long to judge. */
const MOST_FUNCTIONS = 40;
const CONTEXT = 'system / Context';
/** What is listened to beside what is waited for. */
const LAST_RESORT = new Set(['error', 'close', 'abort', 'aborted', 'terminated', 'timeout']);
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
  ) {}

  settler(promise: number): Settler | undefined {
    const steps: Step[] = this.resolvers(promise);
    const seen = new Set(steps.map(keyOf));
    let weak: Settler | undefined;
    for (let at = 0; at < steps.length && at < MOST_NODES; at++) {
      const step = steps[at];
      const found = this.settles(step);
      if (found !== undefined) {
        if (!LAST_RESORT.has(found.event ?? '')) return found;
        weak ??= found;
        continue;
      }
      for (const next of this.next(step)) {
        const key = keyOf(next);
        if (seen.has(key)) continue;
        seen.add(key);
        steps.push(next);
      }
    }
    return weak;
  }

  /** What V8 and Node keep to settle it: the program's own references settle nothing. */
  private resolvers(promise: number): Step[] {
    const { heap } = this;
    return heap.retainers(promise).flatMap(({ type, from }) => {
      if (type === 'hidden' && /^system \/ (?:Context|PromiseCapability)$/.test(heap.name(from)))
        return [{ node: from }];
      if (heap.name(from).startsWith('Node / ')) return [{ node: from }];
      if (this.resources.has(from)) return [{ node: from }];
      return [];
    });
  }

  private settles({ node, event }: Step): Settler | undefined {
    const { heap, resources } = this;
    const live = resources.get(node);
    const name = heap.name(node);
    if (live !== undefined) return { live, name: live.type, ...(event ? { event } : {}) };
    if (name.startsWith('Node / ')) {
      const request = name.slice('Node / '.length);
      return /Req|Promise|Job|Wrap/.test(request) ? { name: request } : undefined;
    }
    if (name === 'AbortSignal') return { name, event: 'abort' };
    if (event === undefined) return undefined;
    const below = this.handleOf(node, 2);
    const host = heap.child(node, '_host');
    return {
      name,
      event,
      ...(below ? { live: below } : {}),
      ...(host !== undefined && heap.type(host) === 'string' ? { host: heap.name(host) } : {}),
    };
  }

  private handleOf(emitter: number, depth: number): Live | undefined {
    const { heap } = this;
    for (const name of HANDLES) {
      const handle = heap.child(emitter, name);
      const live = handle === undefined ? undefined : this.resources.get(handle);
      if (live !== undefined) return live;
    }
    if (depth > 0)
      for (const name of BELOW) {
        const below = heap.child(emitter, name);
        const live = below === undefined ? undefined : this.handleOf(below, depth - 1);
        if (live !== undefined) return live;
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
      if (type === 'weak' || type === 'shortcut') continue;
      const kind = heap.type(from);
      const holder = heap.name(from);
      if ((kind === 'code' || kind === 'synthetic') && !holder.startsWith('Node / ')) continue;
      if (holder === 'system / NativeContext' || holder === 'global' || holder === 'Generator') continue;
      // The registers of what is suspended settle nothing.
      if (kind === 'array' && heap.retainers(from).some((edge) => edge.name === 'parameters_and_registers'))
        continue;
      if (isContext) {
        if (name === 'previous' && holder === CONTEXT)
          found.push({ node: from, ...(variable ? { variable } : {}) });
        else if (name === 'context' && heap.type(from) === 'closure')
          if (variable === undefined || alone || this.uses(from, variable)) found.push({ node: from });
        continue;
      }
      if (type === 'context') found.push({ node: from, variable: String(name) });
      else if (name === '_events') found.push({ node: from, event: table ?? '' });
      else if (type === 'property' && this.isTable(from)) found.push({ node: from, table: String(name) });
      else found.push({ node: from });
    }
    return found;
  }

  /** Contexts of Node's own functions are one call's each, and small. */
  private uses(fn: number, variable: string): boolean {
    const place = this.heap.place(fn);
    if (place === undefined) return false;
    return this.isNodes(place.scriptId) || this.objects.speaksOf(this.heap, fn, variable);
  }

  /** Where an emitter keeps its listeners, by events. */
  private isTable(node: number): boolean {
    return this.heap.retainers(node).some(({ name }) => name === '_events');
  }
}

/** An emitter may be reached by several events. */
function keyOf({ node, table, event }: Step): string {
  return `${node} ${table ?? event ?? ''}`;
}
