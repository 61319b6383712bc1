/** TypeScript programs without a build step, and `tickscope/asyncio` without an install, on every Node that is found. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { planLaunch } from '../../../src/launch/plan';
import { Built, Files, MAJORS, nodeNumbered, run, type Node, type Outcome } from './worker';

interface Case {
  title: string;
  /** The first is run. */
  files: Record<string, string>;
  stdout?: string;
  stderr?: RegExp;
  code?: number;
}

const all = `
  enum Colour { Red, Green = 4 }
  namespace Shapes { export type Sides = 3 }
  abstract class Base<T> { constructor(readonly a: T, private b = 2, protected c?: string) {} sum(): number { return (this.a as number) + this.b } }
  class Child extends Base<number> { declare extra: string; override sum(): number { return super.sum() * 2 } }
  const value = { x: 1 } satisfies Record<string, number>;
  function overloaded(a: string): string; function overloaded(a: number): number; function overloaded(a: any): any { return a }
  console.log(Colour[4], Colour.Red, (3 satisfies Shapes.Sides), new Child(1).sum(), value!.x as number, <string>overloaded('o'));`;

const cases: Case[] = [
  { title: 'what TypeScript adds, in CommonJS', files: { 'a.cts': all }, stdout: 'Green 0 3 6 1 o\n' },
  {
    title: 'what TypeScript adds, in an ES module',
    files: { 'a.mts': `${all}\nexport {};` },
    stdout: 'Green 0 3 6 1 o\n',
  },
  {
    title: 'imports of sources by the names of what is made of them, and without any',
    files: {
      'a.ts': `import { b } from './b.js'; import { c } from './c'; import d, { type D } from './d/index.js'; import data from './data.json' with { type: 'json' }; import type { Nowhere } from './nowhere';
        const n: Nowhere | D = 1; console.log(b, c, d, data.x, n, import.meta.url.endsWith('a.ts'), await Promise.resolve('awaited'), (await import('./e')).e)`,
      'b.ts': 'export const b: string = "b"',
      'c.mts': 'export const c = "c" as const',
      'd/index.ts': 'export type D = number; export default "d"',
      'e.tsx': 'export const e = ((x: number) => x + 1)(1)',
      'data.json': '{"x": 7}',
    },
    stdout: 'b c d 7 1 true awaited 2\n',
  },
  {
    title: "tsc's CommonJS: imports beside require and __dirname",
    files: {
      'a.ts': `import { b } from './b'; import path = require('node:path'); import * as fs from 'node:fs'; import j from './c.json';
        console.log(b, path.basename(__filename), typeof fs.readFileSync, require('./d').default, j.y, require.main === module)`,
      'b.ts': 'export const b: number = 1; export type T = 1',
      'd.ts': 'const d: string = "d"; export default d',
      'c.json': '{"y": 2}',
      'package.json': '{"type": "commonjs"}',
    },
    stdout: '1 a.ts function d 2 true\n',
  },
  {
    title: 'modules by package.json, and a CommonJS file out of a module',
    files: {
      'a.ts': `import { c } from './c.cjs'; import e from './e.cts'; console.log(c, e, import.meta.filename?.endsWith('a.ts') ?? true)`,
      'c.cjs': 'exports.c = 5',
      'e.cts': 'const e: number = 6; export = e',
      'package.json': '{"type": "module"}',
    },
    stdout: '5 6 true\n',
  },
  {
    title: 'top-level await without an import',
    files: { 'a.ts': 'const x: number = await Promise.resolve(3);\nconsole.log(x)' },
    stdout: '3\n',
  },
  {
    title: 'an error of the program, with its place',
    files: {
      'a.ts':
        'interface A {\n  b: string;\n}\nenum E { X }\nfunction f(a: A): never {\n  throw new Error(a.b + E.X);\n}\nf({ b: "no" });\n',
    },
    stderr: /a\.ts:6\n[^]*Error: no0\n {4}at f \(.*a\.ts:6:9\)\n {4}at .*a\.ts:8:1/,
    code: 1,
  },
  {
    title: 'an error of a module, with its place',
    files: {
      'a.mts': 'type T = {\n  a: 1;\n};\nimport "./b.mjs";\nexport type { T };',
      'b.mts': 'let x: any;\n\nx.y;\nexport {}',
    },
    stderr: /b\.mts:3\n[^]*TypeError: .*\n {4}at file:.*b\.mts:3:3/,
    code: 1,
  },
  {
    title: 'a module that is not there, with the place that wants it',
    files: { 'a.cts': 'type A = 1;\nrequire("./b");' },
    stderr: /Cannot find module '\.\/b'[^]*at .*a\.cts:2:1/,
    code: 1,
  },
  {
    title: 'an error of syntax, with its place',
    files: { 'a.ts': 'const a: number = 1;\nfunction f( {\n' },
    stderr: /a\.ts:\d+[^]*SyntaxError/,
    code: 1,
  },
  {
    title: 'what the loader cannot do, with a sentence',
    files: { 'a.ts': '// @here\nnamespace A {\n  export const b = 1;\n}\nconsole.log(A.b);\n' },
    stderr:
      /a\.ts:2\nnamespace A \{\n\^\n\nSyntaxError: Namespaces that hold values need a loader of your own: .*tsx/,
    code: 1,
  },
  {
    title: 'Workers in TypeScript',
    files: {
      'a.ts': `import { Worker } from 'node:worker_threads';
        new Worker(new URL('./w.ts', import.meta.url)).on('message', (m: unknown) => console.log(m)).on('error', (e) => console.log(e))`,
      'w.ts': `import { parentPort } from 'node:worker_threads'; import { c } from './c'; enum E { A = 'a' }\nparentPort!.postMessage([E.A, c, process.execArgv])`,
      'c.ts': 'export const c = 1',
    },
    stdout: "[ 'a', 1, [] ]\n",
  },
  {
    title: 'JSX, with a runtime of its own',
    files: {
      'a.tsx':
        '/** @jsxRuntime classic */ import { h } from "./node_modules/react/jsx-runtime.js"; const x: string = "y"; console.log(<b id={x}>1</b>, typeof h)',
      'node_modules/react/jsx-runtime.js': 'exports.jsx = (t, p) => JSON.stringify([t, p]); exports.h = 1',
      'node_modules/react/package.json': '{"exports": {"./jsx-runtime": "./jsx-runtime.js"}}',
    },
    stdout: '["b",{"id":"y","children":"1"}] number\n',
  },
  {
    title: 'tickscope/asyncio in TypeScript and JavaScript, the same for all',
    files: {
      'a.ts': `import { run, sleep, Task } from 'tickscope/asyncio'; import { other } from './b.cjs'; import * as all from 'tickscope/asyncio';
        await run(async () => { await sleep(0.001); console.log('slept', other.Task === Task, all.sleep === sleep) })`,
      'b.cjs': `exports.other = require('tickscope/asyncio')`,
    },
    stdout: 'slept true true\n',
  },
  {
    title: "the user's own tickscope/asyncio, where there is one",
    files: {
      'a.mjs': `import { name } from 'tickscope/asyncio'; import b from './b.cjs'; console.log(name, b)`,
      'b.cjs': `module.exports = require('tickscope/asyncio').name`,
      'node_modules/tickscope/asyncio.js': 'exports.name = "mine"',
      'node_modules/tickscope/package.json': '{"exports": {"./asyncio": "./asyncio.js"}}',
    },
    stdout: 'mine mine\n',
  },
];

describe('programs without a build step', () => {
  let built: Built;
  const given = process.env.TICKSCOPE_AGENTS;
  before(async () => {
    built = await Built.make();
    process.env.TICKSCOPE_AGENTS = built.agents;
  });
  after(() => {
    if (given === undefined) delete process.env.TICKSCOPE_AGENTS;
    else process.env.TICKSCOPE_AGENTS = given;
    built.remove();
  });

  for (const major of MAJORS)
    describe(`Node ${major}`, () => {
      let node: Node;
      before(async function () {
        this.timeout(120_000);
        node = await nodeNumbered(major);
      });

      for (const { title, files, stdout = '', stderr = /^$/, code = 0 } of cases)
        it(title, async () => {
          const program = new Files(files);
          try {
            const outcome = await launched(node, path.join(program.folder, Object.keys(files)[0]));
            assert.equal(outcome.stdout, stdout, outcome.stderr);
            assert.match(outcome.stderr, stderr);
            assert.equal(outcome.code, code);
          } finally {
            program.remove();
          }
        });
    });
});

/** As "run without debugging" does. */
async function launched(node: Node, program: string): Promise<Outcome> {
  const plan = await planLaunch({ program, runtimeExecutable: node.path, noDebug: true });
  const { path: command, args, cwd, env } = plan.command(undefined);
  return await run(command, args, { cwd, env });
}
