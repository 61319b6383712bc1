/** A heap snapshot of the program together with what it alone does not tell: functions' texts, scripts, and where known objects are. */
import type { Debugger, Runtime } from 'node:inspector';
import { getHeapStatistics } from 'node:v8';
import type { AnyFunction } from './functions';
import { HeapSnapshot } from './heapSnapshot';
import type { Inspector } from './inspector';

/** Bytes in use, above which no snapshot is taken: it would take seconds. */
const LARGEST = 128 * 2 ** 20;

export class ProgramHeap {
  private constructor(
    readonly heap: HeapSnapshot,
    readonly functions: ReadonlyMap<number, AnyFunction>,
    /** Script number → its URL, '' for none. */
    readonly scripts: ReadonlyMap<number, string>,
    /** The objects asked for → their nodes. */
    readonly nodes: ReadonlyMap<object, number>,
  ) {}

  /** Whether the heap is small enough to be looked through. */
  static isSmall(): boolean {
    return getHeapStatistics().used_heap_size <= LARGEST;
  }

  /** `objects`: of which the nodes are wanted. Collects garbage. Throws where V8 does not give what is needed. */
  static take(inspector: Inspector, objects: readonly object[]): ProgramHeap {
    const scripts = scriptsOf(inspector);
    const functions = functionsOf(inspector);
    const held = { tickscopeFunctions: functions, tickscopeObjects: objects };
    const heap = HeapSnapshot.take();
    const byNode = heap.nodesOf('tickscopeFunctions', held.tickscopeFunctions);
    const nodes = new Map<object, number>();
    for (const [node, object] of heap.nodesOf('tickscopeObjects', held.tickscopeObjects))
      nodes.set(object, node);
    return new ProgramHeap(heap, byNode, scripts, nodes);
  }
}

function functionsOf(inspector: Inspector): AnyFunction[] {
  const { objectId } = inspector.remote(Function.prototype);
  const { objects } = inspector.post<Runtime.QueryObjectsReturnType>('Runtime.queryObjects', {
    prototypeObjectId: objectId,
    objectGroup: 'tickscope',
  });
  return inspector.valueOf(objects.objectId as string) as AnyFunction[];
}

function scriptsOf(inspector: Inspector): Map<number, string> {
  const scripts = new Map<number, string>();
  const forget = inspector.on('Debugger.scriptParsed', (message) => {
    const { scriptId, url } = message.params as Debugger.ScriptParsedEventDataType;
    scripts.set(Number(scriptId), url);
  });
  try {
    inspector.post('Debugger.enable');
    inspector.post('Debugger.disable');
  } finally {
    forget();
  }
  return scripts;
}
