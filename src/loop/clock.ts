/** Where a loop's time comes from. */
export interface Clock {
  /** Seconds since some fixed moment; never goes back. */
  now(): number;
  /** Seconds: timers that are due within this much of now are due. */
  readonly resolution: number;
  /** Moves on to `when` (s) by itself instead of being waited for; absent on a real clock. */
  advance?(when: number): void;
}

/** The clock of the machine, monotonic (`time.monotonic`). */
export const monotonic: Clock = {
  now: () => performance.now() / 1000,
  resolution: 1e-9,
};

/**
 * A clock that jumps to the next timer whenever the loop has nothing else to do and no I/O is outstanding, so that a
 * program that sleeps an hour runs in no time and always the same.
 */
export class VirtualClock implements Clock {
  readonly resolution = 1e-9;
  /** `start`: the time to begin at, s. */
  constructor(private time = 0) {}

  now(): number {
    return this.time;
  }

  advance(when: number): void {
    if (when > this.time) this.time = when;
  }
}
