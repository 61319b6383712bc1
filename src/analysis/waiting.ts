/** Everything that can be said of who waits for whom at one moment. */
import type { Finding, TaskId } from '../adapter/contract';
import { deadlocks, provedCircles, suspectedCircles } from './deadlock';
import { WaitGraph } from './graph';
import type { Moment } from './moment';
import { dependentsOf, orphanedWaits, orphans } from './orphan';
import { Words } from './sentence';
import { stall } from './stall';
import { chainOf, stuck } from './stuck';
import { unreferenced } from './unreferenced';

export class Waiting {
  readonly graph: WaitGraph;
  /** Deadlocks, orphans, stalls and unreferenced tasks. */
  readonly findings: Finding[];
  /** Tasks of each deadlock, in order. */
  readonly cycles: TaskId[][];
  private readonly explained = new Set<TaskId>();

  constructor(private readonly moment: Moment) {
    const graph = (this.graph = new WaitGraph(moment.waits));
    const circles = { proved: provedCircles(graph), suspected: suspectedCircles(graph, moment) };
    const on = new Set([...circles.proved, ...circles.suspected].flat());
    const sinks = orphanedWaits(graph, on);
    const dependents = dependentsOf(graph, [...circles.proved, ...circles.suspected, ...sinks]);
    const of = (tasks: readonly TaskId[]) => dependents.get(tasks[0]) ?? [];
    const locked = deadlocks(graph, moment, circles, of);
    this.cycles = locked.map(({ cycle }) => cycle);
    this.findings = [
      ...locked.map(({ finding }) => finding),
      ...orphans(graph, moment, sinks, of),
      ...stall(graph, moment),
      ...unreferenced(graph, moment),
    ];
    for (const { tasks } of this.findings) for (const task of tasks) this.explained.add(task);
    for (const tasks of dependents.values()) for (const task of tasks) this.explained.add(task);
  }

  stuck(afterMs: number): Finding[] {
    return stuck(this.graph, this.moment, afterMs, this.explained);
  }

  /** Where a task that waits stands, down to the one whose fault it is; undefined where that is no more than its row says. */
  sentence(task: TaskId): string | undefined {
    const { graph, moment } = this;
    if (!graph.wait(task)) return undefined;
    const words = new Words(graph, moment);
    const cycle = this.cycles.find((tasks) => tasks.includes(task));
    if (cycle) {
      const start = cycle.indexOf(task);
      return words.cycle([...cycle.slice(start), ...cycle.slice(0, start)], '');
    }
    const chain = chainOf(graph, task);
    const closing = this.cycles.find((tasks) => tasks.includes(chain[chain.length - 1]));
    if (closing) {
      const first = chain.findIndex((each) => closing.includes(each));
      const end = closing.length === 1 ? 'can never go on' : 'wait for each other';
      return words.chain(chain.slice(0, first + 1), `; ${words.names(closing)} ${end}`);
    }
    const last = chain[chain.length - 1];
    if (!graph.wait(last)) {
      const before = chain[chain.length - 2];
      const ended = graph.wait(before)?.blocked === true ? words.nobody(before) : words.leaf(last);
      return words.chain(chain.slice(0, -1), ended);
    }
    const wait = graph.wait(last);
    return words.chain(chain, wait?.blocked && wait.intended !== true ? words.nobody(last) : '');
  }
}
