import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ByteQueue } from '../../../src/loop/byteQueue';

describe('ByteQueue', () => {
  it('gives bytes as they came, and what was taken stays as it was', () => {
    const action = fc.oneof(fc.uint8Array({ maxLength: 9 }), fc.nat(12));
    fc.assert(
      fc.property(fc.array(action), (actions) => {
        const queue = new ByteQueue();
        let model = Buffer.alloc(0);
        const taken: [Buffer, string][] = [];
        for (const one of actions) {
          if (typeof one === 'number') {
            const data = queue.take(one);
            assert.deepEqual([...data], [...model.subarray(0, one)]);
            model = model.subarray(one);
            taken.push([data, data.toString('hex')]);
          } else {
            queue.append(Buffer.from(one));
            model = Buffer.concat([model, one]);
          }
          assert.equal(queue.length, model.length);
          for (const from of [0, 1]) {
            if (from > model.length) continue;
            assert.equal(queue.indexOf(Buffer.of(7), from), model.indexOf(7, from));
          }
        }
        for (const [data, was] of taken) assert.equal(data.toString('hex'), was);
      }),
    );
  });
});
