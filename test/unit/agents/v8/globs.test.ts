import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Glob, isFile, names } from '../../../../src/agents/v8/globs';

describe('patterns of breakpoints', () => {
  const matches = (glob: string, text: string) => new Glob(glob).test(text);

  it('mean what they mean in Python', () => {
    for (const [glob, text, wanted] of [
      ['fetch', 'fetch', true],
      ['fetch', 'prefetch', false],
      ['fe*', 'fetch', true],
      ['*', '', true],
      ['f?tch', 'fetch', true],
      ['f?tch', 'ftch', false],
      ['[fg]et', 'get', true],
      ['[!fg]et', 'get', false],
      ['[!fg]et', 'bet', true],
      ['[a-c]x', 'bx', true],
      ['[]]x', ']x', true],
      ['[[]x', '[x', true],
      ['a.c', 'abc', false],
      ['*.js', 'a\n.js', true],
      ['$(x)', '$(x)', true],
    ] as const)
      assert.equal(matches(glob, text), wanted, `${glob} ${text}`);
  });

  it('are refused with a sentence', () => {
    assert.throws(() => new Glob(' '), /is empty; leave it out to match all/);
    assert.throws(() => new Glob('a[b'), /"\[" without its "\]"/);
    assert.throws(() => new Glob('[z-a]'), /no range of letters/);
  });

  it('match as a plain search through all ways does', () => {
    const slowly = (glob: string, text: string): boolean => {
      if (glob === '') return text === '';
      if (glob[0] === '*') return slowly(glob.slice(1), text) || (text !== '' && slowly(glob, text.slice(1)));
      return text !== '' && (glob[0] === '?' || glob[0] === text[0]) && slowly(glob.slice(1), text.slice(1));
    };
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const globs = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 6 });
    fc.assert(fc.property(globs, letters, (glob, text) => matches(glob, text) === slowly(glob, text)));
  });

  it('take no time that grows out of all bounds', () => {
    assert.equal(matches('*a'.repeat(1500) + 'b', 'a'.repeat(3000)), false);
  });

  it('are for the whole name or its last part, and for the whole path or its end', () => {
    assert.ok(names(new Glob('run'), 'Server.run'));
    assert.ok(names(new Glob('Server.*'), 'Server.run'));
    assert.ok(!names(new Glob('Server'), 'Server.run'));
    assert.ok(names(undefined, ''));
    assert.ok(isFile(new Glob('app.ts'), '/home/me/app.ts'));
    assert.ok(isFile(new Glob('me/*.ts'), '/home/me/app.ts'));
    assert.ok(isFile(new Glob('me/app.ts'), 'C:\\me\\app.ts'));
    assert.ok(!isFile(new Glob('pp.ts'), '/home/me/app.ts'));
  });
});
