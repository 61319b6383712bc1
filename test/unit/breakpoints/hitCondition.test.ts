import assert from 'node:assert/strict';
import { hitStops, parseHitCondition } from '../../../src/breakpoints/hitCondition';

describe('hit conditions', () => {
  const stops = (text: string) => {
    const condition = parseHitCondition(text);
    assert.ok(condition, text);
    return [1, 2, 3, 4, 5, 6].filter((hit) => hitStops(condition, hit));
  };

  it('name a hit, a range of them, or every so many', () => {
    assert.deepEqual(stops('3'), [3]);
    assert.deepEqual(stops('== 3'), [3]);
    assert.deepEqual(stops('=3'), [3]);
    assert.deepEqual(stops('> 4'), [5, 6]);
    assert.deepEqual(stops('>=4'), [4, 5, 6]);
    assert.deepEqual(stops(' < 3 '), [1, 2]);
    assert.deepEqual(stops('<= 3'), [1, 2, 3]);
    assert.deepEqual(stops('%2'), [2, 4, 6]);
  });

  it('that no hit can meet do not parse', () => {
    for (const text of ['0', '== 0', '<= 0', '< 0', '< 1', '% 0'])
      assert.equal(parseHitCondition(text), undefined, text);
    assert.deepEqual(stops('>= 0'), stops('> 0'));
    assert.deepEqual(stops('< 2'), [1]);
  });

  it('that mean nothing do not parse', () => {
    for (const text of ['', 'often', '-1', '1.5', '3 times', '!= 3', '1e3']) {
      assert.equal(parseHitCondition(text), undefined, text);
    }
  });
});
