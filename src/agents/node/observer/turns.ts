/** The ticks of the program's loop, which are iterations of libuv's; and what ran on after callbacks without a word. */
import { Iterations } from './iterations';
import { idleTime, loopCount } from './metrics';
import type { Words } from './words';

/** How long microtasks after a callback must take to be told, µs. */
const LONG_MICROTASKS = 500;

export class Turns {
  /** libuv's count of iterations + 1, without those that were ours alone. */
  tick = 1;
  /** The callback about to begin is the first of its tick. */
  first = false;
  private readonly iterations = new Iterations();
  /** ms that the loop has slept, at the last iteration that was seen. */
  private slept = 0;
  /** A callback of ours ran since the last one, in the same iteration: its time is nobody's. */
  private interrupted = false;
  /** In the timers' phase: when the latest due of those that ran was due, on the timers' clock; those before run in the same. */
  private duePhase = -1;

  /** `now`: raw µs. */
  constructor(
    private readonly words: Words,
    private readonly now: () => number,
  ) {}

  /** Node goes through its timers, and will look when the next is due. */
  get inTimers(): boolean {
    return this.duePhase >= 0;
  }

  /** A timer begins, due at so many ms of the timers' clock. `ran`: a callback ran before it. */
  timer(due: number, time: number, ran: boolean): void {
    // Who was due before another that ran is due in the same phase.
    if (due <= this.duePhase) return this.to(this.iterations.last, time, ran);
    this.duePhase = due;
    this.to(loopCount(), time, ran);
  }

  /** Another callback begins; `inside`: it may run within the timers' phase. */
  other(inside: boolean, time: number, ran: boolean): void {
    if (!inside) this.duePhase = -1;
    this.to(loopCount(), time, ran);
  }

  /** Whether libuv has begun an iteration since the last callback. */
  get turning(): boolean {
    return loopCount() !== this.iterations.last;
  }

  /** A callback of ours runs in an iteration that the program had callbacks in. */
  interrupt(): void {
    this.interrupted = true;
  }

  /** A callback of ours is the first of its iteration. */
  ours(time: number, ran: boolean): void {
    this.ranUntilSleep(time, ran);
    this.iterations.ours(loopCount(), time, this.words.time);
  }

  /** The thread is about to be gone, maybe in a microtask after the last callback. */
  exit(time: number, ran: boolean): void {
    this.ranUntilSleep(time, ran);
  }

  /** The program stood; Node wakes in vain in so many s, undefined: it does not. */
  stood(vain: number | undefined): void {
    this.iterations.stood(vain === undefined ? undefined : this.now() + Math.floor(vain * 1e6) - 1000);
  }

  /** How long the loop has slept since the last iteration that was seen, µs. */
  idleSince(): number {
    return Math.ceil((idleTime() - this.slept) * 1000);
  }

  private to(iteration: number, time: number, ran: boolean): void {
    const { iterations, words } = this;
    if (iteration === iterations.last && !iterations.oursAlone) {
      if (time - words.time >= LONG_MICROTASKS && ran && !this.interrupted) words.ranOn(time);
      this.interrupted = false;
      return;
    }
    this.ranUntilSleep(time, ran);
    this.interrupted = false;
    const tick = iterations.theirs(iteration, time, words.time);
    if (tick === this.tick) return;
    this.tick = tick;
    this.first = true;
    words.tick(tick, time);
  }

  /** The loop has gone round since the last callback, whose microtasks ran for what it did not sleep. */
  private ranUntilSleep(time: number, ran: boolean): void {
    const slept = idleTime();
    const until = time - Math.ceil((slept - this.slept) * 1000);
    this.slept = slept;
    if (this.iterations.oursAlone || this.interrupted || !ran || until - this.words.time < LONG_MICROTASKS)
      return;
    this.words.ranOn(until);
  }
}
