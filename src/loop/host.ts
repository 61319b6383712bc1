/**
 * How a loop gets the thread from Node. A tick runs in a macrotask. While no work of Node's is outstanding, ticks run
 * on in the same macrotask for a while; else Node's loop turns, and polls, between any two. With nothing to do, one
 * host timer stands for the next deadline.
 */
import type { EventLoop } from './baseEvents';
import { HostFailure } from './exceptions';
import { foreign } from './foreign';
import { shared } from './shared';

/** Milliseconds that ticks may run on before Node's own timers, I/O and signals get their turn. */
const BATCH = 10;
/** Ticks between two looks at the time. */
const LOOKS = 8;
/** The longest wait that a host timer can do, ms. */
const FOR_EVER = 2 ** 31 - 1;

export class Host {
  /** The thread is given back and a host timer is set: whoever brings work must call `wake`. */
  asleep = false;
  /** A macrotask of ours is under way. */
  ticking = false;
  /** Macrotasks of ours so far: two ticks of one follow each other without a break. */
  turns = 0;
  private timer: NodeJS.Timeout | undefined = undefined;
  private finish: (() => void) | undefined = undefined;
  /** What ends the run. */
  interruption: { error: unknown } | undefined = undefined;
  private fail: ((error: unknown) => void) | undefined = undefined;

  constructor(private readonly loop: EventLoop) {}

  /** Runs ticks until one says stop. */
  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
      setImmediate(this.turn);
    });
  }

  /** Something is to be done: a loop asleep ticks at Node's next turn. */
  wake(): void {
    if (!this.asleep) return;
    this.asleep = false;
    clearTimeout(this.timer);
    setImmediate(this.turn);
  }

  /** Leaves the loop with an error, at Node's next turn. */
  interrupt(error: unknown): void {
    this.interruption = { error };
    this.wake();
  }

  /** One macrotask. */
  private readonly turn = (): void => {
    this.ticking = true;
    this.turns++;
    shared.currentTask = undefined;
    try {
      this.loop.throwInterruption();
      this.ticks();
    } catch (error) {
      if (error instanceof HostFailure) {
        setImmediate(this.turn);
        throw error.error;
      }
      this.end(this.fail, error);
    } finally {
      this.ticking = false;
      shared.currentTask = foreign.outside();
    }
  };

  private ticks(): void {
    const loop = this.loop;
    let started = 0;
    for (let count = 1; ; count++) {
      const timeout = loop.idleFor();
      if (timeout === undefined || (timeout > 0 && !loop.skipTime(timeout))) {
        this.sleep(timeout);
        return;
      }
      if (loop.runOnce(timeout)) {
        this.end(this.finish, undefined);
        return;
      }
      if (loop.hostWork > 0) break;
      if (count % LOOKS !== 0) continue;
      const now = performance.now();
      if (started === 0) started = now;
      else if (now - started > BATCH) break;
    }
    setImmediate(this.turn);
  }

  private sleep(timeout: number | undefined): void {
    this.asleep = true;
    shared.observer?.sleeping(this.loop, timeout);
    // An observer may have brought work.
    if (!this.asleep) return;
    const wait = timeout === undefined ? FOR_EVER : Math.min(Math.ceil(timeout * 1000), FOR_EVER);
    this.timer = setTimeout(this.due, wait, timeout);
  }

  private readonly due = (timeout: number | undefined): void => {
    this.asleep = false;
    if (timeout !== undefined) this.loop.slept(timeout);
    this.turn();
  };

  private end(settle: ((error: unknown) => void) | (() => void) | undefined, error: unknown): void {
    this.finish = this.fail = this.interruption = undefined;
    settle?.(error);
  }
}
