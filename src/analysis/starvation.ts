/**
 * Starvation: callbacks that stand in ready for long, again and again, because too many others run before them. What
 * one slow callback delayed is its own finding, and a single burst is none.
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

interface Starved extends Occurrences {
  actor: number;
}

export class Starvation {
  private readonly found = new Bounded<Starved>();

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

  findings(tick: number): Finding[] {
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
