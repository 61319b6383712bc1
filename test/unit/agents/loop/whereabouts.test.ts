/** Where the program is, looked up only so often. */
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { Whereabouts } from '../../../../src/agents/loop/whereabouts';

describe('whereabouts', () => {
  const isUser = (path: string) => path.endsWith('.test.ts');

  it('are the innermost line of the user’s', () => {
    const whereabouts = new Whereabouts(10);
    const look = (): unknown => whereabouts.here(1, look, isUser);
    const { path } = look() as { path: string };
    assert.equal(basename(path), 'whereabouts.test.ts');
    assert.equal(
      whereabouts.here(1, look, () => false),
      undefined,
    );
  });

  it('are looked up so many times at once, and again after a while', () => {
    const whereabouts = new Whereabouts(200);
    const look = (time: number): unknown => whereabouts.here(time, look, isUser);
    const looked = (time: number) => Array.from({ length: 1000 }, () => look(time)).filter(Boolean).length;
    assert.deepEqual([looked(5), looked(5.5), looked(100)], [200, 100, 200]);
  });
});
