import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Breakpoints } from '../../../src/adapter/breakpoints';
import type { TickBreakpoint } from '../../../src/adapter/contract';
import type { Debuggee } from '../../../src/adapter/debuggee';
import type { Stopped } from '../../../src/wire/messages';

describe('breakpoints of a session', () => {
  let sent: TickBreakpoint[][];
  let changed: DebugProtocol.Breakpoint[];
  let said: string[];
  /** What the program refuses, by place. */
  let refuses: Record<string, string>;
  let program: Debuggee | undefined;
  let breakpoints: Breakpoints;

  beforeEach(() => {
    sent = [];
    changed = [];
    said = [];
    refuses = {};
    program = undefined;
    let number = 0;
    breakpoints = new Breakpoints(
      {
        current: () => program,
        changed: (breakpoint) => changed.push(breakpoint),
        set: () => undefined,
        said: (text) => said.push(text),
      },
      () => ++number,
    );
  });
  const judged = (given: readonly TickBreakpoint[]) =>
    given.map(({ id, place }) =>
      refuses[place] ? { id, verified: false, message: refuses[place] } : { id, verified: true },
    );
  /** The program connects, and is told of them. */
  function connect(): void {
    program = {
      connected: true,
      request: async (_: string, { breakpoints: given }: { breakpoints: TickBreakpoint[] }) => {
        sent.push(given);
        return { breakpoints: judged(given) };
      },
    } as unknown as Debuggee;
    breakpoints.told(judged(breakpoints.wanted));
  }
  const wanted = () => breakpoints.wanted.map(({ id }) => id);
  const stop = (...ids: string[]): Stopped =>
    ({ type: 'stopped', reason: 'breakpoint', breakpoints: ids, also: false }) as unknown as Stopped;

  it('of launch.json come to those that were set before, and stay where they are set along', async () => {
    const launch: TickBreakpoint[] = [
      { id: 'a', place: 'tick', at: 1 },
      { id: 'b', place: 'tick', at: 2 },
    ];
    const own: TickBreakpoint[] = [{ id: 'b', place: 'tick', at: 20 }];
    const from = () => breakpoints.states.map((each) => [each.id, each.launch !== undefined]);
    await breakpoints.setTicks([...own, launch[0]]);
    breakpoints.launched(launch, {});
    assert.deepEqual(wanted(), ['b', 'a'], 'the own goes before that of the same id');
    const all = [
      ['c', false],
      ['a', true],
      ['b', true],
    ];
    await breakpoints.setTicks([{ id: 'c', place: 'tick' }, ...launch]);
    assert.deepEqual(from(), all);
    breakpoints.launched(launch, {});
    assert.deepEqual(from(), all);
    await breakpoints.setTicks([]);
    assert.deepEqual(wanted(), [], 'whoever sets none gets none');
  });

  it('that cannot be are not sent, and say why; those that are off are not sent', async () => {
    const answers = await breakpoints.setTicks([
      { id: 'zero', place: 'tick', at: 0 },
      { id: 'off', place: 'tick', enabled: false },
      { id: 'on', place: 'tick' },
    ]);
    assert.deepEqual(answers[0], {
      id: 'zero',
      verified: false,
      message: 'There is no tick 0: ticks are numbered from 1.',
    });
    assert.deepEqual(wanted(), ['on']);
  });

  it('that the program refuses once it is there are told to the editor, by number', async () => {
    refuses = { stall: 'Stalls are not found yet.' };
    const set = await breakpoints.setFilters({ filters: ['tick', 'stall'] });
    assert.deepEqual(set, [
      { id: 1, verified: true },
      { id: 2, verified: true },
    ]);
    connect();
    assert.deepEqual(changed, [{ id: 2, verified: false, message: 'Stalls are not found yet.' }]);
    const again = await breakpoints.setFilters({ filters: ['stall'] });
    assert.deepEqual(again, [{ id: 2, verified: false, message: 'Stalls are not found yet.' }]);
    assert.equal(changed.length, 2, 'what was asked about anew is told anew');
  });

  it('that only the analysis can find are its own: the program judges their texts, at a place that never comes', async () => {
    refuses = { deadlock: 'No.', stuck: 'No.' };
    connect();
    const answers = await breakpoints.setTicks([
      { id: 'd', place: 'deadlock' },
      { id: 's', place: 'stuck', ms: 5, condition: 'ready > 1' },
      { id: 'off', place: 'deadlock', enabled: false },
    ]);
    assert.ok(answers.every(({ verified }) => verified));
    assert.deepEqual(breakpoints.wanted, [
      { id: 's', place: 'tick', at: Number.MAX_SAFE_INTEGER, condition: 'ready > 1', logMessage: undefined },
    ]);
    assert.deepEqual(
      breakpoints.watched.map(({ id }) => id),
      ['d', 's'],
    );
  });

  it('of launch.json that the program refuses are said', () => {
    refuses = { stall: 'No.' };
    breakpoints.launched(
      [
        { id: 'still', place: 'stall' },
        { id: 'zero', place: 'tick', at: 0 },
      ],
      {},
    );
    connect();
    assert.deepEqual(said, [
      'Breakpoint "zero": There is no tick 0: ticks are numbered from 1.',
      'Breakpoint "still" was not set: No.',
    ]);
  });

  it('take how long a filter lasts from the launch, whichever comes first', async () => {
    await breakpoints.setFilters({ filters: ['slow'] });
    breakpoints.launched([], { slowCallbackMs: 7 });
    assert.deepEqual(
      breakpoints.wanted.map((each) => each.place === 'slow' && each.ms),
      [7],
    );
    const [{ verified, message }] = await breakpoints.setFilters({
      filterOptions: [{ filterId: 'slow', condition: 'x' }],
    });
    assert.equal(verified, false);
    assert.match(message ?? '', /number of milliseconds/);
    assert.deepEqual(wanted(), []);
  });

  it('count how often they stopped the program or spoke, anew in every run', async () => {
    await breakpoints.setTicks([{ id: 'a', place: 'tick' }]);
    breakpoints.stopped(stop('a'));
    breakpoints.spoke('a');
    assert.deepEqual(breakpoints.states, [{ id: 'a', verified: true, hits: 2 }]);
    breakpoints.launched([], {});
    assert.equal(breakpoints.states[0].hits, 0);
  });

  it('name those of the editor that a stop is at, and no other', async () => {
    await breakpoints.setTicks([{ id: 'a', place: 'tick' }]);
    const [first, second] = await breakpoints.setFunctions([{ name: 'f' }, { name: 'f' }]);
    assert.deepEqual([first.id, second.id], [1, 2]);
    assert.deepEqual(breakpoints.numbersOf(['a', 'function f (2)']), [2]);
  });

  it('let a step run to a place once: its stop is a step', async () => {
    connect();
    await breakpoints.runTo({ place: 'io' });
    assert.deepEqual(
      sent.at(-1)?.map(({ place }) => place),
      ['io'],
    );
    const { reason, breakpoints: ids } = breakpoints.stopped(stop(...wanted()));
    assert.deepEqual([reason, ids], ['step', []]);
    assert.deepEqual(sent.at(-1), []);
    assert.deepEqual(wanted(), []);
  });

  it('refuse to run to a place that the program cannot stop at', async () => {
    refuses = { io: 'Not at I/O.' };
    connect();
    await assert.rejects(breakpoints.runTo({ place: 'io' }), /Not at I\/O\./);
    assert.deepEqual(wanted(), []);
  });
});
