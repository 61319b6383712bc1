/** From launch arguments to what will be run. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Target } from '../adapter/contract';
import type { HeldChild } from './children';
import { programEnvironment } from './environment';
import type { CheckedLaunch } from './launchArguments';
import { LaunchError } from './launchError';
import { planNode } from './nodeProgram';
import type { Plan, Runtime } from './program';
import { planPython } from './pythonProgram';
import { guessTarget } from './target';

const runtimes: Record<Target, Runtime> = { asyncio: planPython, node: planNode, loop: planNode };

/** Throws LaunchError for what cannot be run. */
export async function planLaunch(launch: CheckedLaunch): Promise<Plan> {
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
  if (path !== undefined && !existsSync(path))
    throw new LaunchError(
      `There is no file ${path}. Correct "program" in the launch configuration, or open the file that you want to run.`,
    );
  const target = launch.target ?? guessTarget(path);
  const env = programEnvironment({ env: launch.env, envFile: fileIn(cwd, launch.envFile) });
  return await runtimes[target]({ launch, target, path, module, cwd, env });
}

/** A child process runs already: there is nothing to run. */
export function planChild({ pid }: HeldChild, { target, cwd }: CheckedLaunch): Plan {
  return {
    target: target ?? 'asyncio',
    name: `The child process ${pid}`,
    cwd: cwd ?? process.cwd(),
    command: () => {
      throw new LaunchError(`The child process ${pid} runs already.`);
    },
    whyNoAgent: '',
  };
}

/** What people call a program with this `sys.argv`, or this `process.argv`. */
export function childName(argv: string[], target: Target): string {
  const [program] = target === 'asyncio' ? argv : argv.slice(1);
  if (program === undefined || ['', '-', '-c', '-m'].includes(program))
    return target === 'asyncio' ? 'python' : 'node';
  return basename(program);
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

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function fileIn(cwd: string, file: string | undefined): string | undefined {
  return file?.trim() ? resolve(cwd, file) : undefined;
}
