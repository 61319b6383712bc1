/**
 * What a loop offers besides callbacks, futures and tasks: connections, pipes, processes, signals, threads. Each method
 * stands for a function of the module that does the work.
 */
import type { EventLoop } from './baseEvents';
import { CoroutineObject } from './coroutines';
import type { BaseProtocol } from './protocols';
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

  /** The loop is closed. Internal. */
  protected closeServices(): void {
    this.selector.close();
  }
}
