/** Who waits for what, who can end it, and which tasks nothing can ever wake: the answer to `waits`. */
import type { Thing, Wait, Waits } from '../../wire/messages';
import type { Inspector } from '../v8/inspector';
import { ProgramHeap } from '../v8/programHeap';
import { waitsForEver } from '../v8/runForever';
import { tasksOf, type Definitions } from './definitions';
import type { Gate } from './gate';
import type { Holding } from './holders';
import { inside, type AnyFuture, type AnyTask, type StrandInside } from './library';
import type { Loops } from './loops';
import type { LoopState } from './loopState';
import { actorOf } from './numbers';
import { LongQueues } from './longQueues';
import { objectsOf, proved, type Proof } from './proof';
import { silentPeer, type Reasons } from './reasons';
import { kindOf, partsOf, type Awaited } from './awaited';
import { isStalled } from './stalled';

/** Tasks that are told of; those that matter come first. */
const MOST = 10_000;
/** Of more tasks the proof is left out of an answer that is to come soon, which tells reasons of few. */
const FEW = 1000;
const REASONS_SOON = 100;
/** Of more a program that runs would have to stand for a second and longer. */
const MOST_RUNNING = 2000;
const LEFT_OUT = 'The heap has not been looked through yet.';
const TOO_MANY =
  'There are too many tasks to look through the heap while the program runs: pause it, and what can still be reached is read.';
const INSIDE = 'The program stands in the middle of a callback, whose variables cannot be followed.';

/** A suspended task, and the futures that it is suspended on: several where it awaits several at once. */
export interface Suspended {
  task: AnyTask;
  waiters: AnyFuture[];
}

export class WaitReader {
  /** Numbers of the tasks that have not ended. */
  private live = new Set<number>();
  private readonly long: LongQueues;

  constructor(
    private readonly loops: Loops,
    private readonly definitions: Definitions,
    private readonly reasons: Reasons,
    private readonly inspector: Inspector,
    private readonly gate: Gate,
  ) {
    this.long = new LongQueues(inspector, definitions);
  }

  /** Reads them now; REASON records go before. Collects garbage, unless it is to be `soon` and that would take too long. */
  read(state: LoopState, soon = false): Waits {
    const suspended = suspendedIn(state);
    this.live = new Set(this.loops.all.flatMap(({ loop }) => tasksOf(loop)).map(actorOf));
    const more = soon && suspended.length > FEW;
    const tooMany = this.gate.standing === undefined && suspended.length > MOST_RUNNING;
    const proof =
      more || tooMany
        ? withoutHeap(tooMany ? TOO_MANY : LEFT_OUT)
        : tasksOf(state.loop).length === 0
          ? {}
          : this.proof(suspended);
    const things = new Map<object, Thing>();
    const waits = this.told(suspended, proof).map(({ task, waiters }) =>
      this.wait(state, task, waiters, proof, things),
    );
    this.addSetters(waits, things, proof);
    const weight = ({ blocked, things: of, tasks }: Wait) =>
      (blocked ? 2 : 0) + (tasks.length > 0 || of.some((id) => held.has(id)) ? 1 : 0);
    const held = new Set([...things.values()].flatMap(({ id, holders }) => (holders.length > 0 ? id : [])));
    const first = waits.toSorted((a, b) => weight(b) - weight(a)).map(({ task }) => task);
    this.reasons.tellAsked(more || tooMany ? first.slice(0, REASONS_SOON) : first);
    return {
      waits,
      things: [...things.values()],
      ...(proof.unproved === undefined ? {} : { unproved: proof.unproved }),
      ...(more ? { more } : {}),
      ...(proof.queues === undefined ? {} : { queues: proof.queues }),
      ...(isStalled(state.loop) ? { stalled: true } : {}),
    };
  }

  /** Not all where there are many: those that are blocked or hold locks come before the rest. */
  private told(suspended: Suspended[], { blocked }: Proof): Suspended[] {
    if (suspended.length <= MOST) return suspended;
    const holders = this.loops.holders.ofLocks();
    const matters = ({ task }: Suspended) => blocked?.has(task) === true || holders.has(actorOf(task));
    const [first, rest]: Suspended[][] = [[], []];
    for (const each of suspended) (matters(each) ? first : rest).push(each);
    return first.concat(rest).slice(0, MOST);
  }

  private proof(suspended: Suspended[]): Proof {
    const standing = this.gate.standing?.stop;
    if (standing?.at === 'inside') return { unproved: INSIDE };
    const refusal = ProgramHeap.refusal(standing !== undefined);
    if (refusal !== undefined) return { unproved: refusal };
    try {
      const objects = objectsOf(this.loops.all, suspended);
      const program = ProgramHeap.take(this.inspector, [...objects.all, ...this.long.objects]);
      return proved(program, objects, suspended, (path) => this.definitions.isLibrary(path), this.long);
    } catch (error) {
      return { unproved: `The heap of this Node could not be looked through (${(error as Error).message}).` };
    }
  }

