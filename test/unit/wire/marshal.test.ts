import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { MarshalError, MarshalReader } from '../../../src/wire/marshal';
import { MarshalWriter } from './marshalWriter';

describe('marshal', () => {
  it('reads what CPython itself writes', function () {
    const script =
      'import marshal,sys; sys.stdout.buffer.write(marshal.dumps([1, -1, 0x7fffffff, -0x80000000, 0x7f1234567890, -2**45, 1.5, True, None, "é√", ""], 2))';
    const python = spawnSync('python3', ['-c', script]);
    assert.equal(python.status, 0, python.stderr?.toString());
    const reader = new MarshalReader(python.stdout);
    assert.equal(reader.openList(), 11);
    const numbers = Array.from({ length: 9 }, () => reader.number());
    assert.deepEqual(numbers, [1, -1, 0x7fffffff, -0x80000000, 0x7f1234567890, -(2 ** 45), 1.5, 1, NaN]);
    assert.equal(reader.text(), 'é√');
    assert.equal(reader.text(), '');
    assert.equal(reader.left, 0);
  });

  it('gives back every number and text that was written', () => {
    const value = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const writer = new MarshalWriter();
        for (const v of values)
          if (typeof v === 'string') writer.text(v);
          else if (Number.isInteger(v) && !Object.is(v, -0)) writer.int(v);
          else writer.float(v);
        const reader = new MarshalReader(writer.take());
        assert.equal(reader.openList(), values.length);
        for (const v of values)
          if (typeof v === 'string') assert.equal(reader.text(), v);
          else assert.equal(reader.number(), v);
      }),
    );
  });

  it('refuses a payload that is cut or of another shape', () => {
    const whole = new MarshalWriter().int(5).text('text').take();
    for (let length = 6; length < whole.length; length++) {
      const reader = new MarshalReader(whole.subarray(0, length));
      reader.openList();
      assert.throws(() => {
        reader.number();
        reader.text();
      });
    }
    assert.throws(() => new MarshalReader(Buffer.from('hello')).openList(), MarshalError);
    const reader = new MarshalReader(whole);
    reader.openList();
    assert.throws(() => reader.text(), MarshalError);
  });
});
