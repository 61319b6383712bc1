/** What a future stands for: tasks, and other things that somebody has to bring about. */
import type { Thing } from '../../wire/messages';
import { isTask, type AnyFuture, type AnyTask } from './library';

export interface Awaited {
  tasks: Set<AnyTask>;
  futures: Set<AnyFuture>;
  all: boolean;
}

/** Deeper ones are taken as they are. */
const DEEPEST = 20;

/** `suffices`: whether of what such a future waits for all have to be done. */
export function partsOf(
  future: AnyFuture,
  found: Awaited,
  needsAll: (future: AnyFuture) => boolean,
  depth = 0,
): void {
  if (future.done()) return;
  if (isTask(future)) {
    found.tasks.add(future);
    return;
  }
  const parts = depth < DEEPEST ? within(future) : undefined;
  if (parts === undefined) {
    found.futures.add(future);
    return;
  }
  if (parts.length > 1 && !needsAll(future)) found.all = false;
  // Who waits for some of several, one of which is a choice of others: any of them may be enough.
  for (const part of parts) partsOf(part, found, needsAll, depth + 1);
}

/** Undefined: it is a thing itself. */
function within(future: AnyFuture): AnyFuture[] | undefined {
  if ('children' in future) return [...(future as unknown as { children: AnyFuture[] }).children];
  const of = future.waitOf;
  if (of === undefined) return undefined;
  if (future.waitKind === 'task' || future.waitKind === 'shield') return [of as AnyFuture];
  if (future.waitKind !== 'gather') return undefined;
  if (of instanceof Set) return [...(of as Set<AnyFuture>)];
  const { tasks } = of as { tasks?: Set<AnyFuture> };
  return tasks === undefined ? undefined : [...tasks];
}

const KINDS: Readonly<Record<string, Thing['kind']>> = {
  lock: 'lock',
  event: 'event',
  condition: 'condition',
  barrier: 'condition',
  semaphore: 'semaphore',
  'queue.get': 'queue',
  'queue.put': 'queue',
  'queue.join': 'queue',
  read: 'io',
  write: 'io',
  accept: 'io',
  connect: 'io',
  executor: 'job',
  subprocess: 'process',
  sleep: 'timer',
};

/** `reason`: what is said of a wait for it. `said`: all that there is to say; else its `word` goes before a name. */
export function kindOf(reason: { kind: string; text: string }): {
  kind: Thing['kind'];
  word: string;
  said?: string;
} {
  const kind = KINDS[reason.kind] ?? 'future';
  switch (kind) {
    case 'io':
    case 'job':
    case 'process':
    case 'timer':
      return { kind, word: reason.kind, said: reason.text };
    case 'queue':
      return { kind, word: 'queue' };
    default:
      return { kind, word: reason.kind in KINDS ? reason.kind : 'future' };
  }
}
