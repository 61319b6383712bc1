/** A connected socket (`selector_events._SelectorSocketTransport`). */
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import type { EventLoop } from './baseEvents';
import { leavesLoop, RuntimeError } from './exceptions';
import { setResultUnlessCancelled, type Future } from './futures';
import { Inbox } from './inbox';
import { logger } from './log';
import { ConnectionResetError, OSError, toOSError } from './osErrors';
import { Outbox } from './outbox';
import type { BaseProtocol, Protocol } from './protocols';
import { fdOf, READ, WRITE, type Watch } from './selector';
import type { Server } from './servers';
import { FlowControlled } from './transports';
import { addresses, TransportSocket } from './trsock';

/** So many writes to a lost connection go unsaid (`constants.LOG_THRESHOLD_FOR_CONNLOST_WRITES`). */
const LOG_THRESHOLD_FOR_CONNLOST_WRITES = 5;

/** The transport of each socket, for `addReader` to refuse it. */
export const transportOf = new WeakMap<object, FlowControlled>();

export class SocketTransport extends FlowControlled {
  private readonly fd: number;
  private readonly inbox: Inbox;
  private readonly outbox: Outbox;
  private protocol!: Protocol;
  private reader: Watch | undefined;
  private writer: Watch | undefined;
  private lost = 0;
  private closing = false;
  private paused = false;
  private eof = false;
  private gone = false;

  /** `waiter` is done when the protocol's connectionMade was called. The socket must be connected and not reading. */
  constructor(
    loop: EventLoop,
    private readonly socket: Socket,
    protocol: BaseProtocol,
    waiter: Future<void> | undefined,
    private server?: Server,
  ) {
    super(loop);
    this.fd = fdOf(socket);
    const wrapped = new TransportSocket(socket, this.fd);
    this.extra.set('socket', wrapped);
    this.extra.set('sockname', wrapped.getsockname());
    this.extra.set('peername', wrapped.getpeername());
    this.setProtocol(protocol);
    this.inbox = new Inbox(socket, this.arrived);
    this.outbox = new Outbox(socket, () => this.writer?.arrived());
    socket.on('close', this.onClose);
    socket.setNoDelay?.(true);
    // The loop's own timers keep the process alive while the loop runs; nothing else may.
    socket.unref();
    server?.attach(this);
    loop.selector.opened(this);
    transportOf.set(socket, this);
    loop.callSoon(this.connectionMade);
    loop.callSoon(this.startReading);
    if (waiter !== undefined) loop.callSoon(setResultUnlessCancelled<void>, waiter, undefined);
  }

  override setProtocol(protocol: BaseProtocol): void {
    this.protocol = protocol as Protocol;
  }

  override getProtocol(): BaseProtocol {
    return this.protocol;
  }

  override isClosing(): boolean {
    return this.closing;
  }

  override isReading(): boolean {
    return !this.closing && !this.paused;
  }

  override pauseReading(): void {
    if (!this.isReading()) return;
    this.paused = true;
    this.stopReading();
  }

  override resumeReading(): void {
    if (this.closing || !this.paused) return;
    this.paused = false;
    this.startReading();
  }

  override write(data: Uint8Array): void {
    checkBytes(data);
    if (this.eof) throw new RuntimeError('Cannot call write() after writeEof()');
    if (data.length === 0) return;
    if (this.lost > 0) {
      if (this.lost >= LOG_THRESHOLD_FOR_CONNLOST_WRITES) logger.warning('socket.send() raised exception.');
      this.lost++;
      return;
    }
    if (this.inbox.error !== undefined) {
      this.fatalError(this.inbox.error, 'Fatal write error on socket transport');
      return;
    }
    if (this.outbox.write(data)) return;
    const refused = this.socket.errored;
    if (refused != null) {
      this.fatalError(toOSError(refused), 'Fatal write error on socket transport');
      return;
    }
    this.writer ??= this.watch(WRITE, this.writeReady);
    this.maybePauseProtocol();
  }

  override writeEof(): void {
    if (this.closing || this.eof) return;
    this.eof = true;
    if (this.outbox.empty) this.socket.end();
  }

  override canWriteEof(): boolean {
    return true;
  }

  override getWriteBufferSize(): number {
    return this.outbox.size;
  }

  override close(): void {
    if (this.closing) return;
    this.closing = true;
    this.stopReading();
    if (!this.outbox.empty) return;
    this.lost++;
    this.loop.callSoon(this.callConnectionLost, undefined);
  }

  override abort(): void {
    this.forceClose(undefined);
  }

