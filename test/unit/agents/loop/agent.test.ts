/** The agent on real loops in this very process, with a channel that hands what it says straight to the model. */
import assert from 'node:assert/strict';
import { install } from '../../../../src/agents/loop/agent';
import { sharedState } from '../../../../src/agents/loop/library';
import type { Agent, Answer, Channel, Said } from '../../../../src/agents/node/channel';
import { Refusal } from '../../../../src/agents/node/channel';
import {
  Barrier,
  Condition,
  coroutine,
  createTask,
  currentTask,
  Event,
  EventLoop,
  gather,
  getRunningLoop,
  Lock,
  Queue,
  Runner,
  Semaphore,
  sleep,
  Task,
  TaskGroup,
  VirtualClock,
  waitFor,
  type Coroutine,
} from '../../../../src/loop/asyncio';
import { makeNumbers, Numbers } from '../../../../src/agents/node/numbers';
import { Model } from '../../../../src/model/model';
import { FRAME } from '../../../../src/wire/schema';
import { WELCOME } from '../../wire/welcome';
import type { TickBreakpoint, WaitingRow } from '../../../../src/adapter/contract';
import type { Command, Commands, Stopped } from '../../../../src/wire/messages';

type Say = Extract<Said, { type: 'stopped' }>;

class FakeChannel implements Channel {
  readonly place = {
    loop: 1,
    name: 'main',
    thread: 'main',
    program: '',
    given: {},
    numbers: makeNumbers(1),
    start: 0,
  };
  readonly numbers = new Numbers(this.place.numbers, this.place.loop);
  readonly firstId = 0;
  readonly model = new Model();
  readonly said: Said[] = [];
  readonly faults: unknown[] = [];
  pausing = false;
  /** Called at each stop, with what answers commands; `continue` follows. */
  stopped: (
    stop: Say,
    ask: <K extends Command['command']>(command: K, args: Commands[K][0]) => Commands[K][1],
  ) => void = () => undefined;
  private agent: Agent | undefined;
  readonly welcome;

  constructor(breakpoints: TickBreakpoint[] = []) {
    this.welcome = { ...WELCOME, breakpoints };
  }
  attach(agent: Agent): Agent {
    return (this.agent = agent);
  }
  now(): number {
    return performance.now() / 1000;
  }
  micros(): number {
    return Math.floor(performance.now() * 1000);
  }
  say(message: Said): void {
    this.said.push(message);
    if (message.type === 'loop') this.model.loopChanged(message);
    if (message.type === 'stopped') this.model.stopped(message);
    if (message.type === 'resumed') this.model.resumed(message);
  }
  define(records: (number | string)[]): void {
    this.model.define(Buffer.from(JSON.stringify(records)), FRAME.DEFINITIONS);
  }
  records(loop: number, values: Float64Array): number {
    const head = Buffer.alloc(4);
    head.writeUInt32LE(loop);
    this.model.records(Buffer.concat([head, Buffer.from(values.buffer)]), FRAME.NUMBERS);
    return 0;
  }
  beat(): void {}
  forgetPause(): void {
    this.pausing = false;
  }
  stand(answer: Answer): number {
    this.pausing = false;
    const stop = this.said.findLast(({ type }) => type === 'stopped') as Stopped;
    let going = false;
    const ask = <K extends Command['command']>(command: K, args: Commands[K][0]) =>
      answer(
        { type: 'command', id: 1, command, arguments: args } as Command,
        () => (going = true),
      ) as Commands[K][1];
    this.stopped(stop, ask);
    if (!going) ask('continue', {});
    return 0;
  }
  fault(error: unknown): void {
    this.faults.push(error);
    this.agent?.leave();
  }
}

const EVERY_TICK: TickBreakpoint[] = [{ id: 'all', place: 'tick' }];

/** Runs a program on a loop of its own, with virtual time. */
async function run<T>(main: () => Promise<T> | Coroutine<T>): Promise<T> {
  const runner = new Runner({ loopFactory: () => new EventLoop({ clock: new VirtualClock() }) });
  try {
    return await runner.run(main);
  } finally {
    await runner.close();
  }
}

