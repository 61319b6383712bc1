/** The reading end of a stream (`asyncio.StreamReader`). */
import { inspect } from 'node:util';
import type { EventLoop } from './baseEvents';
import { ByteQueue } from './byteQueue';
import { CoroutineObject, type Coroutine } from './coroutines';
import { getEventLoop } from './events';
import {
  IncompleteReadError,
  LimitOverrunError,
  NotImplementedError,
  RuntimeError,
  ValueError,
} from './exceptions';
import type { Future } from './futures';
import { repr } from './log';
import type { Transport } from './transports';

/** Bytes: the longest line, and half of what is buffered before the other side has to wait. */
export const DEFAULT_LIMIT = 2 ** 16;

const NEWLINE = Buffer.from('\n');
const NEWLINES = [NEWLINE];
const NOTHING = Buffer.alloc(0);

/** Reads bytes as they come. One task at a time can wait for them. `for await (const line of reader)` reads lines. */
export class StreamReader {
  /** The debugger's number for it. */
  observed = 0;
  private readonly loop: EventLoop;
  private readonly limit: number;
  private readonly buffer = new ByteQueue();
  private eof = false;
  private waiter: Future<void> | undefined;
  private error: unknown;
  private transport: Transport | undefined;
  private paused = false;

  /** `limit`: bytes; absent, 64 KiB. `loop`: absent, the current one. Throws ValueError for a limit of 0 or less. */
  constructor(options: { limit?: number; loop?: EventLoop } = {}) {
    this.limit = options.limit ?? DEFAULT_LIMIT;
    if (this.limit <= 0) throw new ValueError('Limit cannot be <= 0');
    this.loop = options.loop ?? getEventLoop();
  }

  /**
   * Up to `n` bytes, as soon as there are any; all until the end when `n` is absent or negative; none at the end
   * (`read`). Throws what broke the connection.
   */
  read(n = -1): CoroutineObject<Buffer> {
    return new CoroutineObject('StreamReader.read', this.reading(n));
  }

  /**
   * A line with its newline; at the end, what is left without one (`readline`). Throws ValueError for a line longer than
   * the limit, which is then thrown away.
   */
  readline(): CoroutineObject<Buffer> {
    return new CoroutineObject('StreamReader.readline', this.readingLine());
  }

  /** Exactly `n` bytes (`readexactly`). Throws IncompleteReadError when the stream ends before. */
  readexactly(n: number): CoroutineObject<Buffer> {
    return new CoroutineObject('StreamReader.readexactly', this.readingExactly(n));
  }

  /**
   * Bytes up to and with the separator, or with the first to come of several (`readuntil`). Throws IncompleteReadError
   * when the stream ends before, LimitOverrunError when it is not within the limit; the bytes then stay.
   */
  readuntil(separator: Separator | readonly Separator[] = NEWLINE): CoroutineObject<Buffer> {
    const separators = Array.isArray(separator)
      ? (separator as readonly Separator[])
      : [separator as Separator];
    return new CoroutineObject(
      'StreamReader.readuntil',
      this.readingUntil(separators.map((one) => Buffer.from(one)).sort((a, b) => a.length - b.length)),
    );
  }

  /** Whether the stream has ended and all of it was read (`at_eof`). */
  atEof(): boolean {
    return this.eof && this.buffer.length === 0;
  }

  /** What broke the stream (`exception`). */
  exception(): unknown {
    return this.error;
  }

  /** Lines until the end. */
  [Symbol.asyncIterator](): AsyncIterator<Buffer, void, void> {
    return {
      // An object of ours rather than a promise: `for await` awaits it in the step of its task.
      next: () =>
        new CoroutineObject('StreamReader.next', this.nextLine()) as unknown as Promise<
          IteratorResult<Buffer>
        >,
    };
  }

