import assert from 'node:assert/strict';
import type { ExceptionContext } from '../../../src/loop/exceptionHandling';
import { newEventLoop, type EventLoop } from '../../../src/loop/baseEvents';
import { VirtualClock } from '../../../src/loop/clock';
import { getEventLoop, getRunningLoop, setEventLoop } from '../../../src/loop/events';
import { KeyboardInterrupt, RuntimeError } from '../../../src/loop/exceptions';
import { shared } from '../../../src/loop/shared';
import { sleep } from '../../../src/loop/sleep';
import { stderrOf } from './stderr';

const newLoop = () => newEventLoop({ clock: new VirtualClock() });

/** Runs until nothing is left to do at the given time. */
async function runUntil(loop: EventLoop, when: number): Promise<void> {
  loop.callAt(when, () => loop.stop());
  await loop.runForever();
}

describe('EventLoop', () => {
  it('runs in a tick only what was ready when it began', async () => {
    const loop = newLoop();
    const log: string[] = [];
    loop.callSoon(() => {
      log.push('a');
      loop.callSoon(() => log.push('c'));
      loop.stop();
    });
    loop.callSoon(() => log.push('b'));
    await loop.runForever();
    assert.deepEqual(log, ['a', 'b']);
    loop.stop();
    await loop.runForever();
    assert.deepEqual(log, ['a', 'b', 'c']);
  });

  it('passes arguments, and does not run what was cancelled', async () => {
    const loop = newLoop();
    const log: unknown[] = [];
    const add = (...args: unknown[]) => log.push(args);
    loop.callSoon(add);
    loop.callSoon(add, 1);
    loop.callSoon(add, 1, 2, 3);
    const handle = loop.callSoon(add, 'no');
    handle.cancel();
    assert.equal(handle.cancelled(), true);
    const timer = loop.callLater(1, add, 'never');
    timer.cancel();
    loop.callLater(1, add, 'timer');
    await runUntil(loop, 2);
    assert.deepEqual(log, [[], [1], [1, 2, 3], ['timer']]);
    assert.equal(loop.time(), 2);
  });

  it('puts timers behind what is ready, by deadline', async () => {
    const loop = newLoop();
    const log: string[] = [];
    loop.callLater(2, () => log.push('two'));
    loop.callLater(1, () => log.push('one'));
    loop.callLater(0, () => log.push('zero'));
    loop.callSoon(() => log.push('soon'));
    await runUntil(loop, 3);
    assert.deepEqual(log, ['soon', 'zero', 'one', 'two']);
  });

  it('matures timers that are due within the resolution of the clock', async () => {
    const loop = newLoop();
    const ticks: number[] = [];
    let tick = 0;
    const count = () => {
      tick++;
      if (tick < 3) loop.callSoon(count);
    };
    loop.callAt(1, () => {
      count();
      ticks.push(tick);
    });
    loop.callAt(1 + 1e-10, () => ticks.push(tick));
    loop.callAt(1 + 1e-3, () => ticks.push(tick));
    await runUntil(loop, 2);
    assert.deepEqual(ticks, [1, 1, 3]);
  });

  it('sweeps cancelled timers when most are', async () => {
    const loop = newLoop();
    const timers = Array.from({ length: 200 }, (_, i) => loop.callLater(100 + i, () => undefined));
    for (const timer of timers.slice(50)) timer.cancel();
    assert.equal(loop.scheduled.length, 200);
    loop.stop();
    await loop.runForever();
    assert.equal(loop.scheduled.length, 50);
    for (const timer of timers) timer.cancel();
    loop.stop();
    await loop.runForever();
    assert.equal(loop.scheduled.length, 0);
  });

  it('reports what a callback throws, and goes on', async () => {
    const loop = newLoop();
    const told: ExceptionContext[] = [];
    const log: string[] = [];
    loop.setExceptionHandler((where, context) => {
      assert.equal(where, loop);
      told.push(context);
    });
    const error = new TypeError('x');
    const handle = loop.callSoon(function bad() {
      throw error;
    });
    loop.callSoon(() => log.push('next'));
    await runUntil(loop, 1);
    assert.deepEqual(log, ['next']);
    assert.equal(told.length, 1);
    assert.equal(told[0].message, 'Exception in callback bad()');
    assert.equal(told[0].exception, error);
    assert.equal(told[0].handle, handle);
  });

  it('tells stderr without a handler, or with one that throws', async () => {
    const loop = newLoop();
    const text = await stderrOf(async () => {
      loop.callSoon(function bad() {
        throw new TypeError('first');
      });
      await runUntil(loop, 1);
      loop.setExceptionHandler(() => {
        throw new Error('handler');
      });
      loop.callExceptionHandler({ message: 'second' });
    });
    assert.match(text, /^Exception in callback bad\(\)\nhandle: <Handle bad\(\)>\nTypeError: first\n/);
    assert.match(
      text,
      /Unhandled error in exception handler\ncontext: \{ message: 'second' \}\nError: handler/,
    );
  });

  it('lets KeyboardInterrupt out, and can be run again', async () => {
    const loop = newLoop();
    loop.callSoon(() => {
      throw new KeyboardInterrupt();
    });
    await assert.rejects(loop.runForever(), KeyboardInterrupt);
    assert.equal(loop.isRunning(), false);
    assert.equal(await loop.runUntilComplete(sleep(1, 'again')), 'again');
  });

  it('is one at a time, and closed for good', async () => {
    const loop = newLoop();
    const other = newLoop();
    const done = loop.runUntilComplete(async () => {
      assert.equal(getRunningLoop(), loop);
      assert.equal(getEventLoop(), loop);
      assert.equal(loop.isRunning(), true);
      assert.throws(() => loop.close(), new RuntimeError('Cannot close a running event loop'));
      return 1;
    });
    await assert.rejects(loop.runForever(), new RuntimeError('This event loop is already running'));
    await assert.rejects(
      other.runForever(),
      new RuntimeError('Cannot run the event loop while another loop is running'),
    );
    assert.equal(await done, 1);
    assert.throws(() => getRunningLoop(), new RuntimeError('no running event loop'));
    loop.close();
    loop.close();
    assert.equal(loop.isClosed(), true);
    const closed = new RuntimeError('Event loop is closed');
    assert.throws(() => loop.callSoon(() => undefined), closed);
    assert.throws(() => loop.callLater(1, () => undefined), closed);
    await assert.rejects(loop.runForever(), closed);
  });

  it('says when it was stopped before the future was done', async () => {
    const loop = newLoop();
    loop.callSoon(() => loop.stop());
    await assert.rejects(
      loop.runUntilComplete(loop.createFuture()),
      new RuntimeError('Event loop stopped before Future completed.'),
    );
  });

  it('reports tasks that are pending when it is closed, and ends their generators', async () => {
    const loop = newLoop();
    const told: ExceptionContext[] = [];
    const log: string[] = [];
    loop.setExceptionHandler((_, context) => told.push(context));
    const task = loop.createTask(
      (function* () {
        try {
          yield* sleep(10);
        } finally {
          log.push('finally');
        }
      })(),
    );
    await runUntil(loop, 1);
    loop.close();
    assert.deepEqual(
      told.map((context) => [context.message, context.task]),
      [['Task was destroyed but it is pending!', task]],
    );
    assert.deepEqual(log, ['finally']);
  });

  it('reports slow callbacks in debug mode, and where handles come from', async () => {
    let now = 0;
    const loop = newEventLoop({ clock: { now: () => now, resolution: 1e-9 } });
    loop.setDebug(true);
    assert.equal(loop.getDebug(), true);
    const handle = loop.callSoon(function slow(seconds: number) {
      now += seconds;
    }, 0.25);
    loop.callSoon(() => loop.stop());
    const text = await stderrOf(() => loop.runForever());
    assert.equal(text, 'Executing <Handle slow(0.25)> took 0.250 seconds\n');
    assert.match(handle.source!, /baseEvents\.test/);
    assert.throws(
      () => loop.callSoon(async () => undefined),
      new TypeError('coroutines cannot be used with callSoon()'),
    );
  });

  it('lets a task factory make the tasks', async () => {
    const loop = newLoop();
    const made: unknown[] = [];
    loop.setTaskFactory((where, coro) => {
      made.push(coro);
      loop.setTaskFactory(undefined);
      return where.createTask(coro);
    });
    const coro = sleep(1, 'x');
    const task = loop.createTask(coro, { name: 'n' });
    assert.deepEqual(made, [coro]);
    assert.equal(task.getName(), 'n');
    assert.equal(await loop.runUntilComplete(task), 'x');
  });

  it('has a current loop, made when first asked for', () => {
    const { setLoop, setLoopCalled } = shared;
    try {
      shared.setLoop = undefined;
      shared.setLoopCalled = false;
      const loop = getEventLoop();
      assert.equal(getEventLoop(), loop);
      loop.close();
      setEventLoop(undefined);
      assert.throws(
        () => getEventLoop(),
        new RuntimeError("There is no current event loop in thread 'MainThread'."),
      );
    } finally {
      Object.assign(shared, { setLoop, setLoopCalled });
    }
  });

  it('stands while a debugger holds it', async () => {
    const loop = newLoop();
    const log: number[] = [];
    loop.callLater(2, () => log.push(loop.time()));
    loop.callLater(1, () => {
      (loop.clock as VirtualClock).advance(101);
      loop.stood += 100;
    });
    await runUntil(loop, 5);
    assert.deepEqual(log, [2]);
  });
});
