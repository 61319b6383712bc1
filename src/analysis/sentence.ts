/** Waits in words: "worker-3 waits for lock db held by worker-1 since tick 812 (app.py:40), which waits for …; nobody puts." */
import { basename } from 'node:path';
import type { Source, TaskId, WaitReason } from '../adapter/contract';
import type { Thing } from '../wire/messages';
import type { WaitGraph } from './graph';
import { type Moment, placeOf, textOf } from './moment';

/** Links of a chain that are told one by one. */
const LINKS_TOLD = 6;
/** Names of a list that are told one by one. */
const NAMES_TOLD = 3;

type Kind = WaitReason['kind'];

/** What it is that somebody else would have to do. */
const ENDS: Partial<Record<Kind, string>> = {
  future: 'set',
  promise: 'settle',
  event: 'set',
  condition: 'notify',
  lock: 'release',
  semaphore: 'release',
  'queue.get': 'put',
  'queue.put': 'make',
  'queue.join': 'bring',
  barrier: 'complete',
};
const NOBODY: Partial<Record<Kind, string>> = {
  future: 'nobody sets it',
  promise: 'nobody settles it',
  event: 'nobody sets it',
  condition: 'nobody notifies it',
  lock: 'nobody releases it',
  semaphore: 'nobody releases it',
  'queue.get': 'nobody puts',
  'queue.put': 'nobody takes anything out',
  'queue.join': 'nobody calls task_done',
  barrier: 'nobody else comes',
  read: 'nobody writes to it',
  write: 'nobody reads from it',
};

/** Kinds of waits for one thing, which is told from others of its kind by its name alone. */
const APART = new Set(['lock', 'semaphore', 'event', 'condition']);

export class Words {
  constructor(
    private readonly graph: WaitGraph,
    private readonly moment: Moment,
  ) {}

  /** A chain of tasks, each of which waits for what the next one would have to do. `end`: what is to be said of the last. */
  chain(tasks: readonly TaskId[], end: string): string {
    const told = tasks.slice(0, LINKS_TOLD);
    let text = this.link(told[0], tasks[1], true);
    for (let at = 1; at < told.length; at++)
      text += this.joint(told[at - 1], told[at]) + this.link(told[at], tasks[at + 1], false);
    const left = tasks.length - told.length;
    if (left > 0) text += `, and so on over ${left} more`;
    return `${text}${end}.`;
  }

  /** Each waits for the next, and the last for the first. */
  cycle(tasks: readonly TaskId[], end: string): string {
    if (tasks.length === 1) {
      const [task] = tasks;
      const what = this.waitText(task, task);
      return `${this.name(task)} waits for ${what}, which it holds itself, ${this.since(task)}${this.place(task)}; it can never go on${end}.`;
    }
    const told = tasks.slice(0, LINKS_TOLD);
    const after = (at: number) => tasks[(at + 1) % tasks.length];
    let text = this.link(told[0], after(0), true);
    for (let at = 1; at < told.length; at++)
      text += this.joint(told[at - 1], told[at]) + this.link(told[at], after(at), false);
    const left = tasks.length - told.length;
    if (left > 0) text += `, and so on over ${left} more, back to ${this.name(tasks[0])}`;
    return `${text}; ${tasks.length === 2 ? 'neither' : 'none of them'} can go on${end}.`;
  }

