/** Connections and watched streams (`asyncio.selector_events` and the network part of `base_events`). */
import { lstatSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { EventLoop } from './baseEvents';
import { CoroutineObject, type Coroutine } from './coroutines';
import { RuntimeError, ValueError } from './exceptions';
import { ExceptionGroup } from './exceptionGroup';
import { gather } from './gather';
import { getaddrinfo, numericAddress, type Address } from './hostCalls';
import { OSError, toOSError } from './osErrors';
import type { BaseProtocol } from './protocols';
import { fdOf, WRITE } from './selector';
import { listen, Server, type Listener, type ProtocolFactory } from './servers';
import { sleep } from './sleep';
import { SocketTransport } from './socketTransport';

export interface ConnectionOptions {
  /** 4 or 6 for that version of IP only; absent, any. */
  family?: 4 | 6;
  /** A connected socket of Node's to be used instead of host and port; nothing may have read from it. */
  sock?: Socket;
  /** Address and port to connect from. */
  localAddr?: readonly [host: string, port: number];
  /** When nothing could be reached, throw an ExceptionGroup of every error instead of one OSError. */
  allErrors?: boolean;
}

export interface ServerOptions {
  /** 4 or 6 for that version of IP only; absent, any. */
  family?: 4 | 6;
  /** Connections taken in one tick, and the length of the kernel's queue; absent, 100. */
  backlog?: number;
  /** TCP's own keep-alive on each connection. */
  keepAlive?: boolean;
  /** Absent, true. With false, Node listens, but connections wait until `startServing`. */
  startServing?: boolean;
}

export type UnixServerOptions = Pick<ServerOptions, 'backlog' | 'startServing'>;

const DEFAULT_BACKLOG = 100;

/** `loop.create_connection`. */
export function* createConnection<P extends BaseProtocol>(
  loop: EventLoop,
  factory: ProtocolFactory<P>,
  host: string | undefined,
  port: number | undefined,
  options: ConnectionOptions,
): Coroutine<[SocketTransport, P]> {
  const { sock, family } = options;
  if (host === undefined && port === undefined) {
    if (sock === undefined) throw new ValueError('host and port was not specified and no sock specified');
    sock.pause();
    return yield* createTransport(loop, sock, factory);
  }
  if (sock !== undefined) throw new ValueError('host/port and sock can not be specified at the same time');
  const addresses = yield* resolve(loop, host ?? 'localhost', port ?? 0, family);
  const errors: unknown[] = [];
  for (const address of addresses) {
    let socket: Socket;
    try {
      socket = yield* connectSocket(loop, address, options.localAddr);
    } catch (error) {
      if (!(error instanceof OSError)) throw error;
      errors.push(error);
      continue;
    }
    return yield* createTransport(loop, socket, factory);
  }
  throw connectionFailure(errors, options.allErrors === true);
}

/** `loop.create_unix_connection`. */
export function* createUnixConnection<P extends BaseProtocol>(
  loop: EventLoop,
  factory: ProtocolFactory<P>,
  path: string,
): Coroutine<[SocketTransport, P]> {
  return yield* createTransport(loop, yield* connectSocket(loop, path, undefined), factory);
}

/** `loop.create_server`. */
export function* createServer(
  loop: EventLoop,
  factory: ProtocolFactory,
  host: string | readonly string[] | undefined,
  port: number | undefined,
  options: ServerOptions,
): Coroutine<Server> {
  const { family, backlog = DEFAULT_BACKLOG, keepAlive } = options;
  if (host === undefined && port === undefined)
    throw new ValueError('Neither host/port nor sock were specified');
  const hosts = Array.isArray(host) ? (host as readonly string[]) : [host as string | undefined];
  const found = (yield* gather(
    ...hosts.map(
      (one) =>
        new CoroutineObject(
          'createServerGetaddrinfo',
          one === undefined || one === ''
            ? everywhere(port ?? 0, family)
            : resolve(loop, one, port ?? 0, family),
        ),
    ),
  )) as Address[][];
  const listeners: Listener[] = [];
  try {
    for (const address of distinct(found.flat())) {
      const bound = yield* bind(loop, address, backlog, keepAlive);
      if (bound !== undefined) listeners.push(bound);
    }
    if (listeners.length === 0) throw new OSError(`could not bind on any address out of ${String(hosts)}`);
  } catch (error) {
    for (const listener of listeners) listener.close();
    throw error;
  }
  return yield* makeServer(loop, factory, listeners, backlog, options.startServing);
}

/** `loop.create_unix_server`. */
export function* createUnixServer(
  loop: EventLoop,
  factory: ProtocolFactory,
  path: string,
  options: UnixServerOptions,
): Coroutine<Server> {
  const { backlog = DEFAULT_BACKLOG } = options;
  removeStaleSocket(path);
  let listener: Listener;
  try {
    listener = yield* listen(loop, { path, backlog });
  } catch (error) {
    if ((error as OSError).code !== 'EADDRINUSE') throw error;
    throw toOSError((error as OSError).cause, `Address '${path}' is already in use`);
  }
  return yield* makeServer(loop, factory, [listener], backlog, options.startServing);
}

function* makeServer(
  loop: EventLoop,
  factory: ProtocolFactory,
  listeners: readonly Listener[],
  backlog: number,
  startServing = true,
): Coroutine<Server> {
  const server = new Server(loop, listeners, factory, backlog);
  if (startServing) {
    server.begin();
    yield* sleep(0);
  }
  return server;
}

function* bind(
  loop: EventLoop,
  { host, port, family }: Address,
  backlog: number,
  keepAlive: boolean | undefined,
): Coroutine<Listener | undefined> {
  try {
    return yield* listen(loop, { host, port, backlog, keepAlive, ipv6Only: family === 6 });
  } catch (error) {
    if (!(error instanceof OSError)) throw error;
    // The machine has no such family.
    if (error.code === 'EADDRNOTAVAIL' && family === 6) return undefined;
    throw toOSError(
      error.cause,
      `error while attempting to bind on address ('${host}', ${port}): ${error.message.toLowerCase()}`,
    );
  }
}

/** `loop.sock_connect` on a new socket. */
function* connectSocket(
  loop: EventLoop,
  address: Address | string,
  localAddr: readonly [string, number] | undefined,
): Coroutine<Socket> {
  const socket = new Socket({ allowHalfOpen: true });
  socket.pause();
  socket.unref();
  const future = loop.createFuture<void>();
  future.waitKind = 'connect';
  future.waitOf = { address: format(address) };
  let failure: Error | undefined;
  const sockConnect = () => {
    if (future.done()) return;
    if (failure === undefined) future.setResult(undefined);
    else future.setException(toOSError(failure, `Connect call failed ${format(address)}`));
  };
  const watch = loop.selector.watch(socket, WRITE, sockConnect);
  socket.once('connect', () => watch.arrived());
  socket.once('error', (error) => {
    failure = error;
    watch.arrived();
  });
  if (typeof address === 'string') socket.connect({ path: address });
  else
    socket.connect({
      host: address.host,
      port: address.port,
      ...(localAddr === undefined ? {} : { localAddress: localAddr[0], localPort: localAddr[1] }),
    });
  // Node makes the descriptor at its next chance.
  process.nextTick(() => {
    if (!watch.handle.cancelled()) watch.tell(fdOf(socket), true, () => `- ${format(address)}`);
  });
  const connectDone = () => void loop.selector.unwatch(socket, WRITE);
  future.addDoneCallback(connectDone);
  try {
    yield* future;
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

/** `BaseEventLoop._create_connection_transport`. */
function* createTransport<P extends BaseProtocol>(
  loop: EventLoop,
  socket: Socket,
  factory: ProtocolFactory<P>,
): Coroutine<[SocketTransport, P]> {
  const protocol = factory();
  const waiter = loop.createFuture<void>();
  const transport = new SocketTransport(loop, socket, protocol, waiter);
  try {
    yield* waiter;
  } catch (error) {
    transport.close();
    throw error;
  }
  return [transport, protocol];
}

function* resolve(
  loop: EventLoop,
  host: string,
  port: number,
  family: 4 | 6 | undefined,
): Coroutine<Address[]> {
  const numeric = numericAddress(host, port);
  if (numeric !== undefined) return [numeric];
  const found = yield* getaddrinfo(loop, host, port, family ?? 0);
  if (found.length === 0) throw new OSError(`getaddrinfo('${host}') returned empty list`);
  return found;
}

/** All the machine's addresses; IPv6 only where it has some. */
function* everywhere(port: number, family: 4 | 6 | undefined): Coroutine<Address[]> {
  const hasIPv6 = Object.values(networkInterfaces()).some((one) =>
    one?.some((entry) => entry.family === 'IPv6'),
  );
  const found: Address[] = [];
  if (family !== 6) found.push({ host: '0.0.0.0', port, family: 4 });
  if (family === 6 || (family === undefined && hasIPv6)) found.push({ host: '::', port, family: 6 });
  return found;
}

function distinct(addresses: readonly Address[]): Address[] {
  return [...new Map(addresses.map((address) => [address.host, address])).values()];
}

function connectionFailure(errors: readonly unknown[], all: boolean): unknown {
  if (all) return new ExceptionGroup('create_connection failed', errors);
  const texts = errors.map((error) => (error as Error).message);
  if (texts.every((text) => text === texts[0])) return errors[0];
  return new OSError(`Multiple exceptions: ${texts.join(', ')}`);
}

function removeStaleSocket(path: string): void {
  try {
    if (!path.startsWith('\0') && lstatSync(path).isSocket()) unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new RuntimeError(`cannot replace ${path}: ${error}`);
  }
}

function format(address: Address | string): string {
  return typeof address === 'string' ? address : `('${address.host}', ${address.port})`;
}
