/**
 * What transports call (`asyncio.protocols`). Derive from these and override what you need. Every method is called from
 * a callback of the loop, in the order connectionMade, then data, then eofReceived at most once, then connectionLost once.
 */
import type { BaseTransport, SubprocessTransport } from './transports';

/** Of every kind of transport (`asyncio.BaseProtocol`). */
export class BaseProtocol {
  /** Whether tasks wait through it (a stream's), rather than it acting by itself. */
  readonly awaited: boolean = false;

  /** The transport is ready to be used (`connection_made`). */
  connectionMade(_transport: BaseTransport): void {}

  /** The connection is closed; `error` is what closed it, undefined after close(), abort() or the end of the other side (`connection_lost`). */
  connectionLost(_error: unknown): void {}

  /** The transport's buffer went over its high-water mark. Called within `write`, not from the loop (`pause_writing`). */
  pauseWriting(): void {}

  /** The transport's buffer is down to its low-water mark (`resume_writing`). */
  resumeWriting(): void {}
}

/** Of a stream of bytes (`asyncio.Protocol`). */
export class Protocol extends BaseProtocol {
  /** Bytes arrived, at most 256 KiB at a time (`data_received`). */
  dataReceived(_data: Buffer): void {}

  /** The other side will send no more. Return true to keep the transport open for writing; else it closes itself (`eof_received`). */
  eofReceived(): boolean | void {}
}

/** Of a child process (`asyncio.SubprocessProtocol`). */
export class SubprocessProtocol extends BaseProtocol {
  override connectionMade(_transport: SubprocessTransport): void {}

  /** The child wrote bytes to `fd`, 1 or 2 (`pipe_data_received`). */
  pipeDataReceived(_fd: number, _data: Buffer): void {}

  /** A pipe to or from the child was closed (`pipe_connection_lost`). */
  pipeConnectionLost(_fd: number, _error: unknown): void {}

  /** The child ended (`process_exited`). */
  processExited(): void {}
}
