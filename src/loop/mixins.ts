/** What locks and queues have in common (`asyncio.mixins`). */
import type { EventLoop } from './baseEvents';
import { getRunningLoop } from './events';
import { RuntimeError } from './exceptions';
import type { Future } from './futures';

/** Belongs to the loop in which somebody first waited for it, and to no other from then on. */
export abstract class LoopBound {
  /** The debugger's number for it. */
  observed = 0;
  /** Waits here are waits for this, where it is a part of something; for a debugger. */
  standsFor: { kind: string; of: object } | undefined;
  private bound: EventLoop | undefined;

  /** The running loop. Throws RuntimeError when it is not the one that this belongs to. */
  protected getLoop(): EventLoop {
    const loop = getRunningLoop();
    this.bound ??= loop;
    if (loop !== this.bound) throw new RuntimeError(`${this} is bound to a different event loop`);
    return loop;
  }

  /** A future for somebody who waits here. `kind`: of the wait, in a debugger's words. */
  protected createWaiter<T>(kind: string): Future<T> {
    const future = this.getLoop().createFuture<T>();
    future.waitKind = this.standsFor?.kind ?? kind;
    future.waitOf = this.standsFor?.of ?? this;
    return future;
  }
}
