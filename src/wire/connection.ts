/** The adapter's end of the wire: one connection, from an agent's hello to its end. */
import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { z } from 'zod';
import { FrameError, FrameReader, jsonFrame, type Frame } from './frames';
import type { CommandName, Commands, FromAgent, Hello, Snapshot, Reply, ToAgent, Welcome } from './messages';
import { FRAME, PROTOCOL_VERSION } from './schema';

/** How long a stranger may stay connected without saying hello, ms. */
const HELLO_MS = 10_000;

export interface Expected {
  token: string;
  /** Version of the agent that this adapter brought along. */
  agent: string;
}

/** Facts from the program, in the order in which they happened. */
export interface AgentListener {
  /** FRAME.DEFINE or FRAME.DEFINITIONS. */
  define(payload: Buffer, kind: number): void;
  /** FRAME.RECORDS, FRAME.NUMBERS or FRAME.WORDS. */
  records(payload: Buffer, kind: number): void;
  message(message: Exclude<FromAgent, Hello | Reply>): void;
  /** Nothing follows. `why`: a sentence, when it did not end by the program's own end. */
  closed(why?: string): void;
}

/** The agent was refused: `message` is the sentence for the user. */
export class RefusedError extends Error {}
/** A command could not be done: `message` is the sentence for the user. */
export class CommandError extends Error {}

const count = z.number();
const text = z.string();
const anyHello = z.looseObject({ type: z.literal('hello'), protocol: count, token: text });
const hello = z.object({
  type: z.literal('hello'),
  protocol: z.literal(PROTOCOL_VERSION),
  token: text,
  target: z.enum(['asyncio', 'node', 'loop']),
  runtime: text,
  version: z.array(count),
  agent: text,
  pid: count,
  monotonic: count,
  wall: count,
  argv: z.array(text),
}) satisfies z.ZodType<Hello>;

const reason = z.object({
  kind: text,
  text,
  object: count,
  resource: z.boolean(),
  owner: count,
  path: text,
  line: count,
});
const snapshot = z.object({
  type: z.literal('snapshot'),
  loop: count,
  t: count,
  tasks: z.array(
    z.object({
      task: count,
      name: text,
      path: text,
      line: count,
      awaitedBy: z.array(count),
      reason,
      promise: count,
    }),
  ),
  resources: z.array(
    z.object({
      id: count,
      type: text,
      text,
      fd: count,
      path: text,
      line: count,
      keepsAlive: z.boolean(),
      when: count.optional(),
      repeat: count.optional(),
    }),
  ),
  fidelity: text.optional(),
}) satisfies z.ZodType<Snapshot>;

const fromAgent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('loop'),
    loop: count,
    name: text,
    thread: text,
    state: z.enum(['idle', 'running', 'closed']),
    t: count,
    clock: count,
    fidelity: text.optional(),
  }),
  z.object({
    type: z.literal('stopped'),
    loop: count,
    reason: z.enum(['entry', 'step', 'pause', 'breakpoint', 'exception']),
    text,
    breakpoints: z.array(text),
    at: z.enum(['gate', 'poll', 'inside']),
    actor: count,
    resource: count.optional(),
    t: count,
    also: z.boolean(),
  }),
  z.object({ type: z.literal('resumed'), loop: count, t: count }),
  z.object({ type: z.literal('log'), loop: count, breakpoint: text, text }),
  z.object({ type: z.literal('notice'), severity: z.enum(['information', 'warning', 'fault']), text }),
  z.object({ type: z.literal('reply'), id: count, body: z.unknown().optional(), error: text.optional() }),
  z.object({ type: z.literal('cost'), share: count }),
  snapshot,
  z.object({
    type: z.literal('told'),
    loop: count,
    what: z.enum(['never-awaited', 'destroyed-pending', 'never-retrieved']),
    task: count,
    text,
    path: text,
    line: count,
    t: count,
  }),
  z.object({
    type: z.literal('sample'),
    loop: count,
    actor: count,
    elapsed: count,
    t: count,
    frames: z.array(z.object({ name: text, path: text, line: count, user: z.boolean() })),
  }),
  z.object({
    type: z.literal('lines'),
    lines: z.array(z.object({ id: text, verified: z.boolean(), line: count, message: text.optional() })),
  }),
  z.object({ type: z.literal('goodbye') }),
]) satisfies z.ZodType<Exclude<FromAgent, Hello>>;

export class AgentConnection {
  private readonly waiting = new Map<
    number,
    { resolve: (body: unknown) => void; reject: (error: Error) => void }
  >();
  private lastId = 0;
  private open = true;

  private constructor(
    private readonly socket: Socket,
    private readonly reader: FrameReader,
    private readonly listener: AgentListener,
    readonly hello: Hello,
  ) {}

