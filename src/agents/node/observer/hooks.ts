/** Who hears of what the recorder sees as it happens. */

/** What stops callbacks. */
export interface Gates {
  /** Before an outermost callback, whose begin was not told yet; its tick was. Called while `recorder.gate` is true. */
  before(id: number, type: string, resource: object | undefined): void;
  /** After one, whose end was told; it took so long, s. Called while `recorder.gateAfter` is true. */
  after(id: number, type: string, took: number): void;
}

/** What hears of timers as they are made and cleared. */
export interface TimerWatch {
  scheduled(id: number, timer: object): void;
  cancelled(id: number): void;
}
