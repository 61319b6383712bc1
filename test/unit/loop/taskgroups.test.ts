import assert from 'node:assert/strict';
import { getRunningLoop } from '../../../src/loop/events';
import { ExceptionGroup } from '../../../src/loop/exceptionGroup';
import { CancelledError, RuntimeError } from '../../../src/loop/exceptions';
import { sleep } from '../../../src/loop/sleep';
import { TaskGroup } from '../../../src/loop/taskgroups';
import { createTask, currentTask } from '../../../src/loop/tasks';
import { virtually } from './virtual';

describe('TaskGroup', () => {
  it('waits for its tasks, and for those they make', () =>
    virtually(async () => {
      const log: string[] = [];
      const value = await new TaskGroup().run(async (group) => {
        group.createTask(async () => {
          await sleep(1);
          group.createTask(async () => {
            await sleep(1);
            log.push('inner');
          });
          log.push('outer');
        });
        return 'value';
      });
      assert.equal(value, 'value');
      assert.deepEqual(log, ['outer', 'inner']);
    }));

  it('works with generators', () =>
    virtually(function* () {
      let task;
      yield* new TaskGroup().run(function* (group) {
        task = group.createTask(sleep(2, 'result'), { name: 'sleeper' });
        yield* sleep(1);
      });
      assert.equal(task!.result(), 'result');
      assert.equal(getRunningLoop().time(), 2);
    }));

  it('cancels the others and its body when one fails', () =>
    virtually(async () => {
      const log: string[] = [];
      const group = new TaskGroup();
      await assert.rejects(
        async () =>
          await group.run(async () => {
            group.createTask(async () => {
              try {
                await sleep(10);
              } catch (error) {
                log.push((error as Error).name);
                throw error;
              }
            });
            group.createTask(async () => {
              await sleep(1);
              throw new RangeError('boom');
            });
            await sleep(10);
            log.push('never');
          }),
        (error: unknown) => error instanceof ExceptionGroup && error.exceptions[0] instanceof RangeError,
      );
      assert.deepEqual(log, ['CancelledError']);
      assert.equal(getRunningLoop().time(), 1);
      assert.equal(currentTask()!.cancelling(), 0);
    }));

  it("puts the body's error with those of the tasks", () =>
    virtually(async () => {
      await assert.rejects(
        async () =>
          await new TaskGroup().run(async (group) => {
            group.createTask(async () => {
              try {
                await sleep(1);
              } finally {
                throw new TypeError('task');
              }
            });
            await sleep(0);
            throw new RangeError('body');
          }),
        (error: unknown) =>
          error instanceof ExceptionGroup &&
          error.exceptions.map(String).join() === 'TypeError: task,RangeError: body',
      );
    }));

  it('hands a cancellation of the parent on to its tasks', () =>
    virtually(async () => {
      let inner: CancelledError | undefined;
      const task = createTask(
        async () =>
          await new TaskGroup().run(async (group) => {
            group.createTask(async () => {
              try {
                await sleep(10);
              } catch (error) {
                inner = error as CancelledError;
                throw error;
              }
            });
          }),
      );
      await sleep(1);
      task.cancel();
      await assert.rejects(async () => await task, CancelledError);
      assert.ok(inner instanceof CancelledError);
    }));

  it('keeps a cancellation counted when it throws for another reason', () =>
    virtually(async () => {
      let counted = -1;
      const task = createTask(async () => {
        try {
          await new TaskGroup().run(async (group) => {
            group.createTask(async () => {
              try {
                await sleep(10);
              } finally {
                throw new RangeError('cleanup');
              }
            });
            await sleep(10);
          });
        } catch (error) {
          assert.ok(error instanceof ExceptionGroup);
          counted = currentTask()!.cancelling();
        }
        await sleep(1);
      });
      await sleep(1);
      task.cancel();
      await assert.rejects(async () => await task, CancelledError);
      assert.equal(counted, 1);
    }));

  it('refuses tasks outside its body', () =>
    virtually(async () => {
      const group = new TaskGroup();
      assert.throws(
        () => group.createTask(sleep(1)),
        new RuntimeError('TaskGroup <TaskGroup> has not been entered'),
      );
      await group.run(async () => undefined);
      assert.throws(() => group.createTask(sleep(1)), /TaskGroup <TaskGroup entered> is finished/);
      await assert.rejects(async () => await group.run(async () => undefined), /has already been entered/);
    }));
});
