/**
 * What a loop offers besides callbacks, futures and tasks: connections, pipes, processes, signals, threads. Each method
 * stands for a function of the module that does the work.
 */
import type { Readable, Writable } from 'node:stream';
import type { EventLoop } from './baseEvents';
import { startSubprocess, type ChildTransport, type SubprocessOptions } from './baseSubprocess';
import { CoroutineObject } from './coroutines';
import { DefaultExecutor } from './defaultExecutor';
import type { Callback } from './events';
import type { Future } from './futures';
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
import type { ThreadPoolExecutor } from './threadPool';
import { ThreadsafeHandle, type JobFunction, type ThreadJob } from './threads';
import type { Transport } from './transports';
import { SignalHandlers } from './unixEvents';
import { addWatcher, READ, removeWatcher, WRITE } from './watchedStreams';

export abstract class LoopServices {
  /** What the loop watches. Internal. */
  readonly selector: Selector = new Selector(this as unknown as EventLoop);

  /** Its signal handlers. Internal. */
  readonly signals: SignalHandlers = new SignalHandlers(this as unknown as EventLoop);
  private readonly executor = new DefaultExecutor(this as unknown as EventLoop);

  /**
   * Calls `callback(...args)` in every tick in which the stream has something to `read()`, its end and errors included,
   * in place of the callback that it had (`loop.add_reader`). Throws TypeError for what is no socket or stream of
   * Node's, RuntimeError for one that belongs to a transport.
   */
  addReader<A extends unknown[]>(
    this: EventLoop,
    stream: Readable,
    callback: (...args: A) => unknown,
    ...args: A
  ): void {
    addWatcher(this, stream, READ, callback as Callback, args);
  }

  /** Whether there was a reader (`loop.remove_reader`). */
  removeReader(this: EventLoop, stream: Readable): boolean {
    return removeWatcher(this, stream, READ);
  }

  /** Calls `callback(...args)` in every tick in which the stream has room to `write()` (`loop.add_writer`). Throws as `addReader`. */
  addWriter<A extends unknown[]>(
    this: EventLoop,
    stream: Writable,
    callback: (...args: A) => unknown,
    ...args: A
  ): void {
    addWatcher(this, stream, WRITE, callback as Callback, args);
  }

  /** Whether there was a writer (`loop.remove_writer`). */
  removeWriter(this: EventLoop, stream: Writable): boolean {
    return removeWatcher(this, stream, WRITE);
  }

  /**
   * Calls `callback(...args)` when the process gets the signal, by name or number, in place of the callback that it had
   * (`loop.add_signal_handler`). Throws ValueError for no signal, RuntimeError for one that cannot be caught.
   */
  addSignalHandler<A extends unknown[]>(
    signal: NodeJS.Signals | number,
    callback: (...args: A) => unknown,
    ...args: A
  ): void {
    this.signals.add(signal, callback as Callback, args);
  }

  /** Whether there was a handler (`loop.remove_signal_handler`). */
  removeSignalHandler(signal: NodeJS.Signals | number): boolean {
    return this.signals.remove(signal);
  }

  /**
   * Runs a job on another thread: of the executor, or of the loop's own with `undefined`; a future for its result
   * (`loop.run_in_executor`). A job that throws gives the future its error, one that ends its thread by `process.exit`
   * SystemExit. Throws TypeError for a plain function, RuntimeError after a shutdown.
   */
  runInExecutor<F extends JobFunction>(
    this: EventLoop,
    executor: ThreadPoolExecutor | undefined,
    job: ThreadJob<F>,
    ...args: Parameters<F>
  ): Future<Awaited<ReturnType<F>>> {
    return (executor ?? this.executor.get()).submit(this, job, args);
  }

  /** What `runInExecutor(undefined, …)` uses (`loop.set_default_executor`). */
  setDefaultExecutor(executor: ThreadPoolExecutor): void {
    this.executor.set(executor);
  }

  /** Waits for the default executor's jobs and threads to end, `timeout` seconds at most; absent, for ever (`loop.shutdown_default_executor`). */
  shutdownDefaultExecutor(timeout?: number): CoroutineObject<void> {
    return new CoroutineObject('EventLoop.shutdownDefaultExecutor', this.executor.shutdown(timeout));
  }

  /** What another thread needs to have `callback` called in this loop (`loop.call_soon_threadsafe`). */
  threadsafeHandle<A extends unknown[]>(
    this: EventLoop,
    callback: (...args: A) => unknown,
  ): ThreadsafeHandle {
    return new ThreadsafeHandle(this, callback as Callback);
  }

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
    this.signals.close();
    this.selector.close();
    this.executor.close();
  }
}
