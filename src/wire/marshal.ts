/**
 * Reads CPython's marshal format, version 2, one value after another: only the types that a list of records holds
 * (None, bool, int, float, str). Mirrors `r_object` of CPython's Python/marshal.c.
 */
const NONE = 0x4e; // 'N'
const FALSE = 0x46; // 'F'
const TRUE = 0x54; // 'T'
const INT32 = 0x69; // 'i'
const LONG = 0x6c; // 'l': count of 15-bit digits (negative for a negative number), then the digits
const FLOAT = 0x67; // 'g': IEEE 754, little endian
const UNICODE = 0x75; // 'u': byte length, UTF-8
const LIST = 0x5b; // '['

export class MarshalError extends Error {}

export class MarshalReader {
  private readonly view: DataView;
  private at = 0;
  /** Values of the list not yet read. */
  left = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Enters the list that the payload holds, or throws when it holds something else. */
  openList(): number {
    if (this.bytes[this.at] !== LIST) throw new MarshalError('The records are not a list.');
    this.left = this.view.getUint32(this.at + 1, true);
    this.at += 5;
    return this.left;
  }

  /** The next value as a number: booleans are 0 and 1, None is NaN. Throws on text or a cut payload (RangeError). */
  number(): number {
    this.left--;
    const bytes = this.bytes;
    const at = this.at;
    switch (bytes[at]) {
      case INT32:
        this.at = at + 5;
        return bytes[at + 1] | (bytes[at + 2] << 8) | (bytes[at + 3] << 16) | (bytes[at + 4] << 24);
      case FLOAT:
        this.at = at + 9;
        return this.view.getFloat64(at + 1, true);
      case LONG:
        return this.long(at);
      case FALSE:
        this.at = at + 1;
        return 0;
      case TRUE:
        this.at = at + 1;
        return 1;
      case NONE:
        this.at = at + 1;
        return NaN;
      default:
        throw new MarshalError(`Found type ${bytes[at]} at byte ${at} where a number was expected.`);
    }
  }

  /** Exact up to 2^53. */
  private long(at: number): number {
    const count = this.view.getInt32(at + 1, true);
    let digit = at + 5;
    let value = 0;
    let scale = 1;
    for (let i = Math.abs(count); i > 0; i--) {
      value += this.view.getUint16(digit, true) * scale;
      scale *= 32768;
      digit += 2;
    }
    this.at = digit;
    return count < 0 ? -value : value;
  }

  text(): string {
    this.left--;
    const at = this.at;
    const type = this.bytes[at];
    if (type === NONE) {
      this.at = at + 1;
      return '';
    }
    if (type !== UNICODE) throw new MarshalError(`Found type ${type} at byte ${at} where text was expected.`);
    const end = at + 5 + this.view.getUint32(at + 1, true);
    if (end > this.bytes.length) throw new MarshalError('The records end in the middle of a text.');
    this.at = end;
    return utf8.decode(this.bytes.subarray(at + 5, end));
  }
}

const utf8 = new TextDecoder();
