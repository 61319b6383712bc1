/** One-way streams: pipes of processes, `process.stdin`, files (`unix_events._UnixReadPipeTransport` and `_UnixWritePipeTransport`). */
import type { Readable, Writable } from 'node:stream';
import { inspect } from 'node:util';
import type { EventLoop } from './baseEvents';
import type { Coroutine } from './coroutines';
import { setResultUnlessCancelled, type Future } from './futures';
import { Inbox } from './inbox';
import { logger } from './log';
import { BrokenPipeError, OSError, toOSError } from './osErrors';
import { Outbox } from './outbox';
import type { BaseProtocol, Protocol } from './protocols';
import { fdOf, READ, WRITE, type Watch } from './selector';
import type { ProtocolFactory } from './servers';
import { checkBytes } from './socketTransport';
import { FlowControlled } from './transports';

abstract class PipeTransport extends FlowControlled {
  protected protocol!: BaseProtocol;
  protected closing = false;
  protected readonly fd: number;
  private gone = false;

  constructor(
    loop: EventLoop,
    protected readonly pipe: Readable | Writable,
    protocol: BaseProtocol,
    waiter: Future<void> | undefined,
    begin: () => void,
  ) {
    super(loop);
    this.fd = fdOf(pipe);
    this.extra.set('pipe', pipe);
    this.protocol = protocol;
    (pipe as { unref?(): void }).unref?.();
    loop.selector.opened(this);
    loop.callSoon(this.connectionMade);
    loop.callSoon(begin);
    if (waiter !== undefined) loop.callSoon(setResultUnlessCancelled<void>, waiter, undefined);
  }

  override setProtocol(protocol: BaseProtocol): void {
    this.protocol = protocol;
  }

  override getProtocol(): BaseProtocol {
    return this.protocol;
  }

  override isClosing(): boolean {
    return this.closing;
  }

  /** The loop is closed. Internal. */
  abandon(): void {
    if (this.loop.getDebug()) logger.warning(`ResourceWarning: unclosed transport ${this}`);
    this.destroy();
  }

