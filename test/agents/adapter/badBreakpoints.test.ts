/** Breakpoints that make no sense, on every target: a sentence for each, and a program that ends as it would alone. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TickBreakpoint } from '../../../src/adapter/contract';
import { Client } from '../../unit/adapter/client';

interface Target {
  file: string;
  /** Says `over` after some ticks, and comes by `line` on the way. */
  text: string;
  line: number;
  /** A program of one callback that lasts until its condition `endless` was looked at, and says `over`. */
  slow: string;
  /** A condition that does not parse, one that throws, one that never ends, and what is said of those that throw. */
  garbled: string;
  throwing: string;
  endless: string;
  thrown: RegExp;
}

const script = `const turn = () => new Promise((resolve) => setImmediate(resolve));
for (let n = 0; n < 20; n++) {
  await turn();
}
console.log('over');
`;
const block =
  "const end = performance.now() + 30_000; while (!globalThis.judged && performance.now() < end); console.log('over');";
const javascript = {
  garbled: 'tick >',
  throwing: 'nobody > 1',
  endless: '(() => { globalThis.judged = true; for (;;); })()',
  thrown: /nobody > 1.*ReferenceError/,
};
const ENDED = /ran for more than 1 s|did not end within/;

const TARGETS: Record<string, Target> = {
  asyncio: {
    file: 'app.py',
    text: 'import asyncio\nasync def main():\n    for n in range(20):\n        await asyncio.sleep(0)\n    print("over")\nasyncio.run(main())\n',
    line: 4,
    slow: 'import asyncio, time\nasync def main():\n    end = time.monotonic() + 30\n    while "judged" not in globals() and time.monotonic() < end: pass\n    print("over")\nasyncio.run(main())\n',
    garbled: 'tick >',
    throwing: 'nobody > 1',
    endless: '[globals().update(judged=True) for _ in iter(int, 1)]',
    thrown: /nobody > 1.*NameError/,
  },
  loop: {
    file: 'app.mjs',
    text: `import { run, sleep } from 'tickscope/asyncio';
await run(async function main() {
  for (let n = 0; n < 20; n++) {
    await sleep(0);
  }
  console.log('over');
});
`,
    line: 4,
    slow: `import { run, sleep } from 'tickscope/asyncio';\nawait run(async () => { await sleep(0); ${block} });`,
    ...javascript,
  },
  node: {
    file: 'plain.mjs',
    text: script,
    line: 3,
    slow: `setTimeout(() => { ${block} }, 1);`,
    ...javascript,
  },
};

