import assert from 'node:assert/strict';
import type { LaunchArguments, TickBreakpoint } from '../../../src/adapter/contract';
import { Client } from './client';
import { FakePython } from './fakePython';

const threadId = 1;
const SENTENCE =
  'worker-1 waits for lock b held by worker-2 since tick 1 (ticks.py:12), which waits for lock a held by worker-1 (ticks.py:13); neither can go on.';

describe('what only the analysis finds, with a program that only speaks the wire', () => {
  let python: FakePython;
  let dap: Client;
  before(() => (python = new FakePython()));
  after(() => python.remove());
  beforeEach(() => (dap = new Client({ env: { TICKSCOPE_AGENTS: python.agents } })));
  afterEach(() => dap.close());

  const launched = (more: Partial<LaunchArguments> = {}, program = 'stuck.py') =>
    dap.launch({ program: python.file(program), runtimeExecutable: python.path, ...more });

  it('is told as findings, as a graph and of each task', async () => {
    await launched();
    await dap.event('tickscope/changed', ({ tick }) => tick === 1);
    await dap.request('pause', { threadId });
    await dap.stopped();
    const { findings } = await dap.ask('tickscope/findings', {});
    assert.deepEqual(
      findings.map(({ kind, certainty, sentence, tasks, ticks }) => ({
        kind,
        certainty,
        sentence,
        tasks,
        ticks,
      })),
      [{ kind: 'deadlock', certainty: 'proved', sentence: SENTENCE, tasks: [10, 11], ticks: [1] }],
    );
    const { buckets } = await dap.ask('tickscope/timeline', { from: 1, to: 1, buckets: 1 });
    assert.deepEqual(buckets[0].marks, ['finding']);
    const graph = await dap.ask('tickscope/graph', {});
    assert.equal(graph.nodes.length, 4);
    assert.deepEqual(graph.edges.map(({ kind }) => kind).sort(), ['heldBy', 'heldBy', 'waits', 'waits']);
    assert.equal(graph.cycles.length, 1);
    const task = await dap.ask('tickscope/task', { task: 11 });
    assert.match(task.sentence, /^worker-2 waits for lock a held by worker-1 .* neither can go on\.$/);
    assert.deepEqual(task.awaiting, [10]);
    const { threads } = await dap.request('threads', {});
    assert.match(threads[1].name, /^worker-1.*\(stuck\)$/);
  });

  it('is not asked of a moment of the past, or of a program that cannot tell', async () => {
    await launched({ stopOnEntry: true }, 'ticks.py');
    await dap.stopped();
    assert.deepEqual(await dap.ask('tickscope/findings', {}), { findings: [] });
    assert.deepEqual((await dap.ask('tickscope/graph', {})).cycles, []);
  });

  it('stops a program that sleeps, once, where a breakpoint asks for it', async () => {
    await launched({ tickBreakpoints: [{ id: 'd', place: 'deadlock' }] });
    const stop = await dap.stopped();
    assert.equal(stop.reason, 'breakpoint');
    assert.equal(stop.text, `Paused on deadlock: ${SENTENCE}`);
    const state = await dap.ask('tickscope/state', {});
    assert.deepEqual(state.stopped?.breakpoints, ['d']);
    assert.deepEqual(
      state.breakpoints?.map(({ id, verified, hits }) => [id, verified, hits]),
      [['d', true, 1]],
    );
    const info = await dap.request('exceptionInfo', { threadId });
    assert.deepEqual([info.exceptionId, info.description], ['deadlock', SENTENCE]);
    const { threads } = await dap.request('threads', {});
    assert.match(threads[1].name, /worker-1/);
    await dap.request('continue', { threadId });
    // Another breakpoint is another matter.
    const breakpoints: TickBreakpoint[] = [
      { id: 'd', place: 'deadlock' },
      { id: 's', place: 'stuck', ms: 60_000 },
    ];
    await dap.ask('tickscope/setTickBreakpoints', { breakpoints });
    await dap.stopped();
    assert.deepEqual((await dap.ask('tickscope/state', {})).stopped?.breakpoints, ['s']);
  });

  it('stops at the editor’s filters as at an exception', async () => {
    await dap.request('initialize', { adapterID: 'tickscope' });
    await dap.event('initialized');
    const { breakpoints } = await dap.request('setExceptionBreakpoints', { filters: ['deadlock'] });
    assert.equal(breakpoints[0].verified, true);
    await dap.request('launch', { program: python.file('stuck.py'), runtimeExecutable: python.path });
    await dap.request('configurationDone');
    const stop = await dap.stopped();
    assert.deepEqual([stop.reason, stop.hitBreakpointIds], ['exception', [breakpoints[0].id]]);
    assert.equal((await dap.request('exceptionInfo', { threadId })).description, SENTENCE);
  });

  it('does not stop where the condition or the hit count says so, and speaks where a log message does', async () => {
    await launched({
      tickBreakpoints: [
        { id: 'second', place: 'deadlock', hitCondition: '2' },
        { id: 'spoken', place: 'deadlock', logMessage: 'locked since {tick}' },
      ],
    });
    await dap.event('output', ({ output }) => /^locked since str\(.*lambda/s.test(output));
    const { breakpoints, mode } = await dap.ask('tickscope/state', {});
    assert.deepEqual(
      breakpoints?.map(({ id, hits }) => [id, hits]),
      [
        ['second', 0],
        ['spoken', 1],
      ],
    );
    assert.notEqual(mode, 'paused');
    const refused: TickBreakpoint = { id: 'x', place: 'deadlock', condition: '1 +' };
    const { breakpoints: answers } = await dap.ask('tickscope/setTickBreakpoints', {
      breakpoints: [refused],
    });
    assert.match(answers[0].message ?? '', /does not parse/);
    // The fake program answers an expression with itself, which is not true.
    await dap.ask('tickscope/setTickBreakpoints', {
      breakpoints: [
        { id: 'false', place: 'deadlock', condition: 'tick > 5' },
        { id: 'failing', place: 'stuck', ms: 60_000, condition: 'nothing' },
      ],
    });
    const { text } = await dap.stopped();
    assert.match(text ?? '', /^Paused on deadlock: .* \(its condition nothing failed with NameError.*\)$/);
    assert.deepEqual((await dap.ask('tickscope/state', {})).stopped?.breakpoints, ['failing']);
  });
});
