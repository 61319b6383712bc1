import assert from 'node:assert/strict';
import { newEventLoop } from '../../../src/loop/baseEvents';
import { VirtualClock } from '../../../src/loop/clock';
import { sleep } from '../../../src/loop/sleep';
import { createTask } from '../../../src/loop/tasks';
import { run } from '../../../src/loop/runners';

describe('Host', () => {
  it('gives Node its turn while a callback schedules itself for ever', async () => {
    const loop = newEventLoop();
    let calls = 0;
    const again = () => {
      if (++calls === 1) setTimeout(() => loop.stop(), 1);
      loop.callSoon(again);
    };
    loop.callSoon(again);
    await loop.runForever();
    loop.close();
    assert.ok(calls > 10, String(calls));
  });

  it('turns Node’s loop between any two ticks while work of Node’s is outstanding', async () => {
    const loop = newEventLoop();
    const log: string[] = [];
    loop.hostWork++;
    const tick = (n: number): void => {
      log.push(`tick ${n}`);
      setImmediate(() => log.push(`turn ${n}`));
      if (n < 3) loop.callSoon(tick, n + 1);
      else loop.stop();
    };
    loop.callSoon(tick, 1);
    await loop.runForever();
    loop.close();
    assert.deepEqual(log.slice(0, 5), ['tick 1', 'turn 1', 'tick 2', 'turn 2', 'tick 3']);
  });

  it('wakes for what is asked of it while it sleeps', async () => {
    const loop = newEventLoop();
    const future = loop.createFuture<string>();
    setTimeout(() => future.setResult('r'), 1);
    assert.equal(await loop.runUntilComplete(future), 'r');
    setTimeout(() => loop.callLater(0.001, () => loop.stop()), 1);
    await loop.runForever();
    const entered: number[] = [];
    const both = [0, 1].map(() => loop.createFuture<void>());
    setTimeout(() => {
      for (const one of both) {
        loop.ioArrived(-1, 0, () => {
          loop.callSoon(() => entered.push(loop.ready.length));
          one.setResult();
        });
      }
    }, 1);
    await loop.runUntilComplete(async () => {
      for (const one of both) await one;
    });
    assert.equal(entered.length, 2);
    loop.close();
  });

  it('makes no tick before a timer is due', async () => {
    const loop = newEventLoop();
    const start = loop.time();
    let due = 0;
    loop.callAt(start + 0.0123, () => {
      due = loop.time();
      loop.stop();
    });
    await loop.runForever();
    loop.close();
    assert.ok(due >= start + 0.0123, `${due - start}`);
  });

  it('jumps over the longest waits on a virtual clock, a day at most in one poll', async () => {
    const loop = newEventLoop({ clock: new VirtualClock() });
    assert.equal(await loop.runUntilComplete(sleep(1e7, 'r')), 'r');
    assert.equal(loop.time(), 1e7);
    loop.close();
  });

  it('passes on what Node’s own callbacks throw meanwhile, and goes on', async () => {
    const thrown: unknown[] = [];
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => thrown.push(error));
    try {
      const error = new Error('in nextTick');
      await run(async () => {
        const task = createTask(sleep(0.001, 'on'));
        process.nextTick(() => {
          throw error;
        });
        assert.equal(await task, 'on');
      });
      assert.deepEqual(thrown, [error]);
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of others) process.on('uncaughtException', listener);
    }
  });
});
