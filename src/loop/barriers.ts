/** A place where a number of tasks meet (`asyncio.locks.Barrier`). */
import { inspect } from 'node:util';
import { CoroutineObject, type Coroutine } from './coroutines';
import { BrokenBarrierError, ValueError } from './exceptions';
import { Condition } from './locks';

type State = 'filling' | 'draining' | 'resetting' | 'broken';

/** Tasks wait at it until there are `parties` of them, then all go on (`asyncio.Barrier`). */
export class Barrier {
  /** The debugger's number for it. */
  observed = 0;
  private readonly condition = new Condition();
  private state: State = 'filling';
  private count = 0;

  /** Throws ValueError unless `parties` is at least 1. */
  constructor(
    /** How many tasks it takes (`Barrier.parties`). */
    readonly parties: number,
  ) {
    if (!(parties >= 1)) throw new ValueError('parties must be > 0');
    this.condition.standsFor = { kind: 'barrier', of: this };
  }

  /** How many wait now (`Barrier.n_waiting`). */
  get nWaiting(): number {
    return this.state === 'filling' ? this.count : 0;
  }

  /** Whether it was aborted (`Barrier.broken`). */
  get broken(): boolean {
    return this.state === 'broken';
  }

  /**
   * Waits until all are there; the value is a number from 0 to parties − 1, another one for each task (`Barrier.wait`).
   * Throws BrokenBarrierError when the barrier is or gets broken, or is reset.
   */
  wait(): CoroutineObject<number> {
    return new CoroutineObject('Barrier.wait', this.waiting());
  }

  /** Makes it empty again; those who wait get BrokenBarrierError (`Barrier.reset`). */
  reset(): CoroutineObject<void> {
    return new CoroutineObject('Barrier.reset', this.resetting());
  }

  /** Breaks it for good: who waits or comes to wait gets BrokenBarrierError (`Barrier.abort`). */
  abort(): CoroutineObject<void> {
    return new CoroutineObject('Barrier.abort', this.aborting());
  }

  toString(): string {
    const waiters = this.broken ? '' : `, waiters:${this.nWaiting}/${this.parties}`;
    return `<Barrier [${this.state}${waiters}]>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  private *waiting(): Coroutine<number> {
    yield* this.condition.acquire();
    try {
      yield* this.block();
      try {
        const index = this.count++;
        if (index + 1 === this.parties) this.release();
        else yield* this.waitForOthers();
        return index;
      } finally {
        this.count--;
        this.exit();
      }
    } finally {
      this.condition.release();
    }
  }

  /** Until those of the round before have left. */
  private *block(): Coroutine<void> {
    yield* this.condition.waitFor(() => this.state !== 'draining' && this.state !== 'resetting');
    if (this.state === 'broken') throw new BrokenBarrierError('Barrier aborted');
  }

  private release(): void {
    this.state = 'draining';
    this.condition.notifyAll();
  }

  private *waitForOthers(): Coroutine<void> {
    yield* this.condition.waitFor(() => this.state !== 'filling');
    if (this.state === 'broken' || this.state === 'resetting')
      throw new BrokenBarrierError('Abort or reset of barrier');
  }

  private exit(): void {
    if (this.count !== 0) return;
    if (this.state === 'resetting' || this.state === 'draining') this.state = 'filling';
    this.condition.notifyAll();
  }

  private *resetting(): Coroutine<void> {
    yield* this.condition.acquire();
    try {
      this.state = this.count > 0 ? 'resetting' : 'filling';
      this.condition.notifyAll();
    } finally {
      this.condition.release();
    }
  }

  private *aborting(): Coroutine<void> {
    yield* this.condition.acquire();
    try {
      this.state = 'broken';
      this.condition.notifyAll();
    } finally {
      this.condition.release();
    }
  }
}
