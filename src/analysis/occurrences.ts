/** When something happened, again and again: the first and the last times are kept, and how bad it was. */
import type { TaskId } from '../adapter/contract';

/** Of one thing. */
const KEPT = 100;
/** Things of one kind; the oldest are forgotten. */
const THINGS = 200;

export interface Occurrence {
  tick: number;
  /** s; 0 where there is nothing to measure. */
  lasted: number;
  /** 0: none. */
  task: TaskId;
}

export class Occurrences {
  readonly list: Occurrence[] = [];
  /** Also those that are not kept. */
  count = 0;

  add(occurrence: Occurrence): void {
    this.count++;
    if (this.list.length >= KEPT) this.list.splice(KEPT / 2, 1);
    this.list.push(occurrence);
  }

  /** What of it lay before or in this tick; undefined: nothing. */
  until(tick: number): { count: number; worst: Occurrence; ticks: number[]; tasks: TaskId[] } | undefined {
    const list = this.list.filter((each) => each.tick <= tick);
    if (list.length === 0) return undefined;
    return {
      count: list.length === this.list.length ? this.count : list.length,
      worst: list.reduce((worst, each) => (each.lasted > worst.lasted ? each : worst)),
      ticks: [...new Set(list.map((each) => each.tick))],
      tasks: [...new Set(list.map((each) => each.task))].filter((task) => task !== 0),
    };
  }
}

/** Things by a key of their own, so many at most. */
export class Bounded<V> {
  private readonly map = new Map<string | number, V>();

  get(key: string | number, make: () => V): V {
    let value = this.map.get(key);
    if (value === undefined) {
      if (this.map.size >= THINGS) this.map.delete(this.map.keys().next().value as string | number);
      this.map.set(key, (value = make()));
    }
    return value;
  }
  values(): IterableIterator<V> {
    return this.map.values();
  }
}

/** " 3 times, the longest in tick 12" */
export function again(count: number, worst: Occurrence): string {
  return count > 1 ? `; ${count} times so far, the worst in tick ${worst.tick}` : '';
}

/** "350 ms", "2.5 s" */
export function duration(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  return ms < 1000 ? `${ms} ms` : `${seconds.toFixed(1)} s`;
}
