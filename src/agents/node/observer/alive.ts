/** Why the process does not exit: which handles and requests the loop waits for. */
import type { Runtime } from 'node:inspector';
import type { Inspector } from '../../v8/inspector';
import type { Live, Resources } from './resources';

interface Referable {
  hasRef?: () => boolean;
  getAsyncId?: () => number;
  fd?: unknown;
  reading?: unknown;
}
interface Pipe {
  reading?: unknown;
  /** Bytes. */
  writeQueueSize?: number;
}

/** Requests under way: each brings one callback, and the process waits for that. */
const REQUEST =
  /^FSREQ|REQWRAP$|^QUERYWRAP$|CONNECTWRAP$|(?<!HTTPCLIENT)(?<!INCOMING)REQUEST$|^UDPSENDWRAP$|^FILEHANDLECLOSEREQ$|Job$/;
const HANDLE = /^(?:TCP|PIPE|TTY|UDP|PROCESS|SIGNAL|FSEVENT)(?:SERVER)?WRAP$|^STATWATCHER$/;

/** Node's own list. */
const { _getActiveHandles: activeHandles } = process as unknown as { _getActiveHandles(): object[] };

export class Alive {
  /** Numbers of message ports and Workers that keep it alive: their objects are not held. */
  private unheld = new Set<number>();

  constructor(private readonly inspector: Inspector) {}

  /** Reads anew what is not known by itself. */
  look(resources: Resources): void {
    this.unheld = new Set();
    const live = resources.live();
    const ofWorkers = live.some(({ type }) => type === 'WORKER') ? this.lookAtWorkers() : new Set<object>();
    const ports = live.filter(({ type }) => type === 'MESSAGEPORT');
    if (ports.length === 0) return;
    // A port does not say its number. How many keep the process is known, and nothing else tells them apart.
    const keeping = activeHandles
      .call(process)
      .filter(
        (handle) =>
          handle instanceof MessagePort && isReferred(handle as Referable) && !ofWorkers.has(handle),
      );
    for (const { id } of ports.slice(0, keeping.length)) this.unheld.add(id);
  }

  /** The process does not exit while it is there. */
  keeps({ id, type, resource }: Live): boolean {
    if (type === 'MESSAGEPORT' || type === 'WORKER') return this.unheld.has(id);
    if (REQUEST.test(type)) return true;
    if (resource === undefined) return false;
    if (type === 'Timeout') {
      const { _destroyed: over, _idleTimeout: ms } = resource as {
        _destroyed: boolean;
        _idleTimeout: number;
      };
      return !over && ms >= 0 && isReferred(resource);
    }
    if (type === 'Immediate') return isReferred(resource);
    if (!HANDLE.test(type)) return false;
    const { fd, reading } = resource as Referable;
    // Its output keeps nothing, its input as long as somebody reads.
    if (fd === 1 || fd === 2 || (fd === 0 && reading !== true)) return false;
    return isReferred(resource) && (type !== 'PIPEWRAP' || isUsed(resource));
  }

  /** The ports of Workers, which are their own business. */
  private lookAtWorkers(): Set<object> {
    const { inspector } = this;
    if (!inspector.available) return new Set();
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    const { objects } = inspector.post<Runtime.QueryObjectsReturnType>('Runtime.queryObjects', {
      prototypeObjectId: inspector.remote(Worker.prototype).objectId,
      objectGroup: 'tickscope',
    });
    const ports = new Set<object>();
    for (const worker of inspector.valueOf(objects.objectId as string) as Record<symbol, unknown>[])
      for (const symbol of Object.getOwnPropertySymbols(worker)) {
        const held = worker[symbol];
        if (held instanceof MessagePort) ports.add(held);
        else if (symbol.description === 'kHandle' && held != null) this.addWorker(held);
      }
    return ports;
  }

  private addWorker(handle: Referable): void {
    if (typeof handle.getAsyncId === 'function' && isReferred(handle)) this.unheld.add(handle.getAsyncId());
  }
}

/** A pipe that nobody reads, like a child's input, keeps nothing, though Node's own list has it. Channels of messages are always read. */
function isUsed(pipe: Pipe): boolean {
  return pipe.reading === true || (pipe.writeQueueSize ?? 0) > 0 || 'pendingHandle' in pipe;
}

function isReferred(handle: Referable): boolean {
  try {
    return typeof handle.hasRef !== 'function' || handle.hasRef() === true;
  } catch {
    return false;
  }
}
