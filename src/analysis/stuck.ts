/** Tasks that have waited for longer than one would expect of such a wait. A suspicion, never a proof. */
import type { Finding, TaskId, WaitReason } from '../adapter/contract';
import type { WaitGraph } from './graph';
import { type Moment, placeOf } from './moment';
import { Words } from './sentence';

/**
 * Waits that are no way of life: nobody idles at a lock, while whole programs idle at a queue, an event, a connection that
 * they accepted.
 */
const SHORT: ReadonlySet<WaitReason['kind']> = new Set<WaitReason['kind']>([
  'lock',
  'semaphore',
  'future',
  'promise',
  'executor',
  'subprocess',
  'connect',
  'write',
  'barrier',
  'queue.join',
  'queue.put',
  'fs',
  'dns',
]);

/** `explained`: tasks that other findings are about, and those that wait for them. */
export function stuck(
  graph: WaitGraph,
  moment: Moment,
  afterMs: number,
  explained: ReadonlySet<TaskId>,
): Finding[] {
  if (moment.lossy) return [];
  const words = new Words(graph, moment);
  const held = moment.heldMs(Infinity);
  const found = new Map<string, TaskId[]>();
  for (const task of moment.tasks.waiting) {
    const age = moment.tasks.ageMs(task);
    if (age < afterMs || explained.has(task)) continue;
    if (held > 0 && age - moment.heldMs(age) < afterMs) continue;
    const reason = moment.tasks.reason(task);
    if (!reason || !isLong(graph, reason, task) || hasWayOut(graph, moment, task)) continue;
    const key = reason.object === undefined ? `task ${task}` : `${reason.kind} ${reason.object}`;
    const same = found.get(key);
    if (same) same.push(task);
    else found.set(key, [task]);
  }
  const subjects = new Set([...found.values()].flat());
  const leads = leading(graph, new Set([...subjects, ...explained]));
  return [...found.values()]
    .filter((tasks) => !tasks.some((task) => leads(task)))
    .map((tasks): Finding => {
      tasks.sort((x, y) => moment.tasks.ageMs(y) - moment.tasks.ageMs(x) || x - y);
      const [first, ...rest] = tasks;
      const chain = chainOf(graph, first);
      const last = chain[chain.length - 1];
      const goesOn = chain.length > 1 && !graph.wait(last);
      const leaf = goesOn ? words.leaf(last) : '';
      const text = goesOn ? chain.slice(0, -1) : chain;
      const same = rest.length > 0 ? `; so ${rest.length === 1 ? 'does' : 'do'} ${words.names(rest)}` : '';
      const told = new Set(tasks);
      const awaited = [...graph.awaitingAll(tasks)].filter((task) => !told.has(task));
      const others = words.waitingFor(awaited, rest.length > 0 ? 'them' : 'it');
      const row = moment.tasks.row(first);
      const source = placeOf(row);
      return {
        id: `stuck:${first}:${row?.steps ?? 0}`,
        kind: 'stuck',
        certainty: 'suspected',
        sentence: words.chain(text, `${leaf}; ${lasted(moment.tasks.ageMs(first))} so far${same}${others}`),
        tasks,
        ticks: [row?.sinceTick ?? moment.tick],
        ...(source && { source }),
      };
    });
}

/** Never longer than it was. */
function lasted(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return `${Math.floor(ms / 100) * 100} ms`;
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
}

function isLong(graph: WaitGraph, reason: WaitReason, task: TaskId): boolean {
  if (graph.wait(task)?.intended === true) return false;
  // A future that the user's code has no name for is a library's own, which may well idle at it.
  if (reason.kind === 'future') return reason.text !== 'future' && !reason.text.startsWith('future (');
  if (reason.kind === 'read') return isSilent(graph, task);
  return SHORT.has(reason.kind);
}

/** A connection that this program made, from which nothing ever came: subscribers may idle at one that has spoken. */
function isSilent(graph: WaitGraph, task: TaskId): boolean {
  return (
    graph.wait(task)?.things.some((id) => graph.thing(id)?.text.startsWith('silent connection to ')) === true
  );
}

/** A timeout of its own, or of one that awaits it. */
function hasWayOut(graph: WaitGraph, moment: Moment, task: TaskId): boolean {
  for (const each of graph.awaitingAll([task]))
    if (graph.wait(each)?.timeout !== undefined || moment.tasks.timeoutInMs(each) !== undefined) return true;
  return false;
}

/** From a task to the one that it waits for, and so on, as long as there is one for sure. */
export function chainOf(graph: WaitGraph, task: TaskId): TaskId[] {
  const chain = [task];
  const seen = new Set(chain);
  for (let at: TaskId | undefined = nextOf(graph, task); at !== undefined; at = nextOf(graph, at)) {
    if (seen.has(at)) break;
    seen.add(at);
    chain.push(at);
  }
  return chain;
}

/** The task that has to go on first: the awaited one, the holder; with several, one that is blocked or waits itself. */
export function nextOf(graph: WaitGraph, task: TaskId): TaskId | undefined {
  const wait = graph.wait(task);
  if (!wait) return undefined;
  const waits = (each: TaskId) => graph.wait(each) !== undefined;
  const best = (tasks: readonly TaskId[]) =>
    tasks.find((each) => graph.wait(each)?.blocked === true) ?? tasks.find(waits) ?? tasks[0];
  const things = wait.things.map((id) => graph.thing(id)).filter((thing) => thing !== undefined);
  const setters = () => (wait.blocked ? things.flatMap((thing) => graph.settersOf(thing)).filter(waits) : []);
  return best(wait.tasks) ?? best(things.flatMap(({ holders }) => holders)) ?? best(setters());
}

/** Whether the way from a task, beyond itself, comes by one of these. */
function leading(graph: WaitGraph, of: ReadonlySet<TaskId>): (task: TaskId) => boolean {
  const known = new Map<TaskId, boolean>();
  return (task) => {
    const way: TaskId[] = [];
    let at = nextOf(graph, task);
    let leads = false;
    const seen = new Set([task]);
    while (at !== undefined && !seen.has(at)) {
      if (of.has(at)) {
        leads = true;
        break;
      }
      const before = known.get(at);
      if (before !== undefined) {
        leads = before;
        break;
      }
      seen.add(at);
      way.push(at);
      at = nextOf(graph, at);
    }
    for (const each of way) known.set(each, leads);
    return leads;
  };
}
