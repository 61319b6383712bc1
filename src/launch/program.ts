/** What the runtimes have in common: what is asked of them, and what they make of it. */
import type { LaunchArguments, Target } from '../adapter/contract';
import type { Listening } from './address';
import type { Environment } from './environment';
import type { Command } from './process';

/** A launch, checked as far as it is the same for every runtime. */
export interface Asked {
  launch: LaunchArguments & { noDebug?: boolean };
  target: Target;
  /** Absolute path of the program; absent for a module. */
  path?: string;
  module?: string;
  cwd: string;
  /** The user's own environment. */
  env: Environment;
}

/** What will be run, without the agent's address, which is not known before the adapter listens. */
export interface Plan {
  target: Target;
  /** For people: "app.py", "uvicorn". */
  name: string;
  cwd: string;
  /**
   * Nowhere to dial: the program alone, without the agent. `eager`: it need not wait for the adapter's answer before its
   * first line, for there is nothing to stop at.
   */
  command(listening: Pick<Listening, 'address' | 'token'> | undefined, eager?: boolean): Command;
  /** A sentence on why the agent may not have come, for a program that ended without it. */
  whyNoAgent: string;
}

/** Makes the plan of a program in this runtime. Rejects with LaunchError for what cannot be run. */
export type Runtime = (asked: Asked) => Promise<Plan>;
