/** Listening sockets (`base_events.Server`). */
import {
  createServer as createNodeServer,
  type ListenOptions,
  type Server as NodeServer,
  type Socket,
} from 'node:net';
import { inspect } from 'node:util';
import type { EventLoop } from './baseEvents';
import { CoroutineObject, type Coroutine } from './coroutines';
import { CancelledError, leavesLoop, RuntimeError } from './exceptions';
import type { Future } from './futures';
import { hostCall } from './hostCalls';
import type { BaseProtocol } from './protocols';
import { fdOf, READ, type Watch } from './selector';
import { sleep } from './sleep';
import { SocketTransport } from './socketTransport';
import type { Transport } from './transports';
import { addresses, TransportSocket } from './trsock';
import { Waiters } from './waiters';

export type ProtocolFactory<P extends BaseProtocol = BaseProtocol> = () => P;

/** One listening socket and the connections that Node has accepted for it and the loop has not yet. */
export class Listener {
  readonly socket: TransportSocket;
  private readonly fd: number;
  private readonly accepted: Socket[] = [];
  private reader: Watch | undefined;

  constructor(
    private readonly loop: EventLoop,
    private readonly node: NodeServer,
  ) {
    this.fd = fdOf(node);
    this.socket = new TransportSocket(node, this.fd);
    node.unref();
    node.on('connection', (socket: Socket) => {
      socket.unref();
      // Its transport will ask for the error.
      socket.on('error', () => undefined);
      this.accepted.push(socket);
      this.reader?.arrived();
    });
    node.on('error', (error) =>
      loop.callExceptionHandler({
        message: 'socket.accept() out of system resource',
        exception: error,
        socket: this.socket,
      }),
    );
    loop.selector.opened(this);
  }

  /** `BaseSelectorEventLoop._start_serving`. */
  serve(factory: ProtocolFactory, server: Server, backlog: number): void {
    const acceptConnection = () => {
      for (const socket of this.accepted.splice(0, backlog))
        this.loop.createTask(
          new CoroutineObject('acceptConnection', acceptOne(this.loop, factory, socket, server)),
        );
      if (this.accepted.length > 0) this.reader?.arrived();
    };
    this.reader = this.loop.selector.watch(this, READ, acceptConnection);
    this.reader.tell(this.fd, false, () => addresses(this.socket.getsockname(), undefined));
    if (this.accepted.length > 0) this.reader.arrived();
  }

  /** `BaseSelectorEventLoop._stop_serving`. */
  close(): void {
    this.loop.selector.unwatch(this, READ);
    this.reader = undefined;
    this.abandon();
  }

  abandon(): void {
    this.loop.selector.closed(this);
    this.node.close();
    // Nobody will take these; the kernel would reset them.
    for (const socket of this.accepted.splice(0)) socket.resetAndDestroy();
  }
}

/** `BaseSelectorEventLoop._accept_connection2`. */
function* acceptOne(
  loop: EventLoop,
  factory: ProtocolFactory,
  socket: Socket,
  server: Server,
): Coroutine<void> {
  let protocol: BaseProtocol | undefined;
  let transport: SocketTransport | undefined;
  try {
    protocol = factory();
    const waiter = loop.createFuture<void>();
    transport = new SocketTransport(loop, socket, protocol, waiter, server);
    yield* waiter;
  } catch (error) {
    if (transport === undefined) socket.destroy();
    else transport.close();
    if (leavesLoop(error)) throw error;
    if (!loop.getDebug()) return;
    loop.callExceptionHandler({
      message: 'Error on transport creation for incoming connection',
      exception: error,
      ...(protocol === undefined ? {} : { protocol }),
      ...(transport === undefined ? {} : { transport }),
    });
  }
}

/** Binds and listens. Fails with OSError. */
export function listen(loop: EventLoop, options: ListenOptions & { keepAlive?: boolean }): Future<Listener> {
  const { keepAlive, ...rest } = options;
  const node = createNodeServer({ allowHalfOpen: true, pauseOnConnect: true, keepAlive });
  return hostCall(loop, (answer) => {
    node.once('error', answer);
    node.listen({ ...rest, exclusive: true }, () => {
      node.removeListener('error', answer);
      answer(undefined, new Listener(loop, node));
    });
  });
}

