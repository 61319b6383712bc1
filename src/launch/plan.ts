/** From launch arguments to the command that runs the user's program with the agent in it. */
import { existsSync, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { LaunchArguments, Target } from '../adapter/contract';
import type { Listening } from './address';
import { AGENT_VERSION, pythonAgentFolder } from './agents';
import { programEnvironment, type Environment } from './environment';
import { LaunchError } from './launchError';
import type { Command } from './process';
import { findPython, type Python } from './python';

/** What will be run, without the agent's address, which is not known before the adapter listens. */
export interface Plan {
  target: Target;
  /** For people: "app.py", "uvicorn". */
  name: string;
  cwd: string;
  /** The user's own environment. */
  env: Environment;
  python: Python;
  runtimeArgs: string[];
  /** What follows the interpreter and its options. */
  programArgs: string[];
  agentFolder: string;
}

/** Throws LaunchError for what cannot be run. */
export async function planLaunch(launch: LaunchArguments): Promise<Plan> {
  const program = launch.program?.trim() ? launch.program : undefined;
  const module = launch.module?.trim() ? launch.module : undefined;
  if (program === undefined && module === undefined)
    throw new LaunchError(
      'There is nothing to run: launch.json names neither "program" nor "module". Add one of them.',
    );
  if (program !== undefined && module !== undefined)
    throw new LaunchError(
      'launch.json names both "program" and "module", but only one can be run. Remove one.',
    );
  const cwd = folderOf(launch.cwd, program);
  const path = program === undefined ? undefined : resolve(cwd, program);
  if (path !== undefined) checkProgram(path);
  const target = launch.target ?? guessTarget(path);
  if (target !== 'asyncio')
    throw new LaunchError(
      `Debugging the target "${target}" is not built yet; Tickscope debugs Python programs (target "asyncio").`,
    );
  const env = programEnvironment({ env: launch.env, envFile: fileIn(cwd, launch.envFile) });
  const python = await findPython(launch.runtimeExecutable?.trim() || undefined, cwd, env);
  const what = path === undefined ? ['-m', module as string] : [path];
  return {
    target,
    name: path === undefined ? (module as string) : path.slice(dirname(path).length).replace(/^[\\/]/, ''),
    cwd,
    env,
    python,
    runtimeArgs: launch.runtimeArgs ?? [],
    programArgs: [...what, ...(launch.args ?? [])],
    agentFolder: pythonAgentFolder(),
  };
}

/**
 * The command line is the user's own wherever the agent gets in by PYTHONPATH; else our runner stands before the
 * program. Nowhere to dial: the program alone, without the agent.
 */
export function commandOf(plan: Plan, listening: Pick<Listening, 'address' | 'token'> | undefined): Command {
  const env: Environment = { ...plan.env };
  const runner: string[] = [];
  // What was printed before a stop is to be seen at the stop. The agent takes it back where it is ours.
  if (env.PYTHONUNBUFFERED === undefined) {
    env.PYTHONUNBUFFERED = '1';
    if (listening) env.TICKSCOPE_UNBUFFERED = '1';
  }
  if (listening) {
    env.TICKSCOPE_ADDRESS = listening.address;
    env.TICKSCOPE_TOKEN = listening.token;
    env.TICKSCOPE_AGENT_VERSION = AGENT_VERSION;
    const bootstrap = join(plan.agentFolder, 'bootstrap');
    if (ignoresPythonPath(plan.runtimeArgs)) runner.push(join(plan.agentFolder, 'run.py'));
    else env.PYTHONPATH = env.PYTHONPATH ? bootstrap + delimiter + env.PYTHONPATH : bootstrap;
  }
  const args = [...plan.runtimeArgs, ...runner, ...plan.programArgs];
  return { path: plan.python.path, args, cwd: plan.cwd, env };
}

/** -I and -E ignore PYTHONPATH; -S does not import `sitecustomize`. They may stand with others: -IX, -uE. */
export function ignoresPythonPath(runtimeArgs: string[]): boolean {
  for (let i = 0; i < runtimeArgs.length; i++) {
    const flags = /^-([A-Za-z?]+)/.exec(runtimeArgs[i])?.[1];
    if (flags === undefined) continue;
    for (const [place, flag] of [...flags].entries()) {
      if ('IES'.includes(flag)) return true;
      // These take the rest of the word as their value, or the next word.
      if ('WXcm'.includes(flag)) {
        if (place === flags.length - 1 && runtimeArgs[i].length === flags.length + 1) i++;
        break;
      }
    }
  }
  return false;
}

function guessTarget(path: string | undefined): Target {
  return path === undefined || !/\.[cm]?[jt]sx?$/i.test(path) ? 'asyncio' : 'node';
}

function folderOf(asked: string | undefined, program: string | undefined): string {
  if (asked !== undefined && asked.trim() !== '') {
    const folder = resolve(asked);
    if (!isFolder(folder))
      throw new LaunchError(
        `There is no folder ${folder} to run the program in. Correct "cwd" in the launch configuration.`,
      );
    return folder;
  }
  if (program === undefined) return process.cwd();
  const folder = dirname(resolve(program));
  return isFolder(folder) ? folder : process.cwd();
}

function checkProgram(path: string): void {
  if (!existsSync(path))
    throw new LaunchError(
      `There is no file ${path}. Correct "program" in the launch configuration, or open the file that you want to run.`,
    );
  if (isFolder(path) && !existsSync(join(path, '__main__.py')))
    throw new LaunchError(
      `${path} is a folder without a __main__.py, so Python cannot run it. Let "program" name a file, or use "module".`,
    );
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function fileIn(cwd: string, file: string | undefined): string | undefined {
  return file?.trim() ? resolve(cwd, file) : undefined;
}
