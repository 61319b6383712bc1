/**
 * Orphaned waits: nobody who can still run reaches what a task waits for. Told of those whose wait no other blocked task
 * could end either; who waits for them is told along.
 */
import type { Finding, Target, TaskId } from '../adapter/contract';
import type { Thing, Wait } from '../wire/messages';
import { idOf, ticksOf } from './deadlock';
import type { WaitGraph } from './graph';
import { type Moment, placeOf } from './moment';
import { Words } from './sentence';

/** Of those that wait at one queue, who is told first: last the most. */
const ORDER = ['queue.get', 'queue.put', 'queue.join'];

/** `sinks`: see orphanedWaits. */
export function orphans(
  graph: WaitGraph,
  moment: Moment,
  sinks: readonly TaskId[][],
  dependents: (tasks: readonly TaskId[]) => TaskId[],
): Finding[] {
  const words = new Words(graph, moment);
  return sinks.map((unordered) => {
    const rank = (task: TaskId) => ORDER.indexOf(words.kindOf(task));
    const tasks = [...unordered].sort((x, y) => rank(y) - rank(x) || x - y);
    const [first, ...rest] = tasks;
    const them = tasks.length === 1 ? 'it' : 'them';
    const kind = words.kindOf(first);
    const alike = rest.filter((task) => words.kindOf(task) === kind);
    const same = alike.length > 0 ? `; so ${alike.length === 1 ? 'does' : 'do'} ${words.names(alike)}` : '';
    // The same queue, from its other end.
    const unlike = rest.filter((task) => words.kindOf(task) !== kind);
    const also =
      unlike.length > 0
        ? `; ${words.names(unlike)} ${unlike.length === 1 ? 'waits' : 'wait'} for ${words.waitText(unlike[0])}${words.place(unlike[0])}`
        : '';
    const others = words.waitingFor(dependents(tasks), them);
    const source = placeOf(moment.tasks.row(first));
    const kindOfAll = kindOf(graph, moment.target, tasks);
    const nobody = `${words.nobody(first)}${kindOfAll === 'orphan' ? '' : `, and nobody awaits ${words.name(first)}`}`;
    return {
      id: `orphan:${idOf(tasks)}`,
      kind: kindOfAll,
      certainty: 'proved',
      sentence: words.chain([first], `${nobody}${same}${also}${others}`),
      tasks: [...tasks],
      ticks: ticksOf(tasks.map((task) => moment.tasks.row(task)?.sinceTick ?? moment.tick)),
      ...(source && { source }),
    };
  });
}

/** A call of Node's that nobody awaits, and that nothing will go on with. */
function kindOf(graph: WaitGraph, target: Target, tasks: readonly TaskId[]): Finding['kind'] {
  const forgotten = (task: TaskId) =>
    graph.wait(task)?.unreferenced === true && graph.awaitersOf(task).length === 0;
  return target === 'node' && tasks.every(forgotten) ? 'abandoned-await' : 'orphan';
}

/** Blocked tasks that no blocked task could wake, those that wait for the same thing together. `on`: tasks on circles. */
export function orphanedWaits(graph: WaitGraph, on: ReadonlySet<TaskId>): TaskId[][] {
  const groups = new Map<string, TaskId[]>();
  for (const wait of graph.waiting()) {
    if (!wait.blocked || wait.intended === true || on.has(wait.task) || !isSink(graph, wait)) continue;
    const key = wait.things.length > 0 ? `thing ${wait.things[0]}` : `task ${wait.task}`;
    const group = groups.get(key);
    if (group) group.push(wait.task);
    else groups.set(key, [wait.task]);
  }
  return [...groups.values()].map((tasks) => tasks.sort((x, y) => x - y));
}

function isSink(graph: WaitGraph, { tasks, things, task }: Wait): boolean {
  const blocked = (other: TaskId) => other !== task && graph.wait(other)?.blocked === true;
  if (tasks.some(blocked)) return false;
  return things.every((id) => {
    const thing = graph.thing(id);
    return !thing || !(thing.holders.some(blocked) || graph.settersOf(thing).some(blocked));
  });
}

/**
 * Who waits for these groups of tasks, directly or not: each belongs to the first group that it leads to. By the group's
 * first task. Of a group that is blocked only those that are blocked, too; of another those that await or want its locks.
 */
export function dependentsOf(
  graph: WaitGraph,
  groups: readonly (readonly TaskId[])[],
): Map<TaskId, TaskId[]> {
  const taken = new Set<TaskId>(groups.flat());
  const seen = new Set<Thing>();
  const found = new Map<TaskId, TaskId[]>();
  for (const group of groups) {
    const proved = graph.wait(group[0])?.blocked === true;
    const reached: TaskId[] = [];
    const open = [...group];
    const reach = (others: readonly TaskId[]) => {
      for (const other of others) {
        if (taken.has(other) || (proved && graph.wait(other)?.blocked !== true)) continue;
        taken.add(other);
        reached.push(other);
        open.push(other);
      }
    };
    for (let task = open.pop(); task !== undefined; task = open.pop()) {
      reach(graph.awaitersOf(task));
      for (const thing of graph.controlledBy(task)) {
        if (seen.has(thing) || (!proved && !thing.holders.includes(task))) continue;
        seen.add(thing);
        reach(graph.waitersOf(thing));
      }
    }
    found.set(
      group[0],
      reached.sort((x, y) => x - y),
    );
  }
  return found;
}
