/**
 * Starvation: callbacks that stand in ready for long, again and again, because too many others run before them. What
 * one slow callback delayed is its own finding, and a single burst is none. In Node also nextTicks and microtasks that make
 * one another: all of them run before the loop can do anything else.
 */
import type { Finding } from '../adapter/contract';
import type { Definitions } from '../model/definitions';
import { again, Bounded, duration, Occurrences } from './occurrences';
import { at } from './sentence';
import type { SlowCallbacks } from './slowCallback';

/** s in ready, without slow callbacks. */
const LONG = 0.5;
/** In so many ticks. */
const TIMES = 3;
/** nextTicks and microtasks in a row. */
const MANY = 100;

interface Starved extends Occurrences {
  actor: number;
}

/** What kept the loop: a row of nextTicks and microtasks that began at `since`. */
interface Row {
  code: number;
  count: number;
  since: number;
  seen: Occurrences;
}

export class Starvation {
  private readonly found = new Bounded<Starved>();
  private readonly rows = new Bounded<Row>();
  /** The row that goes on, once it is long. */
  private row: Row | undefined;

  constructor(
    private readonly names: Definitions,
    private readonly slow: SlowCallbacks,
  ) {}

  ran(tick: number, actor: number, since: number, start: number): void {
    if (start - since < LONG) return;
    const lasted = start - since - this.slow.between(since, start).seconds;
    if (lasted < LONG) return;
    const key = this.names.codeOf(actor)?.code ?? actor;
    const starved = this.found.get(key, () => Object.assign(new Occurrences(), { actor }));
    starved.add({ tick, lasted, task: this.names.isTask(actor) ? actor : 0 });
  }

  drained(tick: number, code: number, count: number, since: number, end: number): void {
    if (end - since < LONG || count < MANY) return;
    const lasted = end - since - this.slow.between(since, end).seconds;
    if (lasted < LONG) return;
    const { row } = this;
    if (row?.since === since) {
      row.count = count;
      const last = row.seen.list.at(-1);
      if (last) last.lasted = lasted;
      return;
    }
    this.row = this.rows.get(code, () => ({ code, count, since, seen: new Occurrences() }));
    Object.assign(this.row, { count, since });
    this.row.seen.add({ tick, lasted, task: 0 });
  }

  findings(tick: number): Finding[] {
    return [...this.stood(tick), ...this.kept(tick)];
  }
  private kept(tick: number): Finding[] {
    return [...this.rows.values()].flatMap((row): Finding[] => {
      const until = row.seen.until(tick);
      if (!until) return [];
      const { count, worst, ticks } = until;
      const source = this.names.sourceOf(row.code);
      const name = source ? this.names.nameOf(row.code) : 'Code';
      return [
        {
          id: `starvation:row:${row.code}`,
          kind: 'starvation',
          certainty: 'proved',
          sentence: `Nothing else could run for ${duration(worst.lasted)} in tick ${worst.tick}: nextTicks and microtasks scheduled one another, ${row.count} in a row, the last of them ${name}${at(source)}${again(count, worst)}.`,
          tasks: [],
          ticks,
          ...(source && { source }),
        },
      ];
    });
  }
  private stood(tick: number): Finding[] {
    return [...this.found.values()].flatMap((starved): Finding[] => {
      const until = starved.until(tick);
      if (!until || until.ticks.length < TIMES) return [];
      const { count, worst, ticks, tasks } = until;
      const source = this.names.sourceOf(starved.actor);
      const name = this.names.nameOf(worst.task === 0 ? starved.actor : worst.task);
      return [
        {
          id: `starvation:${this.names.codeOf(starved.actor)?.code ?? starved.actor}`,
          kind: 'starvation',
          certainty: 'proved',
          sentence: `${name} stood in ready for ${duration(worst.lasted)} before it ran in tick ${worst.tick}${at(source)}: too many other callbacks run before it${again(count, worst)}.`,
          tasks,
          ticks,
          ...(source && { source }),
        },
      ];
    });
  }
}
