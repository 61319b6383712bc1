/** Writes the words of src/wire/nodeRecords.ts into the ring. Times are µs of the raw clock; they are whole here. */
import { PROMISE, TRIGGER, WORD } from '../../../wire/nodeRecords';
import type { WordRing } from '../ring';

export class Words {
  /** Raw µs of the last record that tells a time. */
  time = 0;
  private readonly words: Int32Array;
  private readonly mask: number;
  private lastMade = 0;
  private lastTrigger = 0;
  private lastBegan = 0;
  private lastGone = 0;
  private lastTick = 0;
  /** As the decoder has it. */
  private running = 0;

  /** `now`: raw µs. `define`: sends the definitions of what was written. */
  constructor(
    private readonly ring: WordRing,
    private readonly now: () => number,
    private readonly define: () => void,
  ) {
    this.words = ring.words;
    this.mask = ring.mask;
  }

  tick(tick: number, time: number): void {
    const ticks = tick - this.lastTick;
    const passed = this.passed(time, 0xffff);
    this.lastTick = tick;
    if (ticks < 0xfff) this.put(WORD.TICK | (ticks << 4) | (passed << 16));
    else {
      this.put(WORD.TICK | (0xfff << 4) | (passed << 16));
      this.put(ticks);
    }
  }

  /** `type`: the number of its text; `trigger` 0 none; `code` 0 not known. */
  made(id: number, type: number, trigger: number, code: number): void {
    const step = id - this.lastMade;
    const near = step > 0 && step < 16;
    let how: number = TRIGGER.FOLLOWS;
    if (trigger === this.running && trigger !== 0) how = TRIGGER.RUNNING;
    else if (trigger === 0) how = TRIGGER.NONE;
    else if (trigger === this.lastTrigger) how = TRIGGER.SAME;
    const shortType = type < 0xff;
    const shortCode = code < 0x3fff;
    this.lastMade = id;
    this.lastTrigger = trigger;
    this.put(
      WORD.MADE |
        ((shortType ? type : 0xff) << 4) |
        ((near ? step : 0) << 12) |
        (how << 16) |
        ((shortCode ? code : 0x3fff) << 18),
    );
    if (!shortType) this.put(type);
    if (!near) this.put(id);
    if (how === TRIGGER.FOLLOWS) this.put(trigger);
    if (!shortCode) this.put(code);
  }

  began(id: number, time: number): void {
    const ids = id - this.lastBegan;
    this.lastBegan = this.running = id;
    const passed = time - this.time;
    if (ids >= -0x8000 && ids < 0x8000 && passed < 0x1000) {
      this.time = time;
      this.put(WORD.BEGAN | (passed << 4) | (((ids << 1) ^ (ids >> 31)) << 16));
    } else {
      this.put(WORD.BEGAN_FAR | (this.passed(time, 0xfffffff) << 4));
      this.put(id);
    }
  }

  /** `error`: the number of a text, of the exception that left it; 0 none. `last`: nothing of it will run any more. */
  ended(time: number, error: number, last: boolean): void {
    this.running = 0;
    const failed = error === 0 ? 0 : 1 << 4;
    this.put(WORD.ENDED | failed | (last ? 1 << 5 : 0) | (this.passed(time, 0x3ffffff) << 6));
    if (failed) this.put(error);
  }

  ranOn(time: number): void {
    this.put(WORD.RAN_ON | (this.passed(time, 0xfffffff) << 4));
  }

  /** Due `delay` ms after `from` (raw µs), and then every `repeat` ms; 0: once. */
  timer(id: number, from: number, delay: number, repeat: number): void {
    const made = id === this.lastMade;
    const short = delay < 0x3ffffff;
    this.put(WORD.TIMER | (made ? 0 : 1 << 4) | (repeat ? 1 << 5 : 0) | ((short ? delay : 0x3ffffff) << 6));
    if (!short) this.put(delay);
    this.put(from - this.time);
    if (!made) this.put(id);
    if (repeat) this.put(repeat);
  }

  gone(id: number): void {
    const ids = id - this.lastGone;
    this.lastGone = id;
    if (ids >= -0x7ffffff && ids < 0x7ffffff) this.put(WORD.GONE | (((ids << 1) ^ (ids >> 31)) << 4));
    else {
      this.put(WORD.GONE | (0xfffffff << 4));
      this.put(id);
    }
  }

  named(id: number, code: number): void {
    this.put(WORD.NAMED | (code << 4));
    this.put(id);
  }

  place(id: number, place: number): void {
    this.put(WORD.PLACE | (place << 4));
    this.put(id);
  }

  /** `text`: its number. */
  described(id: number, text: number, fd: number): void {
    this.put(WORD.DESCRIBED | (text << 4));
    this.put(id);
    this.put(fd);
  }

  /** The program stood (raw µs), and with it the loop's clock. */
  paused(from: number, to: number): void {
    const whole = this.passed(Math.max(from, this.time), 0xfffffff);
    if (whole > 0) this.put(WORD.TIME | (whole << 4));
    const stood = Math.max(0, to - this.time);
    this.put(WORD.PAUSED);
    this.put(stood | 0);
    this.put(Math.floor(stood / 2 ** 32));
    this.time += stood;
  }

  level(full: boolean): void {
    this.put(WORD.LEVEL | (full ? 1 << 4 : 0));
  }

  // ---- promises: `back` is counted from the last that was made

  promiseMade(back: number): void {
    this.promise(PROMISE.MADE, back);
  }
  promiseSettled(back: number): void {
    this.promise(PROMISE.SETTLED, back);
  }
  stepBegan(back: number): void {
    this.promise(PROMISE.BEGAN, back);
  }
  stepEnded(): void {
    const { ring } = this;
    this.words[ring.head & this.mask] = WORD.PROMISE | (PROMISE.ENDED << 4);
    ring.head = (ring.head + 1) | 0;
  }

  private promise(what: number, back: number): void {
    if (back < 0x3ffffff) this.put(WORD.PROMISE | (what << 4) | (back << 6));
    else {
      this.put(WORD.PROMISE | (what << 4) | (0x3ffffff << 6));
      this.put(back);
    }
  }

  /** Makes room, between records; the time for which it had to wait is none of the program's. */
  room(): void {
    const { ring } = this;
    if (((ring.head - ring.limit) | 0) <= 0) return;
    const from = this.now();
    this.define();
    ring.makeRoom();
    const to = this.now();
    if (to - from > 0) this.paused(from, to);
  }

  private put(word: number): void {
    const { ring } = this;
    this.words[ring.head & this.mask] = word;
    ring.head = (ring.head + 1) | 0;
  }

  /** Goes on to `time`: what is left for a field that holds up to `most`, the rest is written. */
  private passed(time: number, most: number): number {
    let passed = time - this.time;
    if (passed < 0) return 0;
    this.time = time;
    while (passed > most) {
      const part = Math.min(passed, 0xfffffff);
      this.put(WORD.TIME | (part << 4));
      passed -= part;
    }
    return passed;
  }
}
