/** Callbacks of setImmediate each of which does nothing but schedule the next: as code goes that waits by running. */
import { ROLE } from './types';

export interface Relay {
  /** Callbacks so far. */
  steps: number;
  /** When the first began, s of the loop's clock. */
  since: number;
}

const NONE = { id: 0, relay: { steps: 0, since: 0 }, made: 0, next: 0 };

export class Relays {
  /** The immediate that runs or was the last to, and what it and its microtasks have made. */
  private current = NONE;
  /** By the immediate that is next. */
  private readonly relays = new Map<number, Relay>();

  made(id: number, trigger: number, isImmediate: boolean): void {
    const { current } = this;
    if (current.id === 0) return;
    // Whatever is made by something else, too, may be what this one works for.
    current.made++;
    if (isImmediate && trigger === current.id) current.next = id;
  }
  gone(id: number): void {
    this.relays.delete(id);
  }
  /** Returns what this callback goes on with; undefined where it is none of setImmediate. */
  began(id: number, role: number, time: number): Relay | undefined {
    // They belong to the callback after which they run.
    if (role === ROLE.TICK || role === ROLE.MICROTASK) return undefined;
    const { current } = this;
    if (current.made === 1 && current.next !== 0) this.relays.set(current.next, current.relay);
    if (role !== ROLE.IMMEDIATE) {
      this.current = NONE;
      return undefined;
    }
    const relay = this.relays.get(id) ?? { steps: 0, since: time };
    this.relays.delete(id);
    relay.steps++;
    this.current = { id, relay, made: 0, next: 0 };
    return relay;
  }
  reset(): void {
    this.relays.clear();
    this.current = NONE;
  }
}
