/** A heap snapshot of the program together with what it alone does not tell: functions' texts, scripts, and where known objects are. */
import type { Debugger, Runtime } from 'node:inspector';
import { basename } from 'node:path';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { AnyFunction } from './functions';
import { HeapSnapshot } from './heapSnapshot';
import { pathOfUrl, type Inspector } from './inspector';
import type { World } from './reach';

/** Bytes in use, above which no snapshot is taken: it would take seconds. */
const LARGEST = 128 * 2 ** 20;
/** The same while the program runs, and has to stand for it. */
const LARGEST_RUNNING = 32 * 2 ** 20;
/** What of a heap that seems to be larger may be garbage. */
const GARBAGE = 256 * 2 ** 20;

const TOO_LARGE = 'The heap is too large to be looked through: what can still be reached is not known.';
const PAUSE_IT =
  'The heap is too large to be looked through while the program runs: pause it, and what can still be reached is read.';

export class ProgramHeap {
  private constructor(
    readonly heap: HeapSnapshot,
    readonly functions: ReadonlyMap<number, AnyFunction>,
    /** Script number → its URL, '' for none. */
    readonly scripts: ReadonlyMap<number, string>,
    /** The objects asked for → their nodes. */
    readonly nodes: ReadonlyMap<object, number>,
  ) {}

  /** `ours`: the folder of the agent's files. `isLibrary`: of what knows nothing of the program's objects, besides Node itself. */
  static kindsOf(
    scripts: ReadonlyMap<number, string>,
    ours: string,
    isLibrary: (path: string) => boolean = () => false,
  ): World['kindOf'] {
    const kinds = new Map<number, 'user' | 'library' | 'ours'>();
    for (const [script, url] of scripts) {
      const path = pathOfUrl(url);
      const isOthers = url.startsWith('node:') || (path !== '' && isLibrary(path));
      kinds.set(script, path.startsWith(ours) ? 'ours' : isOthers ? 'library' : 'user');
    }
    return (script) => kinds.get(script) ?? 'user';
  }

  /** Why the heap cannot be looked through now: a sentence. `stands`: nothing is kept waiting by it. */
  static refusal(stands: boolean): string | undefined {
    const largest = stands ? LARGEST : LARGEST_RUNNING;
    let used = getHeapStatistics().used_heap_size;
    // What the last look through it left behind is garbage, and more than most programs have.
    if (used > largest && used < largest + GARBAGE) {
      collectGarbage();
      used = getHeapStatistics().used_heap_size;
    }
    if (used <= largest) return undefined;
    return used > LARGEST ? TOO_LARGE : PAUSE_IT;
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

let collect: (() => void) | undefined;

/** At once; the inspector's own way takes place after the callback that asked for it. */
function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
    setFlagsFromString('--no-expose-gc');
  }
  collect();
}

/** Why nothing is proved: a function that can run may get hold of anything. */
export function revealed(
  heap: HeapSnapshot,
  scripts: ReadonlyMap<number, string>,
  { name, node }: { name: string; node: number },
): string {
  const place = heap.place(node);
  const path = pathOfUrl(scripts.get(place?.scriptId ?? -1) ?? '');
  const where = path === '' ? 'Code' : `${basename(path)}, line ${place?.line},`;
  return `${where} names ${name}, so whoever runs it may reach any task.`;
}

export function functionsOf(inspector: Inspector): AnyFunction[] {
  const { objectId } = inspector.remote(Function.prototype);
  const { objects } = inspector.post<Runtime.QueryObjectsReturnType>('Runtime.queryObjects', {
    prototypeObjectId: objectId,
    objectGroup: 'tickscope',
  });
  return inspector.valueOf(objects.objectId as string) as AnyFunction[];
}

/** Script number → its URL, '' for none. */
export function scriptsOf(inspector: Inspector): Map<number, string> {
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
