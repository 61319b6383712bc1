/** What the diagnoses of waiting look at: the tasks of one loop at one moment, and who waits for what. */
import type { Source, Target, TaskId, TaskRow, WaitReason } from '../adapter/contract';
import type { TasksAt } from '../model/loop';
import type { Thing, Wait, Waits } from '../wire/messages';

export interface Moment {
  target: Target;
  tick: number;
  /** Events were lost before it: what is known of tasks from events may be wrong. */
  lossy: boolean;
  tasks: TasksAt;
  nameOf(task: TaskId): string;
  waits: Waits;
  /** Since when, in ms before the moment, everybody in `waits` has to have waited for it to be true of the moment; 0: it was read while the program stood. */
  readBeforeMs: number;
  /** How long, up to the moment, the loop could not go on for a callback that took long, from so many ms before it on. */
  heldMs(ageMs: number): number;
}

const KINDS: Partial<Record<WaitReason['kind'], Thing['kind']>> = {
  lock: 'lock',
  event: 'event',
  condition: 'condition',
  semaphore: 'semaphore',
  'queue.get': 'queue',
  'queue.put': 'queue',
  'queue.join': 'queue',
  future: 'future',
  promise: 'future',
  barrier: 'event',
  read: 'io',
  write: 'io',
  accept: 'io',
  connect: 'io',
  fs: 'io',
  dns: 'io',
  executor: 'job',
  subprocess: 'process',
};

/** Who waits for what as far as it was recorded: what the moment was read to wait for, and who held which lock. */
export function recordedWaits(tasks: TasksAt): Waits {
  const waits: Wait[] = [];
  const things = new Map<number, Thing>();
  for (const task of tasks.waiting) {
    const reason = tasks.reason(task);
    const wait: Wait = { task, things: [], tasks: [], all: true, blocked: false };
    waits.push(wait);
    if (!reason || reason.kind === 'notCaptured') continue;
    const { kind, object, owner } = reason;
    if (kind === 'task') {
      if (owner !== undefined) wait.tasks.push(owner);
      continue;
    }
    const what = KINDS[kind];
    if (!what || object === undefined) continue;
    wait.things.push(object);
    if (things.has(object)) continue;
    const holders = kind === 'lock' && owner !== undefined ? [owner] : [];
    const text = textOf(reason, (id) => tasks.row(id)?.name);
    things.set(object, { id: object, kind: what, text, holders, setters: [], path: '', line: 0 });
  }
  return { waits, things: [...things.values()], unproved: 'Only what was recorded is known.' };
}

/** What is waited for, without the holder that rows of locks name along. */
export function textOf(
  { kind, text, owner }: WaitReason,
  nameOf: (task: TaskId) => string | undefined,
): string {
  if (kind !== 'lock' || owner === undefined) return text;
  const held = `, held by ${nameOf(owner)}`;
  return text.endsWith(held) ? text.slice(0, -held.length) : text;
}

/** Where the wait stands in the user's code. */
export function placeOf(row: TaskRow | undefined): Source | undefined {
  return row?.reason?.source ?? row?.source;
}
