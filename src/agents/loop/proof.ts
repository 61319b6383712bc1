/** Which suspended tasks nothing that can still run reaches, by a heap snapshot; and what else that one tells of waits. */
import type { HeapSnapshot } from '../v8/heapSnapshot';
import { ProgramHeap, revealed } from '../v8/programHeap';
import { Reach, REVEALING, type World } from '../v8/reach';
import type { Waits } from '../../wire/messages';
import type { LongQueues } from './longQueues';
import { inside, sharedState, type AnyFuture, type AnyTask, type StrandInside } from './library';
import type { LoopState } from './loopState';
import type { Suspended } from './waits';

/** Fields are absent where it could not be looked into. */
export interface Proof {
  unproved?: string;
  blocked?: ReadonlySet<AnyTask>;
  /** s of the loop's clock at which a time limit ends the wait. */
  deadlines?: ReadonlyMap<AnyTask, number>;
  /** Whether who waits for some of several needs them all. */
  needsAll?(future: AnyFuture): boolean;
  /** What the program calls it. */
  nameOf?(thing: object): string | undefined;
  /** See Waits. */
  queues?: Waits['queues'];
  /** Which of these things each task's frames refer to. */
  reachOf?(things: readonly object[]): Map<AnyTask, object[]>;
}

export interface Objects {
  all: object[];
  roots: object[];
  barred: object[];
}

/** Of which the nodes have to be known. */
export function objectsOf(states: readonly LoopState[], suspended: readonly Suspended[]): Objects {
  const shared = sharedState();
  const roots: object[] = [(process as unknown as { _events: object })._events];
  const barred: object[] = [shared];
  if (shared.tasks !== undefined) {
    barred.push(shared.tasks);
    // It tells of tasks that were collected, and knows the others weakly.
    const { collected } = shared.tasks as { collected?: object };
    if (collected !== undefined) barred.push(collected);
  }
  if (shared.observer !== undefined) barred.push(shared.observer);
  // What is below runForever goes on when the loop stops.
  for (const { loop, taken } of states) {
    roots.push(loop);
    if (taken !== undefined) roots.push(taken);
    const { finish, fail } = loop.observable.host as unknown as { finish?: object; fail?: object };
    for (const each of [finish, fail]) if (each !== undefined) barred.push(each);
  }
  for (const listener of process.listeners('SIGINT'))
    if (listener.name === 'interrupted') barred.push(listener);
  const all = new Set<object>([...roots, ...barred]);
  for (const { loop } of states)
    for (const { callback } of loop.scheduled) if (callback?.name === 'expire') all.add(callback);
  for (const { task, waiters } of suspended) {
    all.add(task);
    for (const strand of strandsOf(task)) all.add(strand);
    for (const waiter of waiters) {
      all.add(waiter);
      if (typeof waiter.waitOf === 'object') all.add(waiter.waitOf);
    }
  }
  return { all: [...all], roots, barred };
}

export function proved(
  program: ProgramHeap,
  { roots, barred }: Objects,
  suspended: readonly Suspended[],
  isLibrary: (path: string) => boolean,
  long: LongQueues,
): Proof {
  const { heap, nodes } = program;
  const at = (objects: Iterable<object>) =>
    new Set([...objects].map((object) => nodes.get(object)).filter((node) => node !== undefined));
  const world: World = {
    heap,
    functions: program.functions,
    kindOf: ProgramHeap.kindsOf(program.scripts, __dirname, isLibrary),
    barred: at(barred),
    revealing: new Set([...REVEALING, 'allTasks']),
  };
  const reach = new Reach(world);
  for (const root of Reach.rootsOf(heap)) reach.root(root);
  for (const root of Reach.hostCallsOf(heap)) reach.root(root);
  for (const root of at(roots)) reach.root(root);
  reach.follow();
  const blocked = new Set<AnyTask>();
  for (const { task } of suspended) {
    const node = nodes.get(task);
    if (node !== undefined && !reach.has(node)) blocked.add(task);
  }
  const queues = long.find(
    program,
    (node) => reach.has(node),
    (node) => nameOf(heap, node),
  );
  const unproved = reach.revealed && revealed(heap, program.scripts, reach.revealed);
  const taskAt = new Map(suspended.map(({ task }) => [nodes.get(task) ?? -1, task]));
  return {
    ...(unproved === undefined ? {} : { unproved }),
    blocked,
    ...(queues === undefined ? {} : { queues }),
    deadlines: deadlinesOf(program, suspended, taskAt),
    needsAll: (future) => needsAll(program, future),
    nameOf: (thing) => nameOf(heap, nodes.get(thing)),
    reachOf: (things) => {
      const tasks = suspended.filter(({ task }) => blocked.has(task));
      const ends = at([...roots, ...suspended.flatMap(({ task, waiters }) => [task, ...waiters])]);
      return framesReach(new Reach(world), nodes, tasks, things, ends);
    },
  };
}

