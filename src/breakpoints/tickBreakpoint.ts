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

/** The places that the agents can stop at. */
const BUILT: readonly TickBreakpoint['place'][] = ['tick'];

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
    return `Stopping at the place "${breakpoint.place}" is not built yet; "tick" is.`;
  const hits = breakpoint.hitCondition;
  if (hits !== undefined && hits.trim() !== '' && !parseHitCondition(hits))
    return `The hit condition "${hits}" was not understood; write a number, or one after ==, >, >=, <, <= or %.`;
  if (breakpoint.place === 'tick') return tickRefusal(breakpoint);
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
  return typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
}
