/** What of a breakpoint on ticks can be judged before it is sent to the program. */
import type { TickBreakpoint } from '../adapter/contract';
import { parseHitCondition } from './hitCondition';

export type Place = TickBreakpoint['place'];
/** The breakpoints of one place. */
export type At<P extends Place> = Extract<TickBreakpoint, { place: P }>;

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
] as const satisfies readonly Place[];

/** What can happen to a task. */
export const TASK_EVENTS = [
  'created',
  'started',
  'resumed',
  'suspended',
  'done',
  'failed',
  'cancelled',
] as const satisfies readonly At<'task'>['on'][];
export const TIMER_EVENTS = [
  'due',
  'late',
  'scheduled',
  'cancelled',
] as const satisfies readonly At<'timer'>['on'][];
export const QUEUES = [
  'ready',
  'waiting',
  'timers',
  'tasks',
] as const satisfies readonly At<'growth'>['queue'][];
export const SLOW_WHEN = ['after', 'during'] as const satisfies readonly At<'slow'>['when'][];

/** Characters of a condition, a log message or a pattern. */
const LONGEST = 4000;

/**
 * Why this breakpoint cannot be set: a sentence. Undefined when, for all that can be seen from outside, it can: whether a
 * target can stop at a place, and whether a condition parses, only its agent knows.
 */
export function refusal(breakpoint: TickBreakpoint): string | undefined {
  return placeRefusal(breakpoint) ?? textsRefusal(breakpoint);
}

/** Whatever was written by hand may be in it. */
type Said = Record<string, unknown>;

function placeRefusal(breakpoint: TickBreakpoint): string | undefined {
  const said = breakpoint as unknown as Said;
  switch (breakpoint.place) {
    case 'tick':
      return tickRefusal(said);
    case 'callback':
      return patternsRefusal(said, ['function', 'file', 'task']);
    case 'task':
      return (
        choiceRefusal(said.on, TASK_EVENTS, 'A task cannot be stopped on') ??
        patternsRefusal(said, ['task', 'coroutine'])
      );
    case 'timer':
      return (
        choiceRefusal(said.on, TIMER_EVENTS, 'A timer cannot be stopped on') ??
        (said.ms === undefined ? undefined : durationRefusal(said.ms)) ??
        patternsRefusal(said, ['function', 'task'])
      );
    case 'io':
      if (said.fd !== undefined && !isWhole(said.fd))
        return `"fd" has to be the number of a file descriptor, from 0; it is ${show(said.fd)}.`;
      return patternsRefusal(said, ['peer']);
    case 'slow':
      if (!SLOW_WHEN.includes(said.when as never))
        return `A slow callback is stopped ${SLOW_WHEN.join(' or ')} it ("when"), not ${show(said.when)}.`;
      return durationRefusal(said.ms);
    case 'growth':
      if (!QUEUES.includes(said.queue as never))
        return `There is no queue ${show(said.queue)}; there are ${QUEUES.join(', ')}.`;
      return isWhole(said.above)
        ? undefined
        : `"above" has to be a whole number from 0; it is ${show(said.above)}.`;
    case 'stuck':
      return durationRefusal(said.ms);
    case 'deadlock':
    case 'stall':
    case 'exception':
    case 'never-retrieved':
      return undefined;
    default:
      return `There is no place ${show(said.place)}; the places are ${PLACES.join(', ')}.`;
  }
}

/** The same for what breakpoints of all kinds have, those on lines among them. */
export function textsRefusal({
  condition,
  hitCondition,
  logMessage,
}: Pick<TickBreakpoint, 'condition' | 'hitCondition' | 'logMessage'>): string | undefined {
  for (const [name, text] of [
    ['condition', condition],
    ['log message', logMessage],
  ])
    if (text !== undefined && text.length > LONGEST)
      return `The ${name} has ${text.length} characters; it may have ${LONGEST}.`;
  if (hitCondition !== undefined && hitCondition.trim() !== '' && !parseHitCondition(hitCondition))
    return `The hit condition "${shortened(hitCondition)}" was not understood; write a number from 1, or one after ==, >, >=, <, <= or %.`;
  return undefined;
}

/** Globs: `*`, `?`, `[abc]`, `[!abc]`. */
function patternsRefusal(said: Said, names: readonly string[]): string | undefined {
  for (const name of names) {
    const glob = said[name];
    if (glob === undefined || glob === null) continue;
    if (typeof glob !== 'string') return `The pattern "${name}" has to be a text; it is ${show(glob)}.`;
    if (glob.trim() === '') return `The pattern "${name}" is empty; leave it out to match all.`;
    if (glob.length > LONGEST)
      return `The pattern "${name}" has ${glob.length} characters; it may have ${LONGEST}.`;
    if (glob.replaceAll(/\[!?\]?[^\]]*\]/g, '').includes('['))
      return `The pattern "${shortened(glob)}" has a "[" without its "]"; write "[[]" for the character itself.`;
  }
  return undefined;
}

/** A pattern that matches this text and no other. */
export function literally(text: string): string {
  return text.replaceAll(/[*?[]/g, '[$&]');
}

function tickRefusal({ at, every }: Said): string | undefined {
  if (at !== undefined && every !== undefined)
    return 'A breakpoint stops at one tick ("at") or at every so many ("every"), not both; leave one out.';
  if (at !== undefined && !isTick(at)) return `There is no tick ${show(at)}: ticks are numbered from 1.`;
  if (every !== undefined && !isTick(every))
    return `A breakpoint cannot stop every ${show(every)} ticks; "every" is a whole number from 1.`;
  return undefined;
}

function choiceRefusal(value: unknown, choices: readonly string[], start: string): string | undefined {
  return choices.includes(value as string)
    ? undefined
    : `${start} ${show(value)}; it can on ${choices.join(', ')}.`;
}

function durationRefusal(ms: unknown): string | undefined {
  if (typeof ms === 'number' && ms >= 0 && Number.isFinite(ms)) return undefined;
  return `"ms" has to be a number of milliseconds from 0; it is ${show(ms)}.`;
}

function isTick(value: unknown): boolean {
  return isWhole(value) && (value as number) >= 1;
}
function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
function show(value: unknown): string {
  return typeof value === 'string' ? `"${shortened(value)}"` : shortened(String(JSON.stringify(value)));
}
function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
