import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { getRunningLoop } from '../../../src/loop/events';
import { CancelledError, RuntimeError, SystemExit, ValueError } from '../../../src/loop/exceptions';
import { gather } from '../../../src/loop/gather';
import type { LoopObserver } from '../../../src/loop/observer';
import { run } from '../../../src/loop/runners';
import { shared } from '../../../src/loop/shared';
import { sleep } from '../../../src/loop/sleep';
import { ThreadPoolExecutor } from '../../../src/loop/threadPool';
import { moduleOf, threadJob, toThread, type ThreadJob } from '../../../src/loop/threads';
import { stderrOf } from './stderr';
import type * as jobs from './jobs';

let folder: string;
type Jobs = Omit<typeof jobs, 'OwnError'>;
const job = <N extends keyof Jobs>(name: N) => threadJob<Jobs[N]>(join(folder, 'jobs.mjs'), name);
const numbers = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length));

describe('threads', function () {
  this.slow(2000);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'jobs-'));
    await build({
      entryPoints: [join(__dirname, 'jobs.ts')],
      outfile: join(folder, 'jobs.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
  });

  after(() => rmSync(folder, { recursive: true }));

  it('do jobs and give their results', () =>
    run(function* () {
      assert.equal(yield* toThread(job('add'), 2, 3), 5);
      const loop = getRunningLoop();
      assert.deepEqual(
        yield* gather(
          loop.runInExecutor(undefined, job('add'), 1, 1),
          loop.runInExecutor(undefined, job('add'), 2, 2),
        ),
        [2, 4],
      );
    }));

  it('throw what the job threw', () =>
    run(async () => {
      await assert.rejects(
        async () => await toThread(job('fails')),
        (error: Error & { detail?: number }) =>
          error.name === 'OwnError' && error.detail === 5 && error.message === 'from another thread',
      );
      await assert.rejects(async () => await toThread(job('failsLater')), new RangeError('later'));
      await assert.rejects(async () => await toThread(job('returnsFunction')), { name: 'DataCloneError' });
      await assert.rejects(async () => await toThread(job('add'), (() => 1) as never, 2), {
        name: 'DataCloneError',
      });
      const absent: ThreadJob = { module: join(folder, 'jobs.mjs'), export: 'absent' };
      await assert.rejects(async () => await toThread(absent), /exports no function absent/);
    }));

  it('are as many at once as there is work, up to the bound', () =>
    run(async () => {
      const loop = getRunningLoop();
      const pool = new ThreadPoolExecutor({ maxWorkers: 3 });
      const place = numbers(1);
      const came = await gather(...[1, 2, 3].map(() => loop.runInExecutor(pool, job('meet'), place, 3)));
      assert.deepEqual((came as number[]).sort(), [1, 2, 3]);
      await pool.shutdown();
    }));

  it('take jobs in their order, and drop cancelled ones', () =>
    run(async () => {
      const loop = getRunningLoop();
      const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
      const flag = numbers(1);
      const log: string[] = [];
      const first = loop.runInExecutor(pool, job('waitFor'), flag);
      const dropped = loop.runInExecutor(pool, job('exits'), 1);
      const last = loop.runInExecutor(pool, job('add'), 1, 2);
      first.addDoneCallback(() => log.push('first'));
      last.addDoneCallback(() => log.push('last'));
      dropped.cancel();
      await sleep(0);
      Atomics.store(flag, 0, 1);
      Atomics.notify(flag, 0);
      assert.equal(await last, 3);
      await assert.rejects(async () => await dropped, CancelledError);
      await sleep(0);
      assert.deepEqual(log, ['first', 'last']);
      await pool.shutdown();
    }));

  it('that end by process.exit are SystemExit, and others take their place', () =>
    run(async () => {
      const loop = getRunningLoop();
      const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
      const exit = loop.runInExecutor(pool, job('exits'), 7);
      assert.equal(await loop.runInExecutor(pool, job('add'), 1, 1), 2);
      assert.ok(exit.exception() instanceof SystemExit);
      assert.equal((exit.exception() as SystemExit).code, 7);
      await pool.shutdown();
      assert.throws(
        () => loop.runInExecutor(pool, job('add'), 1, 1),
        new RuntimeError('cannot schedule new futures after shutdown'),
      );
    }));

  it('hand callbacks in', () =>
    run(async () => {
      const loop = getRunningLoop();
      const names: string[] = [];
      const before = shared.observer;
      shared.observer = new Proxy({} as LoopObserver, {
        get: (_, name) =>
          name === 'handedIn'
            ? (_loop: unknown, _index: number, thread: string) => names.push(thread)
            : name === 'gate'
              ? false
              : () => undefined,
      });
      try {
        const heard: string[] = [];
        const all = loop.createFuture<void>();
        const handle = loop.threadsafeHandle((word: string) => {
          if (heard.push(word) === 3) all.setResult(undefined);
        });
        assert.equal(await toThread(job('says'), handle.port, ['a', 'b', 'c']), 3);
        await all;
        assert.deepEqual(heard, ['a', 'b', 'c']);
        assert.deepEqual(names, ['asyncio_0', 'asyncio_0', 'asyncio_0', 'asyncio_0']);
      } finally {
        shared.observer = before;
      }
    }));

  it('are given up by a shutdown with a timeout', async () => {
    const flag = numbers(1);
    const text = await stderrOf(() =>
      run(async () => {
        const loop = getRunningLoop();
        const stuck = loop.runInExecutor(undefined, job('waitFor'), flag);
        await sleep(0);
        await loop.shutdownDefaultExecutor(0.01);
        assert.throws(
          () => loop.runInExecutor(undefined, job('add'), 1, 1),
          new RuntimeError('Executor shutdown has been called'),
        );
        Atomics.store(flag, 0, 1);
        Atomics.notify(flag, 0);
        await stuck;
      }),
    );
    assert.match(
      text,
      /RuntimeWarning: The executor did not finishing joining its threads within 0.01 seconds/,
    );
  });

  it('refuse what cannot be sent', () => {
    assert.throws(() => moduleOf((() => 1) as never), /a function itself cannot be sent to another thread/);
    assert.throws(() => moduleOf({ module: './jobs', export: 'add' }), /must be a URL or an absolute path/);
    assert.equal(moduleOf({ module: '/a b/c.js', export: 'x' }), 'file:///a%20b/c.js');
    assert.throws(() => new ThreadPoolExecutor({ maxWorkers: 0 }), ValueError);
  });
});
