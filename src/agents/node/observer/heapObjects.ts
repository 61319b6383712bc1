/** From nodes of a heap snapshot to the objects themselves. */
import type { HeapProfiler } from 'node:inspector';
import type { AnyFunction } from '../../v8/functions';
import type { HeapSnapshot, Place } from '../../v8/heapSnapshot';
import type { Inspector } from '../../v8/inspector';

/** V8 looks through the whole heap for each, 20 ms and more: so many at most are asked for, of one snapshot. */
const MOST_LOOKUPS = 8;
/** What a function speaks of is kept, so the next snapshot goes on from there. */
const MOST_FOR_WORDS = 2;

const sourceOf = Function.prototype.toString;

export class HeapObjects {
  private lookups = 0;
  private functions: ReadonlyMap<number, AnyFunction> = new Map();
  /** Whether a function speaks of a variable, by both. */
  private readonly spoken = new Map<string, boolean>();

  constructor(private readonly inspector: Inspector) {}

  /** A new snapshot, or a new question. `functions`: by their nodes in it, where they are known. */
  renew(functions: ReadonlyMap<number, AnyFunction> = new Map()): void {
    this.lookups = 0;
    this.functions = functions;
    if (this.spoken.size > 10_000) this.spoken.clear();
  }

  /** The inspector's number for it; undefined when it is gone, or too much was asked. */
  remote(heap: HeapSnapshot, node: number): string | undefined {
    if (this.lookups >= MOST_LOOKUPS) return undefined;
    this.lookups++;
    try {
      const { result } = this.inspector.post<HeapProfiler.GetObjectByHeapObjectIdReturnType>(
        'HeapProfiler.getObjectByHeapObjectId',
        { objectId: String(heap.id(node)), objectGroup: 'tickscope' },
      );
      return result.objectId;
    } catch {
      return undefined;
    }
  }

  object(heap: HeapSnapshot, node: number): unknown {
    const id = this.remote(heap, node);
    return id === undefined ? undefined : this.inspector.valueOf(id);
  }

  /**
   * Whether a function could settle something by that variable: its text has the name in it, since a context holds what
   * any of its functions uses, and it calls something.
   */
  settlesBy(heap: HeapSnapshot, fn: number, variable: string): boolean {
    const place = heap.place(fn);
    if (place === undefined) return false;
    const key = `${keyOf(place)}:${variable}`;
    let known = this.spoken.get(key);
    if (known === undefined) {
      let found: unknown = this.functions.get(fn);
      if (found === undefined && this.lookups >= MOST_FOR_WORDS) return false;
      found ??= this.object(heap, fn);
      const text = typeof found === 'function' ? sourceOf.call(found) : '';
      known = text.split(/[^\p{ID_Continue}$]+/u).includes(variable) && callsAnything(text);
      this.spoken.set(key, known);
    }
    return known;
  }
}

/** False only where a function's text surely has no call in it; an opening parenthesis may be that of its parameters. */
export function callsAnything(text: string): boolean {
  const hasList = !/^(?:class\b|(?:async\s+)?[\p{ID_Start}$_][\p{ID_Continue}$]*\s*=>)/u.test(text);
  const body = hasList ? text.replace(/^[^(]*\(/, '') : text;
  return /\(|\bnew\b|\b(?:await|yield|of)\b|\.\.\.|[\p{ID_Continue}$)\]]`/u.test(body);
}

function keyOf({ scriptId, line, column }: Place): string {
  return `${scriptId}:${line}:${column}`;
}
