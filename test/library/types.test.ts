import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../install.mjs';
import { TypeScriptServer } from './typescriptServer';

const samples = path.join(root, 'media', 'samples');
const programs = readdirSync(samples).filter((name) => name.endsWith('.ts'));

describe('the types of tickscope/asyncio, in a folder where nothing is installed', function () {
  this.timeout(60_000);
  let folder: string;
  let server: TypeScriptServer;
  const file = (name: string) => path.join(folder, name);

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tst-'));
    cpSync(samples, folder, { recursive: true });
    server = new TypeScriptServer();
  });
  after(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const program of programs) {
    it(`${program} has no problem`, async () => {
      server.open(file(program));
      assert.deepEqual(await server.problems(file(program)), []);
    });
  }

  it('hold for the example of the README', async () => {
    const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
    const [example] = /(?<=```ts\n)[^]*?(?=```)/.exec(readme)!;
    writeFileSync(file('example.ts'), example);
    server.open(file('example.ts'));
    assert.deepEqual(await server.problems(file('example.ts')), []);
  });

  it('bring their docs, with units and the name in asyncio', async () => {
    server.open(file('sleepers.ts'));
    const lines = readFileSync(file('sleepers.ts'), 'utf8').split('\n');
    const line = lines.findIndex((text) => text.includes('await sleep('));
    const { displayString, documentation } = await server.hover(
      file('sleepers.ts'),
      line + 1,
      lines[line]!.indexOf('sleep') + 1,
    );
    assert.match(displayString, /sleep\(delay: number\): CoroutineObject<undefined>/);
    assert.match(String(documentation), /seconds[^]*asyncio\.sleep/);
  });

  it('hold what programs do wrong against them', async () => {
    const source = "import { run, sleep } from 'tickscope/asyncio';\nrun(async () => sleep('long'));\n";
    writeFileSync(file('wrong.ts'), source);
    server.open(file('wrong.ts'));
    assert.match((await server.problems(file('wrong.ts'))).join('\n'), /^2: .*'string'.*'number'/);
  });

  it('serve JavaScript, CommonJS and no tsconfig.json as well', async () => {
    const place = mkdtempSync(path.join(tmpdir(), 'tst-'));
    try {
      const bare = path.join(place, 'bare.js');
      writeFileSync(bare, "// @ts-check\nconst { sleep } = require('tickscope/asyncio');\nsleep(1, 2, 3);\n");
      server.open(bare);
      assert.match((await server.problems(bare)).join('\n'), /^3: Expected 1-2 arguments, but got 3/);
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  });

  it('give way to the copy that a project has installed', async () => {
    const project = file('own');
    const installed = path.join(project, 'node_modules', 'tickscope');
    mkdirSync(installed, { recursive: true });
    const manifest = { name: 'tickscope', exports: { './asyncio': { types: './asyncio.d.ts' } } };
    writeFileSync(path.join(installed, 'package.json'), JSON.stringify(manifest));
    writeFileSync(path.join(installed, 'asyncio.d.ts'), 'export declare const mine: number;\n');
    const options = { compilerOptions: { module: 'NodeNext', strict: true } };
    writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify(options));
    const main = path.join(project, 'main.ts');
    writeFileSync(main, "import { mine } from 'tickscope/asyncio';\nmine.toFixed();\n");
    server.open(main);
    assert.deepEqual(await server.problems(main), []);
  });

  it('are not there without the plugin: these tests tell the difference', async () => {
    const plain = new TypeScriptServer({ plugins: false });
    try {
      plain.open(file('sleepers.ts'));
      assert.match((await plain.problems(file('sleepers.ts'))).join('\n'), /tickscope\/asyncio/);
    } finally {
      await plain.close();
    }
  });
});
