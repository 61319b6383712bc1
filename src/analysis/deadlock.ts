/** Deadlocks: tasks that wait for each other in a circle, so that none of them can go on. */
import type { Finding, TaskId } from '../adapter/contract';
import { cyclicComponents, shortestCycle } from './components';
import type { WaitGraph } from './graph';
import { type Moment, placeOf } from './moment';
import { Words } from './sentence';

/** A circle that is not proved has to have stood for so long while the program runs: it was not read all at one moment. */
const STOOD_MS = 1000;

export interface Deadlock {
  finding: Finding;
  /** In order: each waits for the next, the last for the first. */
  cycle: TaskId[];
}

/** `dependents`: who waits for these without being on the circle. */
export function deadlocks(
  graph: WaitGraph,
  moment: Moment,
  circles: { proved: TaskId[][]; suspected: TaskId[][] },
  dependents: (tasks: readonly TaskId[]) => TaskId[],
): Deadlock[] {
  const words = new Words(graph, moment);
  return (['proved', 'suspected'] as const).flatMap((certainty) =>
    circles[certainty].map((tasks): Deadlock => {
      const cycle = cycleIn(graph, tasks, certainty === 'proved');
      const on = new Set(cycle);
      const rest = tasks.filter((task) => !on.has(task));
      const others = words.waitingFor([...rest, ...dependents(tasks)], tasks.length === 1 ? 'it' : 'them');
      const ticks = tasks.map((task) => moment.tasks.row(task)?.sinceTick ?? moment.tick);
      const source = placeOf(moment.tasks.row(cycle[0]));
      const finding: Finding = {
        id: `deadlock:${idOf(tasks)}`,
        kind: 'deadlock',
        certainty,
        sentence: words.cycle(cycle, others),
        tasks: [...cycle, ...rest],
        ticks: ticksOf(ticks),
        ...(source && { source }),
      };
      return { finding, cycle };
    }),
  );
}

/** Circles of blocked tasks: whoever could end their waits is one of them. The tasks of each. */
export function provedCircles(graph: WaitGraph): TaskId[][] {
  const blocked = (task: TaskId) => graph.wait(task)?.blocked === true;
  return tasksOf(
    graph,
    cyclicComponents(graph.size, (node) => targetsOf(graph, node, true, blocked)),
  );
}

/**
 * Circles of what is known for sure, locks with their holders and tasks that are awaited, where it could not be shown that
 * nobody else can break them. None with a way out: a timeout, or another that would do.
 */
export function suspectedCircles(graph: WaitGraph, moment: Moment): TaskId[][] {
  const settled = (task: TaskId) => {
    const wait = graph.wait(task);
    if (!wait || wait.blocked || wait.intended) return false;
    const row = moment.tasks.row(task);
    return row?.state === 'waiting' && (moment.readBeforeMs === 0 || row.ageMs >= STOOD_MS);
  };
  if (moment.lossy) return [];
  const found = tasksOf(
    graph,
    cyclicComponents(graph.size, (node) => targetsOf(graph, node, false, settled)),
  );
  return found.filter((tasks) => {
    const within = new Set(tasks);
    const hasWayOut = [...graph.awaitingAll(tasks)].some(
      (task) => graph.wait(task)?.timeout !== undefined || moment.tasks.timeoutInMs(task) !== undefined,
    );
    return !hasWayOut && tasks.every((task) => onlyWithin(graph, task, within));
  });
}

function onlyWithin(graph: WaitGraph, task: TaskId, within: ReadonlySet<TaskId>): boolean {
  const wait = graph.wait(task);
  if (!wait) return false;
  const stuck = (id: number) => {
    const { holders = [], loose } = graph.thing(id) ?? {};
    return !loose && holders.length > 0 && holders.every((holder) => within.has(holder));
  };
  const ways = [...wait.tasks.map((each) => within.has(each)), ...wait.things.map(stuck)];
  return wait.all ? ways.some(Boolean) : ways.every(Boolean);
}

/** Where a node leads that can be part of a circle. `setters`: also to those that are known to be able to end a wait. */
function targetsOf(
  graph: WaitGraph,
  node: number,
  setters: boolean,
  takes: (task: TaskId) => boolean,
): number[] {
  const task = graph.taskAt(node);
  const targets: number[] = [];
  if (task !== undefined) {
    const wait = graph.wait(task);
    if (!wait) return targets;
    for (const id of wait.things) {
      const thing = graph.thing(id);
      if (thing && (setters || (thing.holders.length > 0 && !thing.loose)))
        targets.push(graph.nodeOfThing(id));
    }
    // Most wait for what nobody holds: that is seen sooner than whether they can be part of a circle.
    if (targets.length + wait.tasks.length === 0 || !takes(task)) return [];
    for (const each of wait.tasks) if (takes(each)) targets.push(graph.nodeOf(each));
    return targets;
  }
  const thing = graph.thingAt(node);
  if (!thing) return targets;
  for (const each of thing.holders) if (takes(each)) targets.push(graph.nodeOf(each));
  if (setters) for (const each of graph.settersOf(thing)) if (takes(each)) targets.push(graph.nodeOf(each));
  return targets;
}

function tasksOf(graph: WaitGraph, components: number[][]): TaskId[][] {
  return components.map((nodes) =>
    nodes
      .map((node) => graph.taskAt(node))
      .filter((task) => task !== undefined)
      .sort((x, y) => x - y),
  );
}

/** The shortest circle that the first of them is on. */
function cycleIn(graph: WaitGraph, tasks: readonly TaskId[], setters: boolean): TaskId[] {
  const of = new Set(tasks);
  const takes = (task: TaskId) => of.has(task);
  const next = (node: number) => targetsOf(graph, node, setters, takes);
  const within = new Set<number>();
  for (const task of tasks) {
    const node = graph.nodeOf(task);
    within.add(node);
    for (const target of next(node)) within.add(target);
  }
  return shortestCycle(graph.nodeOf(tasks[0]), within, next)
    .map((node) => graph.taskAt(node))
    .filter((task) => task !== undefined);
}

/** The same tasks have the same id. */
export function idOf(tasks: readonly TaskId[]): string {
  if (tasks.length <= 8) return tasks.join('-');
  let hash = 0x811c9dc5;
  for (const task of tasks) hash = Math.imul(hash ^ task, 0x01000193) >>> 0;
  return `${tasks[0]}-${tasks.length}-${hash.toString(16)}`;
}

/** Each once, in order, the last 100. */
export function ticksOf(ticks: Iterable<number>): number[] {
  return [...new Set(ticks)].sort((x, y) => x - y).slice(-100);
}
