import assert from 'node:assert/strict';
import { Unchanged } from '../../../../src/agents/node/observer/unchanged';

describe('whether pending async calls may have gone on', () => {
  const never = () => new Promise<void>(() => {});

  it('no: the same promises are pending, whatever else has settled', () => {
    const unchanged = new Unchanged();
    const [a, b] = [never(), never()];
    assert.equal(unchanged.since([a, b], 'timer'), false);
    assert.equal(unchanged.since([b, Promise.resolve({ text: '{ <pending> }' }), a], 'timer'), true);
    assert.equal(unchanged.none, false);
  });

  it('yes: one is new, is gone, or has settled, or the resources are others', async () => {
    const unchanged = new Unchanged();
    const [a, b] = [never(), never()];
    let settle!: () => void;
    const settled = new Promise<void>((resolve) => (settle = resolve));
    unchanged.since([a], '');
    assert.equal(unchanged.since([a, b], ''), false);
    assert.equal(unchanged.since([a], ''), false);
    assert.equal(unchanged.since([b], ''), false);
    assert.equal(unchanged.since([b], 'timer'), false);
    assert.equal(unchanged.since([b, settled], 'timer'), false);
    settle();
    assert.equal(unchanged.since([b, settled], 'timer'), false);
    assert.equal(unchanged.since([b, settled], 'timer'), true);
  });

  it('runs nothing of the program’s, and is not misled by it', () => {
    const unchanged = new Unchanged();
    const named = Object.assign(Promise.resolve(1), { '<pending>': 1 });
    const custom = Object.assign(Promise.resolve(1), {
      [Symbol.for('nodejs.util.inspect.custom')]: () => assert.fail('called'),
    });
    const trap = Promise.resolve(new Proxy({}, { get: () => assert.fail('called') }));
    class Own extends Promise<void> {}
    unchanged.since([named, custom, trap], '');
    assert.equal(unchanged.none, true);
    unchanged.since([new Own(() => {})], '');
    assert.equal(unchanged.none, false);
  });

  it('is not known of too many', () => {
    const unchanged = new Unchanged();
    const many = Array.from({ length: 6000 }, never);
    unchanged.since(many, '');
    assert.equal(unchanged.since(many, ''), false);
    assert.equal(unchanged.none, false);
  });
});
