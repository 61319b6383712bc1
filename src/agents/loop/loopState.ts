/** What the agent keeps of each loop, and the records that it has not sent yet. */
import type { EventLoop } from '../../loop/baseEvents';
import type { Handle } from '../../loop/events';
import type { LoopChanged, Stopped } from '../../wire/messages';
import { RECORD } from '../../wire/schema';
import type { Channel } from '../node/channel';
import type { Found } from '../v8/breakpoints';
import type { Definitions } from './definitions';
import { isVirtual } from './library';

/** Values in a buffer: large enough that sending costs nothing, small enough for the processor's cache. */
const SIZE = 16 * 1024;
/** Room that the longest sequence of records written at once needs. */
const SPARE = 64;
/** A busy loop's records wait no longer than this, s. */
const LATE = 0.05;

/** Where to stop next: before the next callback, the next tick, this task's next step, or tick N. */
export interface Plan {
  kind: 'callback' | 'tick' | 'task' | 'runTo';
  task?: number;
  tick?: number;
}

export class LoopState {
  tick = 0;
  /** Raw seconds of the last reading: the end of one callback is the begin of the next. */
  last: number;
  /** The macrotask of the last tick. */
  turn = -1;
  /** What the loop was about to sleep for since its last tick: s, -1 for ever; undefined when it did not. */
  slept: number | undefined;
  /** Where to stop next. */
  plan: Plan | undefined;
  /** The callback before which it stands, when that has left ready. */
  taken: Handle | undefined;
  /** The stop at which it stands. */
  stop: Stopped | undefined;
  /** The tick's gate was passed, and none of its callbacks began. */
  begun = false;
  /** What happened that breakpoints want to hear of: each is asked at the next gate. */
  heard: ((found: Found) => void)[] = [];
  /** Task number → the waiter for which a reason was told. */
  explained = new Map<number, number>();
  /** Reasons were told for who waits since this tick. */
  explainedTick = -1;
  private readonly read: () => number;
  private values = new Float64Array(SIZE);
  private length = 0;
  private sent: number;
  /** What a virtual clock is ahead of the machine's, s. */
  private skew = 0;
  private virtual: number | undefined;

  constructor(
    readonly id: number,
    readonly loop: EventLoop,
    private readonly channel: Channel,
    private readonly definitions: Definitions,
  ) {
    this.read = channel.now.bind(channel);
    if (isVirtual(loop)) this.virtual = loop.clock.now();
    this.last = this.sent = channel.now();
  }

  /** Raw seconds, read now. Where the loop's clock jumps, so does this: the records tell of one time. */
  now(): number {
    if (this.virtual !== undefined) {
      const time = this.loop.clock.now();
      this.skew += time - this.virtual;
      this.virtual = time;
    }
    return this.channel.now() + this.skew;
  }

  /** The last reading by the machine's clock, which no virtual one moves on; s. */
  get lastReal(): number {
    return this.last - this.skew;
  }

  get isVirtual(): boolean {
    return this.virtual !== undefined;
  }

  /** RUN, ended now. */
  ran(actor: number, result: number, n: number): void {
    const { values, length } = this;
    const t = this.virtual === undefined ? this.read() : this.now();
    this.last = t;
    values[length] = actor;
    values[length + 1] = result;
    values[length + 2] = t;
    values[length + 3] = n;
    this.length = length + 4;
    if (length > SIZE - SPARE || t - this.sent > LATE) this.flush();
  }

  /** TICK, at the last reading. `timeout`: s, -1 for ever. */
  ticked(timeout: number, n: number): void {
    this.tick++;
    const { values, length } = this;
    if (length > SIZE - SPARE) {
      this.flush();
      return this.write(RECORD.TICK.code, timeout, this.last, n);
    }
    values[length] = RECORD.TICK.code;
    values[length + 1] = timeout;
    values[length + 2] = this.last;
    values[length + 3] = n;
    this.length = length + 4;
  }

  write1(code: number, a: number): void {
    this.room(2);
    this.values[this.length++] = code;
    this.values[this.length++] = a;
  }

  write(...values: number[]): void {
    this.room(values.length);
    for (const value of values) this.values[this.length++] = value;
  }

  flush(): void {
    const { channel } = this;
    const definitions = this.definitions.take();
    if (definitions !== undefined) channel.define(definitions);
    this.sent = this.last;
    if (this.length === 0) return;
    const began = channel.now();
    const values = this.values.slice(0, this.length);
    this.length = 0;
    const blocked = channel.records(this.id, values);
    if (blocked > 0) this.stood(began + this.skew, blocked);
  }

  /** The program stood for so long, and the loop's clock with it. */
  stood(from: number, seconds: number): void {
    this.write(RECORD.PAUSED.code, from, from + seconds);
    this.last += seconds;
    if (!this.isVirtual) this.loop.stood += seconds;
  }

  changed(state: LoopChanged['state']): void {
    this.flush();
    const t = this.now();
    this.channel.say({
      type: 'loop',
      loop: this.id,
      name: this.loop.constructor.name,
      thread: 'MainThread',
      state,
      t,
      clock: this.loop.time(),
      ...(this.isVirtual ? { fidelity: VIRTUAL } : {}),
    });
  }

  private room(count: number): void {
    if (this.length + count > SIZE) this.flush();
  }
}

const VIRTUAL =
  'The loop has a virtual clock: waiting takes no time, and what is shown of it is the clock’s own time.';
