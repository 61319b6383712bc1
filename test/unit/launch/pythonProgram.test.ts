import assert from 'node:assert/strict';
import { ignoresPythonPath } from '../../../src/launch/pythonProgram';

describe('a Python program', () => {
  it('knows the options that keep PYTHONPATH or sitecustomize out', () => {
    for (const args of [
      ['-I'],
      ['-E'],
      ['-S'],
      ['-uE'],
      ['-X', 'dev', '-I'],
      ['-W', 'error', '-S'],
      ['-bbS'],
    ])
      assert.equal(ignoresPythonPath(args), true, args.join(' '));
    for (const args of [
      [],
      ['-u'],
      ['-X', 'E'],
      ['-W', '-I'],
      ['-WError::SyntaxWarning'],
      ['-XI'],
      ['--check-hash-based-pycs', 'S'],
    ])
      assert.equal(ignoresPythonPath(args), false, args.join(' '));
  });
});
