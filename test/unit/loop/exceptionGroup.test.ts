import assert from 'node:assert/strict';
import { ExceptionGroup } from '../../../src/loop/exceptionGroup';

describe('ExceptionGroup', () => {
  const type = new TypeError('t');
  const range = new RangeError('r');
  const nested = new ExceptionGroup('outer', [type, new ExceptionGroup('inner', [range, type])]);

  it('says how many errors it has', () => {
    assert.equal(nested.message, 'outer (2 sub-exceptions)');
    assert.equal(new ExceptionGroup('one', [type]).message, 'one (1 sub-exception)');
    assert.ok(nested instanceof AggregateError);
  });

  it('splits by what matches, keeping its shape', () => {
    const [types, rest] = nested.split((error) => error instanceof TypeError);
    assert.deepEqual(types?.exceptions[0], type);
    assert.deepEqual((types?.exceptions[1] as ExceptionGroup).exceptions, [type]);
    assert.equal(rest?.exceptions.length, 1);
    assert.deepEqual((rest?.exceptions[0] as ExceptionGroup).exceptions, [range]);
    assert.equal(
      nested.subgroup(() => false),
      undefined,
    );
    assert.equal(
      nested.subgroup((error) => error === nested),
      nested,
    );
  });
});
