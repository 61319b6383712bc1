import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { guessTarget } from '../../../src/launch/target';

describe('the target', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickscope-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, text = '') => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const guess = (name: string, text: string) => guessTarget(file(name, text));

  it('of modules, Python files and what has no name for it is asyncio', () => {
    assert.equal(guessTarget(undefined), 'asyncio');
    assert.equal(guess('app.py', ''), 'asyncio');
    assert.equal(guess('app', 'import "tickscope/asyncio"'), 'asyncio');
  });

  it('of a package, of a script in its .bin, and of a script of Node is plain Node', () => {
    file('p/package.json', '{}');
    assert.equal(guessTarget(join(folder, 'p')), 'node');
    file('q/__main__.py');
    file('q/package.json', '{}');
    assert.equal(guessTarget(join(folder, 'q')), 'asyncio');
    assert.equal(guess('p/node_modules/.bin/tool', '#!/bin/sh\nexec node ...'), 'node');
    assert.equal(guess('tool', '#!/usr/bin/env node\nconsole.log(1)'), 'node');
    assert.equal(guess('script', '#!/usr/bin/env python3\n'), 'asyncio');
    symlinkSync(file('tool.mjs'), join(folder, 'linked'));
    assert.equal(guessTarget(join(folder, 'linked')), 'node');
  });

  it('is the loop where tickscope/asyncio is imported, in whichever way', () => {
    for (const [index, text] of [
      "import { run } from 'tickscope/asyncio';",
      'import {\n  run,\n  sleep,\n} from "tickscope/asyncio"',
      "import * as asyncio from 'tickscope/asyncio'",
      "import 'tickscope/asyncio'",
      "const { run } = require('tickscope/asyncio')",
      "const { run } = await import( 'tickscope/asyncio')",
      "export { run } from 'tickscope/asyncio'",
    ].entries())
      for (const ending of ['ts', 'mts', 'cts', 'tsx', 'js', 'mjs', 'cjs'])
        assert.equal(guess(`a${index}.${ending}`, text), 'loop', text);
  });

  it('is seen one step further, in files of the program', () => {
    file('b/loops.ts', "import { run } from 'tickscope/asyncio';");
    file('b/c/index.js', "require('tickscope/asyncio')");
    file('b/far.ts', "import './loops'");
    assert.equal(guess('b/main.ts', "import { a } from './loops.js'"), 'loop');
    assert.equal(guess('b/main.mjs', "import './loops.ts'"), 'loop');
    assert.equal(guess('b/main.cjs', "require('./c')"), 'loop');
    assert.equal(guess('b/main.js', "import './far'"), 'node');
    assert.equal(guess('b/none.js', "import './nowhere'"), 'node');
  });

  it('is plain Node otherwise: comments and look-alikes are no imports', () => {
    assert.equal(
      guess('d.ts', "// import { run } from 'tickscope/asyncio'\n/* require('tickscope/asyncio') */"),
      'node',
    );
    assert.equal(guess('e.ts', "import { run } from 'tickscope/asyncio2'; import x from 'http'"), 'node');
  });
});