describe('the agent of the TypeScript loop', () => {
  let channel: FakeChannel;
  let agent: Agent | undefined;
  function start(breakpoints: TickBreakpoint[] = []): FakeChannel {
    channel = new FakeChannel(breakpoints);
    agent = channel.attach(install(channel));
    return channel;
  }
  afterEach(() => agent?.leave());

  async function mixed(): Promise<string[]> {
    const log: string[] = [];
    const lock = new Lock();
    const event = new Event();
    const queue = new Queue<number>(1);
    const worker = async (name: string, delay: number) => {
      await lock.acquire();
      await sleep(delay);
      lock.release();
      await queue.put(delay);
      await event.wait();
      log.push(name);
    };
    function* generator(): Coroutine<number> {
      for (let i = 0; i < 3; i++) yield* sleep(i);
      return yield* queue.get();
    }
    const late = getRunningLoop().callLater(100, () => log.push('never'));
    const taken = createTask(generator());
    const workers = [1, 2, 2].map((delay, index) => createTask(() => worker(`w${index}`, delay)));
    await sleep(6);
    late.cancel();
    workers[2].cancel();
    log.push(String(await taken), String(await queue.get()));
    event.set();
    const ends = await gather(...workers, { returnExceptions: true });
    try {
      await waitFor(sleep(10), 1);
    } catch (error) {
      log.push((error as Error).name);
    }
    return [...log, ...ends.map(String)];
  }

  it('changes nothing of what a program does', async () => {
    const alone = await run(mixed);
    start(EVERY_TICK);
    assert.deepEqual(await run(mixed), alone);
    assert.deepEqual(channel.faults, []);
  });

  it('lets the model know at every tick what the loop holds', async () => {
    start(EVERY_TICK);
    let stops = 0;
    channel.stopped = ({ loop: id }) => {
      stops++;
      const loop = getRunningLoop();
      const { counts, cursor } = channel.model.state({ loop: id });
      const timers = loop.scheduled.filter((timer) => !timer.cancelled()).length;
      assert.deepEqual([counts.ready, counts.timers], [loop.ready.length, timers], `tick ${cursor.tick}`);
      assert.equal(cursor.callback, 0);
    };
    await run(mixed);
    assert.ok(stops > 15);
    assert.deepEqual(channel.faults, []);
    const last = channel.model.state({});
    assert.deepEqual(last.counts, { ready: 0, waiting: 0, timers: 0, tasks: 0 });
  });

  it('explains each wait', async () => {
    start([{ id: 'late', place: 'tick', at: 4 }]);
    let waiting: unknown[] = [];
    channel.stopped = ({ loop }) => {
      const { rows } = channel.model.rows({ queue: 'waiting', start: 0, count: 100, loop });
      // The agent knows the library by its one file; of its sources it does not see that a timer is a sleep's.
      const suspended = (rows as WaitingRow[]).filter(({ reason }) => reason.kind !== 'sleep');
      waiting = suspended.map(({ name, reason }) => [name, reason.text]);
    };
    const told = async (condition: Condition) => {
      await condition.acquire();
      await condition.wait();
    };
    await run(async () => {
      const lock = new Lock();
      const event = new Event();
      const queue = new Queue<number>();
      await lock.acquire();
      currentTask()?.setName('holder');
      const tasks = [
        createTask(() => lock.acquire() as unknown as Promise<true>, { name: 'locker' }),
        createTask(async () => await event.wait(), { name: 'guest' }),
        createTask(async () => await queue.join(), { name: 'joiner' }),
        createTask(async () => await queue.get(), { name: 'getter' }),
        createTask(async () => await getRunningLoop().createFuture(), { name: 'waiter' }),
        createTask(async () => await new Semaphore(0).acquire(), { name: 'passer' }),
        createTask(async () => await new Barrier(2).wait(), { name: 'comer' }),
        createTask(() => told(new Condition()), { name: 'listener' }),
        createTask(() => new TaskGroup().run(async (group) => void group.createTask(() => sleep(5))), {
          name: 'leader',
        }),
      ];
      await sleep(1);
      for (const task of tasks) task.cancel();
      await gather(...tasks, { returnExceptions: true });
    });
    assert.deepEqual(waiting, [
      ['locker', 'lock, held by holder'],
      ['guest', 'event'],
      ['getter', 'an item of queue (0 inside)'],
      ['waiter', 'future'],
      ['passer', 'semaphore'],
      ['comer', 'barrier'],
      ['listener', 'condition'],
      ['leader', 'task group, 1 unfinished'],
    ]);
  });

  it('lets the clock stand at a stop, and tells virtual time from real', async () => {
    start(EVERY_TICK);
    const times: number[] = [];
    const loop = new EventLoop();
    channel.stopped = () => times.push(loop.time());
    const stand = channel.stand.bind(channel);
    channel.stand = (answer) => stand(answer) + 3600;
    const began = loop.time();
    await loop.runUntilComplete(async () => {
      await sleep(0);
    });
    loop.close();
    // Three ticks at least, an hour each, and none of it on the loop's clock but backwards: an hour did not really pass.
    assert.ok(times.length >= 3);
    assert.ok(loop.stood === 3600 * times.length && began - loop.time() > 3600);
    channel.stand = stand;
    const virtual = new EventLoop({ clock: new VirtualClock() });
    await virtual.runUntilComplete(async () => {
      await sleep(5);
    });
    assert.equal(virtual.stood, 0);
    assert.equal(virtual.time(), 5);
    virtual.close();
  });

  it('looks where locks are taken no more often because a virtual clock jumps', async () => {
    start();
    let [places, took] = [0, 0];
    await run(async () => {
      const began = performance.now();
      for (let hour = 0; hour < 2000; hour++) {
        await sleep(3600);
        if (sharedState().observer?.placeHere?.() !== undefined) places++;
      }
      took = (performance.now() - began) / 1000;
    });
    assert.ok(places >= 200 && places <= 201 + 200 * took, `${places} places in ${took} s`);
  });

  it('steps to the next callback, the next tick, a task and a tick', async () => {
    start([{ id: 'begin', place: 'tick', at: 2 }]);
    const stops: string[] = [];
    const steps: Commands['step'][0][] = [
      { kind: 'callback' },
      { kind: 'callback' },
      { kind: 'tick' },
      { kind: 'task' },
      { kind: 'runTo', tick: 6 },
    ];
    channel.stopped = ({ loop, actor, reason }, ask) => {
      const { cursor } = channel.model.state({ loop });
      const { name } = channel.model.actor(actor);
      stops.push(`${reason} ${cursor.tick}/${cursor.callback} ${name}`);
      const step = steps.shift();
      const b = channel.model.rows({ queue: 'tasks', start: 0, count: 9, loop }).rows[2] as { task: number };
      if (step) ask('step', step.kind === 'task' ? { ...step, task: b.task } : step);
    };
    await run(async () => {
      const spin = async () => {
        for (let i = 0; i < 6; i++) await sleep(0);
      };
      await gather(createTask(spin, { name: 'a' }), createTask(spin, { name: 'b' }));
    });
    assert.deepEqual(stops, [
      'breakpoint 2/0 a',
      'step 2/1 b',
      'step 3/0 a',
      'step 4/0 a',
      'step 4/1 b',
      'step 6/0 a',
    ]);
  });

  it('stops a program that sleeps, at once and without a tick', async () => {
    start();
    const stops: unknown[] = [];
    channel.stopped = (stop) => stops.push([stop.at, channel.model.state({ loop: stop.loop }).cursor.tick]);
    const loop = new EventLoop();
    await loop.runUntilComplete(async () => {
      setImmediate(() => {
        channel.pausing = true;
        agent?.pause();
      });
      await sleep(0.4);
    });
    loop.close();
    assert.deepEqual(stops, [['poll', 1]]);
  });

  it('shows generators with their lines, and evaluates in them', async () => {
    start([{ id: 'late', place: 'tick', at: 3 }]);
    const seen: unknown[] = [];
    channel.stopped = ({ loop }, ask) => {
      const task = channel.model.rows({ queue: 'tasks', start: 0, count: 9, loop }).rows[0] as {
        task: number;
      };
      const { frames } = ask('chain', { task: task.task });
      seen.push(frames.map(({ name }) => name));
      const frame = frames.find(({ name }) => name === 'inner')?.id;
      seen.push(
        ask('locals', { frame: frame as number }).variables.map(({ name, value }) => `${name}=${value}`)[0],
      );
      seen.push(ask('evaluate', { expression: 'twice + 1', frame, context: 'watch' }).value);
      assert.throws(() => ask('evaluate', { expression: 'await 1', frame, context: 'repl' }), Refusal);
      assert.throws(() => ask('locals', { frame: 99 }), /That frame is gone/);
    };
    function* inner(twice: number): Coroutine<void> {
      yield* sleep(twice);
    }
    function* outer(): Coroutine<void> {
      yield* sleep(0);
      yield* inner(2);
    }
    await run(outer);
    assert.deepEqual(seen, [['outer', 'inner'], 'twice=2', '3']);
  });

  it('shows async functions that await each other, called or as coroutines', async () => {
    start([{ id: 'late', place: 'tick', at: 2 }]);
    let names: string[] = [];
    channel.stopped = ({ loop }, ask) => {
      const [{ task }] = channel.model.rows({ queue: 'tasks', start: 0, count: 9, loop }).rows as {
        task: number;
      }[];
      names = ask('chain', { task }).frames.map(({ name }) => name);
    };
    const inner = coroutine(async function inner() {
      await sleep(2);
    });
    const middle = coroutine(async function middle() {
      await Promise.all([inner(), null]);
    });
    async function outer() {
      await middle();
    }
    await run(async function main() {
      await outer();
    });
    assert.deepEqual(names, ['main', 'outer', 'middle', 'inner']);
  });

  it('is taken out when it fails, and the program goes on', async () => {
    start(EVERY_TICK);
    channel.stopped = () => {
      throw new Error('unforeseen');
    };
    assert.equal(await run(async () => (await sleep(1), 'done')), 'done');
    assert.deepEqual(
      channel.faults.map((error) => (error as Error).message),
      ['unforeseen'],
    );
  });

  it('knows that a task has ended which left an await of its own behind', async () => {
    start();
    const loop = new EventLoop();
    await loop.runUntilComplete(async () => {
      sleep(10).then();
      await sleep(0);
    });
    assert.equal(channel.model.state({}).counts.tasks, 0);
    loop.close();
  });

  it('tells of tasks that end between the loop’s callbacks', async () => {
    start();
    const loop = new EventLoop();
    await loop.runUntilComplete(async () => {
      const task = createTask(async () => {
        await new Promise((resolve) => setImmediate(resolve));
      });
      assert.ok(task instanceof Task);
      await task;
    });
    loop.close();
    assert.deepEqual(channel.faults, []);
    assert.equal(channel.model.state({}).counts.tasks, 0);
  });
});