/** Listens and makes a transport and a protocol for each connection (`asyncio.Server`). Made by `createServer`. */
export class Server {
  /** The debugger's number for it. */
  observed = 0;
  private listeners: readonly Listener[] | undefined;
  private readonly clients = new Set<Transport>();
  private readonly waiters = new Waiters<void>();
  private serving = false;
  private wokenUp = false;
  private servingForever: Future<void> | undefined;

  /** Internal. */
  constructor(
    private readonly loop: EventLoop,
    listeners: readonly Listener[],
    private readonly factory: ProtocolFactory,
    private readonly backlog: number,
  ) {
    this.listeners = listeners;
  }

  /** The listening sockets, none once closed (`Server.sockets`). */
  get sockets(): readonly TransportSocket[] {
    return this.listeners?.map(({ socket }) => socket) ?? [];
  }

  /** `Server.get_loop`. */
  getLoop(): EventLoop {
    return this.loop;
  }

  /** Whether connections are accepted (`Server.is_serving`). */
  isServing(): boolean {
    return this.serving;
  }

  /** Listens no more; connections that are there go on (`Server.close`). */
  close(): void {
    const listeners = this.listeners;
    if (listeners === undefined) return;
    this.listeners = undefined;
    for (const listener of listeners) listener.close();
    this.serving = false;
    if (this.servingForever !== undefined && !this.servingForever.done()) {
      this.servingForever.cancel();
      this.servingForever = undefined;
    }
    if (this.clients.size === 0) this.wakeUp();
  }

  /** Closes the transports of all connections (`Server.close_clients`). */
  closeClients(): void {
    for (const transport of [...this.clients]) transport.close();
  }

  /** Closes them at once, dropping what they have not sent (`Server.abort_clients`). */
  abortClients(): void {
    for (const transport of [...this.clients]) transport.abort();
  }

  /** Begins to accept connections, if it does not yet (`Server.start_serving`). */
  startServing(): CoroutineObject<void> {
    return new CoroutineObject('Server.startServing', this.starting());
  }

  /** Accepts connections until cancelled, then closes the server (`Server.serve_forever`). Throws RuntimeError when closed or called twice. */
  serveForever(): CoroutineObject<void> {
    return new CoroutineObject('Server.serveForever', this.servingUntilCancelled());
  }

  /** Waits until the server is closed and every connection has ended (`Server.wait_closed`). */
  waitClosed(): CoroutineObject<void> {
    return new CoroutineObject('Server.waitClosed', this.waitingClosed());
  }

  /** Closes it and waits for that, for `await using` (`Server.__aexit__`). */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.waitClosed();
  }

  /** Internal. */
  attach(transport: Transport): void {
    this.clients.add(transport);
  }

  /** Internal. */
  detach(transport: Transport): void {
    if (this.clients.delete(transport) && this.clients.size === 0 && this.listeners === undefined)
      this.wakeUp();
  }

  /** Internal. */
  begin(): void {
    if (this.serving || this.listeners === undefined) return;
    this.serving = true;
    for (const listener of this.listeners) listener.serve(this.factory, this, this.backlog);
  }

  toString(): string {
    return `<Server sockets=[${this.sockets.join(', ')}]>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  private wakeUp(): void {
    this.wokenUp = true;
    for (let waiter = this.waiters.shift(); waiter !== undefined; waiter = this.waiters.shift())
      if (!waiter.done()) waiter.setResult(undefined);
  }

  private *starting(): Coroutine<void> {
    this.begin();
    yield* sleep(0);
  }

  private *servingUntilCancelled(): Coroutine<void> {
    if (this.servingForever !== undefined)
      throw new RuntimeError(`server ${this} is already being awaited on serveForever()`);
    if (this.listeners === undefined) throw new RuntimeError(`server ${this} is closed`);
    this.begin();
    this.servingForever = this.loop.createFuture();
    this.servingForever.waitKind = 'accept';
    this.servingForever.waitOf = this;
    try {
      yield* this.servingForever;
    } catch (error) {
      if (error instanceof CancelledError) {
        this.close();
        yield* this.waitClosed();
      }
      throw error;
    } finally {
      this.servingForever = undefined;
    }
  }

  private *waitingClosed(): Coroutine<void> {
    if (this.wokenUp) return;
    const waiter = this.loop.createFuture<void>();
    const place = this.waiters.push(waiter);
    try {
      yield* waiter;
    } finally {
      this.waiters.remove(place);
    }
  }
}
