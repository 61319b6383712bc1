/** From nodes of a heap snapshot to the objects themselves. */
import type { HeapProfiler } from 'node:inspector';
import type { HeapSnapshot, Place } from '../../v8/heapSnapshot';
import type { Inspector } from '../../v8/inspector';

/** V8 looks through the whole heap for each, 20 ms and more: so many at most are asked for, of one snapshot. */
const MOST_LOOKUPS = 8;
/** What a function speaks of is kept, so the next snapshot goes on from there. */
const MOST_FOR_WORDS = 2;

const sourceOf = Function.prototype.toString;

export class HeapObjects {
  private lookups = 0;
  /** Whether a function speaks of a variable, by both. */
  private readonly spoken = new Map<string, boolean>();

  constructor(private readonly inspector: Inspector) {}

  /** A new snapshot, or a new question. */
  renew(): void {
    this.lookups = 0;
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

  /** Whether the text of a function has the variable's name in it: a context holds what any of its functions uses. */
  speaksOf(heap: HeapSnapshot, fn: number, variable: string): boolean {
    const place = heap.place(fn);
    if (place === undefined) return false;
    const key = `${keyOf(place)}:${variable}`;
    let known = this.spoken.get(key);
    if (known === undefined) {
      if (this.lookups >= MOST_FOR_WORDS) return false;
      const found = this.object(heap, fn);
      known =
        typeof found === 'function' &&
        sourceOf
          .call(found)
          .split(/[^\p{ID_Continue}$]+/u)
          .includes(variable);
      this.spoken.set(key, known);
    }
    return known;
  }
}

function keyOf({ scriptId, line, column }: Place): string {
  return `${scriptId}:${line}:${column}`;
}