  /** "a waits for b held by c since tick n (place)" */
  private link(task: TaskId, next: TaskId | undefined, first: boolean): string {
    const since = first ? ` ${this.since(task)}` : '';
    const text = `${first ? `${this.name(task)} ` : ''}waits for ${this.waitText(task, next)}${this.hold(task, next)}${since}${this.place(task)}`;
    // Two places in a row: where it was taken, and where the task waits.
    return text.replace(/(\(taken at [^()]+)\) \(/, '$1, waits at ');
  }

  private joint(before: TaskId, task: TaskId): string {
    const wait = this.graph.wait(before);
    const several = wait !== undefined && wait.tasks.includes(task) && this.kindOf(before) !== 'task';
    return several ? `, among them ${this.name(task)}, which ` : ', which ';
  }

  /** "lock db", "an item of queue jobs (0 inside)", "task worker-1" */
  waitText(task: TaskId, next?: TaskId): string {
    const reason = this.moment.tasks.row(task)?.reason;
    const wait = this.graph.wait(task);
    const things = (wait?.things ?? [])
      .map((id) => this.graph.thing(id))
      .filter((thing) => thing !== undefined);
    // The task's own name for it may be another's for something else.
    if (reason && things.length === 1 && APART.has(reason.kind)) return things[0].text;
    if (reason && reason.kind !== 'notCaptured') return textOf(reason, (id) => this.name(id));
    if (things.length > 0) return this.list(things.map(({ text }) => text));
    if (next !== undefined && wait?.tasks.includes(next)) return `task ${this.name(next)}`;
    if (wait && wait.tasks.length > 0) return this.names(wait.tasks, 'task', 'tasks');
    return 'something';
  }

  /** " held by worker-1", " that only worker-1 could set" */
  private hold(task: TaskId, next: TaskId | undefined): string {
    const wait = this.graph.wait(task);
    if (!wait || (next !== undefined && wait.tasks.includes(next))) return '';
    for (const id of wait.things) {
      const thing = this.graph.thing(id);
      if (!thing) continue;
      const held = this.heldBy(thing);
      if (next === undefined) return held;
      if (thing.holders.includes(next)) return held;
      if (thing.setters.includes(next))
        return ` that only ${this.list(
          this.graph.settersOf(thing).map((each) => this.name(each)),
          'or',
        )} could ${ENDS[this.kindOf(task)] ?? 'end'}`;
    }
    return '';
  }
  /** " held by worker-1 (taken at app.py:12)" */
  private heldBy({ holders, path, line }: Thing): string {
    if (holders.length === 0) return '';
    const taken = holders.length === 1 && path !== '' ? ` (taken at ${basename(path)}:${line})` : '';
    return ` held by ${this.list(holders.map((task) => this.name(task)))}${taken}`;
  }
  private hasEnded(task: TaskId): boolean {
    const state = this.moment.tasks.row(task)?.state;
    return state === undefined || state === 'done' || state === 'failed' || state === 'cancelled';
  }

  /** "; nobody puts", "; worker-1 has ended without releasing it" */
  nobody(task: TaskId): string {
    const things = (this.graph.wait(task)?.things ?? []).map((id) => this.graph.thing(id));
    const gone = things.flatMap((thing) => thing?.holders ?? []).filter((each) => this.hasEnded(each));
    if (gone.length > 0)
      return `; ${this.names(gone)} ${gone.length === 1 ? 'has' : 'have'} ended without releasing it`;
    // "ready" of an EventEmitter
    if (this.waitText(task).startsWith('"')) return '; nobody emits it';
    return `; ${NOBODY[this.kindOf(task)] ?? 'nobody can end that'}`;
  }
  kindOf(task: TaskId): Kind {
    const kind = this.moment.tasks.row(task)?.reason?.kind;
    if (kind && kind !== 'notCaptured') return kind;
    const thing = this.graph.thing(this.graph.wait(task)?.things[0] ?? -1)?.kind;
    return thing === 'queue' || thing === undefined || thing === 'timer' ? 'unknown' : KIND[thing];
  }

  /** What the last of a chain does that does not wait: "which is running (app.py:3)". */
  leaf(task: TaskId): string {
    const row = this.moment.tasks.row(task);
    if (!row) return '';
    switch (row.state) {
      case 'running':
        return `, which is running${this.place(task)}`;
      case 'ready':
        return `, which is ready to run${this.place(task)}`;
      case 'created':
        return ', which has not run yet';
      case 'waiting':
        return row.reason?.kind === 'sleep' ? `, which sleeps (${row.reason.text})${this.place(task)}` : '';
      default:
        return this.hasEnded(task) ? `; ${this.name(task)} has ended` : '';
    }
  }

  /** "; main and 3 others wait for them" */
  waitingFor(tasks: readonly TaskId[], them: string): string {
    if (tasks.length === 0) return '';
    return `; ${this.names(tasks)} ${tasks.length === 1 ? 'waits' : 'wait'} for ${them}`;
  }

  names(tasks: readonly TaskId[], one = '', more = one): string {
    const kind = tasks.length === 1 ? one : more;
    return `${kind && `${kind} `}${this.list(tasks.map((task) => this.name(task)))}`;
  }
  private list(texts: readonly string[], and = 'and'): string {
    if (texts.length <= 1) return texts[0] ?? '';
    if (texts.length <= NAMES_TOLD) return `${texts.slice(0, -1).join(', ')} ${and} ${texts.at(-1)}`;
    return `${texts.slice(0, NAMES_TOLD - 1).join(', ')} ${and} ${texts.length - NAMES_TOLD + 1} others`;
  }

  name(task: TaskId): string {
    return this.moment.nameOf(task);
  }
  private since(task: TaskId): string {
    const row = this.moment.tasks.row(task);
    return row && !this.moment.lossy ? `since tick ${row.sinceTick}` : 'for ever';
  }
  place(task: TaskId): string {
    return at(placeOf(this.moment.tasks.row(task)));
  }
}

const KIND: Record<Exclude<Thing['kind'], 'queue' | 'timer'>, Kind> = {
  lock: 'lock',
  event: 'event',
  condition: 'condition',
  semaphore: 'semaphore',
  future: 'future',
  io: 'read',
  job: 'executor',
  process: 'subprocess',
};

/** " (app.py:40)" */
export function at(source: Source | undefined): string {
  return source ? ` (${basename(source.path)}:${source.line})` : '';
}
