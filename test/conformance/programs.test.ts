/** Pairs of programs, the same in Python and TypeScript: each prints what CPython 3.13 prints (its `.out` file). */
import assert from 'node:assert/strict';
import { fronts, type Front } from './build';
import { differences } from './differences';
import { interpreters } from './python';
import { expected, programs, runPython, runTypeScript } from './runPrograms';

describe('programs', () => {
  let outputs: Record<Front, Map<string, string>>;
  before(async function () {
    this.timeout(60_000);
    outputs = await runTypeScript(programs);
  });

  for (const front of fronts)
    describe(`in TypeScript, ${front}`, () => {
      for (const name of programs) it(name, () => assert.equal(outputs[front].get(name), expected(name)));
    });

  for (const { version, path } of interpreters())
    describe(`in CPython ${version}`, () => {
      let outputs: Map<string, string>;
      before(async function () {
        this.timeout(60_000);
        outputs = await runPython(path, programs);
      });

      const minor = Number(version.split('.')[1]);
      for (const name of programs)
        if (minor >= (differences[name]?.since ?? 0))
          it(name, () => assert.equal(outputs.get(name), expected(name)));
    });
});
