/** What of a breakpoint on ticks can be judged before it is sent to the program. */
import { z } from 'zod';
import type { TickBreakpoint } from '../adapter/contract';
import { parseHitCondition } from './hitCondition';

export const PLACES = [
  'tick',
  'callback',
  'task',
  'timer',
  'io',
  'slow',
  'growth',
  'stuck',
  'deadlock',
  'stall',
  'exception',
  'never-retrieved',
] as const satisfies readonly TickBreakpoint['place'][];

/** The places that an agent can stop at; an agent that cannot says so itself. */
const BUILT: readonly TickBreakpoint['place'][] = [
  'tick',
  'callback',
  'task',
  'timer',
  'growth',
  'exception',
];
/** What can happen to a task. */
const TASK_EVENTS: readonly unknown[] = [
  'created',
  'started',
  'resumed',
  'suspended',
  'done',
  'failed',
  'cancelled',
];
const TIMER_EVENTS: readonly unknown[] = ['due', 'late'];
const QUEUES: readonly unknown[] = ['ready', 'waiting', 'timers', 'tasks'];
/** Characters of a condition, a log message or a pattern. */
const LONGEST = 4000;

/** The shape that every breakpoint must have; what it says is judged by `refusal`. */
const tickBreakpoint = z.looseObject({
  id: z.string().min(1),
  place: z.enum(PLACES),
  condition: z.string().optional(),
  hitCondition: z.string().optional(),
  logMessage: z.string().optional(),
  enabled: z.boolean().optional(),
});
export const tickBreakpointList = z.array(tickBreakpoint);

/** Why this breakpoint cannot be set: a sentence. Undefined when, for all that can be seen from outside, it can. */
export function refusal(breakpoint: TickBreakpoint): string | undefined {
  if (!BUILT.includes(breakpoint.place))
    return `Stopping at the place "${breakpoint.place}" is not built yet; ${BUILT.map((place) => `"${place}"`).join(', ')} are.`;
  for (const [name, text] of [
    ['condition', breakpoint.condition],
    ['log message', breakpoint.logMessage],
  ])
    if (text !== undefined && text.length > LONGEST)
      return `The ${name} has ${text.length} characters; it may have ${LONGEST}.`;
  const hits = breakpoint.hitCondition;
  if (hits !== undefined && hits.trim() !== '' && !parseHitCondition(hits))
    return `The hit condition "${hits}" was not understood; write a number, or one after ==, >, >=, <, <= or %.`;
  if (breakpoint.place === 'tick') return tickRefusal(breakpoint);
  if (breakpoint.place === 'callback') return patternsRefusal(breakpoint, ['function', 'file', 'task']);
  if (breakpoint.place === 'task') {
    if (!TASK_EVENTS.includes(breakpoint.on))
      return `A task cannot be stopped on ${show(breakpoint.on)}; it can on ${TASK_EVENTS.join(', ')}.`;
    return patternsRefusal(breakpoint, ['task', 'coroutine']);
  }
  if (breakpoint.place === 'timer') {
    const { on, ms } = breakpoint as { on?: unknown; ms?: unknown };
    if (!TIMER_EVENTS.includes(on))
      return `A timer cannot be stopped on ${show(on)} yet; it can on ${TIMER_EVENTS.join(', ')}.`;
    if (ms !== undefined && !(typeof ms === 'number' && ms >= 0 && Number.isFinite(ms)))
      return `"ms" has to be a number of milliseconds from 0; it is ${show(ms)}.`;
    return patternsRefusal(breakpoint, ['function', 'task']);
  }
  if (breakpoint.place === 'growth') {
    const { queue, above } = breakpoint as { queue?: unknown; above?: unknown };
    if (!QUEUES.includes(queue)) return `There is no queue ${show(queue)}; there are ${QUEUES.join(', ')}.`;
    if (!Number.isSafeInteger(above) || (above as number) < 0)
      return `"above" has to be a whole number from 0; it is ${show(above)}.`;
  }
  return undefined;
}

/** Globs: `*`, `?`, `[abc]`, `[!abc]`. */
function patternsRefusal(breakpoint: object, names: readonly string[]): string | undefined {
  for (const name of names) {
    const glob = (breakpoint as Record<string, unknown>)[name];
    if (glob === undefined || glob === null) continue;
    if (typeof glob !== 'string') return `The pattern "${name}" has to be a text; it is ${show(glob)}.`;
    if (glob.trim() === '') return `The pattern "${name}" is empty; leave it out to match all.`;
    if (glob.length > LONGEST)
      return `The pattern "${name}" has ${glob.length} characters; it may have ${LONGEST}.`;
    if (glob.replaceAll(/\[!?\]?[^\]]*\]/g, '').includes('['))
      return `The pattern "${glob}" has a "[" without its "]"; write "[[]" for the character itself.`;
  }
  return undefined;
}

function tickRefusal({ at, every }: { at?: unknown; every?: unknown }): string | undefined {
  if (at !== undefined && every !== undefined)
    return 'A breakpoint stops at one tick ("at") or at every so many ("every"), not both; leave one out.';
  if (at !== undefined && !isTick(at)) return `There is no tick ${show(at)}: ticks are numbered from 1.`;
  if (every !== undefined && !isTick(every))
    return `A breakpoint cannot stop every ${show(every)} ticks; "every" is a whole number from 1.`;
  return undefined;
}

function isTick(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
function show(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(JSON.stringify(value));
}
