/** Queues of the program that have no bound and hold many items, as far as something that can still run gets at them. */
import type { HeapProfiler } from 'node:inspector';
import type { Waits } from '../../wire/messages';
import type { HeapSnapshot } from '../v8/heapSnapshot';
import type { Inspector } from '../v8/inspector';
import type { ProgramHeap } from '../v8/programHeap';
import type { Definitions } from './definitions';

/** Items from which on a queue is told of. */
const LONG = 1000;
const MOST = 5;
/** Bytes of a slot. */
const SLOT = 8;
/** V8 looks through the whole heap for each, 20 ms and more. They are found by themselves from then on. */
const MOST_LOOKUPS = 5;

/** What is read of a queue (src/loop/queues.ts): nothing that runs code of the program's. */
interface QueueInside {
  readonly maxsize: number;
  readonly ring: { readonly length: number };
  readonly heap?: readonly unknown[];
  readonly stack?: readonly unknown[];
}

export class LongQueues {
  private known: WeakRef<object>[] = [];

  constructor(
    private readonly inspector: Inspector,
    private readonly definitions: Definitions,
  ) {}

  /** Those that were found before: their nodes are wanted, too. */
  get objects(): object[] {
    return this.known.map((ref) => ref.deref()).filter((queue) => queue !== undefined);
  }

  /** Undefined: none. */
  find(
    { heap, nodes }: ProgramHeap,
    isReached: (node: number) => boolean,
    nameOf: (node: number) => string | undefined,
  ): Waits['queues'] {
    const known = new Map(this.objects.map((queue) => [nodes.get(queue) ?? -1, queue]));
    const found: { id: number; name: string; size: number }[] = [];
    let lookups = 0;
    for (let node = 0; node < heap.count; node++) {
      if (heap.type(node) !== 'object' || !isReached(node) || slotsOf(heap, node) < LONG) continue;
      let queue = known.get(node);
      if (queue === undefined) {
        if (lookups++ >= MOST_LOOKUPS) continue;
        queue = this.object(heap, node);
        if (queue === undefined) continue;
        this.known.push(new WeakRef(queue));
      }
      const size = sizeOf(queue as QueueInside);
      if (size >= LONG) found.push({ id: this.definitions.object(queue), name: nameOf(node) ?? '', size });
    }
    this.known = this.known.filter((ref) => ref.deref() !== undefined);
    return found.length === 0 ? undefined : found.sort((a, b) => b.size - a.size).slice(0, MOST);
  }

  private object(heap: HeapSnapshot, node: number): object | undefined {
    const { result } = this.inspector.post<HeapProfiler.GetObjectByHeapObjectIdReturnType>(
      'HeapProfiler.getObjectByHeapObjectId',
      { objectId: String(heap.id(node)), objectGroup: 'tickscope' },
    );
    return result.objectId === undefined ? undefined : (this.inspector.valueOf(result.objectId) as object);
  }
}

/** How many items there is room for; 0: it is no queue. */
function slotsOf(heap: HeapSnapshot, node: number): number {
  if (heap.child(node, 'putters') === undefined || heap.child(node, 'finished') === undefined) return 0;
  const ring = heap.child(node, 'ring');
  const arrays = [ring && heap.child(ring, 'slots'), heap.child(node, 'heap'), heap.child(node, 'stack')];
  const sizes = arrays.map((array) => {
    const elements = array === undefined ? undefined : heap.child(array, 'elements');
    return elements === undefined ? 0 : heap.size(elements);
  });
  return Math.max(...sizes) / SLOT;
}

/** 0 for one with a bound. */
function sizeOf({ maxsize, ring, heap, stack }: QueueInside): number {
  return maxsize > 0 ? 0 : Math.max(ring.length, heap?.length ?? 0, stack?.length ?? 0);
}
