import assert from 'node:assert/strict';
import { callsAnything } from '../../../../src/agents/node/observer/heapObjects';

describe('callsAnything', () => {
  const pool = { free: [1], next: () => 1 };

  for (const silent of [
    () => pool.free.length,
    (size: number) => pool.free.length < size,
    function sizeOf() {
      return pool.free.length;
    },
    {
      at(place: number) {
        return pool.free[place];
      },
    }.at,
  ])
    it(`says no of ${silent.toString().replace(/\s+/g, ' ')}`, () =>
      assert.equal(callsAnything(silent.toString()), false));

  for (const text of [
    '() => pool.next()',
    'each => pool.next(each)',
    'async each => await pool',
    '() => new Pool',
    '(first = pool.next()) => first',
    'function* () { yield pool }',
    'class { static first = pool.next() }',
    '() => [...pool]',
    '() => pool.next`x`',
    'function () { for (const each of pool) each; }',
  ])
    it(`says yes of ${text}`, () => assert.ok(callsAnything(text)));
});
