/** Stops are exact, on every target: the very tick under load, all breakpoints of a place at once, all loops together. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Client } from '../../unit/adapter/client';

const programs = join(__dirname, 'programs');
const threadId = 1;

for (const [target, suffix] of [
  ['asyncio', '.py'],
  ['loop', '.loop.mjs'],
  ['node', '.mjs'],
])
  describe(`stops of ${target}`, function () {
    this.timeout(60_000);
    let dap: Client;
    beforeEach(() => (dap = new Client()));
    afterEach(() => dap.close());
    const program = (name: string) => join(programs, name + suffix);

    it('are at the very tick, in the thousands, under load', async () => {
      await dap.launch({ program: program('turning'), stopOnEntry: true });
      await dap.stopped();
      for (const tick of [1234, 3000]) {
        const stop = await dap.step('tickscope/step', { kind: 'runTo', tick });
        assert.equal(stop.reason, 'step');
        const { cursor } = await dap.ask('tickscope/state', {});
        assert.deepEqual([cursor.tick, cursor.callback], [tick, 0]);
      }
    });

    it('name all breakpoints that were met at one place', async () => {
      await dap.launch({
        program: program('turning'),
        tickBreakpoints: [
          { id: 'at', place: 'tick', at: 1500 },
          { id: 'every', place: 'tick', every: 500, condition: 'tick > 1000' },
          { id: 'never', place: 'tick', at: 1500, condition: 'tick < 0' },
        ],
      });
      const { text } = await dap.stopped();
      assert.match(text ?? '', /^Paused on tick 1500\b.*at, every/);
      const { cursor, stopped, breakpoints } = await dap.ask('tickscope/state', {});
      assert.deepEqual([cursor.tick, cursor.callback], [1500, 0]);
      assert.deepEqual(stopped?.breakpoints, ['at', 'every']);
      assert.deepEqual(
        breakpoints?.map(({ id, hits }) => [id, hits]),
        [
          ['at', 1],
          ['every', 1],
          ['never', 0],
        ],
      );
    });

    // The TypeScript loop is seen in the main thread only, and a thread runs one at a time.
    if (target === 'loop') return;
    it('of one loop are stops of the other, too, and say which it was', async () => {
      await dap.launch({ program: program('threads') });
      const seen = new Set<number>();
      await dap.event('tickscope/changed', ({ loop, tick }) => tick > 3 && seen.add(loop).size === 2);
      const { loops } = await dap.ask('tickscope/state', {});
      const second = loops.find(({ thread, name }) => /second|Worker/i.test(`${thread} ${name}`));
      assert.ok(second, JSON.stringify(loops));
      const { cursor } = await dap.ask('tickscope/state', { loop: second.id });
      await dap.ask('tickscope/setTickBreakpoints', {
        breakpoints: [{ id: 'soon', place: 'tick', condition: `tick > ${cursor.tick + 20}` }],
      });
      const stop = await dap.stopped();
      assert.equal(stop.allThreadsStopped, true);
      const states = async () => (await dap.ask('tickscope/state', {})).loops.map(({ state }) => state);
      // The other stops at its next gate, or asleep where it is.
      while ((await states()).some((state) => state === 'running'))
        await dap.event('tickscope/changed', ({ mode }) => mode === 'paused');
      const { threads } = await dap.request('threads');
      assert.ok(threads.some(({ id }: { id: number }) => id === stop.threadId));
      const ticks = async () =>
        Promise.all(loops.map(async ({ id: loop }) => (await dap.ask('tickscope/state', { loop })).lastTick));
      const before = await ticks();
      assert.deepEqual(await ticks(), before);
      await dap.request('continue', { threadId });
    });
  });
