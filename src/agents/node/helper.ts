/**
 * The helper thread: owns the socket, passes facts and commands between the main thread and the adapter, breaks into
 * callbacks that take long, and sees the adapter die.
 */
import { connect, type Socket } from 'node:net';
import { receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { encodeFrame, FrameReader, jsonFrame } from '../../wire/frames';
import type { Command, ToAgent, Welcome } from '../../wire/messages';
import { FRAME } from '../../wire/schema';
import { Attention } from './attention';
import { CONTROL, cost, GREETING, type HelperData, type Order, type Posted } from './control';
import { WordDrain } from './ring';

/** How long a program that is to end may take after SIGTERM, ms. */
const PATIENCE_MS = 2000;
/** Bytes that the socket may hold before the ring is left to fill up. */
const BACKLOG = 8 * 1024 * 1024;
/** The loop of the main thread, whose words the ring holds. */
const MAIN_LOOP = 1;

const GOODBYE = JSON.stringify({ type: 'goodbye' });

const { shared, ring, address, hello, folder, port } = workerData as HelperData & { port: MessagePort };
const control = new Int32Array(shared);
const attention = new Attention(control, folder, { order, say: (message) => send(jsonFrame(message)) });
let welcome: Welcome | undefined;
let words: WordDrain | undefined;
/** The program is ending by itself, or was let go: the connection's end is no news. */
let over = false;

const socket = dial();
socket.once('connect', () => socket.write(jsonFrame(hello)));
socket.once('error', (error) => {
  if (!welcome) refused(`could not be reached (${error.message})`);
});
socket.once('close', () => {
  if (welcome) lost();
  else refused('closed the connection');
});
void read();

function dial(): Socket {
  const [, kind, rest] = /^(unix|tcp):(.*)$/s.exec(address) ?? [];
  if (kind === 'unix') return connect(rest);
  const at = rest.lastIndexOf(':');
  return connect(Number(rest.slice(at + 1)), rest.slice(0, at));
}

async function read(): Promise<void> {
  const reader = new FrameReader();
  try {
    for await (const chunk of socket)
      for (const { kind, payload } of reader.read(chunk as Buffer))
        if (kind === FRAME.JSON) received(JSON.parse(payload.toString('utf8')) as ToAgent);
  } catch {
    socket.destroy();
  }
}

function received(message: ToAgent): void {
  if (message.type === 'refuse') return greeted({ type: 'refused', message: message.message });
  if (message.type === 'command') return commanded(message);
  welcome = message;
  greeted({ type: 'welcome', welcome });
  port.on('message', posted);
  if (ring) words = new WordDrain(ring, { take, ready, before: takePosted });
}

/** The main thread stands and waits for this. */
function greeted(order: Order): void {
  if (Atomics.load(control, CONTROL.GREETING) !== GREETING.NONE) return;
  port.postMessage(order);
  Atomics.store(control, CONTROL.GREETING, order.type === 'welcome' ? GREETING.WELCOMED : GREETING.REFUSED);
  Atomics.notify(control, CONTROL.GREETING);
}

function refused(why: string): void {
  over = true;
  const message = `Tickscope's debug adapter at ${address} ${why}; the program runs without it.`;
  greeted({ type: 'refused', message });
  port.close();
}

function commanded(command: Command): void {
  if (command.command === 'detach' && !command.arguments.terminate) over = true;
  attention.commanded(command);
}

/** To the main thread, which may stand. */
function order(order: Order): void {
  port.postMessage(order);
  Atomics.add(control, CONTROL.COMMANDS, 1);
  Atomics.notify(control, CONTROL.COMMANDS);
}

/** From the main thread, in order. */
function posted(message: Posted): void {
  const kib = cost(message);
  if (Array.isArray(message))
    send(encodeFrame(FRAME.DEFINITIONS, Buffer.from(JSON.stringify(message), 'utf8')), kib);
  else if ('text' in message) {
    const { text, head } = message;
    words?.takeTo(head);
    if (text === GOODBYE) over = true;
    attention.said(text);
    send(encodeFrame(FRAME.JSON, Buffer.from(text, 'utf8')), kib);
  } else {
    const { buffer, byteOffset, byteLength } = message.values;
    const head = Buffer.allocUnsafe(9);
    head.writeUInt32LE(1 + 4 + byteLength, 0);
    head[4] = FRAME.NUMBERS;
    head.writeUInt32LE(message.loop, 5);
    socket.cork();
    send(head);
    send(Buffer.from(buffer, byteOffset, byteLength), kib);
    socket.uncork();
  }
}

/** What was posted before the ring's words were written: definitions, which those need. */
function takePosted(): void {
  for (;;) {
    const received = receiveMessageOnPort(port) as { message: Posted } | undefined;
    if (received === undefined) return;
    posted(received.message);
  }
}

/** Words of the loop, in two parts where the ring wraps. */
function take(first: Int32Array, more: Int32Array): void {
  const frame = Buffer.allocUnsafe(9 + first.byteLength + more.byteLength);
  frame.writeUInt32LE(frame.length - 4, 0);
  frame[4] = FRAME.WORDS;
  frame.writeUInt32LE(MAIN_LOOP, 5);
  frame.set(new Uint8Array(first.buffer, first.byteOffset, first.byteLength), 9);
  frame.set(new Uint8Array(more.buffer, more.byteOffset, more.byteLength), 9 + first.byteLength);
  send(frame);
}

function ready(): boolean {
  if (socket.writableLength < BACKLOG) return true;
  socket.once('drain', () => words?.look());
  return false;
}

/** `kib`: what the main thread is told once this has left the process. */
function send(bytes: Buffer, kib = 0): void {
  socket.write(bytes, () => {
    if (kib === 0) return;
    Atomics.add(control, CONTROL.SENT, kib);
    Atomics.notify(control, CONTROL.SENT);
  });
}

/** A launched program ends with its adapter; one that was let go, or attached to, goes on. */
function lost(): void {
  Atomics.store(control, CONTROL.GONE, 1);
  Atomics.add(control, CONTROL.COMMANDS, 1);
  for (const word of [CONTROL.COMMANDS, CONTROL.SENT]) Atomics.notify(control, word);
  attention.over();
  words?.end();
  port.close();
  if (over || welcome?.attached) return;
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS);
}
