/** The wait-for graph: tasks that wait, what they wait for, and who can end that. Nodes are numbers, tasks come first. */
import type { Graph, TaskId } from '../adapter/contract';
import type { Thing, Wait, Waits } from '../wire/messages';

/** Steps in all that are taken to see who awaits the waiters of a thing: beyond, its setters are not told from others. */
const MOST_STEPS = 400_000;

export class WaitGraph {
  /** Those that wait, then others that are named: holders, setters, awaited tasks. */
  readonly tasks: TaskId[] = [];
  readonly things: Thing[];
  readonly unproved: string | undefined;
  private readonly taskNode = new Map<TaskId, number>();
  private readonly thingNode = new Map<number, number>();
  /** By node of a task; undefined where it does not wait. */
  private readonly waitOf: (Wait | undefined)[] = [];
  private readonly waiters: TaskId[][];
  private awaiters: Map<TaskId, TaskId[]> | undefined;
  private readonly setters = new Map<Thing, readonly TaskId[]>();
  private controlled: Map<TaskId, Thing[]> | undefined;
  private stepsLeft = MOST_STEPS;

  constructor({ waits, things, unproved }: Waits) {
    this.things = things;
    this.unproved = unproved;
    for (const wait of waits) this.add(wait.task, wait);
    for (const { tasks } of waits) for (const task of tasks) this.add(task);
    for (const { holders, setters } of things) {
      for (const task of holders) this.add(task);
      for (const task of setters) this.add(task);
    }
    things.forEach(({ id }, index) => this.thingNode.set(id, this.tasks.length + index));
    this.waiters = things.map(() => []);
    for (const { task, things: of } of waits)
      for (const id of of) {
        const node = this.thingNode.get(id);
        if (node !== undefined) this.waiters[node - this.tasks.length].push(task);
      }
  }

  private add(task: TaskId, wait?: Wait): void {
    if (this.taskNode.has(task)) return;
    this.taskNode.set(task, this.tasks.length);
    this.tasks.push(task);
    this.waitOf.push(wait);
  }

  get size(): number {
    return this.tasks.length + this.things.length;
  }
  /** -1: it is not in the graph. */
  nodeOf(task: TaskId): number {
    return this.taskNode.get(task) ?? -1;
  }
  taskAt(node: number): TaskId | undefined {
    return this.tasks[node];
  }
  thingAt(node: number): Thing | undefined {
    return this.things[node - this.tasks.length];
  }
  wait(task: TaskId): Wait | undefined {
    return this.waitOf[this.nodeOf(task)];
  }
  thing(id: number): Thing | undefined {
    const node = this.thingNode.get(id);
    return node === undefined ? undefined : this.thingAt(node);
  }
  nodeOfThing(id: number): number {
    return this.thingNode.get(id) ?? -1;
  }
  waitersOf(thing: Thing): readonly TaskId[] {
    return this.waiters[this.nodeOfThing(thing.id) - this.tasks.length];
  }
  /** All that wait, in the order in which they were told. */
  *waiting(): Generator<Wait> {
    for (const wait of this.waitOf) if (wait) yield wait;
  }

  /** Who waits for this task itself. */
  awaitersOf(task: TaskId): readonly TaskId[] {
    if (!this.awaiters) {
      this.awaiters = new Map();
      for (const wait of this.waiting())
        for (const of of wait.tasks) {
          const known = this.awaiters.get(of);
          if (known) known.push(wait.task);
          else this.awaiters.set(of, [wait.task]);
        }
    }
    return this.awaiters.get(task) ?? [];
  }

  /** These, and all that wait for them, for those, and so on, by awaiting each other. */
  awaitingAll(tasks: Iterable<TaskId>): Set<TaskId> {
    const found = new Set(tasks);
    for (const task of found) {
      const awaiters = this.awaitersOf(task);
      this.stepsLeft -= awaiters.length + 1;
      for (const each of awaiters) found.add(each);
    }
    return found;
  }

  /**
   * Setters that could end the wait and do not themselves await one of those that wait for it: a task that awaits the waiter
   * and happens to know what it waits for is no second half of a deadlock.
   */
  settersOf(thing: Thing): readonly TaskId[] {
    // Whoever else knows a lock that is held does not release it.
    if (thing.setters.length === 0 || thing.holders.length > 0) return [];
    let found = this.setters.get(thing);
    if (found === undefined) {
      const awaiting = this.stepsLeft > 0 ? this.awaitingAll(this.waitersOf(thing)) : undefined;
      found = awaiting ? thing.setters.filter((task) => !awaiting.has(task)) : [];
      this.setters.set(thing, found);
    }
    return found;
  }

  /** What the task holds, or could end the wait for. */
  controlledBy(task: TaskId): readonly Thing[] {
    if (!this.controlled) {
      this.controlled = new Map();
      for (const thing of this.things)
        for (const each of new Set([...thing.holders, ...this.settersOf(thing)])) {
          const known = this.controlled.get(each);
          if (known) known.push(thing);
          else this.controlled.set(each, [thing]);
        }
    }
    return this.controlled.get(task) ?? [];
  }

  // ---- as the contract tells it ----

