/**
 * Real projects for Node, debugged: a fastify server with keep-alive clients, and vitest. What the panel shows at each stop is
 * held together, also afterwards, as the past; and they write and end as they do alone.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadyRow, TimerRow, WaitingRow } from '../../../src/adapter/contract';
import { packages } from '../../host/cache.mjs';
import { Client, ROOT } from '../../unit/adapter/client';

const LOOP_THREAD = 1;
const STOPS = 25;
const fixtures = join(ROOT, 'test', 'fixtures', 'programs');

/** What a row says that does not change: what runs is known better at its gate than afterwards. */
const placeOf = ({ id, kind, sinceTick }: ReadyRow) => [id, kind, sinceTick];

describe('real projects for Node', function () {
  this.timeout(120_000);
  let folder: string;
  let dap: Client;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tickscope-project-'));
    dap = new Client();
  });
  afterEach(async () => {
    await dap.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A project with these packages. Its files: what is copied of the fixtures. */
  async function project(specs: string[], fixture: string): Promise<void> {
    symlinkSync(join(await packages(specs), 'node_modules'), join(folder, 'node_modules'));
    cpSync(join(fixtures, fixture), fixture.includes('.') ? join(folder, fixture) : folder, {
      recursive: true,
    });
  }
  async function rows<R>(queue: 'ready' | 'waiting' | 'timers' | 'callbacks', cursor?: object): Promise<R[]> {
    const asked = { queue, start: 0, count: 1000, ...(cursor ? { cursor: cursor as never } : {}) };
    return (await dap.ask('tickscope/rows', asked)).rows as R[];
  }

  for (const framework of ['fastify@5', 'express@5'])
    describe(`a server of ${framework} and its clients`, () => {
      const file = `${framework.split('@')[0]}_shop.mjs`;
      const program = () => join(folder, file);
      beforeEach(() => project([framework], file));

      it('write and end as they do alone', async () => {
        const alone = spawnSync(process.execPath, [program()], { encoding: 'utf8' });
        assert.equal(alone.status, 3, alone.stderr);
        await dap.launch({ program: program() });
        const { exitCode } = await dap.event('exited');
        assert.deepEqual(
          [dap.output('stdout'), dap.output('stderr'), exitCode],
          [alone.stdout, alone.stderr, alone.status],
        );
        assert.equal(dap.output('important'), '');
      });

      it('are stepped by callback and by tick, and every past moment is as it was', async () => {
        await dap.launch({ program: program(), stopOnEntry: true });
        await dap.stopped();
        const seen: { cursor: { tick: number; callback: number }; counts: object; ready: unknown }[] = [];
        const kinds = new Set<string>();
        const reasons = new Set<string>();
        for (let i = 0; i < STOPS; i++) {
          const { cursor, counts, target } = await dap.ask('tickscope/state', {});
          assert.equal(target, 'node');
          const { tick, callback } = cursor;
          const where = `tick ${tick}, callback ${callback}`;
          const ready = await rows<ReadyRow>('ready');
          const waiting = await rows<WaitingRow>('waiting');
          const timers = await rows<TimerRow>('timers');
          assert.deepEqual(
            [ready.length, waiting.length, timers.length],
            [counts.ready, counts.waiting, counts.timers],
            where,
          );
          assert.ok(ready.length > 0, `${where}: the callback about to run is ready`);
          const due = timers.map(({ dueInMs }) => dueInMs);
          assert.deepEqual(
            due,
            [...due].sort((a, b) => a - b),
            where,
          );
          for (const { kind } of ready) kinds.add(kind);
          for (const { reason } of waiting) reasons.add(reason.kind);
          seen.push({
            cursor: { tick, callback },
            counts,
            ready: ready.map(placeOf),
          });
          await dap.step(i % 3 === 2 ? 'next' : 'stepOut', { threadId: LOOP_THREAD });
        }
        assert.ok(reasons.has('accept'), `its listening socket is among what waits: ${[...reasons].join()}`);
        for (const kind of ['io', 'nextTick']) assert.ok(kinds.has(kind), `${kind}: ${[...kinds].join()}`);
        for (const { cursor, counts, ready } of seen) {
          const where = `tick ${cursor.tick}, callback ${cursor.callback}`;
          assert.deepEqual((await dap.ask('tickscope/state', { cursor })).counts, counts, where);
          const then = await rows<ReadyRow>('ready', cursor);
          assert.deepEqual(then.map(placeOf), ready, where);
        }
        await dap.request('continue', { threadId: LOOP_THREAD });
        assert.deepEqual(await dap.event('exited'), { exitCode: 3 });
      });
    });

  describe('vitest', () => {
    const launch = (more: object = {}) =>
      dap.launch({
        program: join(folder, 'node_modules', '.bin', 'vitest'),
        args: ['run', '--pool=forks', '--reporter=tap'],
        cwd: folder,
        ...more,
      });
    beforeEach(() => project(['vitest@3'], 'vitest'));

    it('runs its tests, and ends as it does alone', async () => {
      await launch();
      const { exitCode } = await dap.event('exited');
      assert.equal(exitCode, 1);
      const output = dap.output('stdout').replace(/# time=[\d.]+ms/g, '');
      assert.match(output, /\bok 1 - prices/);
      assert.match(output, /\bok 2 - timers/);
      assert.match(output, /not ok 3 - fails/);
      assert.equal(dap.output('important'), '');
    });

    it('is stepped by tick from its first', async () => {
      await launch({ stopOnEntry: true });
      await dap.stopped();
      let { cursor } = await dap.ask('tickscope/state', {});
      assert.deepEqual([cursor.tick, cursor.callback], [1, 0]);
      for (let i = 0; i < 10; i++) {
        await dap.step('stepOut', { threadId: LOOP_THREAD });
        const state = await dap.ask('tickscope/state', {});
        assert.ok(state.cursor.tick > cursor.tick);
        assert.equal(state.cursor.callback, 0);
        assert.equal((await rows('ready')).length, state.counts.ready);
        cursor = state.cursor;
      }
      await dap.request('continue', { threadId: LOOP_THREAD });
      assert.deepEqual(await dap.event('exited'), { exitCode: 1 });
    });
  });

  describe('node --test', () => {
    const TEST = ['--test', '--test-reporter=tap'];
    /** Without what differs from run to run. */
    const plain = (text: string) =>
      text.replace(/duration_ms:? [\d.]+/g, 'duration_ms').replace(/node:\d+/g, 'node');
    const program = () => join(folder, 'shop.test.mjs');
    beforeEach(() => cpSync(join(fixtures, 'nodetest'), folder, { recursive: true }));

    it('runs its tests, and ends as it does alone', async () => {
      const alone = spawnSync(process.execPath, [...TEST, program()], { encoding: 'utf8', cwd: folder });
      assert.equal(alone.status, 1, alone.stdout);
      await dap.launch({ program: program(), runtimeArgs: TEST, cwd: folder, target: 'node' });
      assert.deepEqual(await dap.event('exited'), { exitCode: 1 });
      assert.equal(plain(dap.output('stdout')), plain(alone.stdout));
      assert.match(alone.stdout, /not ok \d+ - fails/);
      assert.equal(dap.output('important') + dap.output('stderr'), alone.stderr);
    });

    it('is stepped by callback within a test file, and stops where a test fails', async () => {
      await dap.launch({
        program: program(),
        cwd: folder,
        stopOnEntry: true,
        tickBreakpoints: [{ id: 'f', place: 'task', on: 'failed', coroutine: 'buys' }],
      });
      await dap.stopped();
      for (let i = 0; i < 6; i++) {
        const { counts, stopped } = await dap.ask('tickscope/state', {});
        assert.deepEqual(stopped?.breakpoints, []);
        const [ready, timers] = [await rows('ready'), await rows('timers')];
        assert.deepEqual([ready.length, timers.length], [counts.ready, counts.timers]);
        await dap.step('next', { threadId: LOOP_THREAD });
      }
      await dap.request('continue', { threadId: LOOP_THREAD });
      await dap.stopped();
      const { stopped } = await dap.ask('tickscope/state', {});
      assert.match(stopped?.text ?? '', /async call buys \(shop\.test\.mjs:\d+\) failed with AssertionError/);
      await dap.request('continue', { threadId: LOOP_THREAD });
      assert.deepEqual(await dap.event('exited'), { exitCode: 1 });
    });
  });
});
