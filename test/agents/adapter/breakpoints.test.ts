/** Breakpoints on the schedule of real programs, from every way in which they can be set. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TickBreakpoint, TickPlace } from '../../../src/adapter/contract';
import { Client } from '../../unit/adapter/client';

const path = join(__dirname, 'programs', 'lines.py');
const threadId = 1;

describe('breakpoints', () => {
  let dap: Client;
  beforeEach(() => (dap = new Client()));
  afterEach(() => dap.close());

  it('at one place make one stop, which names them all', async () => {
    await dap.launch({
      program: path,
      tickBreakpoints: [
        { id: 'third', place: 'tick', at: 3 },
        { id: 'every third', place: 'tick', every: 3, condition: 'ready > 1' },
      ],
    });
    const { text } = await dap.stopped();
    assert.match(text ?? '', /^Paused on tick 3: ready > 1 \(breakpoints third, every third\)$/);
    const { breakpoints } = await dap.ask('tickscope/state', {});
    assert.deepEqual(
      breakpoints?.map(({ id, hits }) => [id, hits]),
      [
        ['third', 1],
        ['every third', 1],
      ],
    );
    await dap.request('continue', { threadId });
    await dap.event('exited');
  });

  it('that cannot be are refused with a sentence, and the program is unharmed', async () => {
    const wrong: [object, RegExp][] = [
      [{ place: 'tick', at: 0 }, /no tick 0/],
      [{ place: 'slow', ms: -5, when: 'after' }, /milliseconds from 0; it is -5/],
      [{ place: 'callback', function: 'f[' }, /without its "\]"/],
      [{ place: 'tick', condition: 'x'.repeat(10_000) }, /10000 characters; it may have 4000/],
      [{ place: 'tick', condition: '1 +' }, /1 \+/],
      [{ place: 'deadlock', condition: '1 +' }, /1 \+/],
      [{ place: 'stuck', ms: -1 }, /milliseconds from 0; it is -1/],
    ];
    const breakpoints = wrong.map(([place], i) => ({ id: `b${i}`, ...place }) as TickBreakpoint);
    await dap.launch({ program: path, stopOnEntry: true, tickBreakpoints: breakpoints });
    await dap.stopped();
    const answers = await dap.ask('tickscope/setTickBreakpoints', { breakpoints });
    answers.breakpoints.forEach(({ verified, message }, i) => {
      assert.equal(verified, false, breakpoints[i].id);
      assert.match(message ?? '', wrong[i][1]);
      assert.match(message ?? '', /^[A-Z"].*\.$/s);
    });
    const moon = { place: 'moon' } as unknown as TickPlace;
    assert.match(
      await dap.refused('tickscope/step', { kind: 'runTo', place: moon }),
      /"place\.place" is wrong/,
    );
    assert.match(
      await dap.refused('tickscope/step', { kind: 'runTo', place: { place: 'tick', at: 0 } }),
      /no tick 0/,
    );
    await dap.request('continue', { threadId });
    assert.deepEqual(await dap.event('exited'), { exitCode: 0 });
    assert.match(dap.output('stdout'), /a 6/);
  });

  it('of the editor that the program refuses are told when it is there', async () => {
    await dap.request('initialize', { adapterID: 'tickscope' });
    await dap.event('initialized');
    const filterOptions = [{ filterId: 'deadlock', condition: 'ready >' }, { filterId: 'slow' }];
    const { breakpoints } = await dap.request('setExceptionBreakpoints', { filters: [], filterOptions });
    await dap.request('launch', { program: path, stopOnEntry: true });
    await dap.request('configurationDone');
    const { breakpoint } = await dap.event('breakpoint');
    assert.deepEqual([breakpoint.id, breakpoint.verified], [breakpoints[0].id, false]);
    assert.match(breakpoint.message, /ready >/);
  });

  it('are not needed to run to the next callback of a kind', async () => {
    await dap.launch({ program: path, stopOnEntry: true });
    await dap.stopped();
    const { text, reason } = await dap.step('tickscope/step', {
      kind: 'runTo',
      place: { place: 'callback', function: 'work*' },
    });
    assert.equal(reason, 'step');
    assert.match(text ?? '', /worker/);
    assert.deepEqual((await dap.ask('tickscope/state', {})).breakpoints, undefined);
  });
});
