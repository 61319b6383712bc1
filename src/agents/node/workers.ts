/**
 * Workers that the program starts. Each gets the agent, and a way of its own to the one helper of the process: its port
 * goes along with what every Worker is given, and the other end to the helper.
 */
import Module, { syncBuiltinESMExports } from 'node:module';
import * as threads from 'node:worker_threads';
import type { MessagePort, Transferable, Worker, WorkerOptions } from 'node:worker_threads';
import type { Install } from './channel';
import type { Shared } from './control';
import { hiddenThreads, whenExiting, whenKillingItself } from './hide';
import { MainChannel } from './mainChannel';
import { newLoop } from './numbers';
import { namesHere, programOf, type Place } from './place';
import { newShared } from './shared';

/** Under this key a Worker finds its Link; only while it is made. */
const KEY = 'tickscope.worker';

interface Link {
  shared: Shared;
  port: MessagePort;
  place: Omit<Place, 'name' | 'thread'>;
}

/** Every Worker that this thread starts from here on has the agent, too. `preload`: what puts it in. */
export function followWorkers(channel: MainChannel, preload: string): void {
  const exported = Module.createRequire(preload)('node:worker_threads') as { Worker: typeof Worker };
  const original = exported.Worker;
  const followed = new Proxy(original, {
    construct(target, args: [string | URL, WorkerOptions?, ...unknown[]], newTarget) {
      const [file, options = {}, ...rest] = args;
      if (channel.gone || typeof options !== 'object' || options === null)
        return Reflect.construct(target, args, newTarget) as Worker;
      const { numbers, given, start } = channel.place;
      const { port1, port2 } = channel.aside(() => new threads.MessageChannel());
      const link: Link = {
        shared: newShared('node'),
        port: port2,
        place: {
          loop: newLoop(numbers),
          program: programOf(file, options.eval === true),
          numbers,
          given,
          start,
        },
      };
      const amended = amend(options, preload, port2);
      threads.setEnvironmentData(KEY, link as never);
      let worker: Worker | undefined;
      try {
        worker = Reflect.construct(target, [file, amended, ...rest], newTarget) as Worker;
        return worker;
      } finally {
        threads.setEnvironmentData(KEY, undefined as never);
        if (worker === undefined) port1.close();
        else {
          const threadId = worker.threadId + hiddenThreads();
          channel.started({ loop: link.place.loop, threadId, shared: link.shared, port: port1 });
        }
      }
    },
  });
  Object.defineProperty(original.prototype, 'constructor', {
    value: followed,
    configurable: true,
    writable: true,
    enumerable: false,
  });
  exported.Worker = followed;
  syncBuiltinESMExports();
}

/** The program's options, with what brings the agent along. */
function amend(options: WorkerOptions, preload: string, port: MessagePort): WorkerOptions {
  const own: WorkerOptions = { transferList: [...(options.transferList ?? []), port as Transferable] };
  const { execArgv } = options;
  // Without, a Worker has what its parent was started with.
  if (Array.isArray(execArgv)) own.execArgv = ['--require', preload, ...execArgv];
  return Object.create(options, Object.getOwnPropertyDescriptors(own)) as WorkerOptions;
}

/** In a Worker: its channel; undefined where nobody follows it, and in threads that Node has for itself. */
export function joinHelper(install: Install): MainChannel | undefined {
  const link = threads.getEnvironmentData(KEY) as unknown as Link | undefined;
  if (link === undefined) return undefined;
  threads.setEnvironmentData(KEY, undefined as never);
  const channel = new MainChannel(
    link.shared,
    link.port,
    { ...link.place, ...namesHere(link.place.program) },
    install,
  );
  whenExiting(() => channel.finish());
  whenKillingItself(() => channel.finish());
  return channel;
}
