import assert from 'node:assert/strict';
import { DURATIONS, FILTERS, filterBreakpoint, filterRefusal } from '../../../src/adapter/filters';
import { refusal } from '../../../src/breakpoints/tickBreakpoint';

describe('exception filters', () => {
  it('stand for breakpoints that can be set, with and without a condition', () => {
    for (const { filter, supportsCondition } of FILTERS) {
      assert.equal(supportsCondition, true);
      for (const condition of [undefined, '', '250']) {
        assert.equal(filterRefusal(filter, condition), undefined);
        assert.equal(refusal(filterBreakpoint(filter, condition, DURATIONS)), undefined, filter);
      }
    }
  });

  it('take the duration of the condition, else that of the launch', () => {
    const ms = (condition?: string) => {
      const breakpoint = filterBreakpoint('slow', condition, { slow: 30, stuck: 40 });
      return breakpoint.place === 'slow' && breakpoint.ms;
    };
    assert.equal(ms(), 30);
    assert.equal(ms('250'), 250);
    assert.equal(ms(' 250 ms'), 250);
    assert.equal(ms('1.5 s'), 1500);
  });

  it('that are not there, and durations that are none, are refused with a sentence', () => {
    assert.match(filterRefusal('moon', undefined) ?? '', /no exception filter "moon"; there are tick,/);
    for (const wrong of ['-5', 'ready > 3', '1e9', '5 min'])
      assert.match(filterRefusal('slow', wrong) ?? '', /number of milliseconds, like 250; it is/);
    assert.equal(filterRefusal('tick', 'ready > 3'), undefined);
  });
});
