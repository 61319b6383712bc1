/** One thread of the program's, as the helper sees it: its port, what both share, and the way of its facts to the socket. */
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { encodeFrame } from '../../wire/frames';
import type { LineAnswer, LoopChanged, Reply, Welcome } from '../../wire/messages';
import { FRAME } from '../../wire/schema';
import { Attention } from './attention';
import { FIRST_HELPER_ID } from './channel';
import { CONTROL, cost, GREETING, type Order, type Posted, type Shared, type StartedWorker } from './control';
import { mainThreadComputes } from './mainThreadState';
import { firstIdOf } from './numbers';
import { WordDrain } from './ring';
import { mainSession, WorkerSession } from './workerSession';

const NOTHING = Buffer.alloc(0);

/** What the helper has for all of them. */
export interface ThreadHost {
  readonly folder: string;
  /** `sent` is called once it has left the process. */
  send(bytes: Buffer, sent?: () => void): void;
  /** False while the socket holds much; `again` is called when it does no more. */
  ready(again: () => void): boolean;
  /** A message of the thread's (JSON), in its order. What the adapter is to hear of it: JSON, or undefined. */
  said(thread: ProgramThread, text: string): string | undefined;
  replied(thread: ProgramThread, reply: Reply): void;
  /** Code with breakpoints on its lines was found. */
  found(lines: LineAnswer[]): void;
  startedWorker(worker: StartedWorker): void;
  /** It has ended; all that it said was passed on. */
  ended(thread: ProgramThread): void;
}

export class ProgramThread {
  readonly attention: Attention;
  /** What it said last of its own loop. */
  loopChanged: LoopChanged | undefined;
  private readonly control: Int32Array;
  private readonly ring: SharedArrayBuffer | undefined;
  private words: WordDrain | undefined;

  /** `loop`: its own; the main thread may have more. `threadId`: Node's number for it. */
  constructor(
    readonly loop: number,
    private readonly threadId: number,
    shared: Shared,
    private readonly port: MessagePort,
    private readonly host: ThreadHost,
  ) {
    this.control = new Int32Array(shared.control);
    this.ring = shared.ring;
    this.attention = new Attention(this.control, {
      folder: host.folder,
      firstId: FIRST_HELPER_ID + firstIdOf(loop),
      computes: () => this.isMain && mainThreadComputes(),
      session: () => (this.isMain ? mainSession() : new WorkerSession(this.threadId)),
      order: (order) => this.order(order),
      say: (reply) => this.host.replied(this, reply),
      found: (lines) => this.host.found(lines),
    });
  }

  get isMain(): boolean {
    return this.threadId === 0;
  }

  /** The adapter wants it to run under the agent. It stands and waits for this. */
  welcome(welcome: Welcome): void {
    this.greet({ type: 'welcome', welcome });
    this.port.on('message', (message: Posted) => this.posted(message));
    // Also when it was terminated. What it posted before comes before.
    this.port.once('close', () => this.closed());
    if (this.ring) {
      const ready = () => this.host.ready(() => this.words?.look());
      this.words = new WordDrain(this.ring, {
        take: (first, more) => this.take(first, more),
        ready,
        before: () => this.takePosted(),
      });
    }
  }

  /** There is no adapter for it. */
  refuse(message: string): void {
    this.greet({ type: 'refused', message });
    this.port.close();
  }

  private greet(order: Order): void {
    const { control } = this;
    if (Atomics.load(control, CONTROL.GREETING) !== GREETING.NONE) return;
    this.port.postMessage(order);
    Atomics.store(control, CONTROL.GREETING, order.type === 'welcome' ? GREETING.WELCOMED : GREETING.REFUSED);
    Atomics.notify(control, CONTROL.GREETING);
  }

  /** To the thread, which may stand. */
  private order(order: Order): void {
    this.port.postMessage(order);
    Atomics.add(this.control, CONTROL.COMMANDS, 1);
    Atomics.notify(this.control, CONTROL.COMMANDS);
  }

  /** From the thread, in order. */
  private posted(message: Posted): void {
    const kib = cost(message);
    if (Array.isArray(message))
      this.send(encodeFrame(FRAME.DEFINITIONS, Buffer.from(JSON.stringify(message), 'utf8')), kib);
    else if ('text' in message) {
      this.words?.takeTo(message.head);
      const told = this.host.said(this, message.text);
      this.send(told === undefined ? NOTHING : encodeFrame(FRAME.JSON, Buffer.from(told, 'utf8')), kib);
    } else if ('started' in message) {
      this.host.startedWorker(message.started);
      this.send(NOTHING, kib);
    } else {
      const { buffer, byteOffset, byteLength } = message.values;
      this.send(header(FRAME.NUMBERS, message.loop, byteLength));
      this.send(Buffer.from(buffer, byteOffset, byteLength), kib);
    }
  }

  /** What was posted before the ring's words were written: definitions, which those need. */
  private takePosted(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.port) as { message: Posted } | undefined;
      if (received === undefined) return;
      this.posted(received.message);
    }
  }

  /** Words of the loop, in two parts where the ring wraps. */
  private take(first: Int32Array, more: Int32Array): void {
    const head = header(FRAME.WORDS, this.loop, first.byteLength + more.byteLength);
    this.send(Buffer.concat([head, bytesOf(first), bytesOf(more)]));
  }

  /** `kib`: what the thread is told once this has left the process. */
  private send(bytes: Buffer, kib = 0): void {
    if (kib === 0) return this.host.send(bytes);
    this.host.send(bytes, () => {
      Atomics.add(this.control, CONTROL.SENT, kib);
      Atomics.notify(this.control, CONTROL.SENT);
    });
  }

  /** Passes on what it has written so far. */
  drain(): void {
    this.takePosted();
    this.words?.takeAll();
  }

  /** The connection is over: it goes on alone. */
  lost(): void {
    const { control } = this;
    Atomics.store(control, CONTROL.GONE, 1);
    Atomics.add(control, CONTROL.COMMANDS, 1);
    for (const word of [CONTROL.COMMANDS, CONTROL.SENT]) Atomics.notify(control, word);
    this.attention.over();
    this.words?.end();
    this.words = undefined;
    this.port.close();
  }

  private closed(): void {
    if (Atomics.load(this.control, CONTROL.GONE) === 1) return;
    this.words?.takeAll();
    this.words?.end();
    this.words = undefined;
    this.attention.over();
    this.host.ended(this);
  }
}

function header(kind: number, loop: number, bytes: number): Buffer {
  const head = Buffer.allocUnsafe(9);
  head.writeUInt32LE(1 + 4 + bytes, 0);
  head[4] = kind;
  head.writeUInt32LE(loop, 5);
  return head;
}

function bytesOf(words: Int32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
