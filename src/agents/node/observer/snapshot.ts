/** What is read of the program at one moment: its pending async calls, and what its resources say of themselves. */
import type { LoopId } from '../../../adapter/contract';
import type { Snapshot, SnapshotResource, SnapshotTask, Variable, Waits } from '../../../wire/messages';
import type { Frame } from '../../v8/frame';
import type { Functions } from '../../v8/functions';
import type { Inspector } from '../../v8/inspector';
import { ProgramHeap } from '../../v8/programHeap';
import type { Values } from '../../v8/values';
import { Refusal, type Channel } from '../channel';
import { Alive } from './alive';
import type { AsyncCalls } from './answers';
import { calledFunction } from './called';
import { isUser } from './definitions';
import { detailsOf } from './details';
import type { Running } from './gate';
import type { Recorder } from './recorder';
import { PASSING, type Live } from './resources';
import type { PendingCall, PendingCalls, Tasks } from './tasks';
import { waitsOf, wantedOf } from './waits';

/** A chain longer than this is cut: a recursion of async functions. */
const LONGEST = 200;
/** Frames whose variables can be seen: V8 looks through the heap for each. */
const MOST_SEEN_INTO = 4;
const MOST_RESOURCES = 10_000;

export class Snapshots implements AsyncCalls {
  private readonly alive: Alive;
  /** Read at this stop. */
  private read: PendingCalls | undefined;

  constructor(
    private readonly channel: Channel,
    private readonly loop: LoopId,
    private readonly recorder: Recorder,
    private readonly tasks: Tasks,
    private readonly functions: Functions,
    private readonly values: Values,
    private readonly inspector: Inspector,
    /** The program stands: nothing changes until `forget`. */
    private readonly stands: () => boolean,
  ) {
    this.alive = new Alive(inspector);
  }

  /** The program runs on. */
  forget(): void {
    this.read = undefined;
    this.tasks.forget();
  }

  /** Says it all. */
  tell(): void {
    this.channel.say(this.take());
  }

  /** Who waits for what. The tasks that it speaks of are those of a snapshot that is said before. */
  waits(next: Running | undefined, inside: boolean): Waits {
    const refusal = ProgramHeap.refusal(this.stands());
    if (refusal !== undefined) return { waits: [], things: [], unproved: refusal };
    const known = this.read?.seen !== undefined || this.isBefore();
    const read = known ? this.calls() : (this.read = this.tasks.read(wantedOf(next)));
    this.tell();
    const waits = waitsOf(read, next, inside, this.inspector);
    this.rest();
    return waits;
  }

  take(): Snapshot {
    const { calls, fidelity } = this.calls();
    return {
      type: 'snapshot',
      loop: this.loop,
      t: this.channel.now(),
      tasks: calls.map(written),
      resources: this.resources(),
      ...(fidelity === undefined ? {} : { fidelity }),
    };
  }

  /** Those that await it, outermost first, itself, and what it awaits in turn. */
  chain(task: number): Frame[] {
    // Their variables are looked into.
    if (this.stands() && this.calls().again) this.read = this.tasks.read(undefined, true);
    const { calls } = this.calls();
    const byTask = new Map(calls.map((call) => [call.task, call]));
    const asked = this.call(task);
    const chain = [asked];
    for (
      let at: PendingCall | undefined = asked.awaitedBy[0];
      at && !chain.includes(at);
      at = at.awaitedBy[0]
    ) {
      if (chain.length >= LONGEST) break;
      chain.unshift(at);
    }
    for (
      let at = byTask.get(asked.reason.owner);
      at && !chain.includes(at);
      at = byTask.get(at.reason.owner)
    ) {
      if (chain.length >= LONGEST) break;
      chain.push(at);
    }
    const seenInto = this.stands() ? chain.filter(({ user }) => user).slice(-MOST_SEEN_INTO) : [];
    const frames = chain.map((call): Frame => {
      const { name, path, line, user } = call;
      const generator = seenInto.includes(call) ? this.tasks.generatorOf(call) : undefined;
      return { name, path, line, user, ...(generator === undefined ? {} : { generator }) };
    });
    this.rest();
    return frames;
  }

  facts(task: number): Variable[] {
    const { values } = this;
    const call = this.call(task);
    const { kind, text } = call.reason;
    const rows = [
      values.word('name', call.name),
      values.word('state', 'waiting'),
      values.word('waits for', `${kind}: ${text}`),
      values.list(
        'awaited by',
        call.awaitedBy.map(({ name, line }) => `${name}, line ${line}`),
      ),
    ];
    this.rest();
    return rows;
  }

  keepsAlive(): string[] {
    this.alive.look(this.recorder.resources);
    return this.recorder.resources.live().flatMap((live) => {
      if (!this.alive.keeps(live)) return [];
      const { text } = detailsOf(live);
      return [text === '' ? live.type : `${live.type} ${text}`];
    });
  }

  private calls(): PendingCalls {
    if (this.read !== undefined) return this.read;
    if (this.isBefore()) return { calls: [] };
    const read = (this.read = this.tasks.read());
    this.rest();
    return read;
  }

  /** The main module has not begun. */
  private isBefore(): boolean {
    const { recorder } = this;
    return recorder.tick === 1 && recorder.current === 0 && recorder.last === 0;
  }

  /** What was read while the program runs is of that moment only. */
  private rest(): void {
    if (!this.stands()) this.forget();
  }

  /** Throws Refusal. */
  call(task: number): PendingCall {
    const call = this.calls().calls.find((each) => each.task === task);
    if (call === undefined)
      throw new Refusal('That async call has settled, or nothing awaits or settles it any more.');
    return call;
  }

  private resources(): SnapshotResource[] {
    const { resources } = this.recorder;
    this.alive.look(resources);
    const told: SnapshotResource[] = [];
    for (const live of resources.live()) {
      const keepsAlive = this.alive.keeps(live);
      if (!keepsAlive && (PASSING.has(live.type) || live.resource === undefined)) continue;
      if (told.length >= MOST_RESOURCES) break;
      told.push({ id: live.id, type: live.type, ...detailsOf(live), ...this.place(live), keepsAlive });
    }
    return told;
  }

  /** The user's function that it will call. */
  private place({ id, type, resource }: Live): { path: string; line: number } {
    const called = calledFunction({ id, type, resource }, this.functions);
    const found = called && this.functions.location(called);
    return found !== undefined && isUser(found.path) ? found : { path: '', line: 0 };
  }
}

function written({ task, name, path, line, awaitedBy, reason, promise }: PendingCall): SnapshotTask {
  const { kind, text, resource, owner, promise: awaited } = reason;
  return {
    task,
    name,
    path,
    line,
    awaitedBy: awaitedBy.map((call) => call.task),
    reason: {
      kind,
      text,
      object: resource || awaited,
      resource: resource > 0,
      owner,
      path,
      line,
    },
    promise,
  };
}
