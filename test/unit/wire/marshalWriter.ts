/** Writes what CPython's `marshal.dumps(list, 2)` writes, for lists of numbers and texts. */
export class MarshalWriter {
  private bytes = Buffer.alloc(1 << 16);
  private at = 5;
  private count = 0;

  private room(bytes: number): void {
    if (this.at + bytes <= this.bytes.length) return;
    const longer = Buffer.alloc(Math.max(this.bytes.length * 2, this.at + bytes));
    this.bytes.copy(longer);
    this.bytes = longer;
  }

  int(value: number): this {
    this.count++;
    this.room(32);
    if (value >= -0x80000000 && value <= 0x7fffffff) {
      this.bytes[this.at++] = 0x69;
      this.at = this.bytes.writeInt32LE(value, this.at);
      return this;
    }
    const digits: number[] = [];
    for (let left = Math.abs(value); left > 0; left = Math.floor(left / 32768)) digits.push(left % 32768);
    this.bytes[this.at++] = 0x6c;
    this.at = this.bytes.writeInt32LE(value < 0 ? -digits.length : digits.length, this.at);
    for (const digit of digits) this.at = this.bytes.writeUInt16LE(digit, this.at);
    return this;
  }
  float(value: number): this {
    this.count++;
    this.room(16);
    this.bytes[this.at++] = 0x67;
    this.at = this.bytes.writeDoubleLE(value, this.at);
    return this;
  }
  text(value: string): this {
    this.count++;
    const utf8 = Buffer.from(value, 'utf8');
    this.room(utf8.length + 8);
    this.bytes[this.at++] = 0x75;
    this.at = this.bytes.writeUInt32LE(utf8.length, this.at);
    this.at += utf8.copy(this.bytes, this.at);
    return this;
  }

  /** The payload so far; the writer begins anew. */
  take(): Uint8Array {
    this.bytes[0] = 0x5b;
    this.bytes.writeUInt32LE(this.count, 1);
    const payload = new Uint8Array(this.bytes.subarray(0, this.at));
    this.at = 5;
    this.count = 0;
    return payload;
  }
}