  private wait(
    state: LoopState,
    task: AnyTask,
    waiters: AnyFuture[],
    proof: Proof,
    things: Map<object, Thing>,
  ): Wait {
    const found: Awaited = { tasks: new Set(), futures: new Set(), all: waiters.length <= 1 };
    for (const waiter of waiters) partsOf(waiter, found, (of) => proof.needsAll?.(of) ?? true);
    if (waiters.length > 1) found.all = false;
    const ids = [...found.futures].map((future) => this.thing(future, task, proof, things).id);
    if (waiters.length === 0) ids.push(this.foreign(task, things).id);
    const blocked = proof.unproved === undefined && proof.blocked?.has(task) === true;
    const deadline = proof.deadlines?.get(task);
    return {
      task: actorOf(task),
      things: [...new Set(ids)],
      tasks: [...found.tasks].map(actorOf).filter((actor) => actor !== 0),
      all: found.all,
      blocked,
      ...(blocked && this.isIntended(task, found) ? { intended: true } : {}),
      ...(deadline === undefined ? {} : { timeout: state.now() + deadline - state.loop.time() }),
    };
  }

  /** "Run for ever": it awaits an object that is made in the same line and given to nobody. */
  private isIntended(task: AnyTask, { tasks, futures }: Awaited): boolean {
    if (tasks.size > 0 || futures.size > 1) return false;
    const place = this.reasons.placeOf(task);
    return place !== undefined && waitsForEver(place.path, place.line);
  }

  /** Its code awaits a promise that is not the loop's. */
  private foreign(task: AnyTask, things: Map<object, Thing>): Thing {
    const id = this.loops.outside.get(actorOf(task))?.object ?? this.definitions.newObject();
    return (
      things.get(task) ??
      put(things, task, {
        id,
        kind: 'future',
        text: "a promise that is not the loop's",
        holders: [],
        setters: [],
        path: '',
        line: 0,
      })
    );
  }

  private thing(future: AnyFuture, task: AnyTask, proof: Proof, things: Map<object, Thing>): Thing {
    const of = this.definitions.object(future.waitOf) === 0 ? future : (future.waitOf as object);
    const known = things.get(of);
    if (known !== undefined) return known;
    const reason = this.reasons.said(future, task);
    const { kind, word, said } = kindOf(reason);
    const name = proof.nameOf?.(of);
    if (name !== undefined) this.reasons.named(of, name);
    const peer = reason.kind === 'read' ? silentPeer(of) : undefined;
    const holdings = this.holdings(kind, of, proof.blocked?.has(task) === true);
    const place = holdings.length === 1 ? holdings[0].place : undefined;
    return put(things, of, {
      id: of === future ? this.definitions.future(future) : this.definitions.object(of),
      kind,
      text:
        peer === undefined
          ? (said ?? (name === undefined || name === word ? word : `${word} ${name}`))
          : `silent connection to ${peer}`,
      holders: [...new Set(holdings.map(({ actor }) => actor))],
      setters: [],
      path: place?.path ?? '',
      line: place?.line ?? 0,
      ...(kind === 'semaphore' ? { loose: true } : {}),
    });
  }

  /** `blocked`: whoever waits for it does so for ever. Else somebody may release it for a task that has ended. */
  private holdings(kind: Thing['kind'], of: object, blocked: boolean): readonly Holding[] {
    const { holders } = this.loops;
    if (kind === 'lock') {
      const holding = holders.ofLock(this.definitions.object(of));
      return holding === undefined ? [] : [holding];
    }
    if (kind !== 'semaphore') return [];
    const found = holders.ofSemaphore(of);
    return blocked ? found : found.filter(({ actor }) => this.live.has(actor));
  }

  /** Tasks whose frames refer to a thing and that do not wait for it. */
  private addSetters(waits: Wait[], things: Map<object, Thing>, { reachOf }: Proof): void {
    if (reachOf === undefined) return;
    const wanted = new Set(waits.filter(({ blocked }) => blocked).flatMap((wait) => wait.things));
    const objects = new Map([...things].filter(([, { id }]) => wanted.has(id)));
    const waiting = new Map(waits.map((wait) => [wait.task, wait]));
    for (const [task, reached] of reachOf([...objects.keys()])) {
      const actor = actorOf(task);
      for (const object of reached) {
        const thing = objects.get(object) as Thing;
        if (waiting.get(actor)?.things.includes(thing.id) || thing.holders.includes(actor)) continue;
        thing.setters.push(actor);
      }
    }
  }
}

/** Whether all of several are needed is not known then. */
function withoutHeap(unproved: string): Proof {
  return { unproved, needsAll: (future) => !(future.waitOf instanceof Set) };
}

function put<K, V>(map: Map<K, V>, key: K, value: V): V {
  map.set(key, value);
  return value;
}

/** Without those that are asleep, or will run at once. */
function suspendedIn({ loop }: LoopState): Suspended[] {
  const asleep = new Set<unknown>();
  for (const { callback, args } of loop.scheduled)
    if (callback?.name === 'setResultUnlessCancelled') asleep.add(args[0]);
  const woken = new Set<AnyTask | undefined>();
  for (const { task } of loop.ready) woken.add(task);
  const found: Suspended[] = [];
  for (const task of tasksOf(loop)) {
    if (task.done() || woken.has(task)) continue;
    const waiters: AnyFuture[] = [];
    for (let strand: StrandInside | undefined = inside(task).first; strand; strand = strand.after)
      if (strand.waiter !== undefined) waiters.push(strand.waiter);
    if (waiters.some((waiter) => waiter.done() || asleep.has(waiter))) continue;
    if (waiters.length > 0 || task.abandoned()) found.push({ task, waiters });
  }
  return found;
}
