import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { PYTHON_SCHEMA, pythonSchema } from '../../../src/wire/generate';
import { RECORD } from '../../../src/wire/schema';

describe('schema', () => {
  it('is what the Python agent has', () => {
    assert.equal(
      readFileSync(PYTHON_SCHEMA, 'utf8'),
      pythonSchema(),
      'src/agents/python/_tickscope/schema.py is stale: run `npm run schema`.',
    );
  });
  it('gives each record a code of its own', () => {
    const codes = Object.values(RECORD).map(({ code }) => code);
    assert.equal(new Set(codes).size, codes.length);
    assert.ok(codes.every((code) => code < 0));
  });
});
