/** Timers as Node keeps them: when they are due on the raw clock, and which were armed anew without a word. */
import type { Resources } from './resources';
import type { Words } from './words';

/** Node's own object of a timer. Times are ms of the timers' own clock, which counts from the start of the thread. */
export interface TimerResource {
  /** When the delay began; null or -1 while it is not armed. */
  _idleStart: number | null;
  _idleTimeout: number;
  _repeat: number | null;
  _onTimeout: unknown;
  _destroyed: boolean;
}

/** Timers that were armed anew are looked for after each callback where there are few, else so often, µs: for each thousand of them. */
const LOOK_AT_TIMERS = 50_000;
const FEW = 16;
/** A time at which no delay begins. */
const NEVER = -1;

export class Timers {
  /** Raw µs at which all were looked at last. */
  private looked = 0;
  /** From the timers' clock to the raw one, µs. */
  private readonly offset: number;
  /** Ids of those made, and some that are gone. */
  private readonly list: number[] = [];
  /** From this position on they were made by the callback that runs, and not told yet. */
  private untold = 0;

  /** `quietly`: makes resources that are nobody's. `now`: raw µs. */
  constructor(
    private readonly words: Words,
    private readonly resources: Resources,
    private readonly now: () => number,
    quietly: <T>(act: () => T) => T,
  ) {
    const timer = quietly(() => {
      const made = setTimeout(() => undefined, 1);
      clearTimeout(made);
      return made as unknown as TimerResource;
    });
    // libuv counts whole ms of the monotonic clock, so that is where its ms begin.
    const [seconds, nanoseconds] = process.hrtime();
    const monotonic = Math.floor(seconds * 1e6 + nanoseconds / 1000);
    this.offset = now() - (monotonic % 1000) - 1000 * (timer._idleStart as number);
  }

  /** Raw µs of a time on the timers' clock. */
  raw(ms: number): number {
    return ms * 1000 + this.offset;
  }

  /**
   * One was made, and is armed right after. `inCallback`: when it is due is read at the end of what runs; else, in
   * microtasks, nothing may follow for long, and it is told now.
   */
  made(id: number, timer: TimerResource, inCallback: boolean): void {
    const { resources } = this;
    this.list.push(id);
    if (inCallback) return resources.arm(id, NEVER);
    const start = Math.floor((this.now() - this.offset) / 1000);
    resources.arm(id, start);
    this.words.timer(id, this.raw(start), Math.trunc(timer._idleTimeout), period(timer));
  }

  /** When it is due on the timers' clock. */
  due(timer: TimerResource): number {
    return (timer._idleStart ?? 0) + Math.trunc(timer._idleTimeout);
  }

  /** Tells of one that may have been armed anew. */
  look(id: number, timer: TimerResource): void {
    const start = timer._idleStart;
    if (start === null || start < 0 || timer._idleTimeout < 0 || this.resources.armedAt(id) === start) return;
    this.words.room();
    this.words.timer(id, this.raw(start), Math.trunc(timer._idleTimeout), period(timer));
    this.resources.arm(id, start);
  }

  /** After a callback: those that it made, and all others unless that would take too much of the time. */
  lookNow(): void {
    const { list, words, resources } = this;
    const { length } = list;
    if (length <= FEW || words.time - this.looked >= LOOK_AT_TIMERS * (1 + length / 1000))
      return this.lookAtAll();
    for (; this.untold < length; this.untold++) {
      const id = list[this.untold];
      if (resources.typeOf(id) === 'Timeout') this.look(id, resources.objectOf(id) as TimerResource);
    }
  }

  /** Node says nothing where a timer is refreshed: all are looked at. */
  lookAtAll(): void {
    const { list, resources } = this;
    let live = 0;
    for (const id of list) {
      if (resources.typeOf(id) !== 'Timeout') continue;
      list[live++] = id;
      this.look(id, resources.objectOf(id) as TimerResource);
    }
    if (live < list.length) list.length = live;
    this.untold = live;
    this.looked = this.words.time;
  }

  /** How many would be looked at, or more. */
  get count(): number {
    return this.list.length;
  }
}

/** Node sets this when a timer is cleared, and not when it has fired. */
export function isCleared(timer: object | undefined): boolean {
  return (timer as TimerResource | undefined)?._idleTimeout === -1;
}

function period(timer: TimerResource): number {
  return timer._repeat === null ? 0 : Math.trunc(timer._repeat);
}
