import assert from 'node:assert/strict';
import { getRunningLoop } from '../../../src/loop/events';
import { CancelledError, RuntimeError, ValueError } from '../../../src/loop/exceptions';
import { gather } from '../../../src/loop/gather';
import { BoundedSemaphore, Condition, Event, Lock, Semaphore } from '../../../src/loop/locks';
import type { LoopObserver } from '../../../src/loop/observer';
import { shared } from '../../../src/loop/shared';
import { sleep } from '../../../src/loop/sleep';
import { createTask } from '../../../src/loop/tasks';
import { virtually } from './virtual';

describe('Lock', () => {
  it('goes from one to the next in the order of asking', () =>
    virtually(async () => {
      const lock = new Lock();
      const log: string[] = [];
      const worker = async (name: string) => {
        for (let round = 0; round < 2; round++) {
          await lock.acquire();
          log.push(name + round);
          await sleep(1);
          lock.release();
        }
      };
      await gather(
        () => worker('a'),
        () => worker('b'),
        () => worker('c'),
      );
      assert.deepEqual(log, ['a0', 'b0', 'c0', 'a1', 'b1', 'c1']);
      assert.equal(getRunningLoop().time(), 6);
      assert.equal(lock.locked(), false);
    }));

  it('does not suspend who can have it at once', () =>
    virtually(function* () {
      const lock = new Lock();
      let ticked = false;
      getRunningLoop().callSoon(() => (ticked = true));
      assert.equal(yield* lock.acquire(), true);
      assert.equal(ticked, false);
    }));

  it('gives the turn of a cancelled one to the next', () =>
    virtually(async () => {
      const lock = new Lock();
      await lock.acquire();
      const first = createTask(lock.acquire());
      const second = createTask(lock.acquire());
      await sleep(0);
      assert.equal(String(lock), '<Lock [locked, waiters:2]>');
      // The release wakes the first one, which is cancelled before it runs.
      lock.release();
      first.cancel();
      await assert.rejects(async () => await first, CancelledError);
      assert.equal(await second, true);
      assert.equal(String(lock), '<Lock [locked]>');
    }));

  it('refuses to be released when nobody holds it', () => {
    assert.throws(() => new Lock().release(), new RuntimeError('Lock is not acquired.'));
  });

  it('belongs to the loop where somebody waited for it', async () => {
    const lock = new Lock();
    await virtually(async () => {
      await lock.acquire();
      createTask(lock.acquire());
      await sleep(0);
    });
    await assert.rejects(
      virtually(async () => await lock.acquire()),
      /is bound to a different event loop/,
    );
  });

  it('tells the observer who holds it', () =>
    virtually(async () => {
      const lock = new Lock();
      const log: unknown[] = [];
      const before = shared.observer;
      const quiet = new Proxy({} as LoopObserver, {
        get: (_, name) =>
          name === 'acquired' || name === 'released'
            ? (what: object, task: unknown) => log.push([name, what === lock, task])
            : name === 'gate'
              ? false
              : () => undefined,
      });
      shared.observer = quiet;
      try {
        const task = createTask(lock.acquire());
        await task;
        lock.release();
        assert.deepEqual(log, [
          ['acquired', true, task],
          ['released', true, undefined],
        ]);
      } finally {
        shared.observer = before;
      }
    }));
});

describe('Event', () => {
  it('wakes all who wait, in order, and lets later ones pass', () =>
    virtually(async () => {
      const event = new Event();
      const log: number[] = [];
      const tasks = [1, 2, 3].map((n) =>
        createTask(async () => {
          await event.wait();
          log.push(n);
        }),
      );
      await sleep(0);
      assert.equal(String(event), '<Event [unset, waiters:3]>');
      event.set();
      await gather(...tasks, { returnExceptions: true });
      assert.deepEqual(log, [1, 2, 3]);
      assert.equal(await event.wait(), true);
      event.clear();
      assert.equal(event.isSet(), false);
    }));
});

