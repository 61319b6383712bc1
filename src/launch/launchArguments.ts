/** The launch arguments, checked. */
import { z } from 'zod';
import type { LaunchArguments } from '../adapter/contract';
import { tickBreakpointList } from '../breakpoints/schema';
import type { HeldChild } from './children';
import { LaunchError } from './launchError';
import { firstProblem } from '../breakpoints/problem';

const schema = z.looseObject({
  /** The editor's "run without debugging". */
  noDebug: z.boolean().optional(),
  program: z.string().optional(),
  module: z.string().optional(),
  target: z.enum(['asyncio', 'node', 'loop']).optional(),
  args: z.array(z.string()).optional(),
  cwd: z.string().optional(),
  env: z.record(z.string(), z.string().nullable()).optional(),
  envFile: z.string().optional(),
  runtimeExecutable: z.string().optional(),
  runtimeArgs: z.array(z.string()).optional(),
  console: z.enum(['internalConsole', 'integratedTerminal', 'externalTerminal']).optional(),
  stopOnEntry: z.boolean().optional(),
  tickBreakpoints: tickBreakpointList.optional(),
  record: z.string().optional(),
  stuckAfterMs: z.number().nonnegative().optional(),
  slowCallbackMs: z.number().nonnegative().optional(),
  justMyCode: z.boolean().optional(),
  subProcess: z.boolean().optional(),
  keepUvloop: z.boolean().optional(),
  /** What the adapter itself asks the editor to start: the session of a child process. */
  __child: z.object({ address: z.string(), token: z.string(), pid: z.number() }).optional(),
});

export type CheckedLaunch = LaunchArguments & { noDebug?: boolean; __child?: HeldChild };

/** Throws LaunchError that names the first wrong argument. What the editor adds for itself is left alone. */
export function checkLaunchArguments(said: unknown): CheckedLaunch {
  const checked = schema.safeParse(said ?? {});
  if (!checked.success)
    throw new LaunchError(`The launch argument ${firstProblem(checked.error)}. Correct it in launch.json.`);
  return checked.data as CheckedLaunch;
}
