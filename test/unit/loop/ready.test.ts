import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Ring } from '../../../src/loop/ready';

describe('Ring', () => {
  it('is a first-in first-out queue', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 200 })), { maxLength: 60 }),
        (runs) => {
          const ring = new Ring<number>();
          const model: number[] = [];
          let next = 0;
          for (const [pushes, count] of runs) {
            for (let i = 0; i < count; i++) {
              if (pushes) {
                ring.push(next);
                model.push(next++);
              } else assert.equal(ring.shift(), model.shift());
            }
            assert.equal(ring.length, model.length);
            assert.deepEqual([...ring], model);
            assert.equal(ring.at(0), model[0]);
            assert.equal(ring.at(model.length - 1), model.at(-1));
            assert.equal(ring.at(model.length), undefined);
          }
        },
      ),
    );
  });

  it('takes a burst and what comes after it', () => {
    const ring = new Ring<number>();
    for (let i = 0; i < 200_000; i++) ring.push(i);
    for (let i = 0; i < 200_000; i++) assert.equal(ring.shift(), i);
    assert.equal(ring.shift(), undefined);
    ring.push(1);
    assert.deepEqual([...ring], [1]);
    ring.clear();
    assert.equal(ring.length, 0);
  });
});
