/**
 * Child processes that are followed. They dial the address of the program that started them; its adapter holds each
 * until a session of its own calls for it, and is then no more than the pipe between the two.
 */
import { connect, type Socket } from 'node:net';
import { sameToken } from '../wire/connection';
import { FrameReader, jsonFrame } from '../wire/frames';
import type { Hello } from '../wire/messages';
import { FRAME } from '../wire/schema';
import { listenForAgent } from './address';
import { LaunchError } from './launchError';
import { descendantsOf } from './processTree';

/** How long a child waits to be called for, ms. Less than the agent's own patience (start.py). */
export const HELD_MS = 8000;
/** How long anybody may take to say the first word, ms. */
const FIRST_WORD_MS = 5000;
/** Between asking a child to end and asking it less kindly, ms. */
const PATIENCE_MS = 2000;

/** Where the session of a child calls for it, once. */
export interface HeldChild {
  address: string;
  token: string;
  pid: number;
}

/** Asks the editor for a session; false when there will be none. */
export type AskForSession = (child: HeldChild, hello: Hello) => Promise<boolean>;

export class Children {
  private open = true;
  private readonly waiting = new Set<() => void>();
  private readonly sockets = new Set<Socket>();
  private whenAllGone: (() => void) | undefined;

  constructor(
    /** The one that the program itself said. */
    private readonly token: string,
    private readonly ask: AskForSession,
    private readonly heldMs = HELD_MS,
  ) {}

  /** Somebody dialled who is not the program itself. */
  async take(socket: Socket): Promise<void> {
    const hello = (await firstWord(socket)) as Partial<Hello> | undefined;
    if (typeof hello?.token !== 'string' || !sameToken(hello.token, this.token)) socket.destroy();
    else if (!this.open || typeof hello.pid !== 'number' || !Array.isArray(hello.argv)) letGo(socket);
    else await this.hold(socket, hello as Hello);
  }

  private async hold(socket: Socket, hello: Hello): Promise<void> {
    const called = await listenForAgent((session) => void answer(session)).catch(() => undefined);
    if (!called) return letGo(socket);
    let over = false;
    const end = () => {
      over = true;
      called.close();
      clearTimeout(timer);
      this.waiting.delete(giveUp);
    };
    const giveUp = () => {
      if (over) return;
      end();
      letGo(socket);
    };
    const answer = async (session: Socket) => {
      const word = (await firstWord(session)) as { token?: unknown } | undefined;
      if (over || typeof word?.token !== 'string' || !sameToken(word.token, called.token)) {
        session.destroy();
        return;
      }
      end();
      session.write(jsonFrame({ ...hello, token: called.token }));
      this.join(socket, session);
    };
    const timer = setTimeout(giveUp, this.heldMs);
    this.waiting.add(giveUp);
    socket.once('close', giveUp);
    if (!this.open) return giveUp();
    const { address, token } = called;
    if (!(await this.ask({ address, token, pid: hello.pid }, hello))) giveUp();
  }

  private join(socket: Socket, session: Socket): void {
    this.sockets.add(socket);
    socket.pipe(session);
    session.pipe(socket);
    session.once('close', () => socket.destroy());
    socket.once('close', () => {
      session.end();
      this.sockets.delete(socket);
      if (this.sockets.size === 0) this.whenAllGone?.();
    });
  }

  /** The program has ended: nobody is held any more, and children that are left end. Fulfilled when all is told, or after `ms`. */
  close(ms: number): Promise<void> {
    this.open = false;
    for (const giveUp of [...this.waiting]) giveUp();
    // What they have said is still heard; their agent takes the closed side for the adapter's end.
    for (const socket of this.sockets) socket.end();
    if (this.sockets.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.whenAllGone = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** It runs on, unwatched and without a word. */
function letGo(socket: Socket): void {
  if (socket.writable) socket.end(jsonFrame({ type: 'refuse', message: '' }));
  socket.resume();
}

/** The first message; undefined for a stranger. Nothing else is said before it is answered. The socket is paused. */
function firstWord(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => {
    const reader = new FrameReader();
    const done = (word: unknown) => {
      clearTimeout(timer);
      socket.off('data', heard).off('close', closed).pause();
      resolve(word);
    };
    const closed = () => done(undefined);
    const heard = (chunk: Buffer) => {
      try {
        for (const { kind, payload } of reader.read(chunk))
          return done(kind === FRAME.JSON ? JSON.parse(payload.toString('utf8')) : undefined);
      } catch {
        done(undefined);
      }
    };
    const timer = setTimeout(closed, FIRST_WORD_MS);
    socket.on('error', () => socket.destroy());
    socket.on('data', heard).on('close', closed);
  });
}

/** The session's end of it: the child, as if it had dialled. Rejects with LaunchError. */
export function callForChild({ address, token, pid }: HeldChild): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = address.startsWith('unix:')
      ? connect(address.slice('unix:'.length))
      : connect(Number(address.split(':').at(-1)), '127.0.0.1');
    socket.once('error', () =>
      reject(
        new LaunchError(
          `The child process ${pid} waits for its debugger no more. Start the program again that starts it.`,
        ),
      ),
    );
    socket.once('connect', () => {
      socket.write(jsonFrame({ token }));
      resolve(socket);
    });
  });
}

/** A process that another session's program started. It has ended when its agent's connection has. */
export class ChildProcess {
  private readonly timers: NodeJS.Timeout[] = [];
  private over = false;

  constructor(
    private readonly pid: number,
    private readonly exited: (code: undefined) => void,
  ) {}

  terminate(): void {
    this.signal('SIGINT');
    this.timers.push(setTimeout(() => this.signal('SIGTERM'), PATIENCE_MS));
    this.timers.push(setTimeout(() => this.kill(), 2 * PATIENCE_MS));
  }
  kill(): void {
    if (this.over) return;
    const strays = descendantsOf(this.pid);
    this.signal('SIGKILL');
    for (const stray of strays) send(stray, 'SIGKILL');
  }
  agentGone(): void {
    if (this.over) return;
    this.over = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.exited(undefined);
  }

  private signal(signal: NodeJS.Signals): void {
    if (!this.over) send(this.pid, signal);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone.
  }
}
