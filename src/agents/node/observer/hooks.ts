/** Who hears of what the recorder sees as it happens. */

/** What stops callbacks. */
export interface Gates {
  /** Whether nothing is to stop before that callback but what stops before the first of a tick. Asked while `recorder.gate` is true. */
  passes(id: number, type: string): boolean;
  /** Before an outermost callback, whose begin was not told yet; its tick was. Called while `recorder.gate` is true and it does not pass. */
  before(id: number, type: string, resource: object | undefined): void;
  /** After one, whose end was told; it took so long, s. Called while `recorder.gateAfter` is true. */
  after(id: number, type: string, took: number): void;
}

/** What hears of timers as they are made and cleared. */
export interface TimerWatch {
  scheduled(id: number, timer: object): void;
  cancelled(id: number): void;
}
