/** Time as `Pace` sees it; another one in tests. */
export interface Clock {
  /** ms. */
  now(): number;
  /** Returns what takes it back. */
  after(ms: number, run: () => void): () => void;
}

export const realClock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** How long to leave the adapter in peace after an answer: at least so many ms, and so many times as long as that took. */
export interface Rest {
  atLeastMs: number;
  timesTaken: number;
}

/** Asks again and again, one question at a time, and never faster than its rests allow. */
export class Pace {
  private planned: { at: number; cancel: () => void } | undefined;
  private asking = false;
  /** Wanted while a question was under way. */
  private wanted: Rest | undefined;
  private ended = -Infinity;
  private took = 0;

  /** `ask` must not reject. */
  constructor(
    private readonly ask: () => Promise<void>,
    private readonly clock: Clock = realClock,
  ) {}

  /** Asks once more as soon as `rest` allows, which may be at once. */
  soon(rest: Rest): void {
    if (this.asking) {
      this.wanted = rest;
      return;
    }
    const at = this.allowed(rest);
    if (this.planned && this.planned.at <= at) return;
    this.planned?.cancel();
    this.plan(at);
  }

  private allowed({ atLeastMs, timesTaken }: Rest): number {
    return this.ended + Math.max(atLeastMs, timesTaken * this.took);
  }

  private plan(at: number): void {
    const cancel = this.clock.after(Math.max(0, at - this.clock.now()), () => void this.run());
    this.planned = { at, cancel };
  }

  /** As `soon`, but what is planned is put off, for as long as the last answer took, or so long, ms, at most. */
  whenQuiet(rest: Rest, atMostMs: number): void {
    if (this.asking) return this.soon(rest);
    this.planned?.cancel();
    const quiet = this.clock.now() + Math.min(this.took, atMostMs);
    this.plan(Math.max(quiet, this.allowed(rest)));
  }

  /** What is planned is not asked. */
  stop(): void {
    this.planned?.cancel();
    this.planned = this.wanted = undefined;
  }

  private async run(): Promise<void> {
    this.planned = undefined;
    this.asking = true;
    const began = this.clock.now();
    await this.ask();
    this.ended = this.clock.now();
    this.took = this.ended - began;
    this.asking = false;
    const { wanted } = this;
    this.wanted = undefined;
    if (wanted) this.soon(wanted);
  }
}
