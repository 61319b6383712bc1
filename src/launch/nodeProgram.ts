/** A JavaScript or TypeScript program, with the worker in it. */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { EMPTY_MODULE } from '../agents/node/emptyModule';
import { formatOf } from '../agents/node/typescript/format';
import { TYPESCRIPT } from '../agents/node/typescript/resolve';
import { AGENT_VERSION, nodeAgentFolder } from './agents';
import type { Environment } from './environment';
import { LaunchError } from './launchError';
import { findNode } from './node';
import type { Asked, Plan } from './program';
import { firstLine, JAVASCRIPT } from './target';

/** Rejects with LaunchError. */
export async function planNode({ launch, target, path, cwd, env }: Asked): Promise<Plan> {
  if (path === undefined)
    throw new LaunchError(
      '"module" runs Python modules. Let "program" name the JavaScript or TypeScript file to run.',
    );
  const name = basename(path);
  if (!JAVASCRIPT.test(path) && /\.[^.]+$/.test(name) && !isFolder(path))
    throw new LaunchError(
      `The target "${target}" runs JavaScript and TypeScript, and ${name} is neither. Correct "target", or remove it.`,
    );
  const file = fileOf(path);
  if (/^#!.*\b(?:ba|da|z)?sh\b/.test(firstLine(file)))
    throw new LaunchError(
      `${path} is a shell script. Let "program" name the JavaScript file that it starts, such as ` +
        `${join('node_modules', name, '…')}.`,
    );
  const node = await findNode(launch.runtimeExecutable?.trim() || undefined, cwd, env);
  const preload = join(nodeAgentFolder(), 'preload.cjs');
  const typescript = TYPESCRIPT.test(file);
  /** Plain JavaScript that needs nothing of the loader is loaded by Node alone. */
  const loader = typescript || target === 'loop';
  const worker = ['--require', preload];
  // Node takes its ES module loader for what it knows to be a module, and TypeScript it knows in some versions only.
  if (typescript && formatOf(file, readFileSync(file, 'utf8')) === 'module')
    worker.push('--import', EMPTY_MODULE);
  const programArgs = [...(launch.runtimeArgs ?? []), path, ...(launch.args ?? [])];
  return {
    target,
    name,
    cwd,
    whyNoAgent:
      'A program that starts another Node, or a "runtimeExecutable" that does not pass its options on, may be the reason.',
    command: (listening, eager = false) => {
      const changed: Environment = { ...env };
      if (node.electron) changed.ELECTRON_RUN_AS_NODE = '1';
      if (loader) changed.TICKSCOPE_LOADER = '1';
      if (listening) {
        changed.TICKSCOPE_ADDRESS = listening.address;
        changed.TICKSCOPE_TOKEN = listening.token;
        changed.TICKSCOPE_AGENT_VERSION = AGENT_VERSION;
        changed.TICKSCOPE_TARGET = target;
        if (eager && target === 'node') changed.TICKSCOPE_EAGER = '1';
      }
      const args = loader || listening ? [...worker, ...programArgs] : programArgs;
      return { path: node.path, args, cwd, env: changed };
    },
  };
}

function isFolder(path: string): boolean {
  return statSync(path).isDirectory();
}

/** What Node runs of a folder: the `main` of its package.json, or its index. */
function fileOf(path: string): string {
  if (!isFolder(path)) return path;
  try {
    return createRequire(join(path, 'x.js')).resolve(path);
  } catch {
    throw new LaunchError(
      `${path} is a folder without a package.json that names its "main". Let "program" name the JavaScript or TypeScript file to run.`,
    );
  }
}
