/** Takes out of the program's sight what brought us in. */
import { constants } from 'node:os';
import Module, { syncBuiltinESMExports } from 'node:module';
import * as threads from 'node:worker_threads';
import { EMPTY_MODULE } from './emptyModule';
import { withoutPreload } from './nodeOptions';

/** Variables of ours in the environment of a program that is launched. */
const VARIABLES = ['ADDRESS', 'TOKEN', 'AGENT_VERSION', 'TARGET', 'LOADER', 'EAGER'] as const;
export type Given = Partial<Record<(typeof VARIABLES)[number], string>>;

/** Reads them, and takes them away. */
export function takeVariables(): Given {
  const given: Given = {};
  for (const name of VARIABLES) {
    const variable = `TICKSCOPE_${name}`;
    given[name] = process.env[variable];
    delete process.env[variable];
  }
  return given;
}

/** Takes the launcher's words out of Node's own command line. In a Worker they were inherited. */
export function hideArguments(preload: string): void {
  const { execArgv } = process;
  const at = execArgv.indexOf(preload);
  if (at < 1) return;
  // `--import data:…` follows where the launcher needed it.
  const extra = execArgv[at + 1] === '--import' && execArgv[at + 2] === EMPTY_MODULE ? 2 : 0;
  execArgv.splice(at - 1, 2 + extra);
}

/** Takes what brought us into a Worker, or a child, out of the environment that it was given. */
export function hideOptions(preload: string): void {
  const { NODE_OPTIONS } = process.env;
  const left = withoutPreload(preload, NODE_OPTIONS);
  if (left === undefined) delete process.env.NODE_OPTIONS;
  else if (left !== NODE_OPTIONS) process.env.NODE_OPTIONS = left;
}

interface ModuleInside {
  _cache: Record<string, unknown>;
  _pathCache?: Record<string, string>;
}

/** Our files are no modules of the program. */
export function hideModules(folder: string, own: NodeJS.Module): void {
  const inside = Module as unknown as ModuleInside;
  for (const file of Object.keys(inside._cache)) if (file.startsWith(folder)) delete inside._cache[file];
  const paths = inside._pathCache;
  for (const [key, file] of Object.entries(paths ?? {})) if (file.startsWith(folder)) delete paths?.[key];
  const parent = (own as { parent?: NodeJS.Module }).parent;
  const at = parent?.children.indexOf(own) ?? -1;
  if (at >= 0) parent?.children.splice(at, 1);
}

/** Under this key the program's Workers learn how many threads of ours came before them. */
const THREADS = 'tickscope.threads';

/** On the main thread: the program's Workers are numbered as if the first `ours` threads were not there. */
export function hideThreads(ours: number): void {
  threads.setEnvironmentData(THREADS, ours);
  const { prototype } = threads.Worker;
  const number = Object.getOwnPropertyDescriptor(prototype, 'threadId');
  const get = number?.get;
  if (!get) return;
  const threadId = {
    get threadId(): number {
      const id = get.call(this) as number;
      return id > ours ? id - ours : id;
    },
  };
  Object.defineProperty(prototype, 'threadId', {
    ...number,
    get: Object.getOwnPropertyDescriptor(threadId, 'threadId')?.get,
  });
}

/** How many threads of ours came before the program's Workers. */
export function hiddenThreads(): number {
  const ours = threads.getEnvironmentData(THREADS);
  return typeof ours === 'number' ? ours : 0;
}

/** The same, in a Worker of the program's. */
export function hideThreadsInWorker(): void {
  const ours = hiddenThreads();
  if (ours === 0) return;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const exported = require('node:worker_threads') as { threadId: number };
  exported.threadId -= ours;
  syncBuiltinESMExports();
  hideThreads(ours);
}

/** A new Worker is announced (`worker` of process) a turn later: not those that `start` makes. */
export function quietly(start: () => void): void {
  const { nextTick } = process;
  process.nextTick = ((callback: (...args: unknown[]) => void, ...args: unknown[]) => {
    if (!callback.toString().includes("emit('worker'")) nextTick(callback, ...args);
  }) as typeof nextTick;
  try {
    start();
  } finally {
    process.nextTick = nextTick;
  }
}

/**
 * Calls `act` once, when the process is about to emit `exit`, in whichever way that comes about: no listener that the
 * program could count, meet in a stack or take away.
 */
export function whenExiting(act: () => void): void {
  let { emit } = process;
  let acted = false;
  const property = {
    get emit() {
      if (!acted && (process as { _exiting?: boolean })._exiting) {
        acted = true;
        act();
      }
      return emit;
    },
    set emit(other) {
      emit = other;
    },
  };
  const found = Object.getOwnPropertyDescriptor(property, 'emit');
  Object.defineProperty(process, 'emit', { ...found, enumerable: false });
}

/** Signals that end a process which does not listen for them. */
const ENDING = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGABRT', 'SIGKILL', 'SIGTERM'] as const;

/** Calls `act` when the process is about to end itself by a signal, which nothing else tells of. */
export function whenKillingItself(act: () => void): void {
  const inside = process as unknown as { _kill?(pid: number, signal: number): unknown };
  const kill = inside._kill;
  if (typeof kill !== 'function') return;
  const ends = new Map(ENDING.map((name) => [constants.signals[name] as number, name]));
  inside._kill = function _kill(pid, signal) {
    const name = ends.get(signal);
    if (pid === process.pid && name !== undefined && process.listenerCount(name) === 0) act();
    return kill.call(this, pid, signal);
  };
}
