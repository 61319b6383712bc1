/** Functions are told apart also after V8 has thrown away what tells them apart. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const PROGRAM = `
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const { Functions } = require('./src/agents/v8/functions.ts');
const { Inspector } = require('./src/agents/v8/inspector.ts');
const functions = new Functions(new Inspector());
const make = () => () => 1;
const before = functions.key(make());
setFlagsFromString('--stress-flush-code');
setFlagsFromString('--flush-bytecode');
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
setImmediate(() => {
  for (let i = 0; i < 20; i++) collect();
  console.log(before !== undefined, functions.key(make()) === before, functions.key(PROGRAM) === before);
});
function PROGRAM() {}
`;

describe('functions, by V8', () => {
  it('are known also when V8 has to compile its questions anew', () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--eval', PROGRAM], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    assert.equal(stdout, 'true true false\n', stderr);
  }).timeout(20_000);
});
