import assert from 'node:assert/strict';
import { AsyncStacks } from '../../../../src/agents/v8/asyncStacks';

/** Calls itself so often, and then `act`. */
function deep<T>(depth: number, act: () => T): T {
  return depth === 0 ? act() : deep(depth - 1, act);
}

describe('stacks of suspended async calls', () => {
  const never = new Promise<void>(() => undefined);
  const inner = async (): Promise<void> => never.then(() => undefined);
  async function middle(): Promise<void> {
    await awaited;
  }
  async function outer(): Promise<void> {
    await middle();
  }
  const awaited = inner();
  const stacks = new AsyncStacks(false);
  // The list is of another context.
  const names = (limit?: number) => Array.from(stacks.ofPromise(awaited, limit), ({ name }) => name);

  before(() => {
    void outer();
  });

  it('are told innermost first', () => {
    assert.deepEqual(names(), ['middle', 'outer']);
  });

  it('are told from wherever the program stands, and as far as they are wanted', () => {
    for (const depth of [0, 5, 50, 500]) {
      assert.deepEqual(
        deep(depth, () => names()),
        ['middle', 'outer'],
      );
      // Promise.all, by which V8 is led there, is one of them.
      assert.deepEqual(
        deep(depth, () => names(2)),
        ['middle'],
      );
    }
  });
});
