import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../install.mjs';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

const body = `
async function main() {
  const [one, two] = await gather(() => sleep(0.02, 1), () => sleep(0.01, 2));
  return one + two;
}
run(main).then((sum) => console.log('sum', sum));
`;
const esm = `import { gather, run, sleep } from 'tickscope/asyncio';${body}`;
const commonjs = `const { gather, run, sleep } = require('tickscope/asyncio');${body}`;

describe('the npm package, installed into a project of its own', function () {
  this.timeout(60_000);
  let project: string;

  before(() => {
    project = mkdtempSync(path.join(tmpdir(), 'tsn-'));
    const [{ filename }] = JSON.parse(npm(root, 'pack', '--json', '--pack-destination', project));
    write('package.json', JSON.stringify({ name: 'project', private: true }));
    npm(project, 'install', '--offline', '--no-audit', '--no-fund', path.join(project, filename));
    // As a TypeScript project for Node has them.
    mkdirSync(path.join(modules(), '@types'));
    for (const name of ['@types/node', 'undici-types'])
      symlinkSync(path.join(root, 'node_modules', name), path.join(modules(), name), 'junction');
  });
  after(() => rmSync(project, { recursive: true, force: true }));

  it('brings the library, its types and nothing of the extension', () => {
    assert.ok(!existsSync(path.join(modules(), 'tickscope', 'src')));
    assert.deepEqual(readdirSync(path.join(modules(), 'tickscope', 'dist')).sort(), [
      'asyncio.cjs',
      'asyncio.d.cts',
      'asyncio.d.mts',
      'asyncio.mjs',
    ]);
  });

  for (const [name, source] of [
    ['program.mjs', esm],
    ['program.cjs', commonjs],
  ] as const) {
    it(`runs ${name} with plain Node`, () => {
      write(name, source);
      assert.deepEqual(node(name), { status: 0, stdout: 'sum 3\n', stderr: '' });
    });
  }

  it('is one loop, imported and required', () => {
    const source = `
import { createRequire } from 'node:module';
import * as imported from 'tickscope/asyncio';
const required = createRequire(import.meta.url)('tickscope/asyncio');
console.log(Object.keys(required).every((name) => required[name] === imported[name]), imported.Task.name);
`;
    write('both.mjs', source);
    assert.deepEqual(node('both.mjs'), { status: 0, stdout: 'true Task\n', stderr: '' });
  });

  for (const [options, ...names] of [
    ['--module NodeNext', 'program.mts', 'program.cts'],
    ['--module ESNext --moduleResolution Bundler', 'bundled.ts'],
    ['--module CommonJS --moduleResolution Node10', 'classic.ts'],
  ]) {
    it(`has types with ${options}`, () => {
      // Where the result were `any`, the compiler would miss the error that it is to expect.
      const wrong = '// @ts-expect-error\nrun(main).then((sum: string) => console.log(sum));\n';
      for (const name of names) write(name, esm + wrong);
      const flags = ['--noEmit', '--strict', '--target', 'ES2022', '--lib', 'ES2022', ...options!.split(' ')];
      const { status, stdout } = spawnSync(process.execPath, [tsc, ...flags, ...names], {
        cwd: project,
        encoding: 'utf8',
      });
      assert.deepEqual({ status, stdout }, { status: 0, stdout: '' });
    });
  }

  function modules(): string {
    return path.join(project, 'node_modules');
  }

  function write(name: string, text: string): void {
    writeFileSync(path.join(project, name), text);
  }

  function node(file: string) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
      cwd: project,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }
});

function npm(cwd: string, ...args: string[]): string {
  // `npm test` names the project in here, and an inner npm would work on it.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  const windows = process.platform === 'win32';
  const { status, stdout, stderr } = spawnSync(windows ? 'npm.cmd' : 'npm', args, {
    cwd,
    env,
    encoding: 'utf8',
    shell: windows,
  });
  if (status !== 0) throw new Error(`"npm ${args.join(' ')}" failed:\n${stderr}`);
  return stdout;
}
