import assert from 'node:assert/strict';
import { getRunningLoop } from '../../../src/loop/events';
import { ExceptionGroup } from '../../../src/loop/exceptionGroup';
import { CancelledError, RuntimeError, TimeoutError } from '../../../src/loop/exceptions';
import { sleep } from '../../../src/loop/sleep';
import { TaskGroup } from '../../../src/loop/taskgroups';
import { createTask, currentTask } from '../../../src/loop/tasks';
import { timeout, timeoutAt } from '../../../src/loop/timeouts';
import { virtually } from './virtual';

describe('timeout', () => {
  it('cancels an async body', () =>
    virtually(async () => {
      const limit = timeout(2);
      await assert.rejects(async () => await limit.run(async () => await sleep(5)), TimeoutError);
      assert.equal(limit.expired(), true);
      assert.equal(getRunningLoop().time(), 2);
      assert.equal(currentTask()!.cancelling(), 0);
      assert.equal(String(limit), '<Timeout [expired]>');
    }));

  it('cancels a generator, and gives its value when it is in time', () =>
    virtually(function* () {
      assert.equal(
        yield* timeout(2).run(function* () {
          return yield* sleep(1, 'value');
        }),
        'value',
      );
      let error: unknown;
      try {
        yield* timeout(2).run(function* () {
          yield* sleep(5);
        });
      } catch (thrown) {
        error = thrown;
      }
      assert.ok(error instanceof TimeoutError && error.cause instanceof CancelledError);
      assert.equal(getRunningLoop().time(), 3);
    }));

  it('nests: the limit that passed is the one that throws', () =>
    virtually(async () => {
      const outer = timeout(1);
      const inner = timeout(2);
      let passed = '';
      await assert.rejects(async () => {
        await outer.run(async () => {
          try {
            await inner.run(async () => await sleep(5));
          } catch (error) {
            passed = (error as Error).name;
            throw error;
          }
        });
      }, TimeoutError);
      assert.equal(passed, 'CancelledError');
      assert.deepEqual([outer.expired(), inner.expired()], [true, false]);
    }));

  it('can be moved, and taken away', () =>
    virtually(async () => {
      const loop = getRunningLoop();
      const limit = timeout(1);
      await limit.run(async () => {
        limit.reschedule(loop.time() + 3);
        await sleep(2);
        limit.reschedule(undefined);
        await sleep(10);
        assert.equal(limit.when(), undefined);
      });
      assert.throws(() => limit.reschedule(1), new RuntimeError('Cannot change state of finished Timeout'));
      assert.throws(() => timeout(1).reschedule(1), new RuntimeError('Timeout has not been entered'));
    }));

  it('throws at the first await when its time has passed', () =>
    virtually(async () => {
      let began = false;
      await assert.rejects(
        async () =>
          await timeoutAt(-1).run(async () => {
            began = true;
            await sleep(1);
          }),
        TimeoutError,
      );
      assert.equal(began, true);
      assert.equal(getRunningLoop().time(), 0);
    }));

  it('lets a cancellation from elsewhere through', () =>
    virtually(async () => {
      const task = createTask(async () => await timeout(5).run(async () => await sleep(9)));
      await sleep(1);
      task.cancel();
      await assert.rejects(async () => await task, CancelledError);
    }));

  it('says in the causes of another error that it was the limit', () =>
    virtually(async () => {
      await assert.rejects(
        async () =>
          await timeout(1).run(async () => {
            try {
              await sleep(5);
            } catch (cause) {
              throw new Error('cleanup failed', { cause });
            }
          }),
        (thrown: Error) => thrown.message === 'cleanup failed' && thrown.cause instanceof TimeoutError,
      );
    }));

  it('reaches into a group', () =>
    virtually(async () => {
      await assert.rejects(
        async () =>
          await timeout(1).run(
            async () =>
              await new TaskGroup().run(async (group) => {
                group.createTask(async () => {
                  try {
                    await sleep(5);
                  } catch (cause) {
                    throw new Error('late', { cause });
                  }
                });
              }),
          ),
        (error: unknown) =>
          error instanceof ExceptionGroup && (error.exceptions[0] as Error).cause instanceof TimeoutError,
      );
    }));

  it('is used once, in a task', () =>
    virtually(async () => {
      const limit = timeout(1);
      await limit.run(async () => undefined);
      await assert.rejects(async () => await limit.run(async () => undefined), RuntimeError);
    }));
});
