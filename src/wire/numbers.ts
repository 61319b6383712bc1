/** Frames of JavaScript agents: records as 64-bit floats, definitions as JSON. */
import type { RecordReader } from './recordDecoder';
import type { CodeDefinition } from './events';
import { MarshalError } from './marshal';
import { DEFINE } from './schema';

/** Texts by the number under which DEFINE.TEXT sent them. */
export type TextsByNumber = Map<number, string>;

export class NumberRecords implements RecordReader {
  private readonly view: DataView;
  private at = 0;

  /** `payload`: little-endian f64s. Throws MarshalError for anything else. */
  constructor(
    payload: Uint8Array,
    private readonly texts: TextsByNumber,
  ) {
    if (payload.byteLength % 8 !== 0)
      throw new MarshalError('The records are cut in the middle of a number.');
    this.view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  }

  get left(): number {
    return this.view.byteLength - this.at;
  }

  number(): number {
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  text(): string {
    const number = this.number();
    if (number < 0) return `Task-${-number}`;
    const text = this.texts.get(number);
    if (text === undefined)
      throw new MarshalError(`The records name text ${number}, which was never defined.`);
    return text;
  }

  /** These agents number objects themselves: 16 and up. */
  object(): number {
    return this.number();
  }
}

/** One payload of FRAME.DEFINITIONS. Throws SyntaxError or MarshalError when it is damaged. */
export function decodeNumberDefinitions(
  payload: Uint8Array,
  define: (definition: CodeDefinition) => void,
  texts: TextsByNumber,
): void {
  const values: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
  if (!Array.isArray(values)) throw new MarshalError('The definitions are not a list.');
  let at = 0;
  const number = (): number => {
    const value: unknown = values[at++];
    if (typeof value !== 'number')
      throw new MarshalError(`A definition holds ${String(value)} for a number.`);
    return value;
  };
  const text = (): string => {
    const value: unknown = values[at++];
    if (typeof value !== 'string') throw new MarshalError(`A definition holds ${String(value)} for a text.`);
    return value;
  };
  while (at < values.length) {
    const kind = number();
    if (kind === DEFINE.CODE.code)
      define({ code: number(), name: text(), path: text(), line: number(), role: number() });
    else if (kind === DEFINE.TEXT.code) texts.set(number(), text());
    else throw new MarshalError(`Unknown definition ${kind}.`);
  }
}