  /** `cycles`: tasks of each, in order. With a task: only what is connected with it. At most so many tasks that wait; those on a cycle and the blocked come first. */
  rows(cycles: readonly TaskId[][], nameOf: (task: TaskId) => string, task?: TaskId, most = 2000): Graph {
    const nodes: Graph['nodes'] = [];
    const edges: Graph['edges'] = [];
    const told = new Set<number>();
    const tell = (node: number): string => {
      const id = this.taskAt(node);
      const thing = this.thingAt(node);
      const key = id === undefined ? `thing ${thing?.id}` : `task ${id}`;
      if (told.has(node)) return key;
      told.add(node);
      if (id !== undefined) nodes.push({ id: key, kind: 'task', label: nameOf(id), task: id });
      else if (thing) {
        const source = thing.path === '' ? undefined : { path: thing.path, line: thing.line };
        nodes.push({ id: key, kind: thing.kind, label: thing.text, ...(source && { source }) });
      }
      return key;
    };
    const held = new Set<Thing>();
    const all = task === undefined ? this.ranked(cycles, most) : this.connected(task);
    const shown = all.slice(0, most);
    for (const wait of shown) {
      const from = tell(this.nodeOf(wait.task));
      const child = wait.tasks.length + wait.things.length > 1;
      if (wait.timeout !== undefined) {
        const id = `timeout of ${from}`;
        nodes.push({ id, kind: 'timer', label: 'timeout' });
        edges.push({ from, to: id, kind: 'waits', all: false });
      }
      for (const of of wait.tasks)
        edges.push({ from, to: tell(this.nodeOf(of)), kind: child ? 'child' : 'waits', all: wait.all });
      for (const id of wait.things) {
        const thing = this.thing(id);
        if (!thing) continue;
        edges.push({ from, to: tell(this.nodeOfThing(id)), kind: 'waits', all: wait.all });
        held.add(thing);
      }
    }
    for (const thing of held) {
      const from = tell(this.nodeOfThing(thing.id));
      for (const of of thing.holders)
        edges.push({ from, to: tell(this.nodeOf(of)), kind: 'heldBy', all: false });
      for (const of of thing.holders.length > 0 ? [] : thing.setters)
        edges.push({ from, to: tell(this.nodeOf(of)), kind: 'setBy', all: false });
    }
    if (task !== undefined && nodes.length === 0)
      nodes.push({ id: `task ${task}`, kind: 'task', label: nameOf(task), task });
    const left = all.length - shown.length;
    return { nodes, edges, cycles: this.cycleRows(cycles, told), ...(left > 0 && { left }) };
  }

  private cycleRows(cycles: readonly TaskId[][], told: ReadonlySet<number>): string[][] {
    return cycles
      .filter((cycle) => cycle.every((task) => told.has(this.nodeOf(task))))
      .map((cycle) =>
        cycle.flatMap((task, at) => {
          const between = this.between(task, cycle[(at + 1) % cycle.length]);
          return [`task ${task}`, ...(between ? [`thing ${between.id}`] : [])];
        }),
      );
  }

  /** What the one waits for and the other holds or could set; undefined where it awaits it itself, or neither. */
  between(from: TaskId, to: TaskId): Thing | undefined {
    const wait = this.wait(from);
    if (!wait || wait.tasks.includes(to)) return undefined;
    const things = wait.things.map((id) => this.thing(id)).filter((thing) => thing !== undefined);
    return (
      things.find(({ holders }) => holders.includes(to)) ?? things.find(({ setters }) => setters.includes(to))
    );
  }

  /** All waits; where not all can be told, those that matter first. */
  private ranked(cycles: readonly TaskId[][], most: number): Wait[] {
    const waits = [...this.waiting()];
    if (waits.length <= most) return waits;
    const first = new Set(cycles.flat());
    const rank = (wait: Wait) => (first.has(wait.task) ? 0 : wait.blocked && !wait.intended ? 1 : 2);
    return waits.sort((x, y) => rank(x) - rank(y));
  }

  /** All waits that lead to the task or away from it, nearest first. */
  private connected(task: TaskId): Wait[] {
    const start = this.nodeOf(task);
    if (start < 0) return [];
    const holding = new Map<TaskId, Thing[]>();
    for (const thing of this.things)
      for (const each of new Set([...thing.holders, ...thing.setters])) {
        const known = holding.get(each);
        if (known) known.push(thing);
        else holding.set(each, [thing]);
      }
    const tasks = new Set([task]);
    const things = new Set<Thing>();
    const waits: Wait[] = [];
    for (const each of tasks) {
      const wait = this.wait(each);
      if (wait) waits.push(wait);
      const near = [...(holding.get(each) ?? [])];
      for (const id of wait?.things ?? []) {
        const thing = this.thing(id);
        if (thing) near.push(thing);
      }
      for (const other of wait?.tasks ?? []) tasks.add(other);
      for (const other of this.awaitersOf(each)) tasks.add(other);
      for (const thing of near) {
        if (things.has(thing)) continue;
        things.add(thing);
        for (const other of this.waitersOf(thing)) tasks.add(other);
        for (const other of thing.holders) tasks.add(other);
        for (const other of thing.setters) tasks.add(other);
      }
    }
    return waits;
  }
}
