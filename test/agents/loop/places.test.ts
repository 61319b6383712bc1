/** Breakpoints on the schedule of programs on the TypeScript loop, at the wire. */
import assert from 'node:assert/strict';
import type { TickBreakpoint } from '../../../src/adapter/contract';
import { nodeNumbered, Suite, type Node, type Program } from '../node/worker';

const PROGRAM = `import { createTask, Event, gather, getRunningLoop, run, sleep } from 'tickscope/asyncio';
function ring(_: number) {}
async function fetch(n: number) {
  await sleep(0);
  if (n === 1) throw new RangeError('no page');
  if (n === 2) await new Event().wait();
  return n;
}
async function other() { await sleep(0); }
async function main() {
  const loop = getRunningLoop();
  const fetches = [0, 1, 2].map((n) => {
    const task = createTask(() => fetch(n)); task.setName('get ' + n);
    return task;
  });
  const rest = createTask(() => other());
  loop.callSoon(ring, 1); loop.callSoon(ring, 2);
  for (let n = 0; n < 3; n++) await sleep(0);
  fetches[2].cancel();
  await gather(...fetches, rest, { returnExceptions: true });
  console.log('over');
}
await run(main);
`;

describe('breakpoints of programs on the TypeScript loop', function () {
  this.timeout(60_000);
  const suite = new Suite('loop');
  let node: Node;
  before(async () => {
    node = await nodeNumbered(22);
  });

  const start = (breakpoints: TickBreakpoint[], source = PROGRAM): Promise<Program> =>
    suite.start(
      node,
      { 'app.mts': source },
      {
        welcome: { breakpoints },
        env: { TICKSCOPE_LOADER: '1' },
        // By which Node takes its loader of ES modules for it.
        nodeArgs: ['--import', 'data:text/javascript,'],
      },
    );

  /** The texts of all stops of the program, which is to end as it does without them. */
  async function stops(breakpoints: TickBreakpoint[], source?: string, said = 'over\n'): Promise<string[]> {
    const program = await start(breakpoints, source);
    const told: string[] = [];
    for (;;) {
      const stop = await Promise.race([program.next('stopped'), program.end()]).catch(() => undefined);
      if (stop === undefined || !('type' in stop)) break;
      told.push(
        `${stop.breakpoints.join()} ${stop.text.replace(/^Paused (?:on|after) tick \d+:? ?/, '')}`.trim(),
      );
      await program.ask('continue', {});
    }
    const { code, stdout, stderr } = await program.end();
    assert.deepEqual([code, stdout], [0, said], stderr);
    return told;
  }

  it('stop before callbacks whose function, file or task matches', async () => {
    const callback = (pattern: object): TickBreakpoint => ({ id: 'a', place: 'callback', ...pattern });
    assert.deepEqual(await stops([callback({ function: 'ring' })]), [
      'a callback ring (app.mts:2)',
      'a callback ring (app.mts:2)',
    ]);
    const step = 'a callback fetch (app.mts:13) of task get 0';
    assert.deepEqual(await stops([callback({ function: 'fe*', file: 'app.m?s', task: 'get 0' })]), [
      step,
      step,
    ]);
    assert.deepEqual(await stops([callback({ file: 'elsewhere.ts' })]), []);
  });

  it('stop when something happens to a task', async () => {
    const on = (what: string, task = '*') =>
      stops([{ id: 'a', place: 'task', on: what, task, coroutine: 'fetch' } as TickBreakpoint]);
    const said = (n: number, what: string) => `a task get ${n} (fetch, app.mts:13) ${what}`;
    const all = [0, 1, 2];
    assert.deepEqual(await on('created'), [
      `a ${all.map((n) => said(n, 'was created').slice(2)).join('; ')}`,
    ]);
    assert.deepEqual(
      await on('started'),
      all.map((n) => said(n, 'is about to start')),
    );
    assert.deepEqual(await on('resumed', 'get 2'), Array(2).fill(said(2, 'is about to resume')));
    assert.deepEqual(await on('suspended', 'get 2'), Array(2).fill(said(2, 'was suspended')));
    assert.deepEqual(
      await on('done'),
      all.map((n) => said(n, 'ended')),
    );
    assert.deepEqual(await on('failed'), [said(1, 'failed with RangeError: no page')]);
    assert.deepEqual(await on('cancelled'), [said(2, 'was cancelled')]);
  });

  it('stop at timers: due, late, scheduled, cancelled', async () => {
    const source = `import { createTask, getRunningLoop, run, sleep } from 'tickscope/asyncio';
      function never() {}
      function busy() { const end = performance.now() + 60; while (performance.now() < end); }
      function soon() {}
      async function sleeper() { await sleep(0.01); }
      await run(async function main() {
        const loop = getRunningLoop();
        const handle = loop.callLater(60, never);
        loop.callLater(0.03, busy); loop.callLater(0.04, soon);
        await createTask(() => sleeper(), { name: 'S' });
        handle.cancel();
        await sleep(0.1);
        console.log('over');
      });`;
    const on = async (what: string, rest: object) =>
      (await stops([{ id: 'a', place: 'timer', on: what, ...rest } as TickBreakpoint], source)).map((text) =>
        text.replace(/\d+ ms/, 'n ms'),
      );
    assert.deepEqual(await on('due', { function: 'soon' }), ['a timer soon (app.mts:4) is due']);
    assert.deepEqual(await on('due', { task: 'S' }), ['a timer of task S (sleeper, app.mts:10) is due']);
    assert.deepEqual(await on('late', { ms: 15, function: 'soon' }), [
      'a timer soon (app.mts:4) is due n ms late',
    ]);
    assert.deepEqual(await on('scheduled', { function: '[bs]*', task: 'S' }), [
      'a timer of task S (sleeper, app.mts:10) was scheduled, due in n ms',
    ]);
    assert.deepEqual(await on('cancelled', { function: 'never' }), [
      'a timer never (app.mts:2) was cancelled',
    ]);
  });

  it('stop when a source is ready', async () => {
    const source = `import { openConnection, run, startServer } from 'tickscope/asyncio';
      await run(async function main() {
        const server = await startServer(async (reader, writer) => { writer.write(await reader.read(9)); writer.close(); }, '127.0.0.1', 0);
        const { port } = { port: server.sockets[0].getsockname()[1] };
        const [reader, writer] = await openConnection('127.0.0.1', port);
        writer.write(Buffer.from('x')); writer.writeEof();
        await reader.read(9);
        writer.close(); server.close();
        console.log('over');
      });`;
    const told = await stops([{ id: 'a', place: 'io', peer: '127.0.0.1:*' }], source);
    assert.ok(told.length >= 2, told.join());
    for (const text of told)
      assert.match(text, /^a (fd \d+ \(.*127\.0\.0\.1:\d+.*\) is ready to be read(; )?)+$/);
    assert.deepEqual(await stops([{ id: 'a', place: 'io', fd: 9999 }], source), []);
  });

  it('stop after a slow callback, at growth, at a lost exception, where nothing can wake the loop', async () => {
    const source = `import { createTask, Event, getRunningLoop, run, sleep } from 'tickscope/asyncio';
      async function slow() { await sleep(0); const end = performance.now() + 700; while (performance.now() < end); }
      async function lost() { throw new TypeError('nobody asks') }
      await run(async function main() {
        await createTask(() => slow(), { name: 'slow' });
        createTask(() => lost(), { name: 'L' });
        for (let n = 0; n < 20; n++) getRunningLoop().callSoon(() => {});
        await sleep(0.01);
        console.log('over');
      });`;
    const [slow, ...others] = await stops([{ id: 'a', place: 'slow', ms: 50, when: 'after' }], source);
    assert.match(slow, /^a callback slow \(app\.mts:5\) of task slow took \d\d+ ms$/);
    assert.deepEqual(others, []);
    const [inside, ...rest] = await stops([{ id: 'a', place: 'slow', ms: 30, when: 'during' }], source);
    assert.match(
      inside,
      /^a callback slow \(app\.mts:5\) of task slow has been running for \d\d+ ms, in slow$/,
    );
    assert.deepEqual(rest, []);
    const growth: TickBreakpoint = { id: 'a', place: 'growth', queue: 'ready', above: 10 };
    assert.deepEqual(await stops([growth], source), ['a ready is 21, above 10']);
    const program = await start([{ id: 'a', place: 'exception' }], source);
    const stop = await program.next('stopped');
    assert.equal(stop.reason, 'exception');
    assert.match(
      stop.text,
      /task L \(lost, app\.mts:6\) failed with TypeError: nobody asks, and nothing awaits it$/,
    );
    const error = await program.ask('exception', { loop: stop.loop });
    assert.deepEqual([error.type, error.message], ['TypeError', 'nobody asks']);
    await program.ask('continue', {});
    assert.equal((await program.end()).stdout, 'over\n');
    const awaited = source.replace(
      `createTask(() => lost(), { name: 'L' });`,
      `try { await createTask(() => lost(), { name: 'L' }) } catch {}`,
    );
    assert.deepEqual(await stops([{ id: 'a', place: 'exception' }], awaited), []);
    assert.deepEqual(await stops([{ id: 'a', place: 'never-retrieved' }], source), [
      'a Task exception was never retrieved (TypeError: nobody asks)',
    ]);
    const stuck = `import { Event, run } from 'tickscope/asyncio';
      run(async function main() { await new Event().wait() });`;
    const stalled = await start([{ id: 'a', place: 'stall' }], stuck);
    const { text, at } = await stalled.next('stopped');
    assert.deepEqual(
      [at, text.replace(/\d+/, 'n')],
      ['poll', 'Paused after tick n: nothing can wake the loop again'],
    );
    const kept = `${stuck} setTimeout(() => { console.log('over'); process.exit() }, 50);`;
    assert.deepEqual(await stops([{ id: 'a', place: 'stall' }], kept), []);
    assert.deepEqual(await stops([{ id: 'a', place: 'stall' }]), []);
  });

  it('obey conditions, hit counts and log messages, and say which stopped together', async () => {
    const ring: TickBreakpoint = { id: 'a', place: 'callback', function: 'ring' };
    assert.equal((await stops([{ ...ring, hitCondition: '2' }])).length, 1);
    assert.deepEqual(await stops([{ ...ring, enabled: false }]), []);
    const condition = 'task === "get 1" && callback === "fetch"';
    assert.deepEqual(
      await stops([
        { id: 'a', place: 'callback', function: 'fetch', condition, hitCondition: '2' },
        { id: 'b', place: 'task', on: 'resumed', task: 'get 1' },
      ]),
      [
        `a,b callback fetch (app.mts:13) of task get 1, ${condition}; task get 1 (fetch, app.mts:13) is about to resume`,
      ],
    );
    assert.deepEqual(await stops([{ ...ring, condition: '(() => { for (;;); })()', hitCondition: '1' }]), [
      ...Array<string>(2).fill(
        'a callback ring (app.mts:2), its condition (() => { for (;;); })(): it did not end within 1 s and was given up',
      ),
    ]);
    const program = await start([{ ...ring, logMessage: '{callback} {task} {ready} {nowhere}' }]);
    assert.equal((await program.end()).stdout, 'over\n');
    const logs = program.messages.flatMap((message) => (message.type === 'log' ? [message.text] : []));
    assert.equal(logs.length, 2);
    assert.match(logs[0], /^ring null \d+ <ReferenceError: nowhere is not defined>$/);
  });
});
