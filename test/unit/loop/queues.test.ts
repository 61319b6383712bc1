import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CancelledError, ValueError } from '../../../src/loop/exceptions';
import {
  LifoQueue,
  PriorityQueue,
  Queue,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
} from '../../../src/loop/queues';
import { sleep } from '../../../src/loop/sleep';
import { createTask } from '../../../src/loop/tasks';
import { virtually } from './virtual';

describe('Queue', () => {
  it('makes the one who puts wait for room', () =>
    virtually(async () => {
      const queue = new Queue<number>(2);
      const log: string[] = [];
      const producer = createTask(async () => {
        for (let n = 0; n < 4; n++) {
          await queue.put(n);
          log.push(`put ${n}`);
        }
      });
      await sleep(1);
      assert.equal(queue.full(), true);
      for (let n = 0; n < 4; n++) {
        log.push(`got ${await queue.get()}`);
        await sleep(1);
      }
      await producer;
      assert.deepEqual(log, ['put 0', 'put 1', 'got 0', 'put 2', 'got 1', 'put 3', 'got 2', 'got 3']);
    }));

  it('does not lose an item to a getter that was cancelled right after it was woken', () =>
    virtually(async () => {
      const queue = new Queue<string>();
      const first = createTask(queue.get());
      const second = createTask(queue.get());
      await sleep(0);
      queue.putNowait('item');
      first.cancel();
      assert.equal(await second, 'item');
      await assert.rejects(async () => await first, CancelledError);
      assert.equal(String(queue), '<Queue maxsize=0 tasks=1>');
    }));

  it('is joined when every item is done', () =>
    virtually(function* () {
      const queue = new Queue<number>();
      queue.putNowait(1);
      queue.putNowait(2);
      const joined = createTask(queue.join());
      yield* queue.get();
      queue.taskDone();
      yield* sleep(1);
      assert.equal(joined.done(), false);
      queue.taskDone();
      yield* joined;
      assert.throws(() => queue.taskDone(), new ValueError('task_done() called too many times'));
    }));

  it('says when it is empty, full or shut down', () =>
    virtually(async () => {
      const queue = new Queue<number>(1);
      assert.throws(() => queue.getNowait(), QueueEmpty);
      queue.putNowait(1);
      assert.throws(() => queue.putNowait(2), QueueFull);
      const putter = createTask(queue.put(2));
      await sleep(0);
      assert.equal(String(queue), '<Queue maxsize=1 _queue=[ 1 ] _putters[1] tasks=1>');
      queue.shutdown();
      await assert.rejects(async () => await putter, QueueShutDown);
      assert.equal(await queue.get(), 1);
      await assert.rejects(async () => await queue.get(), QueueShutDown);
      assert.throws(() => queue.putNowait(3), QueueShutDown);
    }));

  it('throws everything away at an immediate shutdown', () =>
    virtually(async () => {
      const queue = new Queue<number>();
      queue.putNowait(1);
      const joined = createTask(queue.join());
      await sleep(0);
      queue.shutdown(true);
      await joined;
      assert.equal(queue.qsize(), 0);
    }));

  it('wakes getters at shutdown', () =>
    virtually(async () => {
      const queue = new Queue<number>();
      const getter = createTask(queue.get());
      await sleep(0);
      queue.shutdown();
      await assert.rejects(async () => await getter, QueueShutDown);
    }));
});

describe('PriorityQueue', () => {
  it('gives the smallest first', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer(), fc.string())), (items) => {
        const queue = new PriorityQueue<[number, string]>();
        for (const item of items) queue.putNowait(item);
        const got: [number, string][] = [];
        while (!queue.empty()) got.push(queue.getNowait());
        const sorted = [...items].sort(([n, s], [m, t]) => n - m || (s < t ? -1 : s > t ? 1 : 0));
        assert.deepEqual(got, sorted);
      }),
    );
  });

  it("keeps heapq's order among equals", () => {
    // heapq of CPython 3.13, key ignored: push 0..6, pop all.
    const queue = new PriorityQueue<[number, number]>(0, ([a], [b]) => a < b);
    for (let n = 0; n < 7; n++) queue.putNowait([1, n]);
    const got: number[] = [];
    while (!queue.empty()) got.push(queue.getNowait()[1]);
    assert.deepEqual(got, [0, 2, 5, 6, 4, 1, 3]);
  });

  it('refuses what has no order', () => {
    const queue = new PriorityQueue<unknown>();
    queue.putNowait({});
    assert.throws(() => queue.putNowait({}), /'<' not supported between instances of 'Object' and 'Object'/);
    const mixed = new PriorityQueue<unknown>();
    mixed.putNowait([1, 'a']);
    assert.throws(
      () => mixed.putNowait([1, 2]),
      /'<' not supported between instances of 'Number' and 'String'/,
    );
  });
});

describe('LifoQueue', () => {
  it('gives the newest first', () => {
    const queue = new LifoQueue<number>();
    for (let n = 0; n < 3; n++) queue.putNowait(n);
    assert.deepEqual([queue.getNowait(), queue.getNowait(), queue.getNowait()], [2, 1, 0]);
  });
});
