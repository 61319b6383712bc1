/**
 * What a loop offers besides callbacks, futures and tasks: connections, pipes, processes, signals, threads. Each method
 * stands for a function of the module that does the work.
 */
import type { Readable, Writable } from 'node:stream';
import type { EventLoop } from './baseEvents';
import { startSubprocess, type ChildTransport, type SubprocessOptions } from './baseSubprocess';
import { CoroutineObject } from './coroutines';
import { connectReadPipe, connectWritePipe } from './pipes';
import type { BaseProtocol, SubprocessProtocol } from './protocols';
import { Selector } from './selector';
import {
  createConnection,
  createServer,
  createUnixConnection,
  createUnixServer,
  type ConnectionOptions,
  type ServerOptions,
  type UnixServerOptions,
} from './selectorEvents';
import type { ProtocolFactory, Server } from './servers';
import type { Transport } from './transports';

export abstract class LoopServices {
  /** What the loop watches. Internal. */
  readonly selector: Selector = new Selector(this as unknown as EventLoop);

  /**
   * Connects to a host and port; the value is `[transport, protocol]`, after the protocol's connectionMade
   * (`loop.create_connection`). Throws OSError.
   */
  createConnection<P extends BaseProtocol>(
    this: EventLoop,
    factory: ProtocolFactory<P>,
    host: string | undefined,
    port: number | undefined,
    options: ConnectionOptions = {},
  ): CoroutineObject<[Transport, P]> {
    return new CoroutineObject(
      'EventLoop.createConnection',
      createConnection(this, factory, host, port, options),
    );
  }

  /** `createConnection` to a Unix socket (`loop.create_unix_connection`). */
  createUnixConnection<P extends BaseProtocol>(
    this: EventLoop,
    factory: ProtocolFactory<P>,
    path: string,
  ): CoroutineObject<[Transport, P]> {
    return new CoroutineObject('EventLoop.createUnixConnection', createUnixConnection(this, factory, path));
  }

  /**
   * Listens at a host's address, those of several, or with `undefined` all the machine's; port 0 is any that is free
   * (`loop.create_server`). Throws OSError.
   */
  createServer(
    this: EventLoop,
    factory: ProtocolFactory,
    host: string | readonly string[] | undefined,
    port: number | undefined,
    options: ServerOptions = {},
  ): CoroutineObject<Server> {
    return new CoroutineObject('EventLoop.createServer', createServer(this, factory, host, port, options));
  }

  /** Listens at a Unix socket, in place of a stale one; it is removed at the end (`loop.create_unix_server`). Throws OSError. */
  createUnixServer(
    this: EventLoop,
    factory: ProtocolFactory,
    path: string,
    options: UnixServerOptions = {},
  ): CoroutineObject<Server> {
    return new CoroutineObject('EventLoop.createUnixServer', createUnixServer(this, factory, path, options));
  }

  /** A transport that reads from a pipe or another stream of Node's that nobody reads from (`loop.connect_read_pipe`). */
  connectReadPipe<P extends BaseProtocol>(
    this: EventLoop,
    factory: ProtocolFactory<P>,
    pipe: Readable,
  ): CoroutineObject<[Transport, P]> {
    return new CoroutineObject('EventLoop.connectReadPipe', connectReadPipe(this, factory, pipe));
  }

  /** A transport that writes to a pipe or another stream of Node's (`loop.connect_write_pipe`). */
  connectWritePipe<P extends BaseProtocol>(
    this: EventLoop,
    factory: ProtocolFactory<P>,
    pipe: Writable,
  ): CoroutineObject<[Transport, P]> {
    return new CoroutineObject('EventLoop.connectWritePipe', connectWritePipe(this, factory, pipe));
  }

  /**
   * Starts a program, `args` being its name or path and its arguments; the value is `[transport, protocol]`
   * (`loop.subprocess_exec`). Throws FileNotFoundError or PermissionError when it cannot be started.
   */
  subprocessExec<P extends SubprocessProtocol>(
    this: EventLoop,
    factory: () => P,
    args: readonly string[],
    options: SubprocessOptions = {},
  ): CoroutineObject<[ChildTransport, P]> {
    return new CoroutineObject(
      'EventLoop.subprocessExec',
      startSubprocess(this, factory, args, false, options),
    );
  }

  /** Runs a command in `/bin/sh` (`loop.subprocess_shell`). */
  subprocessShell<P extends SubprocessProtocol>(
    this: EventLoop,
    factory: () => P,
    command: string,
    options: SubprocessOptions = {},
  ): CoroutineObject<[ChildTransport, P]> {
    return new CoroutineObject(
      'EventLoop.subprocessShell',
      startSubprocess(this, factory, [command], true, options),
    );
  }

  /** The loop is closed. Internal. */
  protected closeServices(): void {
    this.selector.close();
  }
}
