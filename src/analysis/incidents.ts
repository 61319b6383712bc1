/** What happened on one loop that is worth telling, gathered as it is told: bounded, and nothing that the program pays for. */
import type { Finding, Target } from '../adapter/contract';
import type { Definitions } from '../model/definitions';
import type { LoopObserver } from '../model/observer';
import type { Sample, Told, Waits } from '../wire/messages';
import { destroyedPending } from './destroyedPending';
import { GrowingQueue, GrowingQueues } from './growingQueue';
import { LateTimers } from './lateTimer';
import { neverAwaited } from './neverAwaited';
import { neverRetrieved } from './neverRetrieved';
import type { Reports } from './reported';
import { SlowCallbacks } from './slowCallback';
import { Spinning } from './spinning';
import { Starvation } from './starvation';

export class Incidents implements LoopObserver {
  private readonly slow: SlowCallbacks;
  private readonly late: LateTimers;
  private readonly starved: Starvation;
  private readonly spinning: Spinning;
  private readonly growing = new GrowingQueue();
  private readonly queues = new GrowingQueues();
  private readonly reports: Record<Told['what'], Reports>;
  /** When the loop began to run, or was last known after events were lost: nothing is measured from before. */
  private from = -Infinity;
  private gap = false;
  private isNode: boolean;

  constructor(
    private readonly names: Definitions,
    target: Target,
    slowMs: number,
  ) {
    this.isNode = target === 'node';
    this.slow = new SlowCallbacks(names, slowMs / 1000, this.isNode);
    this.late = new LateTimers(names, this.slow, this.isNode);
    this.starved = new Starvation(names, this.slow);
    this.spinning = new Spinning(names);
    this.reports = {
      'never-awaited': neverAwaited(),
      'never-retrieved': neverRetrieved(names),
      'destroyed-pending': destroyedPending(names),
    };
  }

  began(time: number): void {
    this.from = Math.max(this.from, time);
  }
  tick(tick: number, time: number, ready: number): void {
    if (this.gap) this.from = time;
    this.gap = false;
    this.growing.look(tick, time, ready);
  }
  due(tick: number, when: number, busyUntil: number, actor: number, code: number): void {
    if (!this.gap && tick > 1) this.late.due(tick, Math.max(when, this.from), busyUntil, actor, code);
  }
  ran(tick: number, actor: number, result: number, since: number, start: number, end: number): void {
    if (this.gap) return;
    if (this.isNode) {
      // Loading the program is no callback that anybody would wait for.
      if (tick > 1) this.slow.ran(tick, actor, start, end);
      else this.from = Math.max(this.from, end);
      return;
    }
    this.slow.ran(tick, actor, start, end);
    this.starved.ran(tick, actor, Math.max(since, this.from), start);
    this.spinning.ran(tick, actor, result, start, end);
  }
  stood(tick: number, code: number, since: number, start: number): void {
    if (!this.gap && this.names.sourceOf(code))
      this.starved.ran(tick, code, Math.max(since, this.from), start);
  }
  drained(tick: number, code: number, count: number, since: number, end: number): void {
    if (!this.gap) this.starved.drained(tick, code, count, since, end);
  }
  relayed(tick: number, code: number, steps: number, since: number, start: number): void {
    if (!this.gap) this.spinning.relayed(tick, code, steps, since, start);
  }
  lost(): void {
    this.gap = true;
    this.spinning.reset();
    this.growing.reset();
  }
  told(message: Told, tick: number): void {
    this.reports[message.what].told(message, tick);
  }
  sample(message: Sample, time: number, tick: number): void {
    if (!this.isNode || tick > 1) this.slow.sample(message, time, tick);
  }

  /** The program was asked who waits for whom. */
  looked(waits: Waits, time: number, tick: number): void {
    this.queues.look(tick, time, waits);
  }

  /** Of `age` s before `time`, how long slow callbacks ran. */
  held(age: number, time: number): number {
    return this.slow.between(time - age, time).seconds;
  }

  /** What had happened by the end of this tick. `live`: it goes on. */
  findings(tick: number, live: boolean): Finding[] {
    return [
      ...Object.values(this.reports).flatMap((each) => each.findings(tick)),
      ...this.slow.findings(tick, live),
      ...this.starved.findings(tick),
      ...this.late.findings(tick),
      ...this.spinning.findings(tick),
      ...this.growing.findings(tick, 'ready', [
        'Ready',
        'callbacks',
        'without ever getting shorter: more is scheduled than can be run',
      ]),
      ...this.queues.findings(tick),
    ];
  }
}
