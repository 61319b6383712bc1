/** Connections as a reader and a writer (`asyncio.streams`). */
import { inspect } from 'node:util';
import type { EventLoop } from './baseEvents';
import {
  CoroutineObject,
  iscoroutine,
  iscoroutinefunction,
  type Coroutine,
  type CoroutineLike,
} from './coroutines';
import { getEventLoop, getRunningLoop } from './events';
import type { Future } from './futures';
import { ConnectionResetError } from './osErrors';
import { Protocol } from './protocols';
import type { ConnectionOptions, ServerOptions, UnixServerOptions } from './selectorEvents';
import type { Server } from './servers';
import { sleep } from './sleep';
import { DEFAULT_LIMIT, StreamReader } from './streamReader';
import type { Task } from './tasks';
import type { BaseTransport, Transport } from './transports';
import { Waiters } from './waiters';

export interface StreamOptions {
  /** Bytes; see StreamReader. */
  limit?: number;
}

/** Called for each connection of a server: a coroutine is made a task of; an async function is called in its task. */
export type ClientConnected = (reader: StreamReader, writer: StreamWriter) => unknown;

/** Connects; the value is `[reader, writer]` (`asyncio.open_connection`). Throws OSError. */
export function openConnection(
  host: string | undefined,
  port: number | undefined,
  options: StreamOptions & ConnectionOptions = {},
): CoroutineObject<[StreamReader, StreamWriter]> {
  return new CoroutineObject(
    'openConnection',
    opening(options.limit, (loop, factory) => loop.createConnection(factory, host, port, options)),
  );
}

/** Listens, and calls `clientConnected(reader, writer)` for each connection (`asyncio.start_server`). Throws OSError. */
export function startServer(
  clientConnected: ClientConnected,
  host: string | readonly string[] | undefined,
  port: number | undefined,
  options: StreamOptions & ServerOptions = {},
): CoroutineObject<Server> {
  return new CoroutineObject(
    'startServer',
    starting(clientConnected, options.limit, (loop, factory) =>
      loop.createServer(factory, host, port, options),
    ),
  );
}

/** `openConnection` to a Unix socket (`asyncio.open_unix_connection`). */
export function openUnixConnection(
  path: string,
  options: StreamOptions = {},
): CoroutineObject<[StreamReader, StreamWriter]> {
  return new CoroutineObject(
    'openUnixConnection',
    opening(options.limit, (loop, factory) => loop.createUnixConnection(factory, path)),
  );
}

/** `startServer` at a Unix socket (`asyncio.start_unix_server`). */
export function startUnixServer(
  clientConnected: ClientConnected,
  path: string,
  options: StreamOptions & UnixServerOptions = {},
): CoroutineObject<Server> {
  return new CoroutineObject(
    'startUnixServer',
    starting(clientConnected, options.limit, (loop, factory) =>
      loop.createUnixServer(factory, path, options),
    ),
  );
}

type Connect = (
  loop: EventLoop,
  factory: () => StreamReaderProtocol,
) => CoroutineObject<[Transport, StreamReaderProtocol]>;

function* opening(limit: number | undefined, connect: Connect): Coroutine<[StreamReader, StreamWriter]> {
  const loop = getRunningLoop();
  const reader = new StreamReader({ limit, loop });
  const protocol = new StreamReaderProtocol(reader, undefined, loop);
  const [transport] = yield* connect(loop, () => protocol);
  return [reader, new StreamWriter(transport, protocol, reader, loop)];
}

function* starting(
  clientConnected: ClientConnected,
  limit: number | undefined,
  serve: (loop: EventLoop, factory: () => StreamReaderProtocol) => CoroutineObject<Server>,
): Coroutine<Server> {
  const loop = getRunningLoop();
  return yield* serve(
    loop,
    () => new StreamReaderProtocol(new StreamReader({ limit, loop }), clientConnected, loop),
  );
}

/** What `StreamWriter.drain` waits for (`streams.FlowControlMixin`). */
export abstract class FlowControlProtocol extends Protocol {
  override readonly awaited = true;
  private writingPaused = false;
  private readonly drainWaiters = new Waiters<void>();
  private lost = false;

  constructor(protected readonly loop: EventLoop = getEventLoop()) {
    super();
  }

  override pauseWriting(): void {
    this.writingPaused = true;
  }

  override resumeWriting(): void {
    this.writingPaused = false;
    for (const waiter of this.drainWaiters) if (!waiter.done()) waiter.setResult(undefined);
  }

  override connectionLost(error: unknown): void {
    this.lost = true;
    if (!this.writingPaused) return;
    for (const waiter of this.drainWaiters) {
      if (waiter.done()) continue;
      if (error === undefined) waiter.setResult(undefined);
      else waiter.setException(error);
    }
  }

  /** Whether `draining` would wait or throw. Internal. */
  get mustDrain(): boolean {
    return this.lost || this.writingPaused;
  }

  /** Until writing is not paused. Throws ConnectionResetError when the connection is lost. Internal. */
  *draining(): Coroutine<void> {
    if (this.lost) throw new ConnectionResetError('Connection lost');
    if (!this.writingPaused) return;
    const waiter = this.loop.createFuture<void>();
    waiter.waitKind = 'write';
    waiter.waitOf = this;
    const place = this.drainWaiters.push(waiter);
    try {
      yield* waiter;
    } finally {
      this.drainWaiters.remove(place);
    }
  }

