import assert from 'node:assert/strict';
import fc from 'fast-check';
import { newEventLoop } from '../../../src/loop/baseEvents';
import { Future } from '../../../src/loop/futures';
import { Waiters, type Place } from '../../../src/loop/waiters';

describe('Waiters', () => {
  it('is a deque that can be taken from anywhere', () => {
    const loop = newEventLoop();
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant('push'), fc.constant('shift'), fc.nat(20))), (actions) => {
        const line = new Waiters<void>();
        let model: Place<void>[] = [];
        const gone: Place<void>[] = [];
        for (const action of actions) {
          if (action === 'push') model.push(line.push(new Future<void>({ loop })));
          else if (action === 'shift') {
            const first = model.shift();
            if (first !== undefined) gone.push(first);
            assert.equal(line.shift(), first?.future);
          } else if (typeof action === 'number') {
            const place = [...model, ...gone][action];
            if (place === undefined) continue;
            line.remove(place);
            model = model.filter((other) => other !== place);
            gone.push(place);
          }
          assert.deepEqual(
            [...line],
            model.map(({ future }) => future),
          );
          assert.equal(line.length, model.length);
          assert.equal(line.first(), model[0]?.future);
        }
      }),
    );
    loop.close();
  });
});
