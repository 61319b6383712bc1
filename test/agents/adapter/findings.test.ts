/** What is wrong with real programs, asked of the whole adapter. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Client } from '../../unit/adapter/client';

const programs = join(__dirname, 'programs');
const threadId = 1;

describe('findings', () => {
  let dap: Client;
  beforeEach(() => (dap = new Client()));
  afterEach(() => dap.close());

  it('stop a program in a deadlock, with who waits for whom', async () => {
    await dap.launch({
      program: join(programs, 'deadlock.py'),
      tickBreakpoints: [{ id: 'locked', place: 'deadlock' }],
    });
    const stop = await dap.stopped();
    assert.equal(stop.reason, 'breakpoint');
    assert.match(
      stop.text ?? '',
      /^Paused on deadlock: Task-2 waits for lock cache held by Task-3 \(taken at deadlock\.py:6\) since tick \d+ \(deadlock\.py:8\), which waits for lock db held by Task-2 \(taken at deadlock\.py:6, waits at deadlock\.py:8\); neither can go on; Task-1 and Task-4 wait for them\.$/,
    );
    assert.deepEqual((await dap.ask('tickscope/state', {})).stopped?.breakpoints, ['locked']);
    const { findings } = await dap.ask('tickscope/findings', {});
    assert.deepEqual(
      findings
        .filter(({ kind }) => kind !== 'stall')
        .map(({ kind, certainty, tasks }) => [kind, certainty, tasks.length]),
      [['deadlock', 'proved', 2]],
    );
    const graph = await dap.ask('tickscope/graph', {});
    assert.equal(graph.cycles.length, 1);
    assert.equal(graph.cycles[0].length, 4);
    const { threads } = await dap.request('threads', {});
    assert.match(threads[1].name, /\(stuck\)/);
    assert.match(threads[2].name, /\(stuck\)/);
    const visitor = threads.find(({ name }: { name: string }) => name.includes('visit'));
    const task = await dap.ask('tickscope/task', { task: visitor.id / 2 });
    assert.match(
      task.sentence,
      /^Task-4 waits for lock db held by Task-2 .*Task-2 and Task-3 wait for each other\.$/,
    );
    const frame = task.chain.find(({ user, id }) => user && id !== undefined);
    const { values } = await dap.ask('tickscope/values', { frame: frame!.id! });
    const lock = values.find(({ name }) => name === 'lock');
    assert.match(lock?.value ?? '', /Lock.*locked/);
    const { values: parts } = await dap.ask('tickscope/values', { ref: lock!.ref! });
    assert.ok(
      parts.some(({ name, value }) => name === '_locked' && value === 'True'),
      JSON.stringify(parts),
    );
    await dap.request('continue', { threadId });
    assert.equal((await dap.ask('tickscope/state', {})).mode, 'running');
    await assert.rejects(dap.ask('tickscope/values', { frame: frame!.id! }), /pause it/);
  });

  it('of many tasks on the TypeScript loop tell a circle at once, and its proof as soon as there is one', async () => {
    await dap.launch({ program: join(programs, 'manyTasks.ts'), target: 'loop', slowCallbackMs: 60_000 });
    await dap.event('output', () => dap.output('stdout').includes('cooking'));
    await dap.request('pause', { threadId });
    await dap.stopped();
    const circles = async () =>
      (await dap.ask('tickscope/findings', {})).findings.map(({ kind, certainty, tasks }) => [
        kind,
        certainty,
        tasks.length,
      ]);
    const changes = () => dap.events('tickscope/changed').length;
    let told = changes();
    let found = await circles();
    assert.deepEqual(found, [['deadlock', 'suspected', 20]]);
    while (found[0]?.[1] !== 'proved') {
      await dap.event('tickscope/changed', () => changes() > told);
      told = changes();
      found = await circles();
    }
    assert.deepEqual(found, [['deadlock', 'proved', 20]]);
    const { cycles } = await dap.ask('tickscope/graph', {});
    assert.deepEqual(
      cycles.map(({ length }) => length),
      [40],
    );
  });

  it('say what held up the loop, and who waits too long', async () => {
    await dap.launch({ program: join(programs, 'held_up.py'), stuckAfterMs: 100 });
    await dap.event('output', ({ output }) => output.includes('blocked'));
    const kinds = async () => (await dap.ask('tickscope/findings', {})).findings.map(({ kind }) => kind);
    let found = await kinds();
    while (!found.includes('stuck')) {
      await dap.request('threads', {});
      found = await kinds();
    }
    const { findings } = await dap.ask('tickscope/findings', {});
    const of = (kind: string) => findings.find((each) => each.kind === kind);
    assert.match(
      of('slow-callback')?.sentence ?? '',
      /^main, in task Task-1, ran for \d+ ms in tick \d+ .*held_up\.py:\d+/,
    );
    assert.match(
      of('stuck')?.sentence ?? '',
      /^worker waits for lock lock held by holder \(taken at held_up\.py:\d+\) since tick \d+ \(held_up\.py:12\), which sleeps .*; \d+ m?s so far; Task-1 waits for it\.$/,
    );
    assert.ok(!of('deadlock') && !of('orphan'), JSON.stringify(findings));
  });

  it('stop at a stuck task once, where a breakpoint asks for it', async () => {
    await dap.launch({
      program: join(programs, 'held_up.py'),
      tickBreakpoints: [{ id: 's', place: 'stuck', ms: 500, condition: 'task == "worker"' }],
    });
    const { text } = await dap.stopped();
    assert.match(text ?? '', /^Paused on stuck task: worker waits for lock lock held by holder/);
    const info = await dap.request('exceptionInfo', { threadId });
    assert.equal(info.exceptionId, 'stuck');
  });

  for (const [program, who] of [
    ['locks.mjs', /^Paused on deadlock: Task-2 waits for .*held by Task-3.*; neither can go on/],
    ['mutexes.mjs', /^Paused on deadlock: (work|acquire) waits for .*; none of them can go on/],
  ] as const)
    it(`stop ${program} in a deadlock, too`, async () => {
      await dap.launch({
        program: join(programs, program),
        tickBreakpoints: [{ id: 'd', place: 'deadlock' }],
      });
      const { text } = await dap.stopped();
      assert.match(text ?? '', who);
      const { findings } = await dap.ask('tickscope/findings', {});
      assert.ok(findings.some(({ kind, certainty }) => kind === 'deadlock' && certainty === 'proved'));
    });
});
