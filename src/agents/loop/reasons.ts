/** What a suspended task waits for: from the future that it is suspended on, which says what it was made for. */
import { RECORD } from '../../wire/schema';
import type { Frame } from '../v8/frame';
import type { Chains } from './chains';
import type { Definitions } from './definitions';
import { inside, isFuture, isTask, sharedState, type AnyFuture, type AnyTask } from './library';
import type { Loops } from './loops';
import type { LoopState } from './loopState';
import { actorOf } from './numbers';

/** Reasons that are read by themselves at a stop. */
const AT_STOP = 200;
const MOST = 1000;
/** Kinds whose text holds a count that may change while the wait lasts. */
const COUNTING = new Set(['gather', 'queue.get', 'queue.put', 'queue.join']);

interface Reason {
  kind: string;
  text: string;
  thing: object | undefined;
  /** A task's number; 0: none known. */
  owner: number;
}

export class Reasons {
  /** What the program calls locks, queues and futures, as far as the heap was looked through. */
  private readonly names = new WeakMap<object, string>();

  constructor(
    private readonly loops: Loops,
    private readonly definitions: Definitions,
    private readonly chains: Chains,
  ) {}

  /** The variable or field by which the program knows it. */
  named(thing: object, name: string): void {
    this.names.set(thing, name);
  }

  /** For tasks newly suspended, and for those whose reason holds a count, which may have changed. */
  tellNew(state: LoopState): void {
    let count = 0;
    const tasks = sharedState().tasks?.of(state.loop) ?? [];
    for (const task of tasks) {
      if (count >= AT_STOP) break;
      const waiter = this.waiterOf(task);
      if (waiter === 0 || state.explained.get(actorOf(task)) === waiter) continue;
      if (this.tell(state, task, false)) count++;
    }
    if (state.explained.size > 2 * tasks.length + 1000) state.explained.clear();
  }

  /** All suspended tasks when `wanted` is absent. */
  tellAsked(wanted: readonly number[] | undefined): void {
    let count = 0;
    for (const state of this.loops.all) {
      const all = sharedState().tasks?.of(state.loop) ?? [];
      const byActor = wanted && new Map(all.map((task) => [actorOf(task), task]));
      const tasks = wanted?.flatMap((actor) => byActor?.get(actor) ?? []) ?? all;
      for (const task of tasks) if (count < MOST && this.tell(state, task, false)) count++;
    }
    this.loops.flush();
  }

  /** Writes a REASON record. False when there is nothing to tell. */
  private tell(state: LoopState, task: AnyTask, deep: boolean): boolean {
    const waiter = this.waiterOf(task);
    const actor = actorOf(task);
    if (waiter === 0 || actor === 0) return false;
    const future = task.futWaiter;
    const { kind, text, thing, owner } = future === undefined ? FOREIGN : this.of(future, task);
    const place = this.userPlace(this.chains.of(task, deep));
    const { definitions } = this;
    state.write(
      RECORD.REASON.code,
      actor,
      waiter,
      definitions.text(kind),
      definitions.text(text),
      definitions.object(thing),
      owner,
      definitions.text(place?.path ?? ''),
      place?.line ?? 0,
    );
    state.explained.set(actor, COUNTING.has(kind) ? 0 : waiter);
    return true;
  }

  /** The number of what it is suspended on; 0 when it is not. */
  private waiterOf(task: AnyTask): number {
    const waiter = task.futWaiter;
    if (waiter !== undefined) return this.definitions.future(waiter);
    return task.abandoned() ? (this.loops.outside.get(actorOf(task))?.object ?? 0) : 0;
  }

  /** What a wait for the future is for, in words. */
  said(future: AnyFuture, task: AnyTask): { kind: string; text: string } {
    return this.of(future, task);
  }

  /** The user's line in which it waits. */
  placeOf(task: AnyTask): Frame | undefined {
    return this.userPlace(this.chains.of(task, false));
  }

  private userPlace(frames: Frame[]): Frame | undefined {
    return frames.findLast(({ user }) => user);
  }

  private of(waiter: AnyFuture, task: AnyTask): Reason {
    const thing = waiter.waitOf;
    switch (waiter.waitKind) {
      case undefined:
        return this.ofFuture(waiter, task);
      case 'queue.get':
        return plain(
          'queue.get',
          `an item of ${this.called('queue', thing)} (${sizeOf(thing)} inside)`,
          thing,
        );
      case 'queue.put':
        return plain('queue.put', `room in ${this.called('queue', thing)} (${sizeOf(thing)} inside)`, thing);
      case 'queue.join':
        return plain(
          'queue.join',
          `the end of ${this.called('queue', thing)} (${unfinished(thing)} unfinished)`,
          thing,
        );
      case 'gather':
        return plain('gather', gathered(thing), thing);
      case 'task':
        return this.ofFuture(thing as AnyFuture, task);
      case 'shield': {
        const inner = this.ofFuture(thing as AnyFuture, task);
        return { ...inner, text: `${inner.text} (shielded)` };
      }
      case 'read':
        return plain('read', withPeer('data', 'from', thing), thing);
      case 'write':
        return plain('write', withPeer('room to write', 'to', thing), thing);
      case 'connect':
        return plain('connect', `a connection to ${addressOf(thing)}`, thing);
      case 'accept':
        return plain('accept', 'serves until it is closed', thing);
      case 'executor': {
        const job = this.jobOf(waiter);
        return plain('executor', `a job in an executor${job === undefined ? '' : ` (${job})`}`, waiter);
      }
      case 'subprocess':
        return plain(
          'subprocess',
          `process ${(thing as { getPid(): number | undefined }).getPid() ?? '?'}`,
          thing,
        );
      default:
        return plain(waiter.waitKind, this.called(waiter.waitKind, thing), thing);
    }
  }

