/** What a Node stream has read and the loop has not taken yet: it stands for the kernel's receive buffer, and is bounded like it. */
import type { Readable } from 'node:stream';
import { toOSError } from './osErrors';

/** Bytes that one `take` gives at most, as CPython reads at most (`_SelectorTransport.max_size`). */
export const MAX_SIZE = 256 * 1024;

export class Inbox {
  /** What broke the stream; to be heeded when the bytes before it are taken. */
  error: unknown;
  private chunks: Buffer[] = [];
  private size = 0;
  private ended = false;
  private wanted = false;

  /** `arrived`: there is something to take. Reading starts with `resume`. */
  constructor(
    private readonly stream: Readable,
    private readonly arrived: () => void,
  ) {
    stream.pause();
    // It may have broken before it came here.
    if (stream.errored != null) this.error = toOSError(stream.errored);
    else if (stream.destroyed) this.ended = true;
    stream.on('data', this.onData);
    stream.on('end', this.onEnd);
    stream.on('close', this.onEnd);
    stream.on('error', this.onError);
  }

  /** Whether there is something to take: bytes, the end, or an error. */
  get pending(): boolean {
    return this.size > 0 || this.ended || this.error !== undefined;
  }

  /** Whether all that is left to take is the end. */
  get atEnd(): boolean {
    return this.size === 0 && this.ended && this.error === undefined;
  }

  resume(): void {
    this.wanted = true;
    if (this.size < MAX_SIZE) this.stream.resume();
  }

  /** Node reads a little further, then stops, too. */
  pause(): void {
    this.wanted = false;
    this.stream.pause();
  }

  /** The next bytes, at most MAX_SIZE; undefined when there are none now. Throws the stream's error. */
  take(): Buffer | undefined {
    if (this.size === 0) {
      if (this.error !== undefined) throw this.error;
      return undefined;
    }
    let data = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks);
    if (data.length > MAX_SIZE) {
      this.chunks = [data.subarray(MAX_SIZE)];
      data = data.subarray(0, MAX_SIZE);
    } else this.chunks = [];
    const full = this.size >= MAX_SIZE;
    this.size -= data.length;
    if (full && this.wanted && this.size < MAX_SIZE) this.stream.resume();
    return data;
  }

  private readonly onData = (chunk: Buffer): void => {
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (this.size >= MAX_SIZE) this.stream.pause();
    this.arrived();
  };

  private readonly onEnd = (): void => {
    if (this.ended) return;
    this.ended = true;
    this.arrived();
  };

  private readonly onError = (error: unknown): void => {
    this.error ??= toOSError(error);
    this.arrived();
  };
}
