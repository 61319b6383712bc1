/**
 * Child processes that are followed (`subProcess`): what their environment says puts the agent into every Node among them
 * and among theirs. The program's own `process.env` says nothing of it.
 */
import Module, { syncBuiltinESMExports } from 'node:module';
import type ChildProcesses from 'node:child_process';
import type { Given } from './hide';
import { optionThatLoads } from './nodeOptions';

type Variables = Record<string, string | undefined>;
type AnyFunction = (...args: unknown[]) => unknown;
interface SpawnOptions {
  /** "NAME=value" */
  envPairs?: string[];
}

const OPTIONS = 'NODE_OPTIONS';

/** From here on. `given`: what this process was given itself. */
export function followChildren(given: Given, preload: string): void {
  const added = Object.entries(given).map(([name, value]) => [`TICKSCOPE_${name}`, value] as const);
  // Already loaded or not: loading it does nothing that could be seen.
  const exported = Module.createRequire(preload)('node:child_process') as typeof ChildProcesses;

  const prototype = exported.ChildProcess.prototype as unknown as { spawn: AnyFunction };
  prototype.spawn = new Proxy(prototype.spawn, {
    apply(target, self, [options, ...rest]: [SpawnOptions, ...unknown[]]) {
      const { envPairs } = options ?? {};
      if (!Array.isArray(envPairs)) return Reflect.apply(target, self, [options, ...rest]);
      const kept = envPairs.filter((pair) => !pair.startsWith(`${OPTIONS}=`));
      const own = envPairs.find((pair) => pair.startsWith(`${OPTIONS}=`))?.slice(OPTIONS.length + 1);
      const pairs = [...kept, `${OPTIONS}=${optionThatLoads(preload, own)}`];
      for (const [name, value] of added) if (value !== undefined) pairs.push(`${name}=${value}`);
      return Reflect.apply(target, self, [{ ...options, envPairs: pairs }, ...rest]);
    },
  });

  const told = (env: Variables): Variables => ({
    ...env,
    ...Object.fromEntries(added),
    [OPTIONS]: optionThatLoads(preload, env[OPTIONS]),
  });
  for (const name of ['spawnSync', 'execSync', 'execFileSync'] as const) {
    const functions = exported as unknown as Record<string, AnyFunction>;
    functions[name] = new Proxy(functions[name], {
      apply(target, self, args: unknown[]) {
        const last = args.at(-1);
        const isOptions = typeof last === 'object' && last !== null && !Array.isArray(last);
        const options = (isOptions ? last : {}) as { env?: Variables };
        const amended = { ...options, env: told(options.env ?? process.env) };
        const before = isOptions || (args.length > 1 && last === undefined) ? args.slice(0, -1) : args;
        return Reflect.apply(target, self, [...before, amended]);
      },
    });
  }
  syncBuiltinESMExports();
}
