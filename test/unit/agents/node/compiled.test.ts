import { strict as assert } from 'node:assert';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCompiled } from '../../../../src/agents/node/compiled';

interface Agent {
  say(): string;
}

describe('what V8 has compiled of an agent', () => {
  let folder: string;
  let file: string;
  const load = () => loadCompiled<Agent>(file, createRequire(file));
  /** `at`: when the file was changed last, s. */
  const write = (word: string, at: number) => {
    writeFileSync(file, `exports.say = () => require('node:path').basename(__filename) + ' ${word}';`);
    utimesSync(file, at, at);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tickscope-compiled-'));
    file = join(folder, 'agent.cjs');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is kept beside it once, and does the same', () => {
    write('one', 1000);
    const first = load();
    assert.equal(first.exports.say(), 'agent.cjs one');
    first.keep();
    const kept = readdirSync(`${file}.compiled`);
    assert.equal(kept.length, 1);
    const second = load();
    assert.equal(second.exports.say(), 'agent.cjs one');
    second.keep();
    assert.deepEqual(readdirSync(`${file}.compiled`), kept);
  });

  it('is not taken for that of another build, of the same length', () => {
    write('one', 1000);
    const first = load();
    first.exports.say();
    first.keep();
    write('two', 2000);
    assert.equal(load().exports.say(), 'agent.cjs two');
  });

  it('is done without where nothing can be kept, or what is kept is of no use', () => {
    write('one', 1000);
    writeFileSync(`${file}.compiled`, 'in the way of the folder');
    load().keep();
    assert.equal(load().exports.say(), 'agent.cjs one');
    rmSync(`${file}.compiled`);
    load().keep();
    const [kept] = readdirSync(`${file}.compiled`);
    writeFileSync(join(`${file}.compiled`, kept), 'nothing of V8');
    assert.equal(load().exports.say(), 'agent.cjs one');
  });
});
