/** Queues that only grow: ready, for which more is scheduled than can be run, and asyncio's, into which more is put than taken out. */
import type { Finding } from '../adapter/contract';
import type { Waits } from '../wire/messages';

/** Looked at once in so many s of the loop's time. */
const EVERY = 1;
/** Longer each time. */
const LOOKS = 10;
const AT_LEAST = 5000;
/** Growths that are kept, of one queue. */
const MOST_KEPT = 100;

interface Growth {
  from: number;
  tick: number;
  first: number;
  size: number;
  lasted: number;
}

export class GrowingQueue {
  private looks: { tick: number; time: number; size: number }[] = [];
  private found: Growth[] = [];

  /** At ticks and s of the loop's time that never decrease. */
  look(tick: number, time: number, size: number): void {
    const last = this.looks.at(-1);
    if (last && time - last.time < EVERY) return;
    if (last && size <= last.size) this.looks = [];
    this.looks.push({ tick, time, size });
    if (this.looks.length < LOOKS) return;
    const [first] = this.looks;
    this.looks.shift();
    if (size < AT_LEAST || size < first.size * 2) return;
    const growth = { from: first.tick, tick, first: first.size, size, lasted: time - first.time };
    this.found = [...this.found.slice(1 - MOST_KEPT), growth];
  }
  reset(): void {
    this.looks = [];
  }
  get hasGrown(): boolean {
    return this.found.length > 0;
  }

  /** `says`: what it is, what it holds, and what that means. */
  findings(tick: number, id: string, [what, items, meaning]: [string, string, string]): Finding[] {
    const found = this.found.filter((each) => each.tick <= tick);
    const last = found.at(-1);
    if (!last) return [];
    return [
      {
        id: `growing-queue:${id}`,
        kind: 'growing-queue',
        certainty: 'suspected',
        sentence: `${what} grew from ${last.first} to ${last.size} ${items} between tick ${last.from} and tick ${last.tick}, within ${Math.round(last.lasted)} s, ${meaning}.`,
        tasks: [],
        ticks: found.map((each) => each.tick),
      },
    ];
  }
}

/** The program's own queues, seen whenever somebody asks who waits for whom. */
export class GrowingQueues {
  private readonly queues = new Map<number, { name: string; growth: GrowingQueue }>();

  look(tick: number, time: number, { queues = [], unproved }: Waits): void {
    // What was not followed to the end has not met every queue.
    if (unproved !== undefined && queues.length === 0) return;
    const told = new Set(queues.map(({ id }) => id));
    for (const [id, { growth }] of this.queues)
      if (!told.has(id)) {
        growth.reset();
        if (!growth.hasGrown) this.queues.delete(id);
      }
    for (const { id, name, size } of queues) {
      const known = this.queues.get(id) ?? { name, growth: new GrowingQueue() };
      this.queues.set(id, known);
      known.name ||= name;
      known.growth.look(tick, time, size);
    }
  }

  findings(tick: number): Finding[] {
    return [...this.queues].flatMap(([id, { name, growth }]) =>
      growth.findings(tick, `${id}`, [
        name === '' ? 'A queue' : `Queue ${name}`,
        'items',
        'longer at every look: more is put than taken out, and it has no maxsize',
      ]),
    );
  }
}
