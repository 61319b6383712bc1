import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type * as asyncio from '../../../src/loop/asyncio';
import { CancelledError, RuntimeError } from '../../../src/loop/exceptions';

describe('two copies of the library', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tickscope-copies-'));
  let one: typeof asyncio;
  let two: typeof asyncio;

  before(async () => {
    const [first, second] = ['one.mjs', 'two.mjs'].map((file) => path.join(folder, file));
    await build({
      entryPoints: [path.resolve(import.meta.dirname, '../../../src/loop/asyncio.ts')],
      outfile: first,
      bundle: true,
      platform: 'node',
      format: 'esm',
      minify: true,
      logLevel: 'silent',
    });
    copyFileSync(first, second);
    one = (await import(pathToFileURL(first).href)) as typeof asyncio;
    two = (await import(pathToFileURL(second).href)) as typeof asyncio;
  });

  after(() => rmSync(folder, { recursive: true }));

  it('are one loop', async () => {
    assert.notEqual(one.Task, two.Task);
    await one.run(async () => {
      assert.equal(two.getRunningLoop(), one.getRunningLoop());
      assert.equal(two.currentTask(), one.currentTask());
      assert.equal(await two.createTask(one.sleep(0, 'a')), 'a');
      assert.equal(await one.createTask(two.sleep(0, 'b')), 'b');
      assert.deepEqual(await two.gather(one.sleep(0, 1), two.createTask(one.sleep(0, 2))), [1, 2]);
      assert.equal(two.allTasks().size, 1);
    });
  });

  it('mean the same by a cancellation and a time limit', async () => {
    await two.run(async () => {
      const task = one.createTask(async () => await two.sleep(9));
      await one.sleep(0);
      task.cancel();
      await assert.rejects(async () => await task, two.CancelledError);
      assert.equal(task.cancelled(), true);
      await assert.rejects(async () => await two.waitFor(one.sleep(9), 0.001), one.TimeoutError);
    });
  });

  it('keep the plain instanceof for subclasses', () => {
    class Own extends RuntimeError {}
    assert.equal(new Own() instanceof RuntimeError, true);
    assert.equal(new RuntimeError() instanceof Own, false);
    assert.equal(new CancelledError() instanceof RuntimeError, false);
  });
});
