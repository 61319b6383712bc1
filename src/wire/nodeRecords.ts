/**
 * What a Node program's own loop does, as 32-bit words: the constants that its agent writes with, and how they are read.
 *
 * A record is one word, its operation in the lowest four bits (WORD), and the words that follow where a field is too small
 * for its value. Most records are one word. Ids and times are differences to the ones before in the same stream, so the
 * payloads of a loop (FRAME.WORDS) are decoded in order, each of whole records.
 *
 * Time is counted in µs of the raw monotonic clock since its zero. Ids are Node's own, modulo 2³². Promises are numbered
 * from 1 in the order in which they were made, so PROMISE.MADE does not say its number.
 */
import { MarshalError } from './marshal';
import type { NodeEventSink } from './nodeEvents';
import type { TextsByNumber } from './numbers';

/** Bits of each field above the operation; `-`: all ones stand for "the value follows as a word of its own". Signed ones are zigzag. */
export const WORD = {
  /** type 8 - (a text's number) | id 4: 1 to 15 after the last made, 0 - | trigger 2 (TRIGGER) | code 14 - */
  MADE: 0,
  /** µs since the last time 12 | id 16 signed: difference to the last that began */
  BEGAN: 1,
  /** µs 28; id follows */
  BEGAN_FAR: 2,
  /** failed 1: the exception, a text's number, follows | it is gone with it 1 | µs 26 */
  ENDED: 3,
  /** Time goes on: µs 28 */
  TIME: 4,
  /** tick 12 - : difference to the last | µs 16 */
  TICK: 5,
  /** id follows 1 (else the last made) | repeats 1, the ms follow | its delay 26 -, ms. Then, signed, µs from the last time to when the delay began. */
  TIMER: 6,
  /** id 28 signed - : difference to the last that is gone */
  GONE: 7,
  /** code 28; id follows */
  NAMED: 8,
  /** place 28; id follows */
  PLACE: 9,
  /** text 28; id and fd follow */
  DESCRIBED: 10,
  /** The program stood for so long, from the last time on: µs, the low and the high word follow */
  PAUSED: 11,
  /** full 1 */
  LEVEL: 12,
  /** count 28 */
  LOST: 13,
  /** 2 bits of PROMISE | 26 - : see there */
  PROMISE: 14,
  /** µs 28: the microtasks after the callback that ended last */
  RAN_ON: 15,
} as const;

/** What caused a resource: nothing, the callback that runs, the trigger of the one made before, or the id that follows. */
export const TRIGGER = { NONE: 0, RUNNING: 1, SAME: 2, FOLLOWS: 3 } as const;

export const PROMISE = {
  /** 26 bits: its number less its parent's; 0 no parent */
  MADE: 0,
  /** 26 bits: the last number made less its number */
  SETTLED: 1,
  /** likewise */
  BEGAN: 2,
  ENDED: 3,
} as const;

const BITS_8 = 0xff;
const BITS_12 = 0xfff;
const BITS_14 = 0x3fff;
const BITS_26 = 0x3ffffff;
const BITS_28 = 0xfffffff;
const MICRO = 1e-6;

