import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Fifo } from '../../../../src/agents/node/observer/fifo';

/** So many are made; then the oldest runs, or one of those that are live is cleared: at this share of them. */
type Act = { made: number } | { ran: number } | { cleared: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ made: fc.integer({ min: 1, max: 1500 }) }),
  fc.record({ ran: fc.integer({ min: 1, max: 1500 }) }),
  fc.record({ cleared: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
);

describe('the queue of resources that run once', () => {
  it('holds what a Map of all would hold, in order', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const fifo = new Fifo('Immediate');
        const model = new Map<number, object>();
        let last = 0;
        for (const each of acts) {
          if ('made' in each)
            for (let n = 0; n < each.made; n++) {
              const resource = {};
              last += 1 + (n % 3);
              fifo.push(last, last - 1, 7, resource, last * 2);
              model.set(last, resource);
            }
          else if ('ran' in each)
            for (let n = 0; n < each.ran && model.size > 0; n++) {
              assert.ok(fifo.remove(fifo.first));
              model.delete([...model.keys()][0]);
            }
          else if (model.size > 0) {
            const id = [...model.keys()][Math.floor(each.cleared * model.size)];
            assert.ok(fifo.remove(id));
            assert.equal(fifo.remove(id), false);
            model.delete(id);
          }
          assert.equal(fifo.count, model.size);
          assert.equal(fifo.first, [...model.keys()][0] ?? 0);
          assert.equal(fifo.has(last + 1), false);
        }
        assert.deepEqual(
          [...fifo.live()].map(({ id }) => id),
          [...model.keys()],
        );
        for (const [id, resource] of model) {
          assert.equal(fifo.objectOf(id), resource);
          assert.equal(fifo.get(id)?.trigger, id - 1);
          assert.equal(fifo.codeOf(id), id * 2);
        }
      }),
      { numRuns: 60 },
    );
  });
});
