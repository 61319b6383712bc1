/**
 * The helper thread: owns the socket, passes facts and commands between the program's threads and the adapter, breaks
 * into callbacks that take long, and sees the adapter die.
 */
import { connect, type Socket } from 'node:net';
import { workerData, type MessagePort } from 'node:worker_threads';
import { FrameReader, jsonFrame } from '../../wire/frames';
import type { Command, LineAnswer, Lines, LoopChanged, Reply, ToAgent, Welcome } from '../../wire/messages';
import { FRAME } from '../../wire/schema';
import { performanceNow, startOfThread } from './clock';
import type { HelperData, StartedWorker } from './control';
import { MAIN_LOOP } from './place';
import { ProgramThread, type ThreadHost } from './programThread';
import { Threads } from './threads';

/** How long a program that is to end may take after SIGTERM, ms. */
const PATIENCE_MS = 2000;
/** Bytes that the socket may hold before rings are left to fill up. */
const BACKLOG = 8 * 1024 * 1024;

const GOODBYE = JSON.stringify({ type: 'goodbye' });

const { address, hello, folder, port, ...given } = workerData as HelperData & { port: MessagePort };
const reply = (message: Reply) => send(jsonFrame(message));
const host: ThreadHost = {
  folder,
  send,
  ready,
  said,
  found: (lines) => found(lines),
  replied: (thread, message) => threads.replied(thread, message),
  startedWorker,
  ended,
};
const main = new ProgramThread(MAIN_LOOP, 0, given.shared, port, host);
const found = (lines: LineAnswer[]) => send(jsonFrame({ type: 'lines', lines } satisfies Lines));
const threads = new Threads(main, given.numbers, reply, found);
const behind = startOfThread() - given.start;
let welcome: Welcome | undefined;
/** The program may begin. Commands wait for that. */
let begun: Promise<void> | undefined;
/** The program is ending by itself, or was let go: the connection's end is no news. */
let over = false;
let goodbye = false;

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
  if (message.type === 'refuse') return main.refuse(message.message);
  if (message.type === 'command') return void begun?.then(() => commanded(message));
  welcome = message;
  begun = threads.begin(welcome);
}

function refused(why: string): void {
  over = true;
  main.refuse(`Tickscope's debug adapter at ${address} ${why}; the program runs without it.`);
}

function commanded(command: Command): void {
  if (command.command === 'detach' && !command.arguments.terminate) over = true;
  threads.commanded(command);
}

/** What the adapter is to hear of it. */
function said(thread: ProgramThread, text: string): string | undefined {
  if (text !== GOODBYE) return goodbye ? undefined : threads.said(thread, text);
  over = true;
  // Node waits at its end for whoever is connected to its inspector.
  for (const each of threads) each.attention.over();
  // Nothing follows: what the others have written so far is all that is told of them.
  for (const other of threads) if (other !== thread) other.drain();
  goodbye = true;
  return text;
}

function startedWorker({ loop, threadId, shared, port: ofWorker }: StartedWorker): void {
  void threads.add(new ProgramThread(loop, threadId, shared, ofWorker, host));
}

function ended(thread: ProgramThread): void {
  threads.remove(thread);
  const { loopChanged } = thread;
  if (goodbye || loopChanged === undefined || loopChanged.state === 'closed') return;
  const t = (performanceNow() + behind) / 1000;
  send(jsonFrame({ ...loopChanged, state: 'closed', t, clock: t } satisfies LoopChanged));
}

function send(bytes: Buffer, sent?: () => void): void {
  socket.write(bytes, sent);
}

function ready(again: () => void): boolean {
  if (socket.writableLength < BACKLOG) return true;
  socket.once('drain', again);
  return false;
}

/** A launched program ends with its adapter; one that was let go, or attached to, goes on. */
function lost(): void {
  for (const thread of threads) thread.lost();
  if (over || welcome?.attached) return;
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS);
}
