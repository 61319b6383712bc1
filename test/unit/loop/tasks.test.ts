import assert from 'node:assert/strict';
import { newEventLoop } from '../../../src/loop/baseEvents';
import { coroutine, type Coroutine } from '../../../src/loop/coroutines';
import { getRunningLoop } from '../../../src/loop/events';
import { CancelledError, RuntimeError } from '../../../src/loop/exceptions';
import { Future } from '../../../src/loop/futures';
import { sleep } from '../../../src/loop/sleep';
import { allTasks, createTask, currentTask, type Task } from '../../../src/loop/tasks';
import { virtually } from './virtual';

function* value<T>(result: T, ticks = 0): Coroutine<T> {
  for (let i = 0; i < ticks; i++) yield;
  return result;
}

/** The error of a task that is done. */
const errorOf = (task: Future<unknown>) => task.exception() as Error;

describe('Task', () => {
  it('runs generators, async functions, and coroutines of either', async () => {
    const later = coroutine(async (result: string) => {
      await sleep(1);
      return result;
    });
    const sooner = coroutine(function* (result: string): Coroutine<string> {
      yield* sleep(1);
      return yield* later(result);
    });
    await virtually(async () => {
      assert.equal(await createTask(value(1)), 1);
      assert.equal(await createTask(() => value(2)), 2);
      assert.equal(await createTask(async () => 3), 3);
      assert.equal(await createTask(later('a')), 'a');
      assert.equal(await createTask(sooner('b')), 'b');
      assert.equal(await createTask(() => sooner('c')), 'c');
      assert.equal(await createTask(sleep(0, 'd')), 'd');
      assert.equal(await later('e'), 'e');
      assert.equal(await sooner('f'), 'f');
    });
  });

  it('takes its first step at the next tick, and then one at a time', async () => {
    const log: string[] = [];
    function* steps(name: string): Coroutine<void> {
      for (let i = 0; i < 3; i++) {
        log.push(name + i);
        yield* sleep(0);
      }
    }
    async function native(name: string): Promise<void> {
      for (let i = 0; i < 3; i++) {
        log.push(name + i);
        await sleep(0);
      }
    }
    await virtually(async () => {
      const tasks = [createTask(steps('g')), createTask(() => native('n'))];
      log.push('made');
      for (const task of tasks) await task;
    });
    assert.deepEqual(log, ['made', 'g0', 'n0', 'g1', 'n1', 'g2', 'n2']);
  });

  it('knows names, tasks and the current one', async () => {
    await virtually(async () => {
      const me = currentTask()!;
      const names: (string | undefined)[] = [];
      getRunningLoop().callSoon(() => names.push(currentTask()?.getName()));
      const child = createTask(
        (function* () {
          names.push(currentTask()!.getName());
          yield* sleep(0);
          names.push(currentTask()!.getName());
        })(),
        { name: 'child' },
      );
      assert.deepEqual(allTasks(), new Set([me, child]));
      child.setName('renamed');
      await child;
      assert.equal(currentTask(), me);
      assert.deepEqual(names, [undefined, 'renamed', 'renamed']);
      assert.deepEqual(allTasks(), new Set([me]));
      const [one, two] = [createTask(value(1)), createTask(value(2))];
      assert.equal(+two.getName().slice(5), +one.getName().slice(5) + 1);
      assert.match(one.getName(), /^Task-\d+$/);
      await two;
    });
  });

  it('refuses what is no coroutine', () => {
    const loop = newEventLoop();
    assert.throws(() => loop.createTask(3 as never), new TypeError('a coroutine was expected, got 3'));
    assert.throws(() => loop.createTask(Promise.resolve() as never), /Write \(\) => worker\(\)/);
    loop.close();
  });

  it('gives the errors of asyncio for what must not be yielded', async () => {
    await virtually(async () => {
      const error = async (coro: Coroutine<unknown>) => {
        const task = createTask(coro, { name: 'bad' });
        await sleep(0);
        await sleep(0);
        await sleep(0);
        return errorOf(task).message;
      };
      const future = new Future();
      assert.match(
        await error(
          (function* () {
            yield future;
          })(),
        ),
        /^yield was used instead of yield\* in task <Task pending name='bad' coro=.*> with <Future pending>$/,
      );
      assert.match(
        await error(
          (function* () {
            yield value(1);
          })(),
        ),
        /^yield was used instead of yield\* for generator in task/,
      );
      assert.equal(
        await error(
          (function* () {
            yield 5;
          })(),
        ),
        'Task got bad yield: 5',
      );
      const self: Task<unknown> = createTask(
        (function* (): Coroutine<void> {
          yield* currentTask()!;
        })(),
      );
      await sleep(0);
      await sleep(0);
      assert.match(errorOf(self).message, /^Task cannot await on itself: <Task pending/);
      const other = newEventLoop();
      assert.match(
        await error(
          (function* () {
            yield* other.createFuture();
          })(),
        ),
        /^Task <Task pending .*> got Future <Future pending> attached to a different loop$/,
      );
      other.close();
    });
  });

  it('is cancelled where it waits, with the message, after which it may clean up', async () => {
    const log: string[] = [];
    function* steps(): Coroutine<void> {
      try {
        yield* sleep(10);
      } catch (error) {
        log.push(String(error));
        yield* sleep(1);
        log.push('cleaned');
        throw error;
      }
    }
    const native = async () => {
      try {
        await sleep(10);
      } catch (error) {
        log.push(String(error));
        await sleep(1);
        log.push('cleaned');
        throw error;
      }
    };
    for (const coro of [steps(), native])
      await virtually(async () => {
        const task = createTask(coro as Coroutine<void>);
        await sleep(1);
        assert.equal(task.cancel('why'), true);
        assert.equal(task.cancelled(), false);
        assert.equal(task.cancelling(), 1);
        await assert.rejects(async () => await task, new CancelledError('why'));
        assert.equal(task.cancelled(), true);
        assert.equal(task.cancel(), false);
        assert.equal(getRunningLoop().time(), 2);
      });
    assert.deepEqual(log, Array(2).fill(['CancelledError: why', 'cleaned']).flat());
  });

  it('does not start when cancelled before its first step', async () => {
    let started = 0;
    await virtually(async () => {
      const tasks = [
        createTask(
          (function* () {
            started++;
          })(),
        ),
        createTask(async () => {
          started++;
        }),
        createTask(
          coroutine(async () => {
            started++;
          })(),
        ),
      ];
      for (const task of tasks) task.cancel();
      await sleep(0);
      assert.deepEqual(
        tasks.map((task) => task.cancelled()),
        [true, true, true],
      );
    });
    assert.equal(started, 0);
  });

  it('may swallow a cancellation, and take the request back', async () => {
    await virtually(async () => {
      const task = createTask(async () => {
        try {
          await sleep(10);
        } catch {
          assert.equal(currentTask()!.cancelling(), 1);
          assert.equal(currentTask()!.uncancel(), 0);
        }
        await sleep(1);
        return 'on';
      });
      await sleep(0);
      task.cancel();
      assert.equal(await task, 'on');
      assert.equal(task.uncancel(), 0);
    });
  });

  it('that cancels itself is cancelled at its next await, or at its end', async () => {
    await virtually(async () => {
      const log: string[] = [];
      const waits = createTask(async () => {
        currentTask()!.cancel();
        log.push('still here');
        await sleep(1);
        log.push('never');
      });
      const ends = createTask(
        (function* (): Coroutine<number> {
          currentTask()!.cancel();
          return 1;
        })(),
      );
      await sleep(0);
      await sleep(0);
      assert.deepEqual([waits.cancelled(), ends.cancelled()], [true, true]);
      assert.deepEqual(log, ['still here']);
    });
  });

  it('cancels all that its async functions wait for at the same time', async () => {
    await virtually(async () => {
      const log: string[] = [];
      const part = async (name: string, seconds: number) => {
        try {
          await sleep(seconds);
        } finally {
          log.push(`${name} at ${getRunningLoop().time()}`);
        }
      };
      const task = createTask(async () => {
        await Promise.all([part('a', 1), part('b', 5), part('c', 5)]);
      });
      await sleep(2);
      task.cancel();
      await assert.rejects(async () => await task, CancelledError);
      assert.deepEqual(log, ['a at 1', 'b at 2', 'c at 2']);
    });
  });

  it('awaits a future that is done without a step', async () => {
    await virtually(async () => {
      const log: string[] = [];
      const done = new Future<string>();
      done.setResult('r');
      getRunningLoop().callSoon(() => log.push('tick'));
      log.push(await done);
      assert.deepEqual(log, ['r']);
    });
  });

  it('belongs to its coroutine', async () => {
    await virtually(async () => {
      const coro = value(1);
      const task = createTask(coro);
      assert.equal(task.getCoro(), coro);
      assert.throws(() => task.setResult(2), new RuntimeError('Task does not support set_result operation'));
      assert.throws(
        () => task.setException(new Error()),
        new RuntimeError('Task does not support set_exception operation'),
      );
      await task;
    });
  });

  it('says what it is', async () => {
    async function worker() {
      await sleep(1);
      return 5;
    }
    await virtually(async () => {
      const task = createTask(worker, { name: 'w' });
      await sleep(0);
      assert.equal(
        String(task),
        "<Task pending name='w' wait_for=<Future pending cb=[w.wakeup()]> coro=<worker() running>>",
      );
      task.cancel();
      assert.match(String(task), /^<Task cancelling name='w'/);
      await assert.rejects(async () => await task);
      assert.equal(String(task), "<Task cancelled name='w' coro=<worker() done>>");
    });
  });
});
