/** The shape that every tick breakpoint must have; what it says is judged by `refusal`. */
import { z } from 'zod';
import { PLACES } from './tickBreakpoint';

const tickBreakpoint = z.looseObject({
  id: z.string().min(1),
  place: z.enum(PLACES),
  condition: z.string().optional(),
  hitCondition: z.string().optional(),
  logMessage: z.string().optional(),
  enabled: z.boolean().optional(),
});
export const tickBreakpointList = z.array(tickBreakpoint);
/** A place alone: what `tickscope/step` runs to. */
export const tickPlace = tickBreakpoint.omit({ id: true });