  /** Done when the writer's side is closed. Internal. */
  abstract closeWaiter(writer: StreamWriter): Future<void>;
}

/** Feeds a StreamReader from a transport (`asyncio.StreamReaderProtocol`). */
export class StreamReaderProtocol extends FlowControlProtocol {
  private reader: StreamReader | undefined;
  private readonly closed: Future<void>;

  /** `clientConnected`: of a server. `loop`: absent, the current one. */
  constructor(reader: StreamReader, clientConnected?: ClientConnected, loop?: EventLoop);
  constructor(
    reader: StreamReader,
    private readonly clientConnected?: ClientConnected,
    loop?: EventLoop,
  ) {
    super(loop);
    this.reader = reader;
    this.closed = this.loop.createFuture();
  }

  override connectionMade(base: BaseTransport): void {
    const transport = base as Transport;
    const reader = this.reader!;
    reader.setTransport(transport);
    const connected = this.clientConnected;
    if (connected === undefined) return;
    const writer = new StreamWriter(transport, this, reader, this.loop);
    const coro = coroutineOf(connected, reader, writer);
    if (coro === undefined) return;
    const task: Task<unknown> = this.loop.createTask(coro);
    const clientDone = (done: Task<unknown>) => {
      if (!done.cancelled()) {
        const error = done.exception();
        if (error === undefined) return;
        this.loop.callExceptionHandler({
          message: 'Unhandled exception in client_connected_cb',
          exception: error,
          transport,
        });
      }
      transport.close();
    };
    task.addDoneCallback(clientDone);
  }

  override connectionLost(error: unknown): void {
    const reader = this.reader;
    if (error === undefined) reader?.feedEof();
    else reader?.setException(error);
    if (!this.closed.done()) {
      if (error === undefined) this.closed.setResult(undefined);
      else {
        this.closed.setException(error);
        // Not everyone waits for the end.
        this.closed.retrieve();
      }
    }
    super.connectionLost(error);
    this.reader = undefined;
  }

  override dataReceived(data: Buffer): void {
    this.reader?.feedData(data);
  }

  override eofReceived(): boolean {
    this.reader?.feedEof();
    return true;
  }

  override closeWaiter(): Future<void> {
    return this.closed;
  }
}

/** What the function given to `startServer` asks to be run as a task; undefined for a plain function. */
function coroutineOf(
  connected: ClientConnected,
  reader: StreamReader,
  writer: StreamWriter,
): CoroutineLike<unknown> | undefined {
  const isAsync = iscoroutinefunction(connected);
  if (isAsync) {
    const start = () => connected(reader, writer) as Coroutine<unknown>;
    Object.defineProperty(start, 'name', { value: connected.name });
    return start;
  }
  const result = connected(reader, writer);
  if (iscoroutine(result)) return result;
  if (typeof (result as PromiseLike<unknown> | undefined)?.then === 'function')
    return () => result as PromiseLike<unknown>;
  return undefined;
}

/** The writing end of a connection (`asyncio.StreamWriter`). */
export class StreamWriter {
  /** The debugger's number for it. */
  observed = 0;

  constructor(
    /** What it writes to (`StreamWriter.transport`). */
    readonly transport: Transport,
    private readonly protocol: FlowControlProtocol,
    private readonly reader: StreamReader | undefined,
    _loop?: EventLoop,
  ) {}

  /** Sends bytes, without waiting: `drain` afterwards (`write`). */
  write(data: Uint8Array): void {
    this.transport.write(data);
  }

  /** Sends several pieces (`writelines`). */
  writelines(pieces: Iterable<Uint8Array>): void {
    this.transport.writelines(pieces);
  }

  /** Says that no more will be written (`write_eof`). */
  writeEof(): void {
    this.transport.writeEof();
  }

  /** `can_write_eof`. */
  canWriteEof(): boolean {
    return this.transport.canWriteEof();
  }

  /** Closes the connection when all is sent (`close`). */
  close(): void {
    this.transport.close();
  }

  /** Whether it is closed or closing (`is_closing`). */
  isClosing(): boolean {
    return this.transport.isClosing();
  }

  /** Waits until the connection is closed (`wait_closed`). Throws what broke it. */
  waitClosed(): CoroutineObject<void> {
    return new CoroutineObject('StreamWriter.waitClosed', this.waitingClosed());
  }

  /** `BaseTransport.getExtraInfo` (`get_extra_info`). */
  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    return this.transport.getExtraInfo(name, fallback);
  }

  /** Waits until there is room to write again (`drain`). Throws what broke the connection. */
  drain(): CoroutineObject<void> {
    return new CoroutineObject('StreamWriter.drain', this.draining());
  }

  /** Closes it and waits for that, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.waitClosed();
  }

  toString(): string {
    const reader = this.reader === undefined ? '' : ` reader=${this.reader}`;
    return `<StreamWriter transport=${this.transport}${reader}>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  private *draining(): Coroutine<void> {
    const error = this.reader?.exception();
    if (error !== undefined) throw error;
    // So that connectionLost comes to be called in a loop of write and drain.
    if (this.transport.isClosing()) yield* sleep(0);
    if (this.protocol.mustDrain) yield* this.protocol.draining();
  }

  private *waitingClosed(): Coroutine<void> {
    yield* this.protocol.closeWaiter(this);
  }
}

export { DEFAULT_LIMIT };
