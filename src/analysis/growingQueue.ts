/** A ready queue that only grows: more is scheduled than can be run. */
import type { Finding } from '../adapter/contract';

/** Looked at once in so many s of the loop's time. */
const EVERY = 1;
/** Longer each time. */
const LOOKS = 10;
const AT_LEAST = 5000;

export class GrowingQueue {
  private looks: { tick: number; time: number; ready: number }[] = [];
  private found: { from: number; tick: number; first: number; ready: number; lasted: number }[] = [];

  tick(tick: number, time: number, ready: number): void {
    const last = this.looks.at(-1);
    if (last && time - last.time < EVERY) return;
    if (last && ready <= last.ready) this.looks = [];
    this.looks.push({ tick, time, ready });
    if (this.looks.length < LOOKS) return;
    const [first] = this.looks;
    this.looks.shift();
    if (ready < AT_LEAST || ready < first.ready * 2) return;
    this.found = [
      ...this.found.slice(-99),
      { from: first.tick, tick, first: first.ready, ready, lasted: time - first.time },
    ];
  }
  reset(): void {
    this.looks = [];
  }

  findings(tick: number): Finding[] {
    const found = this.found.filter((each) => each.tick <= tick);
    const last = found.at(-1);
    if (!last) return [];
    return [
      {
        id: 'growing-queue:ready',
        kind: 'growing-queue',
        certainty: 'suspected',
        sentence: `Ready grew from ${last.first} to ${last.ready} callbacks between tick ${last.from} and tick ${last.tick}, within ${Math.round(last.lasted)} s, without ever getting shorter: more is scheduled than can be run.`,
        tasks: [],
        ticks: found.map((each) => each.tick),
      },
    ];
  }
}
