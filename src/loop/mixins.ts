/** What locks and queues have in common (`asyncio.mixins`). */
import type { EventLoop } from './baseEvents';
import { getRunningLoop } from './events';
import { RuntimeError } from './exceptions';

/** Belongs to the loop in which somebody first waited for it, and to no other from then on. */
export abstract class LoopBound {
  /** The debugger's number for it. */
  observed = 0;
  private bound: EventLoop | undefined;

  /** The running loop. Throws RuntimeError when it is not the one that this belongs to. */
  protected getLoop(): EventLoop {
    const loop = getRunningLoop();
    this.bound ??= loop;
    if (loop !== this.bound) throw new RuntimeError(`${this} is bound to a different event loop`);
    return loop;
  }
}
