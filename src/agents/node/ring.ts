/**
 * The words of a loop (src/wire/nodeRecords.ts) on their way from the thread that writes them to the helper, in shared
 * memory: one producer, one consumer. Positions count words, and wrap at 2³².
 */

import { performance as perf } from 'node:perf_hooks';
import { costOfHooks } from './hookCost';

/** Words of the header, before the ring itself. */
const HEAD = 0;
const TAIL = 1;
/** 1: the consumer sleeps until it is told. */
const ASLEEP = 2;
/** CPU time that the consumer's thread has taken, µs: wraps. */
const CPU = 3;
/** What calling the hooks of a callback costs, ns; 0: not timed yet. */
const HOOKS = 4;
const HEADER = 16;

const SIZE = 2 ** 20;
/** Other threads see what this processor stores in the order in which it does, by itself. */
const IN_ORDER = process.arch === 'x64' || process.arch === 'ia32';
/** What one step of the producer writes at most. */
export const SPARE = 256;

/** How long the consumer, which found something, waits for more, ms. */
const PACE_MS = 10;
/** After so many times of finding something, what hooks cost is timed. */
const TIMED_AT = 30;
/** In how long what one thread stored is seen by the other, by far, ms. */
const SEEN_MS = 5;
/** How often a producer that waits looks whether there still is somebody to wait for, ms. */
const LOOK_MS = 1000;

export function makeRing(): SharedArrayBuffer {
  return new SharedArrayBuffer((HEADER + SIZE) * Int32Array.BYTES_PER_ELEMENT);
}

/** The producer's end. Its fields are public to one writer, which puts words in by itself: see observer/words.ts. */
export class WordRing {
  readonly words: Int32Array;
  readonly mask = SIZE - 1;
  /** Where the next word goes. */
  head = 0;
  /** When head is beyond it, `makeRoom` is to be called before more is written. */
  limit = SIZE - SPARE;
  private readonly header: Int32Array;

  /** `gone`: whether the consumer is no more; nothing waits for it then. */
  constructor(
    memory: SharedArrayBuffer,
    private readonly gone: () => boolean,
  ) {
    this.header = new Int32Array(memory, 0, HEADER);
    this.words = new Int32Array(memory, HEADER * Int32Array.BYTES_PER_ELEMENT);
  }

  /** What was written may be read: whole records only. The consumer looks twice before it sleeps, so no fence is needed. */
  publish(): void {
    const { header } = this;
    if (IN_ORDER) header[HEAD] = this.head;
    else Atomics.store(header, HEAD, this.head);
    if (header[ASLEEP] === 1) wake(header);
  }

  /** CPU time of the thread that takes the words, µs. */
  get consumerCpu(): number {
    return this.header[CPU] >>> 0;
  }

  /** What Node needs to call the hooks of one resource that calls back once, ns; 0: not known yet. */
  get hookCost(): number {
    return this.header[HOOKS];
  }

  get published(): number {
    return this.header[HEAD];
  }

  /** Publishes, and waits until there is room. */
  makeRoom(): void {
    const { header } = this;
    this.publish();
    for (;;) {
      const tail = Atomics.load(header, TAIL);
      this.limit = (tail + SIZE - SPARE) | 0;
      if (((this.head - this.limit) | 0) <= 0) return;
      if (this.gone()) {
        this.limit = (this.head + SIZE) | 0;
        return;
      }
      Atomics.wait(header, TAIL, tail, LOOK_MS);
    }
  }
}

function wake(header: Int32Array): void {
  Atomics.store(header, ASLEEP, 0);
  Atomics.notify(header, ASLEEP);
}

/** µs. Where Node does not say, the time for which the thread's loop did not sleep. */
function cpuOfThread(): number {
  const { threadCpuUsage } = process as { threadCpuUsage?(): NodeJS.CpuUsage };
  if (threadCpuUsage === undefined) return perf.eventLoopUtilization().active * 1000;
  const { user, system } = threadCpuUsage();
  return user + system;
}

interface WaitAsync {
  waitAsync(array: Int32Array, index: number, value: number): { async: boolean; value: Promise<unknown> };
}

/** The consumer's end. Sleeps while nothing comes. */
export class WordDrain {
  private readonly header: Int32Array;
  private readonly words: Int32Array;
  private tail = 0;
  private over = false;
  /** How often something was found. */
  private looks = 0;

  /**
   * `take`: gets what is new, of which it makes a copy; `ready`: false while it cannot take more (`look` is to be called
   * when it can); `before`: called when there is something new, and before it is taken.
   */
  constructor(
    memory: SharedArrayBuffer,
    private readonly host: {
      take(words: Int32Array, more: Int32Array): void;
      ready(): boolean;
      before(): void;
    },
  ) {
    this.header = new Int32Array(memory, 0, HEADER);
    this.words = new Int32Array(memory, HEADER * Int32Array.BYTES_PER_ELEMENT);
    this.look();
  }

  /** Takes what there is, and sees to it that what comes is taken. */
  look(): void {
    if (this.over || !this.host.ready()) return;
    const head = Atomics.load(this.header, HEAD);
    if (head === this.tail) return this.sleep();
    this.host.before();
    this.takeTo(head);
    // Not of programs that end at once.
    if (++this.looks === TIMED_AT) Atomics.store(this.header, HOOKS, Math.max(1, Math.round(costOfHooks())));
    Atomics.store(this.header, CPU, cpuOfThread() | 0);
    setTimeout(() => this.look(), PACE_MS);
  }

  /** Takes what lies before that position, now. */
  takeTo(head: number): void {
    const count = (head - this.tail) | 0;
    if (count <= 0) return;
    const from = this.tail & (SIZE - 1);
    const straight = Math.min(count, SIZE - from);
    this.host.take(this.words.subarray(from, from + straight), this.words.subarray(0, count - straight));
    this.tail = head;
    Atomics.store(this.header, TAIL, head);
    Atomics.notify(this.header, TAIL);
  }

  /** Takes all that was published. */
  takeAll(): void {
    this.takeTo(Atomics.load(this.header, HEAD));
  }

  end(): void {
    this.over = true;
    wake(this.header);
  }

  private sleep(): void {
    Atomics.store(this.header, ASLEEP, 1);
    const waited = (Atomics as unknown as WaitAsync).waitAsync(this.header, ASLEEP, 1);
    if (!waited.async) return void setTimeout(() => this.look(), PACE_MS);
    void waited.value.then(() => this.look());
    // The producer stores plainly: it may have published before it could see that we sleep.
    setTimeout(() => {
      if (Atomics.load(this.header, HEAD) !== this.tail) wake(this.header);
    }, SEEN_MS);
  }
}