  /**
   * Reads the hello that must come first. Resolves when the agent was welcomed; from then on the listener is told.
   * Resolves to undefined for a stranger (no hello, wrong token), whose connection is closed without a word; rejects
   * with RefusedError for an agent that speaks another version.
   */
  static async accept(
    socket: Socket,
    expected: Expected,
    welcome: (hello: Hello) => Welcome,
    listener: AgentListener,
  ): Promise<AgentConnection | undefined> {
    socket.on('error', () => socket.destroy()); // its end is told by `close`
    const timer = setTimeout(() => socket.destroy(), HELLO_MS);
    const reader = new FrameReader();
    const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const frames = framesOf(chunks, reader);
    let said: unknown;
    try {
      const first = await frames.next();
      said = first.done || first.value.kind !== FRAME.JSON ? undefined : parsed(first.value.payload);
    } catch {
      said = undefined;
    } finally {
      clearTimeout(timer);
    }
    const any = anyHello.safeParse(said);
    if (!any.success || !sameToken(any.data.token, expected.token)) {
      socket.destroy();
      return undefined;
    }
    const checked = checkHello(said, any.data.protocol, expected);
    if (typeof checked === 'string') {
      socket.end(jsonFrame({ type: 'refuse', message: checked }));
      throw new RefusedError(checked);
    }
    const connection = new AgentConnection(socket, reader, listener, checked);
    connection.send(welcome(checked));
    void connection.pump(frames);
    return connection;
  }

  /** Rejects with CommandError: the agent's sentence, or one that says that the program is gone. */
  request<K extends CommandName>(command: K, args: Commands[K][0]): Promise<Commands[K][1]> {
    if (!this.open)
      return Promise.reject(new CommandError('The program has ended; it cannot answer any more.'));
    const id = ++this.lastId;
    const reply = new Promise<unknown>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.send({ type: 'command', id, command, arguments: args } as ToAgent);
    return reply as Promise<Commands[K][1]>;
  }

  /** The agent of a launched program ends the program when it sees this. */
  close(): void {
    this.socket.destroy();
  }

  private send(message: ToAgent): void {
    if (this.socket.writable) this.socket.write(jsonFrame(message));
  }

  private async pump(frames: AsyncGenerator<Frame>): Promise<void> {
    let why: string | undefined;
    try {
      for await (const { kind, payload } of frames) {
        if (kind === FRAME.RECORDS || kind === FRAME.NUMBERS || kind === FRAME.WORDS)
          this.listener.records(payload, kind);
        else if (kind === FRAME.DEFINE || kind === FRAME.DEFINITIONS) this.listener.define(payload, kind);
        // Whoever waited for a reply goes first; only then is read what follows it.
        else if (kind === FRAME.JSON && this.received(payload)) await nextTurn();
      }
      if (!this.reader.atBoundary) why = 'The program ended in the middle of a message.';
    } catch (error) {
      // A broken pipe is how a killed program looks from here.
      if (!isSystemError(error)) why = sentenceOf(error);
    }
    this.open = false;
    this.socket.destroy();
    for (const { reject } of this.waiting.values())
      reject(new CommandError('The program ended before it answered.'));
    this.waiting.clear();
    this.listener.closed(why);
  }

  /** True for a reply that somebody waited for. */
  private received(payload: Buffer): boolean {
    const message = fromAgent.safeParse(parsed(payload));
    if (!message.success) {
      const text = `The agent said something that was not understood (${z.prettifyError(message.error)}).`;
      this.listener.message({ type: 'notice', severity: 'fault', text });
      return false;
    }
    if (message.data.type !== 'reply') {
      this.listener.message(message.data);
      return false;
    }
    return this.replied(message.data);
  }

  private replied(reply: Reply): boolean {
    const waiting = this.waiting.get(reply.id);
    if (!waiting) return false;
    this.waiting.delete(reply.id);
    if (reply.error !== undefined) waiting.reject(new CommandError(reply.error));
    else waiting.resolve(reply.body);
    return true;
  }
}

async function* framesOf(chunks: AsyncIterator<Buffer>, reader: FrameReader): AsyncGenerator<Frame> {
  for (;;) {
    const chunk = await chunks.next();
    if (chunk.done) return;
    yield* reader.read(chunk.value);
  }
}

function checkHello(said: unknown, protocol: number, expected: Expected): Hello | string {
  if (protocol !== PROTOCOL_VERSION)
    return (
      `The agent in the program speaks version ${protocol} of Tickscope's protocol, the debug adapter version ` +
      `${PROTOCOL_VERSION}. Reinstall the extension, and see that the program does not bring another Tickscope along.`
    );
  const checked = hello.safeParse(said);
  if (!checked.success) return `The agent's greeting was not understood (${z.prettifyError(checked.error)}).`;
  if (checked.data.agent !== expected.agent)
    return (
      `The agent in the program is version ${checked.data.agent}, the debug adapter version ${expected.agent}. ` +
      'Reinstall the extension, and see that the program does not bring another Tickscope along.'
    );
  return checked.data;
}

export function sameToken(said: string, expected: string): boolean {
  const a = Buffer.from(said);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

function parsed(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && !(error instanceof FrameError);
}

function sentenceOf(error: unknown): string {
  if (error instanceof FrameError) return error.message;
  return `What the program sent could not be read (${error instanceof Error ? error.message : String(error)}).`;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
