import assert from 'node:assert/strict';
import { compiled, Endless, Invalid, parts, type Names } from '../../../../src/agents/v8/conditions';

const AT: Names = { tick: 7, ready: 3, waiting: 0, timers: 2, task: 'A', callback: 'ring' };

describe('expressions of breakpoints', () => {
  it('see their names before the program’s globals, and nothing of ours', () => {
    assert.equal(compiled('tick > 5 && ready === 3 && task === "A"', 'condition')(AT), true);
    assert.equal(compiled('typeof process.pid', 'condition')(AT), 'number');
    assert.equal(compiled('[tick, Math.max(ready, timers)].join()', 'condition')(AT), '7,3');
    assert.throws(() => compiled('script', 'condition')(AT), ReferenceError);
  });

  it('are refused where they are none', () => {
    for (const source of ['1 +', 'if (tick) 1', '1) || (2', 'tick; ready', ''])
      assert.throws(() => compiled(source, 'condition'), Invalid, source);
  });

  it('are given up where they do not end, and leave nothing behind', () => {
    for (const source of ['(() => { for (;;); })()', '`${(function f() { while (true); })()}`'])
      assert.throws(() => compiled(source, 'condition')(AT), Endless);
    assert.equal(Reflect.ownKeys(Atomics.notify).length, 2);
  });

  it('throw what they throw', () => {
    assert.throws(
      () => compiled('(() => { throw 5 })()', 'condition')(AT),
      (error) => error === 5,
    );
  });

  it('stand in log messages in braces', () => {
    const said = parts('at {tick}: {task}, {ready + 1}').map((part) =>
      typeof part === 'string' ? part : part(AT),
    );
    assert.equal(said.join(''), 'at 7: A, 4');
    assert.throws(() => parts('{1 +}'), Invalid);
  });
});
