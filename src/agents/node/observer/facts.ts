/** What a plain Node program is about to do, under the names that conditions use. */
import type { At } from '../../v8/breakpoints';
import type { Names } from '../../v8/conditions';
import type { Recorder } from './recorder';

/** What runs without anything else happening. */
const READY = new Set(['TickObject', 'Immediate', 'Microtask', 'MAIN']);
/** What can still bring a callback, and is no timer: requests under way and open handles. */
const WAITING =
  /^(?:TCP|PIPE|TTY|UDP|PROCESS|SIGNAL|WRITE|SHUTDOWN|QUERY)(?:SERVER|CONNECT|SEND)?WRAP$|^FS(?:REQ|EVENT)|REQ(?:UEST|WRAP)?$|^STATWATCHER$|^WORKER$/;

/**
 * tick; ready, waiting, timers: how many; callback: the name of what is about to run, or null; task: that of the async call
 * that a breakpoint is about, or null. Worked out when used.
 */
export function namesAt(recorder: Recorder, callback: () => string | undefined, task?: string): Names {
  return new NamesNow(recorder, callback, task);
}

class NamesNow implements Names {
  readonly tick: number;
  readonly task: string | null;
  readonly #recorder: Recorder;
  readonly #callback: () => string | undefined;

  constructor(recorder: Recorder, callback: () => string | undefined, task: string | undefined) {
    this.tick = recorder.tick;
    this.task = task ?? null;
    this.#recorder = recorder;
    this.#callback = callback;
  }
  get ready(): number {
    return lengthOf('ready', this.#recorder);
  }
  get waiting(): number {
    return lengthOf('waiting', this.#recorder);
  }
  get timers(): number {
    return lengthOf('timers', this.#recorder);
  }
  get callback(): string | null {
    return this.#callback() ?? null;
  }
}
// An expression that says `constructor` means that of its own realm's objects.
Reflect.deleteProperty(NamesNow.prototype, 'constructor');

type Queue = Exclude<At<'growth'>['queue'], 'tasks'>;

/** How long one of the queues is, by what the contract calls it. Promises are not counted. */
export function lengthOf(queue: Queue, { resources }: Recorder): number {
  let length = 0;
  for (const { type, resource } of resources.live())
    if (
      queue === 'ready'
        ? READY.has(type)
        : queue === 'timers'
          ? isArmed(type, resource)
          : waits(type, resource)
    )
      length++;
  return length;
}

/** One that is about to run, or was cleared, is in no list of Node's. */
function isArmed(type: string, resource: object | undefined): boolean {
  return type === 'Timeout' && (resource as { _idleNext: unknown })._idleNext !== null;
}

/** What the program writes to its own output is nothing to wait for. */
function waits(type: string, resource: object | undefined): boolean {
  if (!WAITING.test(type)) return false;
  const { fd } = (resource ?? {}) as { fd?: unknown };
  return fd !== 1 && fd !== 2;
}
