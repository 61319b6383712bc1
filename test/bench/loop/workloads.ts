/**
 * The loop's workloads in TypeScript, as `workloads.py` has them; prints JSON: {workload: {way: seconds}}. Ways: the two
 * fronts, and for empty steps the loop under the debugger's agent.
 */
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import {
  gather,
  getRunningLoop,
  IncompleteReadError,
  openConnection,
  run,
  sleep,
  startServer,
  type Coroutine,
  type StreamReader,
  type StreamWriter,
} from 'tickscope/asyncio';
import { install } from '../../../src/agents/loop/agent';
import { makeNumbers, Numbers } from '../../../src/agents/node/numbers';
import { MAIN_LOOP } from '../../../src/agents/node/place';
import type { Channel } from '../../../src/agents/node/channel';
import { WELCOME } from '../../unit/wire/welcome';

const STEPS = 200_000;
const CALLBACKS = 500_000;
const TIMERS = 100_000;
const CHILDREN = 200_000;
const CLIENTS = 10;
const ROUND_TRIPS = 300;
const message = Buffer.alloc(1024, 'x');

function* sleepZero(): Coroutine<void> {
  function* one(): Coroutine<void> {
    for (let i = 0; i < STEPS / 2; i++) yield* sleep(0);
  }
  yield* gather(one(), one());
}

async function sleepZeroNative(): Promise<void> {
  const one = async () => {
    for (let i = 0; i < STEPS / 2; i++) await sleep(0);
  };
  await gather(one, one);
}

/** A listening socket makes the loop give Node its turn at every tick. */
function* polled(steps: () => Coroutine<void>): Coroutine<void> {
  const server = yield* startServer(() => undefined, '127.0.0.1', 0);
  yield* steps();
  server.close();
}

async function polledNative(): Promise<void> {
  const server = await startServer(() => undefined, '127.0.0.1', 0);
  await sleepZeroNative();
  server.close();
}

/** Until a callback ran `count` times; `ask` asks for them all. */
function* callbacks(count: number, ask: (callback: () => void) => void): Coroutine<void> {
  const done = getRunningLoop().createFuture<void>();
  let left = count;
  ask(() => {
    if (--left === 0) done.setResult(undefined);
  });
  yield* done;
}

function* callSoon(): Coroutine<void> {
  const loop = getRunningLoop();
  yield* callbacks(CALLBACKS, (callback) => {
    for (let i = 0; i < CALLBACKS; i++) loop.callSoon(callback);
  });
}

function* timers(): Coroutine<void> {
  const loop = getRunningLoop();
  yield* callbacks(TIMERS, (callback) => {
    const now = loop.time();
    for (let i = 0; i < TIMERS; i++) loop.callAt(now + ((i * 7919) % TIMERS) * 1e-7, callback);
  });
}

function* children(): Coroutine<void> {
  function* child(i: number): Coroutine<number> {
    return i;
  }
  let total = 0;
  for (let i = 0; i < CHILDREN; i++) total += yield* child(i);
  check(total);
}

async function childrenNative(): Promise<void> {
  const child = async (i: number) => i;
  let total = 0;
  for (let i = 0; i < CHILDREN; i++) total += await child(i);
  check(total);
}

function check(total: number): void {
  if (total !== (CHILDREN * (CHILDREN - 1)) / 2) throw new Error('A child was lost.');
}

function* echo(): Coroutine<void> {
  function* serve(reader: StreamReader, writer: StreamWriter): Coroutine<void> {
    try {
      for (;;) {
        writer.write(yield* reader.readexactly(1024));
        yield* writer.drain();
      }
    } catch (error) {
      if (!(error instanceof IncompleteReadError)) throw error;
      writer.close();
    }
  }
  const server = yield* startServer(serve, '127.0.0.1', 0);
  const [, port] = server.sockets[0].getsockname() as [string, number];
  function* client(): Coroutine<void> {
    const [reader, writer] = yield* openConnection('127.0.0.1', port);
    for (let i = 0; i < ROUND_TRIPS; i++) {
      writer.write(message);
      yield* writer.drain();
      yield* reader.readexactly(1024);
    }
    writer.close();
    yield* writer.waitClosed();
  }
  yield* gather(...Array.from({ length: CLIENTS }, client));
  server.close();
}

async function echoNative(): Promise<void> {
  const serve = async (reader: StreamReader, writer: StreamWriter) => {
    try {
      for (;;) {
        writer.write(await reader.readexactly(1024));
        await writer.drain();
      }
    } catch (error) {
      if (!(error instanceof IncompleteReadError)) throw error;
      writer.close();
    }
  };
  const server = await startServer(serve, '127.0.0.1', 0);
  const [, port] = server.sockets[0].getsockname() as [string, number];
  const client = async () => {
    const [reader, writer] = await openConnection('127.0.0.1', port);
    for (let i = 0; i < ROUND_TRIPS; i++) {
      writer.write(message);
      await writer.drain();
      await reader.readexactly(1024);
    }
    writer.close();
    await writer.waitClosed();
  };
  await gather(...Array.from({ length: CLIENTS }, () => client));
  server.close();
}

type Work = () => Coroutine<void> | Promise<void>;

const workloads: Record<string, { generators: Work; native?: Work }> = {
  'sleep(0)': { generators: sleepZero, native: sleepZeroNative },
  'sleep(0), I/O polled': { generators: () => polled(sleepZero), native: polledNative },
  callSoon: { generators: callSoon },
  timers: { generators: timers },
  'awaited children': { generators: children, native: childrenNative },
  'TCP echo': { generators: echo, native: echoNative },
};

async function measure(work: Work): Promise<number> {
  let best = Infinity;
  // The first to get warm.
  for (let i = 0; i < 4; i++) {
    const start = performance.now();
    await run(work);
    if (i > 0) best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}

/** Records go to another thread, as they do to the helper's, and are dropped there. */
function openChannel(): Channel & { end(): void } {
  const thread = new Worker("require('node:worker_threads').parentPort.on('message', () => {})", {
    eval: true,
  });
  thread.unref();
  const place = {
    loop: MAIN_LOOP,
    name: 'main',
    thread: 'main',
    program: '',
    given: {},
    numbers: makeNumbers(MAIN_LOOP),
    start: 0,
  };
  return {
    place,
    numbers: new Numbers(place.numbers, place.loop),
    firstId: 0,
    welcome: WELCOME,
    pausing: false,
    now: () => performance.now() / 1000,
    micros: () => Math.floor(performance.now() * 1000),
    say: () => undefined,
    define: () => undefined,
    records(_loop, values) {
      thread.postMessage(values, [values.buffer as ArrayBuffer]);
      return 0;
    },
    beat: () => undefined,
    forgetPause: () => undefined,
    stand: () => 0,
    fault(error) {
      throw error;
    },
    end: () => void thread.terminate(),
  };
}

async function main(): Promise<void> {
  const seconds: Record<string, Record<string, number>> = {};
  for (const [name, { generators, native }] of Object.entries(workloads)) {
    const ways: Record<string, number> = (seconds[name] = { generators: await measure(generators) });
    if (native) ways.native = await measure(native);
  }
  const channel = openChannel();
  const agent = install(channel);
  for (const name of ['sleep(0)', 'callSoon', 'TCP echo']) {
    const { generators, native } = workloads[name];
    seconds[name]['agent on generators'] = await measure(generators);
    if (native) seconds[name]['agent on native'] = await measure(native);
  }
  agent.leave();
  channel.end();
  process.stdout.write(JSON.stringify(seconds) + '\n');
}

void main();