  /** Bytes arrived: for protocols (`feed_data`). Throws RuntimeError after `feedEof`. */
  feedData(data: Uint8Array): void {
    if (this.eof) throw new RuntimeError('feedData after feedEof');
    if (data.length === 0) return;
    this.buffer.append(
      Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength),
    );
    this.wakeUpWaiter();
    if (this.transport === undefined || this.paused || this.buffer.length <= 2 * this.limit) return;
    try {
      this.transport.pauseReading();
      this.paused = true;
    } catch (error) {
      if (!(error instanceof NotImplementedError)) throw error;
      // It cannot be paused: all is buffered.
      this.transport = undefined;
    }
  }

  /** The other side will send no more: for protocols (`feed_eof`). */
  feedEof(): void {
    this.eof = true;
    this.wakeUpWaiter();
  }

  /** The stream broke: for protocols (`set_exception`). */
  setException(error: unknown): void {
    this.error = error;
    const waiter = this.waiter;
    this.waiter = undefined;
    if (waiter !== undefined && !waiter.done()) waiter.setException(error);
  }

  /** What is paused when too much is buffered: for protocols (`set_transport`). */
  setTransport(transport: Transport): void {
    if (this.transport !== undefined) throw new RuntimeError('Transport already set');
    this.transport = transport;
  }

  toString(): string {
    const words = ['StreamReader'];
    if (this.buffer.length > 0) words.push(`${this.buffer.length} bytes`);
    if (this.eof) words.push('eof');
    if (this.limit !== DEFAULT_LIMIT) words.push(`limit=${this.limit}`);
    if (this.waiter !== undefined) words.push(`waiter=${this.waiter}`);
    if (this.error !== undefined) words.push(`exception=${repr(this.error)}`);
    if (this.transport !== undefined) words.push(`transport=${this.transport}`);
    if (this.paused) words.push('paused');
    return `<${words.join(' ')}>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  private *reading(n: number): Coroutine<Buffer> {
    if (this.error !== undefined) throw this.error;
    if (n === 0) return NOTHING;
    if (n < 0) {
      const blocks: Buffer[] = [];
      for (;;) {
        const block = yield* this.read(this.limit);
        if (block.length === 0) return Buffer.concat(blocks);
        blocks.push(block);
      }
    }
    if (this.buffer.length === 0 && !this.eof) yield* this.waitForData('read');
    return this.taken(n);
  }

  private *readingLine(): Coroutine<Buffer> {
    try {
      return yield* this.readingUntil(NEWLINES);
    } catch (error) {
      if (error instanceof IncompleteReadError) return error.partial as Buffer;
      if (!(error instanceof LimitOverrunError)) throw error;
      if (this.buffer.indexOf(NEWLINE, error.consumed) === error.consumed)
        this.buffer.take(error.consumed + 1);
      else this.buffer.clear();
      this.maybeResumeTransport();
      throw new ValueError(error.message);
    }
  }

  private *readingExactly(n: number): Coroutine<Buffer> {
    if (n < 0) throw new ValueError('readexactly size can not be less than zero');
    if (this.error !== undefined) throw this.error;
    if (n === 0) return NOTHING;
    while (this.buffer.length < n) {
      if (this.eof) throw new IncompleteReadError(this.buffer.take(n), n);
      yield* this.waitForData('readexactly');
    }
    return this.taken(n);
  }

  /** `separators`: the shortest first. */
  private *readingUntil(separators: readonly Buffer[]): Coroutine<Buffer> {
    if (separators.length === 0) throw new ValueError('Separator should contain at least one element');
    const shortest = separators[0].length;
    const longest = separators[separators.length - 1].length;
    if (shortest === 0) throw new ValueError('Separator should be at least one-byte string');
    if (this.error !== undefined) throw this.error;

    // Before `offset` there is no separator.
    let offset = 0;
    let found: { start: number; end: number } | undefined;
    for (;;) {
      const length = this.buffer.length;
      if (length - offset >= shortest) {
        found = this.findFirst(separators, offset);
        if (found !== undefined) break;
        offset = Math.max(0, length + 1 - longest);
        if (offset > this.limit)
          throw new LimitOverrunError('Separator is not found, and chunk exceed the limit', offset);
      }
      if (this.eof) throw new IncompleteReadError(this.buffer.take(length), undefined);
      yield* this.waitForData('readuntil');
    }
    if (found.start > this.limit)
      throw new LimitOverrunError('Separator is found, but chunk is longer than limit', found.start);
    return this.taken(found.end);
  }

  /** The match that ends first. */
  private findFirst(
    separators: readonly Buffer[],
    offset: number,
  ): { start: number; end: number } | undefined {
    let found: { start: number; end: number } | undefined;
    for (const separator of separators) {
      const start = this.buffer.indexOf(separator, offset);
      const end = start + separator.length;
      if (start >= 0 && (found === undefined || end < found.end)) found = { start, end };
    }
    return found;
  }

  private *nextLine(): Coroutine<IteratorResult<Buffer, void>> {
    const line = yield* this.readline();
    return line.length === 0 ? { done: true, value: undefined } : { done: false, value: line };
  }

  private taken(n: number): Buffer {
    const data = this.buffer.take(n);
    this.maybeResumeTransport();
    return data;
  }

  private *waitForData(method: string): Coroutine<void> {
    if (this.waiter !== undefined)
      throw new RuntimeError(
        `${method}() called while another coroutine is already waiting for incoming data`,
      );
    // To wait while paused would be for ever.
    if (this.paused) {
      this.paused = false;
      this.transport!.resumeReading();
    }
    this.waiter = this.loop.createFuture();
    this.waiter.waitKind = 'read';
    this.waiter.waitOf = this;
    try {
      yield* this.waiter;
    } finally {
      this.waiter = undefined;
    }
  }

  private wakeUpWaiter(): void {
    const waiter = this.waiter;
    this.waiter = undefined;
    if (waiter !== undefined && !waiter.done()) waiter.setResult(undefined);
  }

  private maybeResumeTransport(): void {
    if (!this.paused || this.buffer.length > this.limit) return;
    this.paused = false;
    this.transport!.resumeReading();
  }
}

/** Bytes, or text as UTF-8. */
export type Separator = Uint8Array | string;
