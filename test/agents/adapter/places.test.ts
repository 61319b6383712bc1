/** Every place of breakpoints, on every target: the table in README, each of its cells seen on the real runtime. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TickPlace } from '../../../src/adapter/contract';
import { Client, ROOT } from '../../unit/adapter/client';

const programs = join(__dirname, 'programs');
const stuckPrograms = join(__dirname, '../../fixtures/programs/stuck');
const threadId = 1;

const TARGETS = {
  Python: { program: 'places.py', locked: 'deadlock.py', stalled: join(stuckPrograms, 'stalled.py') },
  'TypeScript loop': {
    program: 'places.loop.mjs',
    locked: 'locks.mjs',
    stalled: join(programs, 'stalled.loop.mjs'),
  },
  'Node.js': { program: 'places.mjs', locked: 'mutexes.mjs', stalled: join(programs, 'places.mjs') },
};
type TargetName = keyof typeof TARGETS;

/** By the words of the table. A task is meant by its name and by its coroutine's, since calls in Node have one only. */
const PLACES: Record<string, TickPlace> = {
  '`tick`': { place: 'tick', at: 3 },
  '`callback`': { place: 'callback', function: 'callback' },
  '`task` created': { place: 'task', task: 'worker', on: 'created' },
  '`task` started': { place: 'task', task: 'worker', on: 'started' },
  '`task` resumed': { place: 'task', task: 'worker', on: 'resumed' },
  '`task` suspended': { place: 'task', coroutine: 'worker', on: 'suspended' },
  '`task` done': { place: 'task', coroutine: 'worker', on: 'done' },
  '`task` failed': { place: 'task', task: 'failing', on: 'failed' },
  '`task` cancelled': { place: 'task', task: 'victim', on: 'cancelled' },
  '`timer` due': { place: 'timer', function: 'late', on: 'due' },
  '`timer` late': { place: 'timer', function: 'late', on: 'late', ms: 50 },
  '`timer` scheduled': { place: 'timer', function: 'late', on: 'scheduled' },
  '`timer` cancelled': { place: 'timer', function: 'callback', on: 'cancelled' },
  '`timer` of a task': { place: 'timer', task: 'worker', on: 'due' },
  '`io`': { place: 'io' },
  '`slow` after': { place: 'slow', ms: 100, when: 'after' },
  '`slow` during': { place: 'slow', ms: 100, when: 'during' },
  '`growth`': { place: 'growth', queue: 'timers', above: 0 },
  '`exception`': { place: 'exception' },
  '`never-retrieved`': { place: 'never-retrieved' },
  '`stuck`': { place: 'stuck', ms: 200 },
  '`deadlock`': { place: 'deadlock' },
  '`stall`': { place: 'stall' },
};
const LINE = 'a line (red dot)';

/** Place → target → "yes" or "no". */
function table(): Map<string, Record<TargetName, string>> {
  const lines = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n');
  const head = lines.findIndex((line) => /^\| *place *\| *Python/.test(line));
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const [, ...targets] = cells(lines[head]);
  assert.deepEqual(targets, Object.keys(TARGETS));
  const rows = new Map<string, Record<TargetName, string>>();
  for (const line of lines.slice(head + 2)) {
    if (!line.startsWith('|')) break;
    const [place, ...is] = cells(line);
    rows.set(place, Object.fromEntries(targets.map((target, at) => [target, is[at]])) as never);
  }
  return rows;
}

describe('places of breakpoints', function () {
  this.timeout(60_000);
  let dap: Client;
  beforeEach(() => (dap = new Client()));
  afterEach(() => dap.close());

  it('are all in the table', () => {
    assert.deepEqual([...table().keys()], [...Object.keys(PLACES), LINE]);
  });

  for (const [place, targets] of table())
    for (const [target, cell] of Object.entries(targets))
      if (place !== LINE)
        it(`${place} ${cell === 'yes' ? 'stops' : 'is refused'} in ${target}`, async () => {
          const { program, locked, stalled } = TARGETS[target as TargetName];
          const breakpoint = PLACES[place];
          const of = { deadlock: join(programs, locked), stall: stalled } as Record<string, string>;
          await dap.launch({ program: of[breakpoint.place] ?? join(programs, program), stopOnEntry: true });
          await dap.stopped();
          const { breakpoints } = await dap.ask('tickscope/setTickBreakpoints', {
            breakpoints: [{ id: 'it', ...breakpoint }],
          });
          const [{ verified, message }] = breakpoints;
          if (cell !== 'yes') {
            assert.equal(verified, false);
            assert.match(message ?? '', /^[A-Z].*\.$/);
            return;
          }
          assert.equal(verified, true, message);
          await dap.request('continue', { threadId });
          const { text } = await dap.stopped();
          assert.match(text ?? '', /^Paused/);
          assert.deepEqual((await dap.ask('tickscope/state', {})).stopped?.breakpoints, ['it']);
        });
      else
        it(`${place} stops in ${target}`, async () => {
          assert.equal(cell, 'yes');
          const path = join(programs, TARGETS[target as TargetName].program);
          const line =
            readFileSync(path, 'utf8')
              .split('\n')
              .findIndex((each) => /return .worked/.test(each)) + 1;
          await dap.request('initialize', { adapterID: 'tickscope' });
          await dap.event('initialized');
          const { breakpoints } = await dap.request('setBreakpoints', {
            source: { path },
            breakpoints: [{ line }],
          });
          await dap.request('launch', { program: path });
          await dap.request('configurationDone');
          assert.deepEqual((await dap.stopped()).hitBreakpointIds, [breakpoints[0].id]);
        });
});
