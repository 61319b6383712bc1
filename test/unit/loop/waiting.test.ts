import assert from 'node:assert/strict';
import { asCompleted, type DoneFuture } from '../../../src/loop/asCompleted';
import type { Coroutine } from '../../../src/loop/coroutines';
import { getRunningLoop } from '../../../src/loop/events';
import { CancelledError, TimeoutError, ValueError } from '../../../src/loop/exceptions';
import { Future } from '../../../src/loop/futures';
import { sleep } from '../../../src/loop/sleep';
import { createTask, currentTask, type Task } from '../../../src/loop/tasks';
import { FIRST_COMPLETED, FIRST_EXCEPTION, wait } from '../../../src/loop/waiting';
import { waitFor } from '../../../src/loop/waitFor';
import { virtually } from './virtual';

function* fails(seconds: number): Coroutine<never> {
  yield* sleep(seconds);
  throw new TypeError(`after ${seconds}`);
}

const now = () => getRunningLoop().time();

describe('wait', () => {
  it('returns when all, the first or the first error is there', async () => {
    await virtually(async () => {
      const tasks: Task<unknown>[] = [createTask(sleep(1)), createTask(fails(2)), createTask(sleep(3))];
      let [done, pending] = await wait(tasks, { returnWhen: FIRST_COMPLETED });
      assert.deepEqual([[...done], [...pending]], [[tasks[0]], [tasks[1], tasks[2]]]);
      assert.equal(now(), 1);
      [done, pending] = await wait(tasks.slice(1), { returnWhen: FIRST_EXCEPTION });
      assert.deepEqual([[...done], [...pending]], [[tasks[1]], [tasks[2]]]);
      assert.equal(now(), 2);
      [done, pending] = await wait(tasks);
      assert.deepEqual([done.size, pending.size, now()], [3, 0, 3]);
    });
  });

  it('gives up after the timeout, and throws nothing', async () => {
    await virtually(async () => {
      const task = createTask(sleep(5));
      const [done, pending] = await wait([task], { timeout: 2 });
      assert.deepEqual([done.size, [...pending], now()], [0, [task], 2]);
      assert.equal(task.cancelling(), 0);
    });
  });

  it('refuses nothing, coroutines and single futures', async () => {
    await virtually(async () => {
      await assert.rejects(async () => await wait([]), new ValueError('Set of Tasks/Futures is empty.'));
      const lone = sleep(1);
      await assert.rejects(
        async () => await wait([lone] as never),
        new TypeError('Passing coroutines is forbidden, use tasks explicitly.'),
      );
      lone.close();
      await assert.rejects(async () => await wait(new Future() as never), TypeError);
      await assert.rejects(
        async () => await wait([new Future()], { returnWhen: 'SOON' as never }),
        new ValueError('Invalid returnWhen value: SOON'),
      );
    });
  });
});

describe('waitFor', () => {
  it('gives the result in time, from the task that waits', async () => {
    await virtually(async () => {
      const me = currentTask();
      assert.equal(await waitFor(sleep(1, 'r'), 2), 'r');
      assert.equal(await waitFor(async () => currentTask() === me, undefined), true);
      assert.equal(await waitFor(createTask(sleep(1, 't')), 2), 't');
      await assert.rejects(async () => await waitFor(fails(1), 2), new TypeError('after 1'));
    });
  });

  it('cancels and throws TimeoutError when the time is over', async () => {
    await virtually(async () => {
      const task = createTask(sleep(5));
      await assert.rejects(async () => await waitFor(task, 1), TimeoutError);
      assert.equal(task.cancelled(), true);
      await assert.rejects(async () => await waitFor(sleep(5), 1), TimeoutError);
      assert.equal(now(), 2);
      assert.equal(currentTask()!.cancelling(), 0);
    });
  });

  it('without time takes only what is done, and starts nothing', async () => {
    await virtually(async () => {
      let started = false;
      const starts = function* (): Coroutine<void> {
        started = true;
      };
      await assert.rejects(async () => await waitFor(starts(), 0), TimeoutError);
      assert.equal(started, false);
      const done = new Future<number>();
      done.setResult(4);
      assert.equal(await waitFor(done, 0), 4);
    });
  });

  it('is itself cancelled', async () => {
    await virtually(async () => {
      const outer = createTask(waitFor(sleep(5), 9));
      await sleep(1);
      outer.cancel();
      await assert.rejects(async () => await outer, CancelledError);
    });
  });
});

describe('asCompleted', () => {
  it('gives results in the order in which they come', async () => {
    await virtually(async () => {
      const log: unknown[] = [];
      for (const next of asCompleted<unknown>([sleep(3, 'c'), fails(2), sleep(1, 'a')])) {
        try {
          log.push(await next);
        } catch (error) {
          log.push(String(error));
        }
      }
      assert.deepEqual(log, ['a', 'TypeError: after 2', 'c']);
    });
  });

  it('gives the tasks themselves to for await', async () => {
    await virtually(async () => {
      const tasks = [createTask(sleep(2, 'b')), createTask(sleep(1, 'a'))];
      const log: unknown[] = [];
      const done: AsyncIterable<DoneFuture<string>> = asCompleted(tasks);
      for await (const task of done) {
        assert.ok(tasks.includes(task as unknown as Task<string>));
        log.push(task.result());
      }
      assert.deepEqual(log, ['a', 'b']);
    });
  });

  it('throws TimeoutError for what is not done in time', async () => {
    await virtually(async () => {
      const log: unknown[] = [];
      const tasks = [createTask(sleep(1, 'a')), createTask(sleep(9, 'z'))];
      for (const next of asCompleted(tasks, { timeout: 3 })) {
        try {
          log.push(await next);
        } catch (error) {
          log.push(error instanceof TimeoutError);
        }
      }
      assert.equal(now(), 3);
      assert.deepEqual(log, ['a', true]);
      assert.throws(() => asCompleted(new Future() as never), TypeError);
    });
  });
});
