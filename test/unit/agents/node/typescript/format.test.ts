import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatOf } from '../../../../../src/agents/node/typescript/format';

describe('the format of a TypeScript file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickscope-test-'));
  for (const [name, type] of Object.entries({ module: '"module"', commonjs: '"commonjs"', odd: '7' })) {
    mkdirSync(join(folder, name, 'sub'), { recursive: true });
    writeFileSync(join(folder, name, 'package.json'), `{"type": ${type}}`);
  }
  after(() => rmSync(folder, { recursive: true, force: true }));
  const format = (source: string, name = 'a.ts') => formatOf(join(folder, name), source);

  it('is what its extension says, then the nearest package.json', () => {
    assert.equal(format('', 'a.mts'), 'module');
    assert.equal(format('import "a"', 'a.cts'), 'commonjs');
    assert.equal(format('const a = 1', 'module/sub/a.ts'), 'module');
    assert.equal(format('import "a"', 'commonjs/sub/a.tsx'), 'commonjs');
    assert.equal(format('import "a"', 'odd/a.ts'), 'module');
  });

  it('is what it says, else', () => {
    for (const source of [
      'import a from "a"',
      'import type { A } from "a"',
      'const x = 1;\nexport { x }',
      'export const x: number = 1',
      'const x = await f()',
      'await f();',
      'for (const x of await f()) {}',
      'console.log(import.meta.url)',
      'import a from "a";\nconst b = require("b");\nawait a;',
    ])
      assert.equal(format(source), 'module', source);
    for (const source of [
      'const a = 1',
      'const a = require("a")',
      'import a = require("a")',
      'export = 1',
      'import a from "a";\nconsole.log(__dirname)',
      'import a from "a";\nmodule.exports = a',
      'import("a").then(b)',
      'async function f() {\n  await g();\n}',
      '// import a from "a"\n/*\nexport const b = 1\n*/',
      'const s = `\nimport a from "a"\n`',
      'const import_ = 1',
    ])
      assert.equal(format(source), 'commonjs', source);
  });
});
