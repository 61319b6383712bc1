import assert from 'node:assert/strict';
import type { TickBreakpoint, TickPlace } from '../../../../src/adapter/contract';
import { PLACES, refusal } from '../../../../src/breakpoints/tickBreakpoint';
import {
  breakpointOf,
  draftOf,
  fieldsOf,
  isSame,
  limitsOf,
  PLACE_WORDS,
} from '../../../../webview/views/breakpointFields';

describe('the form of a breakpoint', () => {
  it('asks at each place for what the contract has there, and makes what was there before again', () => {
    const all: TickPlace[] = [
      { place: 'tick', at: 42, condition: 'ready > 2', hitCondition: '% 2', logMessage: 'x {tick}' },
      { place: 'tick', every: 10 },
      { place: 'callback', function: 'f*', file: '*.py', task: 't' },
      { place: 'task', on: 'failed', task: 't', coroutine: 'c' },
      { place: 'timer', on: 'late', ms: 5, function: 'f', task: 't' },
      { place: 'io', fd: 0, peer: '*:80' },
      { place: 'slow', ms: 100, when: 'during' },
      { place: 'growth', queue: 'waiting', above: 10 },
      { place: 'stuck', ms: 5000 },
      { place: 'deadlock' },
      { place: 'stall' },
      { place: 'exception' },
      { place: 'never-retrieved' },
    ];
    assert.deepEqual(new Set(all.map(({ place }) => place)), new Set(PLACES));
    for (const place of all) {
      const made = breakpointOf(draftOf({ ...place, id: 'x' }), undefined, []);
      assert.deepEqual({ ...made, id: 'x' }, { ...place, id: 'x' });
      assert.equal(refusal(made), undefined);
      assert.ok(made.id !== '' && PLACE_WORDS[place.place] !== '');
    }
  });

  it('asks how late only for timers that are late', () => {
    const names = (draft: Record<string, string>) => fieldsOf(draft).own.map(({ name }) => name);
    assert.deepEqual(names({ place: 'timer' }), ['on', 'function', 'task']);
    assert.deepEqual(names({ place: 'timer', on: 'late' }), ['on', 'ms', 'function', 'task']);
    assert.deepEqual(breakpointOf({ place: 'timer', on: 'due', ms: '5' }, undefined, []), {
      id: 'a timer is due',
      place: 'timer',
      on: 'due',
    });
  });

  it('leaves what is no number to be refused with a sentence', () => {
    for (const [draft, why] of [
      [{ place: 'tick', at: 'soon' }, /no tick "soon"/],
      [{ place: 'tick', at: '0' }, /no tick 0/],
      [{ place: 'stuck' }, /milliseconds from 0/],
      [{ place: 'slow', ms: '-4' }, /it is -4/],
      [{ place: 'callback', function: 'f[' }, /without its "\]"/],
      [{ place: 'tick', condition: 'x'.repeat(10_000) }, /10000 characters/],
    ] as const)
      assert.match(refusal(breakpointOf(draft, undefined, [])) ?? '', why);
  });

  it('keeps a breakpoint off that is off, and gives names that there are not yet', () => {
    const off: TickBreakpoint = { id: 'tick 3', place: 'tick', at: 3, enabled: false };
    assert.equal(breakpointOf(draftOf(off), off, []).enabled, false);
    assert.equal(breakpointOf({ place: 'tick', at: '3' }, undefined, [off]).id, 'tick 3 (2)');
  });

  it('says its limits, and knows the same breakpoint under another name', () => {
    const breakpoint: TickBreakpoint = { id: 'a', place: 'tick', condition: 'c', hitCondition: '5' };
    assert.equal(limitsOf(breakpoint), 'if c · hits 5');
    assert.ok(isSame(breakpoint, { place: 'tick', hitCondition: '5', condition: 'c' }));
    assert.ok(!isSame(breakpoint, { place: 'tick' }));
  });
});
