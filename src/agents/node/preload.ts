/**
 * `node --require preload.cjs program`: the first thing that runs in the user's process, in each of its threads. Puts in
 * the loader and, on the main thread of a program that is debugged, the agent; and takes itself out of sight.
 */
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import type { Target } from '../../adapter/contract';
import { hideArguments, hideModules, hideThreadsInWorker, takeVariables } from './hide';
import type { MainChannel } from './mainChannel';
import { startHelper } from './startHelper';
import { installLoader } from './typescript/install';
import type { Install } from './channel';

function install(channel: MainChannel, file: string): void {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    channel.attach((require(file) as { install: Install }).install(channel));
  } catch (error) {
    channel.fault(error);
  }
}

const folder = dirname(__filename);
hideArguments(__filename);
if (isMainThread) {
  const { ADDRESS, TOKEN, AGENT_VERSION, TARGET, LOADER } = takeVariables();
  installLoader(folder, LOADER === '1');
  if (ADDRESS && TOKEN && AGENT_VERSION) {
    const target = TARGET as Target;
    const channel = startHelper(folder, { address: ADDRESS, token: TOKEN, version: AGENT_VERSION, target });
    if (channel) install(channel, join(folder, `${target}.cjs`));
  }
} else {
  hideThreadsInWorker();
  installLoader(folder, undefined);
}
hideModules(folder, module);
