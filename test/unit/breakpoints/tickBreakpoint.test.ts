import assert from 'node:assert/strict';
import type { TickBreakpoint } from '../../../src/adapter/contract';
import { PLACES, refusal, tickBreakpointList } from '../../../src/breakpoints/tickBreakpoint';

const BUILT = ['tick', 'callback', 'task', 'timer', 'growth', 'exception'];
const tick = (more: object): TickBreakpoint => ({ id: 'b', place: 'tick', ...more }) as TickBreakpoint;

describe('tick breakpoints', () => {
  it('at a tick, at every so many, and at every one can be set', () => {
    for (const more of [
      {},
      { at: 1 },
      { every: 10 },
      { hitCondition: '>= 3' },
      { condition: 'ready > 2', logMessage: 'x' },
    ])
      assert.equal(refusal(tick(more)), undefined);
  });

  it('at no tick are refused with a sentence', () => {
    for (const more of [
      { at: 0 },
      { at: -3 },
      { at: 1.5 },
      { at: '5' },
      { every: 0 },
      { at: 1, every: 2 },
      { hitCondition: 'x' },
    ])
      assert.match(refusal(tick(more)) ?? '', /^[A-Z].*\.$/, JSON.stringify(more));
  });

  it('at a place that is not built are refused, and say which is', () => {
    for (const place of PLACES.filter((each) => !BUILT.includes(each)))
      assert.match(
        refusal({ id: 'b', place } as TickBreakpoint) ?? '',
        /not built yet; "tick", "callback", .* are/,
      );
  });

  it('at callbacks and tasks take patterns that can be read', () => {
    for (const good of [
      { place: 'callback' },
      { place: 'callback', function: 'f[ab]*', file: '*.py', task: 'T-[!1]' },
      { place: 'callback', function: '[[]' },
      { place: 'task', on: 'done', coroutine: 'x?' },
      { place: 'growth', queue: 'tasks', above: 0 },
      { place: 'exception' },
      { place: 'timer', on: 'late', ms: 5, task: 'x*' },
    ])
      assert.equal(refusal({ id: 'b', ...good } as TickBreakpoint), undefined);
    for (const [wrong, why] of [
      [{ place: 'callback', function: 'f[' }, /without its "\]"/],
      [{ place: 'callback', file: ' ' }, /is empty/],
      [{ place: 'task', on: 'done', task: 7 }, /has to be a text; it is 7/],
      [{ place: 'task', on: 'sleeps' }, /on "sleeps"; it can on created,/],
      [{ place: 'timer', on: 'late', ms: -1 }, /milliseconds from 0; it is -1/],
      [{ place: 'timer', on: 'scheduled' }, /on "scheduled" yet; it can on due, late/],
      [{ place: 'growth', queue: 'moon', above: 1 }, /no queue "moon"; there are ready,/],
      [{ place: 'growth', queue: 'ready', above: -1 }, /from 0; it is -1/],
      [{ place: 'growth', queue: 'ready' }, /it is undefined/],
      [{ place: 'callback', condition: '1'.repeat(10_000) }, /condition has 10000 characters/],
    ] as const)
      assert.match(refusal({ id: 'b', ...wrong } as never) ?? '', why);
  });

  it('must have an id and a place that there is', () => {
    assert.equal(tickBreakpointList.safeParse([tick({})]).success, true);
    for (const wrong of [
      { place: 'tick' },
      { id: '', place: 'tick' },
      { id: 'b', place: 'moon' },
      { id: 'b' },
      7,
    ])
      assert.equal(tickBreakpointList.safeParse([wrong]).success, false, JSON.stringify(wrong));
  });
});
