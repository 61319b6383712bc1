import assert from 'node:assert/strict';
import type { Coroutine } from '../../../src/loop/coroutines';
import { getRunningLoop } from '../../../src/loop/events';
import { CancelledError } from '../../../src/loop/exceptions';
import { Future } from '../../../src/loop/futures';
import { gather, shield } from '../../../src/loop/gather';
import { sleep } from '../../../src/loop/sleep';
import { createTask } from '../../../src/loop/tasks';
import { virtually } from './virtual';

function* fails(seconds: number, error: Error): Coroutine<never> {
  yield* sleep(seconds);
  throw error;
}

describe('gather', () => {
  it('gives the results in the order given', async () => {
    await virtually(async () => {
      const twice = createTask(sleep(2, 'twice'));
      const results = await gather(sleep(3, 1), async () => 'x', twice, Promise.resolve(true), twice);
      assert.deepEqual(results, [1, 'x', 'twice', true, 'twice']);
      assert.equal(getRunningLoop().time(), 3);
      assert.deepEqual(await gather(), []);
    });
  });

  it('throws the first error, and lets the others go on', async () => {
    await virtually(async () => {
      const other = createTask(sleep(5, 'on'));
      await assert.rejects(async () => await gather(other, fails(1, new TypeError('x'))), new TypeError('x'));
      assert.equal(getRunningLoop().time(), 1);
      assert.equal(await other, 'on');
    });
  });

  it('gives errors as results when asked', async () => {
    await virtually(async () => {
      const cancelled = createTask(sleep(9));
      getRunningLoop().callLater(1, () => cancelled.cancel('c'));
      const error = new TypeError('x');
      const results = await gather(cancelled, fails(2, error), sleep(0, 1), { returnExceptions: true });
      assert.deepEqual(results, [new CancelledError(''), error, 1]);
    });
  });

  it('hands a cancellation on to its children, and is done when they are', async () => {
    await virtually(async () => {
      for (const returnExceptions of [true, false]) {
        const children = [createTask(sleep(5)), createTask(sleep(6))];
        const outer = gather(...children, { returnExceptions });
        await sleep(0);
        outer.cancel();
        assert.equal(outer.done(), false);
        await assert.rejects(async () => await outer, CancelledError);
        assert.equal(outer.cancelled(), false);
        assert.equal(outer.cancel(), false);
        assert.deepEqual(
          children.map((child) => child.cancelled()),
          [true, true],
        );
      }
    });
  });
});

describe('shield', () => {
  it('keeps the inner task from the cancellation of the outer', async () => {
    await virtually(async () => {
      const inner = createTask(sleep(2, 'inner'));
      const outer = createTask(async () => await shield(inner));
      await sleep(1);
      outer.cancel();
      await assert.rejects(async () => await outer, CancelledError);
      assert.equal(await inner, 'inner');
    });
  });

  it('hands on results, errors and cancellations of the inner', async () => {
    await virtually(async () => {
      assert.equal(await shield(sleep(1, 'r')), 'r');
      await assert.rejects(async () => await shield(fails(1, new TypeError('x'))), new TypeError('x'));
      const inner = new Future();
      const outer = shield(inner);
      inner.cancel();
      await sleep(0);
      assert.equal(outer.cancelled(), true);
      assert.equal(shield(inner), inner);
    });
  });
});
