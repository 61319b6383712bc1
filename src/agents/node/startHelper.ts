/** Starts the helper thread, which dials the adapter while the program loads. */
import { MessageChannel, Worker, type Transferable } from 'node:worker_threads';
import { join } from 'node:path';
import type { Target } from '../../adapter/contract';
import { PROTOCOL_VERSION } from '../../wire/schema';
import type { Install } from './channel';
import { startOfThread } from './clock';
import type { HelperData } from './control';
import { quietly, whenExiting, whenKillingItself, type Given } from './hide';
import { MainChannel } from './mainChannel';
import { makeNumbers } from './numbers';
import { MAIN_LOOP, namesHere, type Place } from './place';
import { newShared } from './shared';

export interface Dial {
  address: string;
  token: string;
  version: string;
  target: Target;
  /** All that the launcher gave to this process. */
  given: Given;
}

export function startHelper(folder: string, dial: Dial, install: Install): MainChannel {
  const { address, token, version, target } = dial;
  const shared = newShared(target);
  const place: Place = {
    ...namesHere(''),
    program: process.argv[1] ?? '',
    given: dial.given,
    loop: MAIN_LOOP,
    numbers: makeNumbers(MAIN_LOOP),
    start: startOfThread(),
  };
  const { port1, port2 } = new MessageChannel();
  const data: HelperData = {
    shared,
    numbers: place.numbers,
    start: place.start,
    address,
    folder,
    hello: {
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      token,
      target,
      runtime: `Node ${process.versions.node}${process.versions.electron ? ' (Electron)' : ''}`,
      version: process.versions.node.split('.').map(Number),
      agent: version,
      pid: process.pid,
      monotonic: performance.now() / 1000,
      wall: Date.now() / 1000,
      argv: [...process.argv],
    },
  };
  quietly(() => {
    const worker = new Worker(join(folder, 'helper.cjs'), {
      // Nothing of the program's own settings is for this thread.
      execArgv: [],
      argv: [],
      env: {},
      // Else the program's own streams are opened, to be written to by this thread.
      stdout: true,
      stderr: true,
      workerData: { ...data, port: port2 },
      transferList: [port2 as Transferable],
      name: 'tickscope',
    });
    worker.unref();
    worker.on('error', () => undefined); // it says so itself while it can
  });
  const channel = new MainChannel(shared, port1, place, install, address);
  whenExiting(() => channel.finish());
  whenKillingItself(() => channel.finish());
  return channel;
}