for (const [target, { file, text, line, slow, garbled, throwing, endless, thrown }] of Object.entries(
  TARGETS,
))
  describe(`breakpoints of ${target} that make no sense`, function () {
    this.timeout(60_000);
    let folder: string;
    let program: string;
    let dap: Client;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), 'tickscope-bad-'));
      program = join(folder, file);
      writeFileSync(program, text);
    });
    after(() => rmSync(folder, { recursive: true }));
    beforeEach(() => (dap = new Client()));
    afterEach(() => dap.close());

    const set = async (...breakpoints: object[]) =>
      (
        await dap.ask('tickscope/setTickBreakpoints', { breakpoints: breakpoints as TickBreakpoint[] })
      ).breakpoints.map(({ verified, message = '' }) => {
        if (!verified) assert.match(message, /^\S.*\.$/s, 'a sentence');
        return verified ? 'set' : message;
      });
    const runsOn = async () => {
      await dap.request('continue', { threadId: 1 });
      assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
      assert.equal(dap.output('stdout'), 'over\n');
      assert.equal(dap.output('stderr'), '');
    };

    it('are refused with a sentence', async () => {
      await dap.launch({ program, stopOnEntry: true });
      await dap.stopped();
      assert.deepEqual(
        await set(
          { id: 'a', place: 'tick', at: 0 },
          { id: 'b', place: 'tick', every: -1 },
          { id: 'c', place: 'slow', ms: -5, when: 'after' },
          { id: 'd', place: 'callback', function: '[x' },
          { id: 'e', place: 'growth', queue: 'nothing', above: 1 },
        ),
        [
          'There is no tick 0: ticks are numbered from 1.',
          'A breakpoint cannot stop every -1 ticks; "every" is a whole number from 1.',
          '"ms" has to be a number of milliseconds from 0; it is -5.',
          'The pattern "[x" has a "[" without its "]"; write "[[]" for the character itself.',
          'There is no queue "nothing"; there are ready, waiting, timers, tasks.',
        ],
      );
      const [long, syntax, hit, log, zeroth] = await set(
        { id: 'f', place: 'tick', condition: `tick > ${'1'.repeat(10_000)}` },
        { id: 'g', place: 'tick', condition: garbled },
        { id: 'h', place: 'tick', hitCondition: 'often' },
        { id: 'i', place: 'tick', logMessage: `{${garbled}}` },
        { id: 'j', place: 'tick', hitCondition: '0' },
      );
      assert.match(long, /10007 characters; it may have 4000/);
      assert.ok(syntax.includes(garbled), syntax);
      assert.match(hit, /"often" was not understood/);
      assert.ok(log.includes(garbled), log);
      assert.match(zeroth, /"0" was not understood; write a number from 1/);
      await assert.rejects(
        set({ id: 'z', place: 'nowhere' }),
        /place" is wrong.*The places are tick, callback/,
      );
      await set();
      await runsOn();
    });

    it('are refused on lines, too', async () => {
      await dap.launch({ program, stopOnEntry: true });
      await dap.stopped();
      const conditions = [
        { condition: garbled },
        { condition: 'x'.repeat(10_000) },
        { hitCondition: 'often' },
      ];
      for (const more of [...conditions, { logMessage: `{${garbled}}` }]) {
        const { breakpoints } = await dap.request('setBreakpoints', {
          source: { path: program },
          breakpoints: [{ line, ...more }],
        });
        const [{ verified, message = '' }] = breakpoints;
        assert.equal(verified, false, JSON.stringify(more).slice(0, 99));
        assert.match(message, /^\S.*\.$/s);
      }
      await dap.request('setBreakpoints', { source: { path: program }, breakpoints: [] });
      await runsOn();
    });

    it('stop, and say so, where their condition fails or does not end', async () => {
      await dap.launch({
        program,
        tickBreakpoints: [{ id: 'fails', place: 'tick', at: 2, condition: throwing }],
      });
      assert.match((await dap.stopped()).text ?? '', thrown);
      await set({ id: 'endless', place: 'tick', at: 4, condition: endless });
      await dap.request('continue', { threadId: 1 });
      assert.match((await dap.stopped()).text ?? '', ENDED);
      await set();
      for (const [condition, said] of [
        [throwing, thrown],
        [endless, ENDED],
      ] as const) {
        await dap.request('setBreakpoints', {
          source: { path: program },
          breakpoints: [{ line, condition }],
        });
        await dap.request('continue', { threadId: 1 });
        assert.match((await dap.stopped()).text ?? '', said);
      }
      await dap.request('setBreakpoints', { source: { path: program }, breakpoints: [] });
      await runsOn();
    });

    it('stop in the middle of a slow callback where their condition does not end, and say so', async () => {
      const blocking = join(folder, `slow_${file}`);
      writeFileSync(blocking, slow);
      await dap.launch({
        program: blocking,
        tickBreakpoints: [{ id: 'slow', place: 'slow', ms: 50, when: 'during', condition: endless }],
      });
      assert.match((await dap.stopped()).text ?? '', ENDED);
      await runsOn();
    });

    if (target === 'asyncio')
      it('cannot be ended inside C; whoever pauses is told that nothing answers', async () => {
        const condition = `__import__("os").write(1, b"inside") and sum(__import__("itertools").repeat(0))`;
        await dap.launch({ program, tickBreakpoints: [{ id: 'c', place: 'tick', at: 3, condition }] });
        await dap.event('output', ({ output }) => output === 'inside');
        await dap.request('pause', { threadId: 1 });
        assert.match(
          dap.output('important'),
          /app\.py has not answered for 2 s: it is inside something that/,
        );
        assert.equal(dap.events('stopped').length, 0);
      });

    it('are no places to step to', async () => {
      await dap.launch({ program, stopOnEntry: true });
      await dap.stopped();
      for (const tick of [0, -3])
        assert.match(
          await dap.refused('tickscope/step', { kind: 'runTo', tick }),
          /ticks are numbered from 1/,
        );
      assert.match(await dap.refused('tickscope/step', { kind: 'runTo' }), /needs a tick/);
      assert.match(await dap.refused('tickscope/step', { kind: 'task', task: 99_999 }), /task|99999/);
      assert.match(await dap.refused('tickscope/step', { kind: 'sideways' }), /"kind"|sideways/);
      await runsOn();
    });
  });