describe('Condition', () => {
  it('wakes as many as notified, with the lock held', () =>
    virtually(async () => {
      const condition = new Condition();
      const log: string[] = [];
      const waiter = async (name: string) => {
        await condition.acquire();
        await condition.wait();
        log.push(name);
        condition.release();
      };
      const tasks = ['a', 'b', 'c'].map((name) => createTask(() => waiter(name)));
      await sleep(1);
      await condition.acquire();
      condition.notify(2);
      condition.release();
      await sleep(1);
      assert.deepEqual(log, ['a', 'b']);
      await condition.acquire();
      condition.notifyAll();
      condition.release();
      await gather(...tasks);
      assert.deepEqual(log, ['a', 'b', 'c']);
    }));

  it('has the lock again when cancelled while it waits', () =>
    virtually(async () => {
      const condition = new Condition();
      let held: boolean | undefined;
      const task = createTask(async () => {
        await condition.acquire();
        try {
          await condition.wait();
        } finally {
          held = condition.locked();
          condition.release();
        }
      });
      await sleep(0);
      await condition.acquire();
      task.cancel();
      await sleep(0);
      // The cancelled one wants the lock back first; a second cancellation does not change that.
      task.cancel();
      await sleep(0);
      assert.equal(task.done(), false);
      condition.release();
      await assert.rejects(async () => await task, CancelledError);
      assert.equal(held, true);
      assert.equal(condition.locked(), false);
    }));

  it('waits for a predicate', () =>
    virtually(function* () {
      const condition = new Condition();
      let items = 0;
      const task = createTask(function* () {
        yield* condition.acquire();
        const result = yield* condition.waitFor(() => items > 1 && items);
        condition.release();
        return result;
      });
      for (let n = 1; n <= 3; n++) {
        yield* sleep(1);
        yield* condition.acquire();
        items = n;
        condition.notify();
        condition.release();
      }
      assert.equal(yield* task, 2);
    }));

  it('refuses to wait or notify without the lock', () =>
    virtually(async () => {
      const condition = new Condition();
      assert.throws(() => condition.notify(), new RuntimeError('cannot notify on un-acquired lock'));
      await assert.rejects(async () => await condition.wait(), /cannot wait on un-acquired lock/);
    }));
});

describe('Semaphore', () => {
  it('lets as many in as it has room for', () =>
    virtually(async () => {
      const semaphore = new Semaphore(2);
      let inside = 0;
      let most = 0;
      const worker = async () => {
        await semaphore.acquire();
        most = Math.max(most, ++inside);
        await sleep(1);
        inside--;
        semaphore.release();
      };
      await gather(...Array.from({ length: 7 }, () => worker));
      assert.equal(most, 2);
      assert.equal(getRunningLoop().time(), 4);
    }));

  it('is fair: who asks while others wait does not overtake them', () =>
    virtually(async () => {
      const semaphore = new Semaphore(1);
      const log: string[] = [];
      await semaphore.acquire();
      const first = createTask(async () => {
        await semaphore.acquire();
        log.push('first');
      });
      await sleep(0);
      semaphore.release();
      assert.equal(semaphore.locked(), true);
      const second = createTask(async () => {
        await semaphore.acquire();
        log.push('second');
      });
      await first;
      semaphore.release();
      await second;
      assert.deepEqual(log, ['first', 'second']);
    }));

  it('gives back what a cancelled one was given', () =>
    virtually(async () => {
      const semaphore = new Semaphore(0);
      const first = createTask(semaphore.acquire());
      const second = createTask(semaphore.acquire());
      await sleep(0);
      semaphore.release();
      first.cancel();
      await second;
      assert.equal(first.cancelled(), true);
      assert.equal(String(semaphore), '<Semaphore [locked]>');
    }));

  it('has a bounded kind, and no negative value', () => {
    assert.throws(
      () => new BoundedSemaphore(1).release(),
      new ValueError('BoundedSemaphore released too many times'),
    );
    assert.throws(() => new Semaphore(-1), ValueError);
    assert.equal(String(new Semaphore(3)), '<Semaphore [unlocked, value:3]>');
  });
});

it('locks can be released by `using`', () =>
  virtually(async () => {
    for (const lock of [new Lock(), new Condition(), new Semaphore(1)]) {
      await lock.acquire();
      lock[Symbol.dispose]();
      assert.equal(lock.locked(), false);
    }
  }));
