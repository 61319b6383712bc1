/** What a thread of the program's and the helper share: a few words of memory, and the messages between them. */
import type { MessagePort } from 'node:worker_threads';
import type { Command, Hello, Welcome } from '../../wire/messages';

/** Words of the shared Int32Array. */
export const CONTROL = {
  /** GREETING of the adapter; the thread waits for it before the program's first line. */
  GREETING: 0,
  /** 1: the user asked to pause, and nothing has stopped since. */
  PAUSING: 1,
  /** Counts what was put into the thread's port: what a thread that stands waits on. */
  COMMANDS: 2,
  /** 1: the connection is over, nothing is sent and no command comes any more. */
  GONE: 3,
  /** KiB (rounded up for each message) that have left the process, of all that was posted. Wraps. */
  SENT: 4,
  /** 1: the thread stands and takes commands by itself. */
  STANDING: 5,
  /** Another number with each callback, or where nobody stops in those that take long, with each tick; since it ended, its negative. */
  BEAT: 6,
  /** 1: the thread answers a command by itself, which may take long. */
  ANSWERING: 7,
  LENGTH: 8,
} as const;

export const GREETING = { NONE: 0, WELCOMED: 1, REFUSED: 2 } as const;

/** Memory that one thread and the helper share. */
export interface Shared {
  control: SharedArrayBuffer;
  /** The words of the thread's own loop; undefined for targets that write none. */
  ring: SharedArrayBuffer | undefined;
}

/** What the helper is started with. */
export interface HelperData {
  /** Of the main thread. */
  shared: Shared;
  /** See place.ts. */
  numbers: SharedArrayBuffer;
  start: number;
  /** `unix:/path` or `tcp:127.0.0.1:PORT`. */
  address: string;
  hello: Hello;
  /** Where the agents' own scripts lie: their frames are not the user's. */
  folder: string;
}

/** A JSON message, and how far the ring's words were published when it was said. */
export interface Message {
  text: string;
  head: number;
}

/** A Worker that a thread has started. */
export interface StartedWorker {
  loop: number;
  /** Node's own number for it. */
  threadId: number;
  shared: Shared;
  port: MessagePort;
}

/** From a thread: a message, definitions, records of a loop, or another thread. */
export type Posted =
  Message | (string | number)[] | { loop: number; values: Float64Array } | { started: StartedWorker };

/** To a thread. */
export type Order =
  | { type: 'welcome'; welcome: Welcome }
  /** The adapter refused us, or could not be reached: a sentence. */
  | { type: 'refused'; message: string }
  | { type: 'pause' }
  | { type: 'command'; command: Command };

/** What a posted message counts in SENT. */
export function cost(posted: Posted): number {
  if (Array.isArray(posted)) return 1 + (posted.length >> 6);
  if ('text' in posted) return 1 + (posted.text.length >> 10);
  return 'values' in posted ? 1 + (posted.values.byteLength >> 10) : 1;
}

/**
 * Under this symbol `Atomics.notify` carries the function by which the helper has a thread do something while the
 * inspector holds it. A place that every realm has, that nobody lists, and that costs no import.
 */
export const HOOK = 'tickscope.agent';

/**
 * `inside` (JSON of frames): stop here; false when there is nothing to stop in. `slow` likewise: if a breakpoint wants this
 * callback for taking long. `sample`: tell where it is. `line`: if a breakpoint on the line wants it. `stepped`: a step by lines has come here.
 * `outside` (seconds): that stop is over.
 * `orders` (JSON of frames): take the commands from the port now; true when one lets the program run on.
 */
export type Hook = (
  what: 'inside' | 'slow' | 'sample' | 'decide' | 'line' | 'stepped' | 'outside' | 'orders',
  argument: string,
) => boolean;
