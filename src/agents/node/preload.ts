/**
 * `node --require preload.cjs program`: the first thing that runs in the user's process, in each of its threads. Puts in
 * the loader and, in a program that is debugged, the agent; and takes itself out of sight.
 */
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import type { Target } from '../../adapter/contract';
import { followChildren } from './children';
import { loadCompiled } from './compiled';
import {
  hideArguments,
  hideModules,
  hideOptions,
  hideThreads,
  hideThreadsInWorker,
  takeVariables,
} from './hide';
import type { MainChannel } from './mainChannel';
import { startHelper } from './startHelper';
import { installLoader } from './typescript/install';
import type { Install } from './channel';
import { followWorkers, joinHelper } from './workers';

/** What copies of the loop's library share: see src/loop/shared.ts. */
const LOOP = Symbol.for('tickscope.asyncio');

const folder = dirname(__filename);
hideArguments(__filename);
if (isMainThread) onMainThread();
else inWorker();
hideModules(folder, module);

function onMainThread(): void {
  const given = takeVariables();
  const { ADDRESS, TOKEN, AGENT_VERSION, TARGET, LOADER, EAGER } = given;
  // By which a child was told to load this.
  hideOptions(__filename);
  const target = TARGET as Target;
  let channel: MainChannel | undefined;
  if (ADDRESS && TOKEN && AGENT_VERSION) {
    const dial = { address: ADDRESS, token: TOKEN, version: AGENT_VERSION, target, given };
    try {
      channel = startHelper(folder, dial, agentOf(target));
      channel.eager = EAGER === '1';
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      process.stderr.write(`Tickscope's agent could not be started (${why}); the program runs without it.\n`);
    }
  }
  // Meanwhile the thread starts.
  const threads = installLoader(folder, LOADER === '1');
  if (!channel) return;
  hideThreads(1 + threads);
  if (target === 'loop') whenAsked(LOOP, channel);
  else {
    if (target === 'node') follow(channel);
    channel.begin();
  }
}

function inWorker(): void {
  hideThreadsInWorker();
  const channel = joinHelper(agentOf('node'));
  installLoader(folder, undefined);
  if (!channel) return;
  follow(channel);
  channel.begin();
}

/** What the program starts. */
function follow(channel: MainChannel): void {
  followWorkers(channel, __filename);
  if (channel.welcome.subProcess) followChildren(channel.place.given, __filename);
}

function agentOf(target: Target): Install {
  return (channel) => {
    const agent = loadCompiled<{ install: Install }>(join(folder, `${target}.cjs`), require);
    const installed = agent.exports.install(channel);
    agent.keep();
    return installed;
  };
}

/**
 * The agent is put in when the library first looks for what it shares with other copies of itself: by then the adapter has
 * answered, while the program loaded.
 */
function whenAsked(symbol: symbol, channel: MainChannel): void {
  const shared = globalThis as unknown as Record<symbol, unknown>;
  const plainly = (value: unknown) =>
    Object.defineProperty(globalThis, symbol, {
      value,
      configurable: true,
      writable: true,
      enumerable: false,
    });
  Object.defineProperty(globalThis, symbol, {
    configurable: true,
    enumerable: false,
    get() {
      plainly(undefined);
      channel.begin();
      return shared[symbol];
    },
    set: plainly,
  });
}
