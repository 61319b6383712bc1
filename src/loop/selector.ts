/**
 * What a loop watches, as the selector of `asyncio.selector_events` does. Node tells when bytes have arrived, not when a
 * descriptor is ready, so whoever owns a source says so with `arrived`; its handle then enters ready at the next poll.
 */
import type { EventLoop } from './baseEvents';
import { Handle, type Callback } from './events';
import { shared } from './shared';

export const READ = 1;
export const WRITE = 2;

/** One source watched in one direction. */
export class Watch {
  private queued = false;
  private told = false;

  constructor(
    private readonly loop: EventLoop,
    private fd: number,
    private readonly mask: number,
    /** Entered into ready each time something arrived. */
    readonly handle: Handle,
  ) {}

  /** The source is ready: its handle runs in the next tick. */
  arrived(): void {
    if (this.queued || this.handle.cancelled()) return;
    this.queued = true;
    this.loop.ioArrived(this.fd, this.mask, this.enter);
  }

  /** Tells the observer, once the descriptor is known. `owned`: some task waits through it. */
  tell(fd: number, owned: boolean, text: () => string): void {
    this.fd = fd;
    const observer = shared.observer;
    if (observer === undefined) return;
    this.told = true;
    observer.watched(this.loop, this.fd, this.mask, this.handle.callback as Callback, owned, text());
  }

  /** The descriptor is closed and its number may be another's from now on. */
  untell(): void {
    if (!this.told) return;
    this.told = false;
    shared.observer?.unwatched(this.loop, this.fd, this.mask);
  }

  private readonly enter = (): void => {
    this.queued = false;
    if (!this.handle.cancelled()) this.loop.ready.push(this.handle);
  };
}

export class Selector {
  private readonly readers = new Map<object, Watch>();
  private readonly writers = new Map<object, Watch>();
  /** Called at `close`, for sources that the program left open. */
  private readonly open = new Set<{ abandon(): void }>();

  constructor(private readonly loop: EventLoop) {}

  /** Watches `source` in one direction, in place of what watched it before; the handle runs `callback` each time something arrived. */
  watch(source: object, mask: number, callback: Callback, args: readonly unknown[] = []): Watch {
    this.unwatch(source, mask);
    const watch = new Watch(this.loop, -1, mask, new Handle(callback, args, this.loop, undefined));
    this.table(mask).set(source, watch);
    this.loop.hostWork++;
    return watch;
  }

  /** Whether it was watched. What it put into ready and did not run yet is cancelled. */
  unwatch(source: object, mask: number): boolean {
    const table = this.table(mask);
    const watch = table.get(source);
    if (watch === undefined) return false;
    table.delete(source);
    this.loop.hostWork--;
    watch.handle.cancel();
    watch.untell();
    return true;
  }

  /** What watches `source`, if anything. */
  watching(source: object, mask: number): Watch | undefined {
    return this.table(mask).get(source);
  }

  /** To be abandoned when the loop is closed before it is. */
  opened(resource: { abandon(): void }): void {
    this.open.add(resource);
  }

  closed(resource: { abandon(): void }): void {
    this.open.delete(resource);
  }

  /** The loop is closed: nothing of it may keep the process from ending. */
  close(): void {
    for (const resource of [...this.open]) resource.abandon();
    this.open.clear();
    for (const table of [this.readers, this.writers])
      for (const source of [...table.keys()]) this.unwatch(source, table === this.readers ? READ : WRITE);
  }

  private table(mask: number): Map<object, Watch> {
    return mask === READ ? this.readers : this.writers;
  }
}

let unnamed = -1;

/** The descriptor of a Node socket, server, pipe or stream; a negative number of its own where it has none. */
export function fdOf(source: object): number {
  const { _handle: handle, fd } = source as { _handle?: { fd?: number } | null; fd?: number | null };
  if (typeof handle?.fd === 'number' && handle.fd >= 0) return handle.fd;
  return typeof fd === 'number' && fd >= 0 ? fd : --unnamed;
}
