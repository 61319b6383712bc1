/** Framing of the wire, both ways: `u32 LE length, u8 kind, payload` (see schema.ts). */
import { FRAME, MAX_FRAME_BYTES } from './schema';

const LENGTH_BYTES = 4;

export interface Frame {
  /** FRAME of schema.ts; other kinds are passed on. */
  kind: number;
  /** Good until the next frame is asked for: it may lie in the chunk that was read. */
  payload: Buffer;
}

/** What came over the wire is not a row of frames. The connection cannot go on. */
export class FrameError extends Error {}

/** Cuts a stream of bytes into frames. A frame that lies whole in one chunk is not copied. */
export class FrameReader {
  private readonly length = Buffer.alloc(LENGTH_BYTES);
  private lengthFilled = 0;
  /** The frame that is being put together from several chunks: kind and payload. */
  private body: Buffer | undefined;
  private bodyFilled = 0;

  constructor(private readonly limit = MAX_FRAME_BYTES) {}

  /** The frames that end in this chunk. Throws FrameError for a length that is 0 or above the limit. */
  *read(chunk: Buffer): Generator<Frame> {
    let at = 0;
    while (at < chunk.length) {
      if (this.body === undefined) {
        const taken = Math.min(LENGTH_BYTES - this.lengthFilled, chunk.length - at);
        chunk.copy(this.length, this.lengthFilled, at, at + taken);
        this.lengthFilled += taken;
        at += taken;
        if (this.lengthFilled < LENGTH_BYTES) return;
        this.lengthFilled = 0;
        const length = this.checked(this.length.readUInt32LE(0));
        if (chunk.length - at >= length) {
          const whole = chunk.subarray(at, at + length);
          at += length;
          yield frame(whole);
          continue;
        }
        this.body = Buffer.allocUnsafe(length);
        this.bodyFilled = 0;
      }
      const taken = chunk.copy(this.body, this.bodyFilled, at);
      this.bodyFilled += taken;
      at += taken;
      if (this.bodyFilled < this.body.length) return;
      const whole = this.body;
      this.body = undefined;
      yield frame(whole);
    }
  }

  /** Whether the stream may end here: no frame is half read. */
  get atBoundary(): boolean {
    return this.body === undefined && this.lengthFilled === 0;
  }

  private checked(length: number): number {
    if (length < 1) throw new FrameError('The program sent an empty frame; the connection was closed.');
    if (length > this.limit)
      throw new FrameError(
        `The program sent a frame of ${length} bytes, more than the ${this.limit} allowed; the connection was closed.`,
      );
    return length;
  }
}

function frame(whole: Buffer): Frame {
  return { kind: whole[0], payload: whole.subarray(1) };
}

export function encodeFrame(kind: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(LENGTH_BYTES + 1 + payload.length);
  bytes.writeUInt32LE(1 + payload.length, 0);
  bytes[LENGTH_BYTES] = kind;
  bytes.set(payload, LENGTH_BYTES + 1);
  return bytes;
}

export function jsonFrame(message: object): Buffer {
  return encodeFrame(FRAME.JSON, Buffer.from(JSON.stringify(message), 'utf8'));
}
