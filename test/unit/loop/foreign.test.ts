import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import type { Coroutine } from '../../../src/loop/coroutines';
import { getRunningLoop } from '../../../src/loop/events';
import { CancelledError } from '../../../src/loop/exceptions';
import { gather } from '../../../src/loop/gather';
import { fromPromise } from '../../../src/loop/promises';
import { run } from '../../../src/loop/runners';
import { sleep } from '../../../src/loop/sleep';
import { createTask, currentTask } from '../../../src/loop/tasks';

const immediate = () => new Promise<void>((resolve) => void setImmediate(resolve));

describe('promises that are not ours', () => {
  it('leave the task the current one, alone and among others', async () => {
    const wrong: string[] = [];
    const check = (me: unknown, where: string) => {
      if (currentTask() !== me) wrong.push(where);
    };
    async function inner(me: unknown) {
      await stat('.');
      check(me, 'inner');
      await sleep(0);
      check(me, 'inner after sleep');
      await immediate();
      check(me, 'inner after immediate');
    }
    async function worker() {
      const me = currentTask();
      assert.notEqual(me, undefined);
      await stat('.');
      check(me, 'first');
      await inner(me);
      check(me, 'after inner');
      await sleep(0);
      await inner(me);
      check(me, 'end');
    }
    await run(worker);
    await run(async () => void (await gather(worker, worker, worker)));
    assert.deepEqual(wrong, []);
  });

  it('come back by a ready callback at the next await of ours', async () => {
    await run(async () => {
      const loop = getRunningLoop();
      const log: string[] = [];
      await immediate();
      assert.equal(loop.ticking, false);
      loop.callSoon(() => log.push('asked before'));
      await sleep(0);
      assert.equal(loop.ticking, true);
      assert.deepEqual(log, ['asked before']);
    });
  });

  it('enter as ready callbacks through fromPromise, in either front', async () => {
    await run(async () => {
      assert.equal(await fromPromise(immediate().then(() => 'r')), 'r');
      assert.equal(getRunningLoop().ticking, true);
      await assert.rejects(
        async () => await fromPromise(Promise.reject(new TypeError('x'))),
        new TypeError('x'),
      );
    });
    await run(function* (): Coroutine<void> {
      assert.equal(yield* fromPromise(immediate().then(() => 'r')), 'r');
      assert.equal(yield immediate(), undefined);
      assert.equal(getRunningLoop().ticking, true);
    });
  });

  it('that never settle can be cancelled through fromPromise', async () => {
    await run(async () => {
      const task = createTask(async () => await fromPromise(new Promise(() => undefined)));
      await sleep(0);
      task.cancel();
      await assert.rejects(async () => await task, CancelledError);
      assert.equal(getRunningLoop().hostWork, 1, 'the promise is still under way');
    });
  });

  it('cannot be interrupted when awaited bare: the cancellation comes after', async () => {
    await run(async () => {
      const log: string[] = [];
      let settle!: () => void;
      const promise = new Promise<void>((resolve) => (settle = resolve));
      const task = createTask(async () => {
        await promise;
        log.push('went on');
        await sleep(1);
        log.push('never');
      });
      await sleep(0);
      task.cancel();
      settle();
      await assert.rejects(async () => await task, CancelledError);
      assert.deepEqual(log, ['went on']);
      assert.equal(getRunningLoop().hostWork, 0);
    });
  });

  it('of a plain callback do not run in the name of a task', async () => {
    await run(async () => {
      const names: (string | undefined)[] = [];
      const loop = getRunningLoop();
      loop.callSoon(() => void Promise.resolve().then(() => names.push(currentTask()?.getName())));
      loop.callSoon(async () => {
        await null;
        names.push(currentTask()?.getName());
      });
      await sleep(0);
      assert.deepEqual(names, [undefined, undefined]);
    });
  });
});
