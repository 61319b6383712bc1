/**
 * The ready queue. It is first in, first out and only appended to, so a callback's number (its place among all that
 * ever entered ready, from 1) names it, and who runs it shows when it runs; what is kept here is why it is there.
 */
export const CAUSE = {
  UNKNOWN: 0,
  /** a: number of the callback that scheduled it; b: its actor */
  CALLBACK: 1,
  /** a: tick in which the timer was scheduled; b: the task that did, 0 none */
  TIMER: 2,
  /** a: fd; b: mask */
  IO: 3,
  /** a: text */
  SIGNAL: 4,
  /** a: text */
  THREAD: 5,
  START: 6,
} as const;

export interface ReadyCheckpoint {
  kind: Uint8Array;
  a: Uint32Array;
  b: Uint32Array;
  actor: Uint32Array;
  tick: Uint32Array;
  since: Float64Array;
  site: Uint32Array;
}

export class ReadyQueue {
  private mask = 63;
  private head = 0;
  length = 0;
  private kind = new Uint8Array(64);
  private a = new Uint32Array(64);
  private b = new Uint32Array(64);
  /** Who will run it where that is known beforehand (timers), else 0. */
  private actor = new Uint32Array(64);
  private tick = new Uint32Array(64);
  private since = new Float64Array(64);
  /** The line from which it was scheduled (a code), 0: not recorded. */
  private site = new Uint32Array(64);

  push(kind: number, a: number, b: number, actor: number, tick: number, since: number, site = 0): void {
    if (this.length > this.mask) this.resize((this.mask + 1) * 2);
    this.length++;
    this.put(this.length - 1, kind, a, b, actor, tick, since, site);
  }
  /** Puts one before the first. */
  unshift(
    kind: number,
    a: number,
    b: number,
    actor: number,
    tick: number,
    since: number,
    site: number,
  ): void {
    this.push(0, 0, 0, 0, 0, 0); // makes room
    this.head = (this.head - 1) & this.mask;
    this.put(0, kind, a, b, actor, tick, since, site);
  }
  private put(
    index: number,
    kind: number,
    a: number,
    b: number,
    actor: number,
    tick: number,
    since: number,
    site: number,
  ): void {
    const at = (this.head + index) & this.mask;
    this.kind[at] = kind;
    this.a[at] = a;
    this.b[at] = b;
    this.actor[at] = actor;
    this.tick[at] = tick;
    this.since[at] = since;
    this.site[at] = site;
  }
  /** Removes the first. */
  shift(): void {
    if (this.length === 0) return;
    this.head = (this.head + 1) & this.mask;
    this.length--;
  }
  /** Forgets the newest until `length` are left. */
  truncate(length: number): void {
    if (length < this.length) this.length = length;
  }
  setCause(index: number, kind: number, a: number, b: number): void {
    if (index < 0 || index >= this.length) return;
    const at = (this.head + index) & this.mask;
    this.kind[at] = kind;
    this.a[at] = a;
    this.b[at] = b;
  }
  setSite(index: number, site: number): void {
    if (index >= 0 && index < this.length) this.site[(this.head + index) & this.mask] = site;
  }
  /** The entry at `index` from the head of the queue. */
  entry(index: number): ReadyEntry {
    const at = (this.head + index) & this.mask;
    return {
      kind: this.kind[at],
      a: this.a[at],
      b: this.b[at],
      actor: this.actor[at],
      tick: this.tick[at],
      since: this.since[at],
      site: this.site[at],
    };
  }
  sinceAt(index: number): number {
    return this.since[(this.head + index) & this.mask];
  }
  actorAt(index: number): number {
    return this.actor[(this.head + index) & this.mask];
  }

  checkpoint(): ReadyCheckpoint {
    const copy = new ReadyQueue();
    copy.fill(this, this.length);
    return {
      kind: copy.kind.slice(0, this.length),
      a: copy.a.slice(0, this.length),
      b: copy.b.slice(0, this.length),
      actor: copy.actor.slice(0, this.length),
      tick: copy.tick.slice(0, this.length),
      since: copy.since.slice(0, this.length),
      site: copy.site.slice(0, this.length),
    };
  }
  restore(from: ReadyCheckpoint): void {
    this.length = 0;
    this.head = 0;
    for (let i = 0; i < from.kind.length; i++)
      this.push(from.kind[i], from.a[i], from.b[i], from.actor[i], from.tick[i], from.since[i], from.site[i]);
  }

  private resize(capacity: number): void {
    const copy = new ReadyQueue();
    copy.fill(this, capacity);
    this.kind = copy.kind;
    this.a = copy.a;
    this.b = copy.b;
    this.actor = copy.actor;
    this.tick = copy.tick;
    this.since = copy.since;
    this.site = copy.site;
    this.mask = copy.mask;
    this.head = 0;
  }
  private fill(from: ReadyQueue, atLeast: number): void {
    let capacity = 64;
    while (capacity < atLeast) capacity *= 2;
    this.mask = capacity - 1;
    this.kind = new Uint8Array(capacity);
    this.a = new Uint32Array(capacity);
    this.b = new Uint32Array(capacity);
    this.actor = new Uint32Array(capacity);
    this.tick = new Uint32Array(capacity);
    this.since = new Float64Array(capacity);
    this.site = new Uint32Array(capacity);
    for (let i = 0; i < from.length; i++) {
      const at = (from.head + i) & from.mask;
      this.push(
        from.kind[at],
        from.a[at],
        from.b[at],
        from.actor[at],
        from.tick[at],
        from.since[at],
        from.site[at],
      );
    }
  }
}

export interface ReadyEntry {
  kind: number;
  a: number;
  b: number;
  actor: number;
  tick: number;
  since: number;
  /** The line from which it was scheduled (a code), 0: not recorded. */
  site: number;
}
