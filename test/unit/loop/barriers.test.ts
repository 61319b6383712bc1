import assert from 'node:assert/strict';
import { Barrier } from '../../../src/loop/barriers';
import { BrokenBarrierError, ValueError } from '../../../src/loop/exceptions';
import { gather } from '../../../src/loop/gather';
import { sleep } from '../../../src/loop/sleep';
import { createTask } from '../../../src/loop/tasks';
import { virtually } from './virtual';

describe('Barrier', () => {
  it('lets all go when all are there, round after round', () =>
    virtually(async () => {
      const barrier = new Barrier(3);
      const log: string[] = [];
      const worker = async (n: number) => {
        for (let round = 0; round < 3; round++) {
          await sleep(n);
          log.push(`${round} comes`);
          await barrier.wait();
          log.push(`${round} goes`);
        }
      };
      await gather(...[1, 2, 3].map((n) => () => worker(n)));
      for (let round = 0; round < 3; round++)
        assert.ok(log.lastIndexOf(`${round} comes`) < log.indexOf(`${round} goes`));
      assert.equal(log.length, 18);
      assert.equal(String(barrier), '<Barrier [filling, waiters:0/3]>');
    }));

  it('gives each task another number', () =>
    virtually(async () => {
      const barrier = new Barrier(3);
      assert.deepEqual(await gather(barrier.wait(), barrier.wait(), barrier.wait()), [0, 1, 2]);
    }));

  it('throws into those who wait at reset, and can be used again', () =>
    virtually(async () => {
      const barrier = new Barrier(2);
      const waiter = createTask(barrier.wait());
      await sleep(0);
      assert.equal(barrier.nWaiting, 1);
      await barrier.reset();
      await assert.rejects(async () => await waiter, new BrokenBarrierError('Abort or reset of barrier'));
      assert.deepEqual(await gather(barrier.wait(), barrier.wait()), [0, 1]);
    }));

  it('stays broken after abort', () =>
    virtually(async () => {
      const barrier = new Barrier(2);
      await barrier.abort();
      assert.equal(barrier.broken, true);
      await assert.rejects(async () => await barrier.wait(), new BrokenBarrierError('Barrier aborted'));
      assert.equal(String(barrier), '<Barrier [broken]>');
    }));

  it('needs at least one', () => assert.throws(() => new Barrier(0), ValueError));
});
