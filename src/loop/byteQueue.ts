/** Bytes that come in at one end and are taken at the other, like the `bytearray` of a StreamReader. */
export class ByteQueue {
  private storage: Buffer = EMPTY;
  private start = 0;
  private end = 0;

  get length(): number {
    return this.end - this.start;
  }

  /** The bytes are not copied while nothing is before them: do not change them any more. */
  append(data: Buffer): void {
    if (this.start === this.end) {
      this.storage = data;
      this.start = 0;
      this.end = data.length;
      return;
    }
    if (this.storage.length - this.end < data.length) this.grow(data.length);
    data.copy(this.storage, this.end);
    this.end += data.length;
  }

  /** Where `bytes` begin, from `from` on; -1 when they are not there. */
  indexOf(bytes: Uint8Array, from: number): number {
    return this.storage.subarray(this.start, this.end).indexOf(bytes, from);
  }

  /** Takes up to `count` bytes out. */
  take(count: number): Buffer {
    const to = Math.min(this.start + count, this.end);
    const data = this.storage.subarray(this.start, to);
    this.start = to;
    if (to === this.end) this.clear();
    return data;
  }

  clear(): void {
    this.storage = EMPTY;
    this.start = this.end = 0;
  }

  /** What was taken may be looked at still, so bytes before `end` are never written to again. */
  private grow(more: number): void {
    const length = this.length;
    const storage = Buffer.allocUnsafe(Math.max(2 * length, length + more));
    this.storage.copy(storage, 0, this.start, this.end);
    this.storage = storage;
    this.start = 0;
    this.end = length;
  }
}

const EMPTY = Buffer.alloc(0);