/** Of a zigzag field. */
function signed(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

/** Decodes the payloads of one loop, in order. Holds how long the loop's clock has stood, which turns raw time into loop time. */
export class NodeRecordDecoder {
  private words: DataView = new DataView(new ArrayBuffer(0));
  private at = 0;
  /** Raw, µs. */
  private time = 0;
  /** How much the loop's clock is behind the raw one, µs. */
  private stood = 0;
  private lastTick = 0;
  private lastMade = 0;
  private lastTrigger = 0;
  private lastBegan = 0;
  private lastGone = 0;
  private running = 0;
  private lastPromise = 0;
  private step = 0;

  /** `texts`: what DEFINE.TEXT sent before. */
  constructor(
    private readonly sink: NodeEventSink,
    private readonly texts: TextsByNumber,
  ) {}

  /** Raw monotonic seconds to the loop's clock. */
  toLoopTime(raw: number): number {
    return raw - this.stood * MICRO;
  }

  /** One payload, after the loop's id. Throws MarshalError when it is damaged. */
  decode(payload: Uint8Array): void {
    if (payload.byteLength % 4 !== 0) throw new MarshalError('The words are cut in the middle of one.');
    this.words = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    this.at = 0;
    while (this.at < payload.byteLength) this.record(this.next());
  }

  private record(word: number): void {
    const { sink } = this;
    const rest = word >>> 4;
    switch (word & 15) {
      case WORD.MADE:
        return this.made(rest);
      case WORD.BEGAN:
        this.time += rest & BITS_12;
        return this.began((this.lastBegan + signed(rest >>> 12)) >>> 0);
      case WORD.BEGAN_FAR:
        this.time += rest;
        return this.began(this.next());
      case WORD.ENDED: {
        this.time += rest >>> 2;
        const ended = this.running;
        if (ended === 0) throw new MarshalError('The words end a callback that did not begin.');
        this.running = 0;
        if (rest & 1) sink.ended(ended, this.now, true, this.text(this.next()));
        else sink.ended(ended, this.now, false);
        if (rest & 2) sink.gone(ended);
        return;
      }
      case WORD.TIME:
        this.time += rest;
        return;
      case WORD.TICK: {
        const ticks = rest & BITS_12;
        this.time += rest >>> 12;
        const tick = this.lastTick + (ticks === BITS_12 ? this.next() : ticks);
        if (tick <= this.lastTick)
          throw new MarshalError(`The words go from tick ${this.lastTick} to ${tick}.`);
        this.lastTick = tick;
        return sink.tick(tick, this.now);
      }
      case WORD.TIMER:
        return this.timer(rest);
      case WORD.GONE:
        this.lastGone = rest === BITS_28 ? this.next() : (this.lastGone + signed(rest)) >>> 0;
        return sink.gone(this.lastGone);
      case WORD.NAMED:
        return sink.named(this.next(), rest);
      case WORD.PLACE:
        return sink.madeAt(this.next(), rest);
      case WORD.DESCRIBED:
        return sink.described(this.next(), this.text(rest), this.next() | 0);
      case WORD.PAUSED: {
        const stood = this.next() + this.next() * 2 ** 32;
        this.time += stood;
        this.stood += stood;
        return;
      }
      case WORD.LEVEL:
        return sink.level((rest & 1) === 1);
      case WORD.LOST:
        return sink.lost(rest);
      case WORD.PROMISE:
        return this.promise(rest & 3, rest >>> 2);
      case WORD.RAN_ON:
        this.time += rest;
        return sink.ranOn?.(this.now);
    }
  }

  private made(rest: number): void {
    const type = rest & BITS_8;
    const step = (rest >>> 8) & 15;
    const trigger = (rest >>> 12) & 3;
    const code = rest >>> 14;
    const name = this.text(type === BITS_8 ? this.next() : type);
    const id = step === 0 ? this.next() : (this.lastMade + step) >>> 0;
    if (trigger === TRIGGER.NONE) this.lastTrigger = 0;
    else if (trigger === TRIGGER.RUNNING) this.lastTrigger = this.running;
    else if (trigger === TRIGGER.FOLLOWS) this.lastTrigger = this.next();
    this.lastMade = id;
    this.sink.made(id, name, this.lastTrigger, code === BITS_14 ? this.next() : code);
  }

  private began(id: number): void {
    if (this.running !== 0)
      throw new MarshalError(`The words begin callback ${id} inside callback ${this.running}.`);
    this.lastBegan = this.running = id;
    this.sink.began(id, this.now);
  }

  private timer(rest: number): void {
    const short = rest >>> 2;
    const delay = short === BITS_26 ? this.next() : short;
    const from = this.time - this.stood + (this.next() | 0);
    const id = rest & 1 ? this.next() : this.lastMade;
    const repeat = rest & 2 ? this.next() : 0;
    this.sink.timerSet(id, from * MICRO + delay / 1000, repeat / 1000);
  }

  private promise(what: number, short: number): void {
    const { sink } = this;
    if (what === PROMISE.ENDED) {
      if (this.step === 0) throw new MarshalError('The words end a promise step that did not begin.');
      sink.stepEnded(this.step);
      this.step = 0;
      return;
    }
    if (what === PROMISE.MADE) this.lastPromise++;
    const back = short === BITS_26 ? this.next() : short;
    const promise = this.lastPromise - back;
    if (promise <= 0)
      throw new MarshalError(`The words name promise ${promise}; there are ${this.lastPromise}.`);
    if (what === PROMISE.MADE) sink.promiseMade(this.lastPromise, back === 0 ? 0 : promise);
    else if (what === PROMISE.SETTLED) sink.promiseSettled(promise);
    else {
      this.step = promise;
      sink.stepBegan(promise);
    }
  }

  /** The loop's clock at the last time, s. */
  private get now(): number {
    return (this.time - this.stood) * MICRO;
  }

  private text(number: number): string {
    const text = this.texts.get(number);
    if (text === undefined) throw new MarshalError(`The words name text ${number}, which was never defined.`);
    return text;
  }

  private next(): number {
    const { at, words } = this;
    if (at >= words.byteLength) throw new MarshalError('The words are cut in the middle of a record.');
    this.at = at + 4;
    return words.getUint32(at, true);
  }
}
