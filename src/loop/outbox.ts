/** What was written and the system has not taken yet, in front of a Node stream. */
import type { Writable } from 'node:stream';

/** One write of Node's is under way at a time, so that what is behind it is ours to count and to drop. */
export class Outbox {
  private chunks: Uint8Array[] = [];
  private waiting = 0;
  private flying = 0;

  /** `taken`: the system took what it had refused at first. */
  constructor(
    private readonly stream: Writable,
    private readonly taken: () => void,
  ) {}

  /** Bytes not yet taken by the system. */
  get size(): number {
    if (this.flying === 0) return this.waiting;
    const left = (this.stream as { _handle?: { writeQueueSize?: number } | null })._handle?.writeQueueSize;
    return this.waiting + (left ?? this.flying);
  }

  get empty(): boolean {
    return this.flying === 0 && this.waiting === 0;
  }

  /** Sends it now if nothing is before it; true when the system took it all. */
  write(data: Uint8Array): boolean {
    if (!this.empty) {
      this.chunks.push(data);
      this.waiting += data.length;
      return false;
    }
    this.stream.write(data, this.written);
    this.flying = this.stream.writableLength;
    return this.flying === 0;
  }

  /** To be called after `taken`: sends what is waiting; true when there is nothing more. */
  flush(): boolean {
    if (this.flying > 0 || this.waiting === 0) return this.empty;
    const data = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks);
    this.clear();
    return this.write(data);
  }

  /** Drops what is waiting. */
  clear(): void {
    this.chunks = [];
    this.waiting = 0;
  }

  // Called for writes that the system took at once, too, after the callback that made them; those do not count.
  private readonly written = (error?: Error | null): void => {
    if (this.flying === 0 || error != null || this.stream.writableLength > 0) return;
    this.flying = 0;
    this.taken();
  };
}
