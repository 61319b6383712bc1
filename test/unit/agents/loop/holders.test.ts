/** Who has places of a semaphore, as far as that can be known. */
import assert from 'node:assert/strict';
import { Holders } from '../../../../src/agents/loop/holders';

const PLACE = undefined;

describe('holders', () => {
  const holders = new Holders();
  const actors = (semaphore: object) => holders.ofSemaphore(semaphore).map(({ actor }) => actor);

  it('of a semaphore are those who took a place and did not give it back', () => {
    const semaphore = {};
    for (const actor of [1, 2, 1, 3]) holders.entered(semaphore, actor, PLACE);
    holders.left(semaphore, 1);
    holders.left(semaphore, 2);
    assert.deepEqual(actors(semaphore), [1, 3]);
  });

  it('are not known any more once somebody gave a place back who had none', () => {
    const handedOver = {};
    holders.entered(handedOver, 1, PLACE);
    holders.left(handedOver, 2);
    holders.entered(handedOver, 3, PLACE);
    assert.deepEqual(actors(handedOver), []);
    const given = {};
    holders.left(given, 0);
    holders.entered(given, 1, PLACE);
    assert.deepEqual(actors(given), []);
  });
});
