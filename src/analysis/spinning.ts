/**
 * A task that gives the loop back only to be run again at once, over and over, without doing anything in between; in Node,
 * callbacks of setImmediate that do nothing but schedule the next.
 */
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

/** Callbacks of setImmediate in a row, and what one of them takes at most with all that the loop does in between, s. */
const RELAY = { steps: 50_000, step: 20e-6 };

interface Spin {
  steps: number;
  since: number;
  tick: number;
  busy: number;
}

export class Spinning {
  private readonly spins = new Map<TaskId, Spin>();
  private readonly relays = new Bounded<{ code: number; steps: number; seen: Occurrences }>();
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
  relayed(tick: number, code: number, steps: number, since: number, start: number): void {
    if (steps < RELAY.steps || start - since < LASTING || (start - since) / steps > RELAY.step) return;
    const entry = this.relays.get(code, () => ({ code, steps: 0, seen: new Occurrences() }));
    entry.steps = steps;
    entry.seen.add({ tick, lasted: start - since, task: 0 });
  }
  reset(): void {
    this.spins.clear();
  }

  findings(tick: number): Finding[] {
    return [...this.tasks(tick), ...this.immediates(tick)];
  }
  private immediates(tick: number): Finding[] {
    return [...this.relays.values()].flatMap(({ code, steps, seen }): Finding[] => {
      const until = seen.until(tick);
      if (!until) return [];
      const { worst, ticks } = until;
      const source = this.names.sourceOf(code);
      const what = source
        ? `${this.names.nameOf(code)}${at(source)} has been run by setImmediate`
        : 'Code that awaits setImmediate has been run by it';
      return [
        {
          id: `spinning:immediate:${code}`,
          kind: 'spinning',
          certainty: 'suspected',
          sentence: `${what} ${steps} times in a row within ${duration(worst.lasted)} up to tick ${worst.tick}, and only scheduled the next each time: it waits by running.`,
          tasks: [],
          ticks,
          ...(source && { source }),
        },
      ];
    });
  }
  private tasks(tick: number): Finding[] {
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
