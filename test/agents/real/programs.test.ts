/**
 * Real programs on real libraries, debugged: what the queues show is compared, stop by stop, with what the program's own
 * loop holds; and the program prints and ends as it does alone.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { ReadyRow, WaitingRow } from '../../../src/adapter/contract';
import { Client, ROOT } from '../../unit/adapter/client';

/** Debian's packages belong to the system's interpreter. */
const PYTHON = '/usr/bin/python3';
const LOOP_THREAD = 1;
/** What the loop itself says: lengths of ready, timers and tasks, and how many tasks are suspended on something. */
const TRUTH = `(lambda asyncio, loop: [
  len(loop._ready),
  sum(not handle._cancelled for handle in loop._scheduled),
  len(asyncio.all_tasks(loop)),
])(__import__('asyncio'), __import__('asyncio').get_running_loop())`.replace(/\n\s*/g, ' ');

/** `threads`: how many of its own it has, which go on while the loop stands, and may hand something in. */
const PROGRAMS = [
  { name: 'aiohttp_shop', modules: ['aiohttp'], stops: 30, threads: 0 },
  { name: 'fastapi_notes', modules: ['fastapi', 'uvicorn', 'httpx'], stops: 80, threads: 1 },
  { name: 'websockets_chat', modules: ['websockets'], stops: 60, threads: 0 },
];

type Place = [id: number, task: number | undefined, kind: string, sinceTick: number];
/** What a row of ready says that does not change: a task may get another name. */
const placeOf = ({ id, task, kind, sinceTick }: ReadyRow): Place => [id, task, kind, sinceTick];

describe('real programs', () => {
  for (const { name, modules, stops, threads } of PROGRAMS) {
    const program = join(ROOT, 'test', 'fixtures', 'programs', `${name}.py`);

    describe(name, () => {
      let dap: Client;
      before(function () {
        const { status } = spawnSync(PYTHON, ['-c', `import ${modules.join(', ')}`]);
        if (status !== 0) {
          console.log(`      ${PYTHON} has no ${modules.join(', ')}: install python3-${modules[0]}`);
          this.skip();
        }
      });
      beforeEach(() => (dap = new Client()));
      afterEach(async () => void (await dap.close()));

      it('prints and ends as it does alone', async () => {
        const alone = spawnSync(PYTHON, [program], { encoding: 'utf8' });
        await dap.launch({ program, runtimeExecutable: PYTHON });
        const { exitCode } = await dap.event('exited');
        assert.deepEqual([dap.output('stdout'), exitCode], [alone.stdout, alone.status]);
        assert.equal(dap.output('important'), '');
      });

      it('shows at every stop what its loop holds, and every past tick as it was', async () => {
        await dap.launch({ program, runtimeExecutable: PYTHON, stopOnEntry: true });
        await dap.stopped();
        const seen: { tick: number; callback: number; ready: Place[]; counts: object }[] = [];
        let accepting = false;
        for (let i = 0; i < stops; i++) {
          const { cursor, counts } = await dap.ask('tickscope/state', {});
          const { result } = await dap.request('evaluate', { expression: TRUTH, context: 'watch' });
          const [ready, timers, tasks] = JSON.parse(result) as number[];
          const where = `${name} at tick ${cursor.tick}, callback ${cursor.callback}`;
          // A callback about to run has left the loop's own ready, but not what is shown of it.
          const taken = cursor.callback > 0 ? 1 : 0;
          assert.deepEqual([counts.timers, counts.tasks], [timers, tasks], where);
          const handedIn = ready + taken - counts.ready;
          assert.ok(handedIn >= 0 && handedIn <= threads, `${where}: ${handedIn} more than shown`);
          const rows = (await dap.ask('tickscope/rows', { queue: 'ready', start: 0, count: 1000 }))
            .rows as ReadyRow[];
          assert.equal(rows.length, counts.ready);
          const waiting = (await dap.ask('tickscope/rows', { queue: 'waiting', start: 0, count: 1000 }))
            .rows as WaitingRow[];
          assert.equal(waiting.length, counts.waiting);
          for (const row of waiting) assert.notEqual(row.reason.kind, 'notCaptured', `${where}: ${row.name}`);
          accepting ||= waiting.some(({ reason }) => reason.kind === 'accept');
          seen.push({
            tick: cursor.tick,
            callback: cursor.callback,
            ready: rows.map(placeOf),
            counts,
          });
          await dap.step(i % 3 === 2 ? 'next' : 'stepOut', { threadId: LOOP_THREAD });
        }
        assert.ok(accepting, 'its listening socket is among what waits');
        for (const { tick, callback, ready, counts } of seen) {
          const cursor = { tick, callback };
          const past = await dap.ask('tickscope/state', { cursor });
          assert.deepEqual(past.counts, counts, `tick ${tick}, callback ${callback}`);
          const { rows } = await dap.ask('tickscope/rows', { queue: 'ready', start: 0, count: 1000, cursor });
          assert.deepEqual(
            rows.map((row) => placeOf(row as ReadyRow)),
            ready,
          );
        }
        await dap.request('continue', { threadId: LOOP_THREAD });
        await dap.event('exited');
      });
    });
  }
});