  /** The loop is closed. Internal. */
  abandon(): void {
    if (this.loop.getDebug()) logger.warning(`ResourceWarning: unclosed transport ${this}`);
    this.destroy();
  }

  override toString(): string {
    const state = this.gone ? ' closed' : this.closing ? ' closing' : '';
    const read = this.reader === undefined ? 'idle' : 'polling';
    const write = this.writer === undefined ? 'idle' : 'polling';
    return `<SocketTransport${state} fd=${this.fd} read=${read} write=<${write}, bufsize=${this.outbox.size}>>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  private readonly connectionMade = (): void => {
    this.protocol.connectionMade(this);
  };

  private readonly startReading = (): void => {
    if (!this.isReading()) return;
    this.reader = this.watch(READ, this.readReady);
    if (this.inbox.pending) this.reader.arrived();
    this.inbox.resume();
  };

  private stopReading(): void {
    this.loop.selector.unwatch(this, READ);
    this.reader = undefined;
    this.inbox.pause();
  }

  private readonly arrived = (): void => {
    this.reader?.arrived();
    if (this.inbox.error !== undefined) this.writer?.arrived();
  };

  private readonly readReady = (): void => {
    if (this.lost > 0) return;
    let data: Buffer | undefined;
    try {
      data = this.inbox.take();
    } catch (error) {
      this.fatalError(error, 'Fatal read error on socket transport');
      return;
    }
    if (data !== undefined) {
      // What is left is for the next tick, as a selector would say it again.
      if (this.inbox.pending) this.reader?.arrived();
      try {
        this.protocol.dataReceived(data);
      } catch (error) {
        if (leavesLoop(error)) throw error;
        this.fatalError(error, 'Fatal error: protocol.dataReceived() call failed.');
      }
    } else if (this.inbox.atEnd) this.endOfInput();
  };

  private endOfInput(): void {
    let keepOpen: boolean | void;
    try {
      keepOpen = this.protocol.eofReceived();
    } catch (error) {
      if (leavesLoop(error)) throw error;
      this.fatalError(error, 'Fatal error: protocol.eofReceived() call failed.');
      return;
    }
    if (keepOpen) {
      this.loop.selector.unwatch(this, READ);
      this.reader = undefined;
    } else this.close();
  }

  private readonly writeReady = (): void => {
    if (this.lost > 0) return;
    const error =
      this.inbox.error ?? (this.socket.destroyed ? new ConnectionResetError('Connection lost') : undefined);
    if (error !== undefined) {
      this.fatalError(error, 'Fatal write error on socket transport');
      return;
    }
    this.outbox.flush();
    this.maybeResumeProtocol();
    if (!this.outbox.empty) return;
    this.stopWriting();
    if (this.closing) this.callConnectionLost(undefined);
    else if (this.eof) this.socket.end();
  };

  private stopWriting(): void {
    this.loop.selector.unwatch(this, WRITE);
    this.writer = undefined;
  }

  private watch(mask: number, callback: () => void): Watch {
    const watch = this.loop.selector.watch(this, mask, callback);
    watch.tell(this.fd, this.protocol.awaited, () =>
      addresses(this.extra.get('sockname'), this.extra.get('peername')),
    );
    return watch;
  }

  /** Node closed the descriptor by itself, after an error or when both directions had ended. */
  private readonly onClose = (): void => {
    this.reader?.untell();
    this.writer?.untell();
    // A write that failed with the connection: it will not be said to be done.
    this.writer?.arrived();
  };

  private fatalError(error: unknown, message: string): void {
    if (!(error instanceof OSError))
      this.loop.callExceptionHandler({ message, exception: error, transport: this, protocol: this.protocol });
    this.forceClose(error);
  }

  private forceClose(error: unknown): void {
    if (this.lost > 0) return;
    this.outbox.clear();
    this.stopWriting();
    if (!this.closing) {
      this.closing = true;
      this.stopReading();
    }
    this.lost++;
    this.loop.callSoon(this.callConnectionLost, error);
  }

  private readonly callConnectionLost = (error: unknown): void => {
    try {
      this.protocol.connectionLost(error);
    } finally {
      this.destroy();
    }
  };

  private destroy(): void {
    this.gone = true;
    this.stopReading();
    this.stopWriting();
    this.socket.destroy();
    this.loop.selector.closed(this);
    this.server?.detach(this);
    this.server = undefined;
  }
}

export function checkBytes(data: unknown): void {
  if (data instanceof Uint8Array) return;
  const kind = typeof data === 'string' ? "'string': write Buffer.from(text)" : `'${typeof data}'`;
  throw new TypeError(`data argument must be a bytes-like object, not ${kind}`);
}
