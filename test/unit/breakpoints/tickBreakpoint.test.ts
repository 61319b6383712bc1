import assert from 'node:assert/strict';
import type { TickBreakpoint } from '../../../src/adapter/contract';
import { literally, PLACES, refusal } from '../../../src/breakpoints/tickBreakpoint';
import { tickBreakpointList } from '../../../src/breakpoints/schema';

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

  it('have a place that there is', () => {
    for (const place of ['moon', undefined, 7, 'x'.repeat(10_000)]) {
      const why = refusal({ id: 'b', place } as never) ?? '';
      assert.match(why, /^There is no place .*; the places are tick, callback, .*never-retrieved\.$/);
      assert.ok(why.length < 300);
    }
    assert.equal(refusal({ id: 'b', place: 'deadlock' }), undefined);
    assert.equal(new Set(PLACES).size, PLACES.length);
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
      { place: 'timer', on: 'scheduled' },
      { place: 'io' },
      { place: 'io', fd: 0, peer: '127.0.0.1:*' },
      { place: 'slow', ms: 100, when: 'during' },
      { place: 'stuck', ms: 5000 },
      { place: 'never-retrieved' },
    ])
      assert.equal(refusal({ id: 'b', ...good } as TickBreakpoint), undefined);
    for (const [wrong, why] of [
      [{ place: 'callback', function: 'f[' }, /without its "\]"/],
      [{ place: 'callback', file: ' ' }, /is empty/],
      [{ place: 'task', on: 'done', task: 7 }, /has to be a text; it is 7/],
      [{ place: 'task', on: 'sleeps' }, /on "sleeps"; it can on created,/],
      [{ place: 'timer', on: 'late', ms: -1 }, /milliseconds from 0; it is -1/],
      [{ place: 'timer', on: 'sings' }, /on "sings"; it can on due, late, scheduled, cancelled/],
      [{ place: 'io', fd: -1 }, /a file descriptor, from 0; it is -1/],
      [{ place: 'io', peer: '[' }, /without its "\]"/],
      [{ place: 'slow', ms: -5, when: 'after' }, /milliseconds from 0; it is -5/],
      [{ place: 'slow', ms: 5 }, /stopped after or during it \("when"\), not undefined/],
      [{ place: 'slow', ms: 1 / 0, when: 'after' }, /milliseconds from 0; it is null/],
      [{ place: 'stuck' }, /milliseconds from 0; it is undefined/],
      [{ place: 'stuck', ms: -1 }, /it is -1/],
      [{ place: 'growth', queue: 'moon', above: 1 }, /no queue "moon"; there are ready,/],
      [{ place: 'growth', queue: 'ready', above: -1 }, /from 0; it is -1/],
      [{ place: 'growth', queue: 'ready' }, /it is undefined/],
      [{ place: 'callback', condition: '1'.repeat(10_000) }, /condition has 10000 characters/],
    ] as const)
      assert.match(refusal({ id: 'b', ...wrong } as never) ?? '', why);
  });

  it('take any text literally, where a pattern for just that is wanted', () => {
    assert.equal(literally('a*b?[c]'), 'a[*]b[?][[]c]');
    assert.equal(refusal({ id: 'b', place: 'callback', task: literally('[worker]') }), undefined);
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
