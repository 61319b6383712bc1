/** A Python program, with the agent in it. */
import { existsSync, statSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { AGENT_VERSION, pythonAgentFolder } from './agents';
import type { Environment } from './environment';
import { LaunchError } from './launchError';
import type { Asked, Plan } from './program';
import { findPython } from './python';

/**
 * The command line is the user's own wherever the agent gets in by PYTHONPATH; else our runner stands before the
 * program. Rejects with LaunchError.
 */
export async function planPython({ launch, target, path, module, cwd, env }: Asked): Promise<Plan> {
  if (path !== undefined) checkProgram(path);
  const python = await findPython(launch.runtimeExecutable?.trim() || undefined, cwd, env);
  const agentFolder = pythonAgentFolder();
  const runtimeArgs = launch.runtimeArgs ?? [];
  const what = path === undefined ? ['-m', module as string] : [path];
  const programArgs = [...what, ...(launch.args ?? [])];
  return {
    target,
    name: path === undefined ? (module as string) : basename(path),
    cwd,
    whyNoAgent: 'A sitecustomize module, or a program that starts another Python, may be the reason.',
    command: (listening) => {
      const changed: Environment = { ...env };
      const runner: string[] = [];
      // What was printed before a stop is to be seen at the stop. The agent takes it back where it is ours.
      if (changed.PYTHONUNBUFFERED === undefined) {
        changed.PYTHONUNBUFFERED = '1';
        if (listening) changed.TICKSCOPE_UNBUFFERED = '1';
      }
      if (listening) {
        changed.TICKSCOPE_ADDRESS = listening.address;
        changed.TICKSCOPE_TOKEN = listening.token;
        changed.TICKSCOPE_AGENT_VERSION = AGENT_VERSION;
        // Of a debugged program that this adapter is a child of.
        delete changed.TICKSCOPE_CHILD;
        const bootstrap = join(agentFolder, 'bootstrap');
        if (ignoresPythonPath(runtimeArgs)) runner.push(join(agentFolder, 'run.py'));
        else changed.PYTHONPATH = changed.PYTHONPATH ? bootstrap + delimiter + changed.PYTHONPATH : bootstrap;
      }
      return { path: python.path, args: [...runtimeArgs, ...runner, ...programArgs], cwd, env: changed };
    },
  };
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

function checkProgram(path: string): void {
  if (statSync(path).isDirectory() && !existsSync(join(path, '__main__.py')))
    throw new LaunchError(
      `${path} is a folder without a __main__.py, so Python cannot run it. Let "program" name a file, or use "module".`,
    );
}
