/** A task that gives the loop back only to be run again at once, over and over, without doing anything in between. */
import type { Finding, TaskId } from '../adapter/contract';
import type { Definitions } from '../model/definitions';
import { RESULT } from '../wire/schema';
import { Bounded, duration, Occurrences } from './occurrences';
import { at } from './sentence';

/** Steps in a row, each of which only yielded. */
const STEPS = 5000;
/** s */
const LASTING = 1;
/** A step that does some work takes longer, s. */
const IDLE_STEP = 100e-6;

interface Spin {
  steps: number;
  since: number;
  tick: number;
  busy: number;
}

export class Spinning {
  private readonly spins = new Map<TaskId, Spin>();
  private readonly found = new Bounded<{ task: TaskId; steps: number; seen: Occurrences }>();

  constructor(private readonly names: Definitions) {}

  ran(tick: number, actor: number, result: number, start: number, end: number): void {
    if (result !== RESULT.YIELDED) {
      if (this.spins.size > 0) this.spins.delete(actor);
      return;
    }
    const spin = this.spins.get(actor);
    if (!spin) {
      this.spins.set(actor, { steps: 1, since: start, tick, busy: end - start });
      return;
    }
    spin.steps++;
    spin.busy += end - start;
    if (spin.steps % STEPS !== 0 || end - spin.since < LASTING || spin.busy / spin.steps > IDLE_STEP) return;
    const entry = this.found.get(actor, () => ({ task: actor, steps: 0, seen: new Occurrences() }));
    entry.steps = spin.steps;
    entry.seen.add({ tick, lasted: end - spin.since, task: actor });
  }
  reset(): void {
    this.spins.clear();
  }

  findings(tick: number): Finding[] {
    return [...this.found.values()].flatMap(({ task, steps, seen }): Finding[] => {
      const until = seen.until(tick);
      if (!until || !this.names.isTask(task)) return [];
      const { worst, ticks } = until;
      const source = this.names.sourceOf(task);
      return [
        {
          id: `spinning:${task}`,
          kind: 'spinning',
          certainty: 'suspected',
          sentence: `${this.names.taskNameOf(task)} has been run ${steps} times in a row within ${duration(worst.lasted)} up to tick ${worst.tick}${at(source)}, and only yielded each time: it waits by running.`,
          tasks: [task],
          ticks,
          ...(source && { source }),
        },
      ];
    });
  }
}