  override toString(): string {
    const state = this.gone ? ' closed' : this.closing ? ' closing' : '';
    return `<${this.constructor.name}${state} fd=${this.fd}>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  protected watch(mask: number, callback: () => void): Watch {
    const watch = this.loop.selector.watch(this, mask, callback);
    watch.tell(this.fd, true, () => '');
    return watch;
  }

  protected fatalError(error: unknown, message: string): void {
    if (!(error instanceof OSError))
      this.loop.callExceptionHandler({ message, exception: error, transport: this, protocol: this.protocol });
    this.closeWith(error);
  }

  protected abstract closeWith(error: unknown): void;

  protected readonly callConnectionLost = (error: unknown): void => {
    try {
      this.protocol.connectionLost(error);
    } finally {
      this.destroy();
    }
  };

  private readonly connectionMade = (): void => {
    this.protocol.connectionMade(this);
  };

  private destroy(): void {
    this.gone = true;
    this.loop.selector.unwatch(this, READ);
    this.loop.selector.unwatch(this, WRITE);
    this.pipe.destroy();
    this.loop.selector.closed(this);
  }
}

class ReadPipeTransport extends PipeTransport {
  private readonly inbox: Inbox;
  private reader: Watch | undefined;
  private paused = false;

  constructor(loop: EventLoop, pipe: Readable, protocol: BaseProtocol, waiter: Future<void>) {
    super(loop, pipe, protocol, waiter, () => this.startReading());
    this.inbox = new Inbox(pipe, () => this.reader?.arrived());
    pipe.on('close', () => this.reader?.untell());
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

  override close(): void {
    if (!this.closing) this.closeWith(undefined);
  }

  protected override closeWith(error: unknown): void {
    this.closing = true;
    this.stopReading();
    this.loop.callSoon(this.callConnectionLost, error);
  }

  private startReading(): void {
    if (!this.isReading()) return;
    this.reader = this.watch(READ, this.readReady);
    if (this.inbox.pending) this.reader.arrived();
    this.inbox.resume();
  }

  private stopReading(): void {
    this.loop.selector.unwatch(this, READ);
    this.reader = undefined;
    this.inbox.pause();
  }

  private readonly readReady = (): void => {
    const protocol = this.protocol as Protocol;
    let data: Buffer | undefined;
    try {
      data = this.inbox.take();
    } catch (error) {
      this.fatalError(error, 'Fatal read error on pipe transport');
      return;
    }
    if (data !== undefined) {
      if (this.inbox.pending) this.reader?.arrived();
      protocol.dataReceived(data);
    } else if (this.inbox.atEnd) {
      this.closing = true;
      this.stopReading();
      const endReceived = () => protocol.eofReceived?.();
      this.loop.callSoon(endReceived);
      this.loop.callSoon(this.callConnectionLost, undefined);
    }
  };
}

class WritePipeTransport extends PipeTransport {
  private readonly outbox: Outbox;
  private reader: Watch | undefined;
  private writer: Watch | undefined;
  private lost = 0;
  private broken: unknown;

  constructor(loop: EventLoop, pipe: Writable, protocol: BaseProtocol, waiter: Future<void>) {
    // Watched for reading, to hear when the other side closes.
    super(loop, pipe, protocol, waiter, () => {
      if (this.closing) return;
      this.reader = this.watch(READ, this.readReady);
      if (this.pipe.destroyed) this.reader.arrived();
    });
    this.outbox = new Outbox(pipe, () => this.writer?.arrived());
    pipe.on('error', (error) => {
      this.broken ??= toOSError(error);
      this.reader?.arrived();
      this.writer?.arrived();
    });
    pipe.on('close', () => this.reader?.arrived());
  }

  override getWriteBufferSize(): number {
    return this.outbox.size;
  }

  override write(data: Uint8Array): void {
    checkBytes(data);
    if (data.length === 0) return;
    if (this.lost > 0 || this.closing) {
      if (this.lost >= 5) logger.warning('pipe closed by peer or os.write(pipe, data) raised exception.');
      this.lost++;
      return;
    }
    if (this.outbox.write(data)) return;
    const refused = this.broken ?? (this.pipe.errored == null ? undefined : toOSError(this.pipe.errored));
    if (refused !== undefined) {
      this.lost++;
      this.fatalError(refused, 'Fatal write error on pipe transport');
      return;
    }
    this.writer ??= this.watch(WRITE, this.writeReady);
    this.maybePauseProtocol();
  }

  override canWriteEof(): boolean {
    return true;
  }

  override writeEof(): void {
    if (this.closing) return;
    this.closing = true;
    if (!this.outbox.empty) return;
    this.finish();
    this.loop.callSoon(this.callConnectionLost, undefined);
  }

  override close(): void {
    this.writeEof();
  }

  override abort(): void {
    this.closeWith(undefined);
  }

  protected override closeWith(error: unknown): void {
    if (this.ended) return;
    this.closing = true;
    this.outbox.clear();
    this.finish();
    this.loop.callSoon(this.callConnectionLost, error);
  }

  private ended = false;

  private finish(): void {
    this.ended = true;
    this.loop.selector.unwatch(this, READ);
    this.loop.selector.unwatch(this, WRITE);
    this.reader = this.writer = undefined;
  }

  /** The other side closed the pipe. */
  private readonly readReady = (): void => {
    if (this.outbox.empty) this.closeWith(undefined);
    else this.closeWith(this.broken ?? new BrokenPipeError('Broken pipe'));
  };

  private readonly writeReady = (): void => {
    if (this.ended) return;
    if (this.broken !== undefined) {
      this.lost++;
      this.fatalError(this.broken, 'Fatal write error on pipe transport');
      return;
    }
    this.outbox.flush();
    if (!this.outbox.empty) {
      this.maybeResumeProtocol();
      return;
    }
    this.loop.selector.unwatch(this, WRITE);
    this.writer = undefined;
    this.maybeResumeProtocol();
    if (!this.closing) return;
    this.finish();
    this.callConnectionLost(undefined);
  };
}

/** `loop.connect_read_pipe`. */
export function* connectReadPipe<P extends BaseProtocol>(
  loop: EventLoop,
  factory: ProtocolFactory<P>,
  pipe: Readable,
): Coroutine<[FlowControlled, P]> {
  const protocol = factory();
  const waiter = loop.createFuture<void>();
  return yield* connected(new ReadPipeTransport(loop, pipe, protocol, waiter), protocol, waiter);
}

/** `loop.connect_write_pipe`. */
export function* connectWritePipe<P extends BaseProtocol>(
  loop: EventLoop,
  factory: ProtocolFactory<P>,
  pipe: Writable,
): Coroutine<[FlowControlled, P]> {
  const protocol = factory();
  const waiter = loop.createFuture<void>();
  return yield* connected(new WritePipeTransport(loop, pipe, protocol, waiter), protocol, waiter);
}

function* connected<P extends BaseProtocol>(
  transport: FlowControlled,
  protocol: P,
  waiter: Future<void>,
): Coroutine<[FlowControlled, P]> {
  try {
    yield* waiter;
  } catch (error) {
    transport.close();
    throw error;
  }
  return [transport, protocol];
}