/** By the timers of `timeout`, `waitFor` and `wait`. */
function deadlinesOf(
  { heap, nodes }: ProgramHeap,
  suspended: readonly Suspended[],
  taskAt: ReadonlyMap<number, AnyTask>,
): Map<AnyTask, number> {
  const found = new Map<AnyTask, number>();
  const waiting = new Map(suspended.flatMap(({ task, waiters }) => waiters.map((waiter) => [waiter, task])));
  const loops = new Set(suspended.map(({ task }) => task.loop));
  for (const timer of [...loops].flatMap(({ scheduled }) => scheduled)) {
    const { callback, args, deadline } = timer;
    if (callback === undefined) continue;
    let task = callback.name === 'release' ? waiting.get(args[0] as AnyFuture) : undefined;
    if (callback.name === 'expire') {
      // What calls Timeout.onTimeout; its `this` is in its context.
      const context = heap.child(nodes.get(callback) ?? -1, 'context');
      const limit = context === undefined ? undefined : heap.child(context, 'this');
      const node = limit === undefined ? undefined : heap.child(limit, 'task');
      task = node === undefined ? undefined : taskAt.get(node);
    }
    if (task !== undefined) found.set(task, Math.min(deadline, found.get(task) ?? Infinity));
  }
  return found;
}

/** `wait` keeps its `returnWhen` in the function that it has called when one is done. */
function needsAll({ heap, nodes }: ProgramHeap, future: AnyFuture): boolean {
  if (!(future.waitOf instanceof Set)) return true;
  for (const { type, from } of heap.retainers(nodes.get(future) ?? 0)) {
    const when = type === 'context' ? heap.child(from, 'returnWhen') : undefined;
    if (when !== undefined) return heap.name(when) === 'ALL_COMPLETED';
  }
  return false;
}

/** Fields of the library's, and words that say nothing. */
const NAMELESS = new Set([
  'this',
  'of',
  'waitOf',
  'loop',
  'receiver',
  'value',
  'result',
  '__proto__',
  'future',
  'waiter',
  'waiters',
]);

/** The variable or field that it is in: "db", "server.ready", "Account.lock". */
function nameOf(heap: HeapSnapshot, node: number | undefined): string | undefined {
  let field: { name: string; from: number } | undefined;
  for (const { type, name, from } of node === undefined ? [] : heap.retainers(node)) {
    if (!isTelling(name)) continue;
    if (type === 'context') return name;
    if (type === 'property' && heap.name(from) !== 'Condition') field ??= { name, from };
  }
  if (field === undefined) return undefined;
  const owner = ownerOf(heap, field.from);
  return owner === undefined ? field.name : `${owner}.${field.name}`;
}

/** Owners that are looked through for who has a field: one that so many have has no name of its own. */
const MOST_RETAINERS = 1000;

/** The variable that an object is in, or its class. */
function ownerOf(heap: HeapSnapshot, node: number): string | undefined {
  const retainers = heap.retainers(node);
  if (retainers.length > MOST_RETAINERS) return undefined;
  const variable = retainers.find(({ type, name }) => type === 'context' && isTelling(name));
  if (variable !== undefined) return variable.name as string;
  const type = heap.name(node);
  return /^[A-Z][\w$]*$/.test(type) && !/^(?:Object|Array|Map|Set)$/.test(type) ? type : undefined;
}

function isTelling(name: string | number): name is string {
  return typeof name === 'string' && !NAMELESS.has(name) && /^[\p{ID_Start}$_#]/u.test(name);
}

/** Nodes of all tasks' frames together. */
const MOST_FOLLOWED = 400_000;
/** Of one task's. */
const MOST_OF_ONE = 5000;

function framesReach(
  reach: Reach,
  nodes: ReadonlyMap<object, number>,
  suspended: readonly Suspended[],
  things: readonly object[],
  ends: ReadonlySet<number>,
): Map<AnyTask, object[]> {
  const found = new Map<AnyTask, object[]>();
  const thingAt = new Map(things.map((thing) => [nodes.get(thing) ?? -1, thing]));
  const all = new Set([...ends, ...thingAt.keys()]);
  let left = MOST_FOLLOWED;
  for (const { task } of suspended) {
    const starts = strandsOf(task).map((strand) => nodes.get(strand) ?? -1);
    const reached = reach.from(
      starts.filter((node) => node >= 0),
      all,
      MOST_OF_ONE,
    );
    left -= reached.size;
    if (left < 0) break;
    const held = [...thingAt].filter(([node]) => reached.has(node)).map(([, thing]) => thing);
    if (held.length > 0) found.set(task, held);
  }
  return found;
}

function strandsOf(task: AnyTask): object[] {
  const { main, first } = inside(task);
  const strands: object[] = [main];
  for (let strand: StrandInside | undefined = first; strand; strand = strand.after) strands.push(strand);
  return strands;
}
