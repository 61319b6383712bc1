/**
 * What can still run reaches what? From roots (what Node will call) along the references of a heap snapshot, as a
 * garbage collector would, but for the ways by which no code can go:
 *
 * - a function sees only those variables around it that its text names, though V8's contexts hold all of them;
 * - a function of Node's or of a library sees none of its module: these do not know the program's objects;
 * - who has a promise cannot settle it: only its resolve functions lead on to who awaits it.
 *
 * Whatever else is in doubt counts as reached.
 */
import type { AnyFunction } from './functions';
import type { HeapSnapshot } from './heapSnapshot';

export interface World {
  heap: HeapSnapshot;
  /** The functions of the program, by node: their texts are asked for. */
  functions: ReadonlyMap<number, AnyFunction>;
  kindOf(scriptId: number): 'user' | 'library' | 'ours';
  /** Nodes beyond which nothing is followed. */
  barred: ReadonlySet<number>;
  /** Names by which code could get hold of any task: seen in a function that can run, they end the proof. */
  revealing: ReadonlySet<string>;
}

/** Code that names one of these can get hold of anything. */
export const REVEALING: readonly string[] = [
  'eval',
  'getHeapSnapshot',
  'queryObjects',
  'mainModule',
  '_getActiveHandles',
  '_getActiveRequests',
  'executionAsyncResource',
  'diagnostics_channel',
];
const CONTEXT = 'system / Context';
const NATIVE_CONTEXT = 'system / NativeContext';
const MODULE = 'system / SourceTextModule';
const REACTION = 'system / PromiseReaction';
/** What holds no references of the program's. */
const PLAIN = new Set(['string', 'code', 'number', 'symbol', 'bigint', 'object shape', 'sliced string']);
/** What a function, or an object, refers to and no code can get at. */
const INNER = new Set(['map', 'shared', 'feedback_cell', 'code', 'initial_map', 'context', 'scope_info']);
/** What Node's own modules keep and call back: nextTicks, time limits and hooks. */
const KEPT_BY_MODULES = new Set([
  'FixedCircularBuffer',
  'FinalizationRegistry',
  'AbortSignal',
  'ActiveChannel',
  'AsyncHook',
  'PerformanceObserver',
]);
const HELD = 1;
/** With the power to settle it, if it is a promise. */
const SETTLES = 3;
/** What runs by it may name anything. */
const UNKNOWN_NAMES = /\b(?:with|Function)\s*\(/;
/** Imports of files may bring whatever these export; of Node's own and of packages they do not. */
const DYNAMIC_IMPORT = /\bimport\s*\((?!\s*['"](?:node:|[@\w]))/;

interface Words {
  names: ReadonlySet<string>;
  /** It may name any variable. */
  all: boolean;
  /** Because of this, it may get hold of anything. */
  reveals: string | undefined;
}

export class Reach {
  /** Why not everything could be followed: what a function names, and where it is written. */
  revealed: { name: string; node: number } | undefined;
  private readonly seen: Uint8Array;
  private readonly todo: number[] = [];
  private readonly words = new Map<number, Words>();
  private readonly globals = new Map<string, number>();
  private readonly opaque = new Set<number>();

  constructor(private readonly world: World) {
    const { heap } = world;
    this.seen = new Uint8Array(heap.count);
    for (const { type, to } of heap.edges(0))
      if (type === 'shortcut') {
        this.opaque.add(to);
        heap.each(to, (kind, name, value) => {
          if (kind === 'property' && typeof name === 'string') this.globals.set(name, value);
        });
      }
    const process = this.globals.get('process');
    if (process !== undefined) this.opaque.add(process);
  }

  /** All that V8 and Node keep to call it: handles, requests, microtasks. */
  static rootsOf(heap: HeapSnapshot): number[] {
    const found: number[] = [];
    const all = heap.edges(0).find(({ to }) => heap.name(to) === '(GC roots)');
    for (const { to } of all === undefined ? [] : heap.edges(all.to))
      if (/^\((?:Global handles|Traced handles|Micro tasks|Strong roots)\)$/.test(heap.name(to)))
        for (const edge of heap.edges(to))
          if (edge.type !== 'weak' && !isPassing(String(edge.name))) found.push(edge.to);
    return found;
  }

  /** What Node keeps in its modules, to call it: timers, immediates, nextTicks; and what is told of what was collected. */
  static hostCallsOf(heap: HeapSnapshot): number[] {
    const found: number[] = [];
    for (let node = 0; node < heap.count; node++) {
      if (heap.type(node) !== 'object') continue;
      const name = heap.name(node);
      if (KEPT_BY_MODULES.has(name) || isSignal(heap, node, name)) found.push(node);
      else if (name === 'Timeout' || name === 'Immediate') {
        const destroyed = heap.child(node, '_destroyed');
        if (destroyed === undefined || heap.name(destroyed) !== 'true') found.push(node);
      }
    }
    return found;
  }

  /** Something that Node will call, or may hand to what it calls: a promise there is settled by Node. */
  root(node: number): void {
    this.mark(node, SETTLES);
  }

  follow(): void {
    for (let node = this.todo.pop(); node !== undefined; node = this.todo.pop()) this.visit(node);
  }

  has(node: number): boolean {
    return this.seen[node] !== 0;
  }

  /** What these lead to, nearest first: `most` nodes and those in `ends` being followed no further; nothing of it is kept. True: with the power to settle it, if it is a promise. */
  from(starts: Iterable<number>, ends: ReadonlySet<number>, most: number): Map<number, boolean> {
    for (const start of starts) this.root(start);
    const found = new Map<number, boolean>();
    for (let at = 0; at < this.todo.length; at++) {
      const node = this.todo[at];
      found.set(node, this.seen[node] === SETTLES);
      if (at < most && !ends.has(node)) this.visit(node);
    }
    this.todo.length = 0;
    for (const node of found.keys()) this.seen[node] = 0;
    return found;
  }

  private mark(node: number, how: number): void {
    const { seen, world } = this;
    if ((seen[node] & how) === how || world.barred.has(node) || this.opaque.has(node)) return;
    seen[node] |= how;
    this.todo.push(node);
  }

  private visit(node: number): void {
    const { heap } = this.world;
    const type = heap.type(node);
    if (PLAIN.has(type)) return;
    const name = heap.name(node);
    if (name === NATIVE_CONTEXT || name === MODULE) return;
    if (type === 'closure') this.closure(node);
    else if (name === CONTEXT) this.whole(node);
    else if (heap.child(node, 'parameters_and_registers') !== undefined) this.generator(node);
    else if (heap.child(node, 'reactions_or_result') !== undefined) this.promise(node);
    else this.object(node);
  }

  private object(node: number): void {
    const { heap } = this.world;
    // V8's own records settle the promises that they refer to, and so do Node's objects for what is under way.
    const isRecord = heap.name(node).startsWith('system / ') || heap.type(node) === 'native';
    const isJob = isRecord && heap.name(node).endsWith('JobTask');
    const isArray = heap.type(node) === 'array';
    const isNatives = !isRecord && heap.child(node, 'javascript_to_native') !== undefined;
    heap.each(node, (type, name, to) => {
      if (isPassedOver(type, name)) return;
      // The keys of a WeakMap refer to their values, too: that is enough.
      // A job knows the realm in which it will run.
      if (isJob && heap.name(to) === CONTEXT) return;
      if (isArray && String(name).includes(' pair in WeakMap ')) return;
      const settles = isRecord || (isNatives && (name === 'promise' || type !== 'property'));
      this.mark(to, settles ? SETTLES : HELD);
    });
  }

  private promise(node: number): void {
    const { heap } = this.world;
    const settles = this.seen[node] === SETTLES;
    heap.each(node, (type, name, to) => {
      // What is in `properties` is there by its names, too.
      if (isPassedOver(type, name) || name === 'properties') return;
      if (name === 'reactions_or_result' && heap.name(to) === REACTION && !settles) return;
      // Our library's mark on promises that were made in a step of a task.
      if (name === '#task' && heap.name(to) === 'Task') return;
      this.mark(to, HELD);
    });
  }

  private generator(node: number): void {
    const { heap } = this.world;
    const fn = heap.child(node, 'function');
    heap.each(node, (type, name, to) => {
      if (isPassedOver(type, name)) return;
      if (name === 'parameters_and_registers') {
        // Contexts among them are those of its blocks, and around the one that it is in.
        heap.each(to, (_, at, value) => {
          if (at !== 'map' && heap.name(value) !== CONTEXT) this.mark(value, HELD);
        });
        return;
      }
      this.mark(to, type === 'property' ? HELD : SETTLES);
    });
    const context = heap.child(node, 'context');
    if (context !== undefined) this.scopes(fn ?? node, context);
  }

  private closure(node: number): void {
    const { heap, kindOf } = this.world;
    const place = heap.place(node);
    if (place !== undefined && kindOf(place.scriptId) === 'ours') return;
    heap.each(node, (type, name, to) => {
      if (!isPassedOver(type, name)) this.mark(to, HELD);
    });
    const context = heap.child(node, 'context');
    if (context !== undefined) this.scopes(node, context);
  }

  /** What V8's own functions keep, each in a context of its own. */
  private whole(context: number): void {
    const { heap } = this.world;
    if (heap.name(context) !== CONTEXT) return;
    heap.each(context, (type, name, to) => {
      if (!isPassedOver(type, name) && name !== 'previous')
        this.mark(to, type === 'context' ? HELD : SETTLES);
    });
  }

  /** The variables around a function that it names. */
  private scopes(fn: number, context: number): void {
    const { heap, functions } = this.world;
    const place = heap.place(fn);
    const text = functions.get(fn);
    if (place === undefined && (text === undefined || isNative(text))) {
      this.whole(context);
      return;
    }
    const isUser = place === undefined || this.world.kindOf(place.scriptId) === 'user';
    const words = text === undefined ? EVERYTHING : this.wordsOf(fn, text);
    if (isUser && words.reveals !== undefined) this.revealed ??= { name: words.reveals, node: fn };
    let last = context;
    for (let at: number | undefined = context; at !== undefined && heap.name(at) === CONTEXT;) {
      const outer: number | undefined = heap.child(at, 'previous');
      if (!isUser && (outer === undefined || heap.name(outer) !== CONTEXT)) break;
      this.scope(at, words);
      last = at;
      at = outer;
    }
    if (!isUser) return;
    const module = heap.child(last, 'extension');
    if (module !== undefined && heap.name(module) === MODULE) this.imports(module);
    if (words.all) for (const value of this.globals.values()) this.mark(value, HELD);
    else
      for (const name of words.names) {
        const value = this.globals.get(name);
        if (value !== undefined) this.mark(value, HELD);
      }
  }

  private scope(context: number, { names, all }: Words): void {
    this.world.heap.each(context, (type, name, to) => {
      if (type === 'context') {
        if (all || names.has(name as string) || /^[^\p{ID_Start}$_]/u.test(name as string))
          this.mark(to, HELD);
      } else if (name === 'extension' && all) this.mark(to, HELD);
    });
  }

  /** Names of imports are not in a snapshot: whoever is in the module may use them all. */
  private imports(module: number): void {
    const { heap } = this.world;
    heap.each(module, (type, _, array) => {
      if (type === 'weak' || heap.type(array) !== 'array') return;
      heap.each(array, (_kind, _name, cell) => {
        if (!heap.name(cell).startsWith('system / Cell')) return;
        heap.each(cell, (_type, name, value) => {
          if (name !== 'map') this.mark(value, HELD);
        });
      });
    });
  }

  private wordsOf(node: number, fn: AnyFunction): Words {
    let words = this.words.get(node);
    if (words === undefined) {
      const text = textOf.call(fn);
      const names = new Set(text.split(/[^\p{ID_Continue}$]+/u));
      const reveals = [...this.world.revealing].find((name) => names.has(name));
      words = {
        names,
        all: names.has('eval') || UNKNOWN_NAMES.test(text),
        reveals: reveals ?? (DYNAMIC_IMPORT.test(text) ? 'import()' : undefined),
      };
      this.words.set(node, words);
    }
    return words;
  }
}

const textOf = Function.prototype.toString;
const EVERYTHING: Words = { names: new Set(), all: true, reveals: undefined };

function isNative(fn: AnyFunction): boolean {
  return textOf.call(fn).endsWith('{ [native code] }');
}

/** What the inspector was shown; what V8 keeps until the end of this turn because somebody, we too, asked a WeakRef for it. */
function isPassing(root: string): boolean {
  return root.endsWith('DevTools console') || root === 'weak_refs_keep_during_job';
}

/** An AbortSignal in Node 20. */
function isSignal(heap: HeapSnapshot, node: number, name: string): boolean {
  return name === 'EventTarget' && heap.child(node, '<symbol kAborted>') !== undefined;
}

/** No code gets there by this reference. */
function isPassedOver(type: string, name: string | number): boolean {
  return type === 'weak' || type === 'shortcut' || (type === 'internal' && INNER.has(name as string));
}