  /** The name of the job that ends the future. */
  private jobOf({ observed }: AnyFuture): string | undefined {
    for (const { name, object } of this.loops.jobs.values()) if (object === observed) return name;
    return undefined;
  }

  /** "lock db" */
  private called(word: string, thing: unknown): string {
    const name = typeof thing === 'object' && thing !== null ? this.names.get(thing) : undefined;
    return name === undefined || name === word ? word : `${word} ${name}`;
  }

  private ofFuture(future: AnyFuture, task: AnyTask): Reason {
    if (isTask(future))
      return { ...plain('task', `task ${future.getName()}`, future), owner: actorOf(future) };
    if ('children' in future) {
      const children = (future as unknown as { children: AnyFuture[] }).children;
      return plain('gather', `gather, ${pending(children)} of ${children.length} unfinished`, future);
    }
    const job = this.jobOf(future);
    if (job !== undefined) return plain('executor', `a job in an executor (${job})`, future);
    if (isSleep(future, task)) return plain('sleep', 'sleep', future);
    if (future.waitKind !== undefined && future.waitKind !== 'shield') return this.of(future, task);
    return plain('future', this.called('future', future), future);
  }
}

const FOREIGN = plain('promise', "a promise that is not the loop's", undefined);

function plain(kind: string, text: string, thing: object | undefined): Reason {
  return { kind, text, thing, owner: 0 };
}

function sizeOf(queue: unknown): number | string {
  try {
    return (queue as { qsize(): number }).qsize();
  } catch {
    return '?';
  }
}

function unfinished(queue: unknown): number | string {
  return (queue as { unfinished?: number }).unfinished ?? '?';
}

function pending(futures: Iterable<AnyFuture>): number {
  let count = 0;
  for (const future of futures) if (!future.done()) count++;
  return count;
}

/** `wait` has a set of futures, a task group its tasks. */
function gathered(thing: object | undefined): string {
  if (thing instanceof Set) return `wait, ${pending(thing as Set<AnyFuture>)} of ${thing.size} unfinished`;
  const { tasks } = (thing ?? {}) as { tasks?: Set<unknown> };
  return `task group, ${tasks?.size ?? '?'} unfinished`;
}

interface WithTransport {
  transport?: { getExtraInfo?(name: string): unknown; server?: unknown };
  /** Of the protocol of a stream. */
  reader?: WithTransport;
}

function withPeer(what: string, preposition: string, thing: object | undefined): string {
  const peer = peerOf(thing);
  return peer === undefined ? what : `${what} ${preposition} ${peer}`;
}

function peerOf(thing: object | undefined): string | undefined {
  try {
    const { transport, reader } = (thing ?? {}) as WithTransport;
    const peer = (transport ?? reader?.transport)?.getExtraInfo?.('peername');
    if (Array.isArray(peer)) return `${peer[0]}:${peer[1]}`;
    if (typeof peer === 'string' && peer !== '') return peer;
  } catch {
    // A transport of the program's own.
  }
  return undefined;
}

/** "127.0.0.1:80", of what the library says as Python does: "('127.0.0.1', 80)". */
function addressOf(thing: object | undefined): string {
  const { address } = thing as { address: string };
  const [, host, port] = /^\('(.*)', (\d+)\)$/.exec(address) ?? [];
  return port === undefined ? address : `${host}:${port}`;
}

/** Where to a connection goes on which the program has waited for an answer ever since it made it; undefined of everything else. */
export function silentPeer(thing: object | undefined): string | undefined {
  const { transport } = (thing ?? {}) as WithTransport;
  // Those that were accepted have the server that did.
  if (transport === undefined || !('server' in transport) || transport.server !== undefined) return undefined;
  const socket = transport.getExtraInfo?.('socket') as { node?: { bytesRead?: number } } | undefined;
  return socket?.node?.bytesRead === 0 ? peerOf(thing) : undefined;
}

/** The strand's iterator is `sleep` itself, or a timer of the loop will end the future as sleep's does. */
function isSleep(future: AnyFuture, task: AnyTask): boolean {
  const steps = inside(task).last?.steps as { future?: unknown; delay?: unknown } | undefined;
  if (steps !== undefined && steps.future === future && 'delay' in steps) return true;
  return future.loop.scheduled.some(
    ({ callback, args }) =>
      callback?.name === 'setResultUnlessCancelled' && isFuture(args[0]) && args[0] === future,
  );
}
