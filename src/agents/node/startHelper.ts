/** Starts the helper thread, and holds the main thread until the adapter has answered. */
import { MessageChannel, receiveMessageOnPort, Worker, type Transferable } from 'node:worker_threads';
import { join } from 'node:path';
import type { Target } from '../../adapter/contract';
import { PROTOCOL_VERSION } from '../../wire/schema';
import { CONTROL, GREETING, type HelperData, type Order } from './control';
import { hideThreads } from './hide';
import { MainChannel } from './mainChannel';

/** How long the adapter may take to answer, ms. */
const GREETING_MS = 10_000;

export interface Dial {
  address: string;
  token: string;
  version: string;
  target: Target;
}

/** Undefined, and a sentence on standard error, when there is no adapter: the program goes on without us. */
export function startHelper(
  folder: string,
  { address, token, version, target }: Dial,
): MainChannel | undefined {
  const shared = new SharedArrayBuffer(CONTROL.LENGTH * Int32Array.BYTES_PER_ELEMENT);
  const control = new Int32Array(shared);
  const { port1, port2 } = new MessageChannel();
  const data: HelperData = {
    shared,
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
    // Those before it, if any, are of our loader.
    hideThreads(worker.threadId);
  });
  Atomics.wait(control, CONTROL.GREETING, GREETING.NONE, GREETING_MS);
  const order = (receiveMessageOnPort(port1) as { message: Order } | undefined)?.message;
  if (order?.type !== 'welcome') {
    const why = order?.type === 'refused' ? order.message : unanswered(address);
    Atomics.store(control, CONTROL.GONE, 1);
    port1.close();
    process.stderr.write(`${why}\n`);
    return undefined;
  }
  const channel = new MainChannel(order.welcome, control, port1);
  process.once('exit', () => channel.finish());
  return channel;
}

function unanswered(address: string): string {
  return `Tickscope's debug adapter at ${address} did not answer within ${GREETING_MS / 1000} s; the program runs without it.`;
}

/** A new Worker is announced (`worker` of process) a turn later: not this one. */
function quietly(start: () => void): void {
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
