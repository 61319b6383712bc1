/** The loop's ends of connections (`asyncio.transports`): what protocols and streams write to. */
import type { EventLoop } from './baseEvents';
import { leavesLoop, NotImplementedError, ValueError } from './exceptions';
import type { BaseProtocol } from './protocols';

/** What `getExtraInfo` tells. */
export type ExtraInfo = Map<string, unknown>;

/** `asyncio.BaseTransport`. */
export abstract class BaseTransport {
  /** The debugger's number for it. */
  observed = 0;

  constructor(protected readonly extra: ExtraInfo = new Map()) {}

  /**
   * Facts about the connection: `peername` and `sockname` (`[host, port]`, with IPv6 `[host, port, 0, 0]`, or a path),
   * `socket`, `pipe`, `subprocess`; `fallback` when there is none (`get_extra_info`).
   */
  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    return this.extra.has(name) ? (this.extra.get(name) as T) : fallback;
  }

  /** Whether it is closed or closing (`is_closing`). */
  abstract isClosing(): boolean;
  /** Reads no more, writes what is buffered, then closes; the protocol's connectionLost follows (`close`). */
  abstract close(): void;
  /** `set_protocol`. */
  abstract setProtocol(protocol: BaseProtocol): void;
  /** `get_protocol`. */
  abstract getProtocol(): BaseProtocol;

  /** `close`, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** A transport for bytes in one or both directions (`asyncio.Transport`). What a kind of it cannot do throws NotImplementedError. */
export abstract class Transport extends BaseTransport {
  /** Whether data is being received (`is_reading`). */
  isReading(): boolean {
    throw new NotImplementedError('this transport cannot read');
  }

  /** Calls no dataReceived until `resumeReading` (`pause_reading`). */
  pauseReading(): void {
    throw new NotImplementedError('this transport cannot read');
  }

  /** `resume_reading`. */
  resumeReading(): void {
    throw new NotImplementedError('this transport cannot read');
  }

  /** Sends bytes, now or as soon as they can be; never waits (`write`). Throws RuntimeError after `writeEof`. */
  write(_data: Uint8Array): void {
    throw new NotImplementedError('this transport cannot write');
  }

  /** Sends several pieces (`writelines`). */
  writelines(pieces: Iterable<Uint8Array>): void {
    this.write(Buffer.concat([...pieces]));
  }

  /** Says that no more will be written, after what is buffered; data may still be received (`write_eof`). */
  writeEof(): void {
    throw new NotImplementedError('this transport cannot write');
  }

  /** Whether `writeEof` works here (`can_write_eof`). */
  canWriteEof(): boolean {
    return false;
  }

  /** Closes at once: what is buffered is lost (`abort`). */
  abort(): void {
    this.close();
  }

  /** Bytes written and not yet taken by the system (`get_write_buffer_size`). */
  getWriteBufferSize(): number {
    throw new NotImplementedError('this transport cannot write');
  }

  /** `[low, high]` in bytes (`get_write_buffer_limits`). */
  getWriteBufferLimits(): [low: number, high: number] {
    throw new NotImplementedError('this transport cannot write');
  }

  /**
   * Bytes over which the protocol is told to pause writing, and down to which to resume; 64 KiB and a quarter of the
   * high mark when absent (`set_write_buffer_limits`). Throws ValueError unless high ≥ low ≥ 0.
   */
  setWriteBufferLimits(_limits: { high?: number; low?: number } = {}): void {
    throw new NotImplementedError('this transport cannot write');
  }
}

/** The loop's end of a child process (`asyncio.SubprocessTransport`). */
export abstract class SubprocessTransport extends BaseTransport {
  /** The child's process id (`get_pid`). */
  abstract getPid(): number | undefined;
  /** Its exit status, negative for the signal that killed it, undefined while it runs (`get_returncode`). */
  abstract getReturncode(): number | undefined;
  /** The transport of its pipe 0, 1 or 2 (`get_pipe_transport`). */
  abstract getPipeTransport(fd: number): Transport | undefined;
  /** `send_signal`. */
  abstract sendSignal(signal: NodeJS.Signals | number): void;
  /** Sends SIGTERM (`terminate`). */
  abstract terminate(): void;
  /** Sends SIGKILL (`kill`). */
  abstract kill(): void;
}

/** Tells the protocol when to pause and resume writing (`transports._FlowControlMixin`). */
export abstract class FlowControlled extends Transport {
  private protocolPaused = false;
  private high = DEFAULT_HIGH;
  private low = DEFAULT_HIGH / 4;

  constructor(
    readonly loop: EventLoop,
    extra?: ExtraInfo,
  ) {
    super(extra);
  }

  override getWriteBufferLimits(): [low: number, high: number] {
    return [this.low, this.high];
  }

  override setWriteBufferLimits(limits: { high?: number; low?: number } = {}): void {
    const high = limits.high ?? (limits.low === undefined ? DEFAULT_HIGH : 4 * limits.low);
    const low = limits.low ?? Math.floor(high / 4);
    if (!(high >= low && low >= 0))
      throw new ValueError(`high (${high}) must be >= low (${low}) must be >= 0`);
    this.high = high;
    this.low = low;
    this.maybePauseProtocol();
  }

  /** To be called when the buffer has grown. */
  protected maybePauseProtocol(): void {
    if (this.protocolPaused || this.getWriteBufferSize() <= this.high) return;
    this.protocolPaused = true;
    this.tell('pauseWriting');
  }

  /** To be called when the buffer has shrunk. */
  protected maybeResumeProtocol(): void {
    if (!this.protocolPaused || this.getWriteBufferSize() > this.low) return;
    this.protocolPaused = false;
    this.tell('resumeWriting');
  }

  private tell(method: 'pauseWriting' | 'resumeWriting'): void {
    const protocol = this.getProtocol();
    try {
      protocol[method]();
    } catch (error) {
      if (leavesLoop(error)) throw error;
      this.loop.callExceptionHandler({
        message: `protocol.${method}() failed`,
        exception: error,
        transport: this,
        protocol,
      });
    }
  }
}

const DEFAULT_HIGH = 64 * 1024;
