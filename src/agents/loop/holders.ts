/**
 * Who holds which lock, who has places of which semaphore, and where they were taken. A lock is released by whoever holds it; a
 * semaphore by anyone: once one was released by who had no place of it, nobody can say any more who has the others.
 */
import type { Place } from './whereabouts';

export interface Holding {
  /** A task's number. */
  actor: number;
  /** Undefined: it was not looked at. */
  place: Place | undefined;
}

const UNKNOWN = 'unknown';

export class Holders {
  private readonly locks = new Map<number, Holding>();
  private readonly semaphores = new WeakMap<object, Holding[] | typeof UNKNOWN>();

  acquired(lock: number, actor: number, place: Place | undefined): void {
    this.locks.set(lock, { actor, place });
  }

  released(lock: number): void {
    this.locks.delete(lock);
  }

  entered(semaphore: object, actor: number, place: Place | undefined): void {
    const known = this.semaphores.get(semaphore);
    if (known === undefined) this.semaphores.set(semaphore, [{ actor, place }]);
    else if (known !== UNKNOWN) known.push({ actor, place });
  }

  /** `actor`: 0 none. */
  left(semaphore: object, actor: number): void {
    const known = this.semaphores.get(semaphore);
    if (known === UNKNOWN) return;
    const at = known?.findIndex((holding) => holding.actor === actor) ?? -1;
    if (at >= 0) known?.splice(at, 1);
    else this.semaphores.set(semaphore, UNKNOWN);
  }

  ofLock(lock: number): Holding | undefined {
    return this.locks.get(lock);
  }

  /** Who took a place longest ago first; a task that has several several times. */
  ofSemaphore(semaphore: object): readonly Holding[] {
    const known = this.semaphores.get(semaphore);
    return known === undefined || known === UNKNOWN ? [] : known;
  }

  /** Numbers of the tasks that hold a lock. */
  ofLocks(): Set<number> {
    return new Set([...this.locks.values()].map(({ actor }) => actor));
  }
}
