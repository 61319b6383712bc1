/** Programs behave under the agent as they do without it, on every Node that is found. */
import assert from 'node:assert/strict';
import { Built, Files, MAJORS, nodeNumbered, plainly, Program, type Node } from './worker';

interface Case {
  title: string;
  /** The first is run. */
  files: Record<string, string>;
  args?: string[];
  nodeArgs?: string[];
  env?: NodeJS.ProcessEnv;
  stdin?: string;
}

const sight = `
  const seen = [process.execArgv, process.argv.slice(2), Object.keys(process.env).filter((name) => /TICK|NODE_OPT/.test(name)),
    process.getActiveResourcesInfo(), process.env.NODE_OPTIONS];
  console.log(JSON.stringify(seen));`;

const cases: Case[] = [
  { title: 'a CommonJS program', files: { 'a.cjs': 'console.log(require.main === module, __filename)' } },
  {
    title: 'an ES module',
    files: { 'a.mjs': 'console.log(import.meta.url); console.error(typeof require)' },
  },
  {
    title: 'what it sees of itself',
    files: {
      'a.js': `${sight} console.log(module.children, module.parent, Object.keys(require.cache), process.title, process.cwd());`,
    },
    args: ['x', '--y'],
    nodeArgs: ['--no-warnings'],
    env: { NODE_OPTIONS: '--stack-trace-limit=20' },
  },
  {
    title: 'listeners, threads and what others announce',
    files: {
      'a.js': `
        const { Worker, isMainThread, threadId } = require('worker_threads');
        process.on('worker', (worker) => console.log('worker', worker.threadId));
        const worker = new Worker('const { threadId } = require("worker_threads"); console.log(threadId, JSON.stringify(process.execArgv), Object.keys(require.cache).length)', { eval: true });
        console.log(isMainThread, threadId, worker.threadId, Object.getOwnPropertySymbols(globalThis));
        worker.on('exit', (code) => console.log('exit', code, worker.threadId));`,
    },
  },
  {
    title: 'the same, with the loader for TypeScript',
    files: {
      'a.js': `
        const { Worker, isMainThread, threadId } = require('worker_threads');
        process.on('worker', (worker) => console.log('worker', worker.threadId));
        const worker = new Worker('const { threadId } = require("worker_threads"); console.log(threadId, JSON.stringify(process.execArgv), Object.keys(require.cache).length)', { eval: true });
        console.log(isMainThread, threadId, worker.threadId, Object.getOwnPropertySymbols(globalThis));
        worker.on('exit', (code) => console.log('exit', code, worker.threadId));`,
    },
    env: { TICKSCOPE_LOADER: '1' },
  },
  { title: 'an exit code', files: { 'a.js': 'process.exitCode = 7; setTimeout(() => {}, 5)' } },
  {
    title: 'process.exit in the middle',
    files: {
      'a.js':
        'process.on("exit", (c) => console.log("bye", c)); setTimeout(() => process.exit(3), 5); setInterval(() => {}, 5)',
    },
  },
  {
    title: 'an uncaught error',
    files: { 'a.js': 'function f() {\n  throw new TypeError("no")\n}\nsetTimeout(f, 1)' },
  },
  { title: 'an uncaught error at once', files: { 'a.js': 'console.log(1);\nnull.x;' } },
  { title: 'an uncaught error of an ES module', files: { 'a.mjs': 'console.log(1);\nawait null;\nnull.x;' } },
  { title: 'an error of syntax', files: { 'a.cjs': 'console.log(1;' } },
  { title: 'a module that is not there', files: { 'a.cjs': 'require("./b")' } },
  { title: 'an import that is not there', files: { 'a.mjs': 'import "./b.mjs"' } },
  { title: 'an unhandled rejection', files: { 'a.js': 'Promise.reject(new Error("nobody"))' } },
  {
    title: 'handlers of what goes wrong',
    files: {
      'a.js': `process.on('uncaughtException', (e, origin) => { console.log(e.message, origin); process.exitCode = 4 });
        process.on('unhandledRejection', (e) => console.log('rejected', e));
        Promise.reject(5); setTimeout(() => { throw new Error('late') }, 1)`,
    },
  },
  {
    title: 'a signal that ends it',
    files: { 'a.js': 'console.log(1); process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 9)' },
  },
  { title: 'process.abort', files: { 'a.js': 'process.abort()' } },
  {
    title: 'a signal that it handles',
    files: {
      'a.js':
        'process.once("SIGINT", (s, n) => { console.log(s, n); clearInterval(i) }); const i = setInterval(() => {}, 9); process.kill(process.pid, "SIGINT")',
    },
  },
  {
    title: 'standard input',
    files: {
      'a.js':
        'let t = ""; process.stdin.on("data", (d) => t += d).on("end", () => console.log(t.toUpperCase(), process.stdin.isTTY))',
    },
    stdin: 'some lines\nof text',
  },
  {
    title: 'standard output into a pipe, much of it',
    files: {
      'a.js':
        'for (let i = 0; i < 30000; i++) console.log("line", i); console.log(process.stdout.isTTY, process.stdout.constructor.name)',
    },
  },
  {
    title: 'children by fork, spawn and exec',
    files: {
      'a.js': `
        const { fork, spawn, execFileSync } = require('child_process');
        console.log(execFileSync(process.execPath, [__dirname + '/b.js', 'exec'], { encoding: 'utf8' }));
        fork(__dirname + '/b.js', ['fork']).on('exit', () =>
          spawn(process.execPath, ['b.js', 'spawn'], { cwd: __dirname, stdio: 'inherit' }).on('exit', (c) => console.log('end', c)));`,
      'b.js': `${sight} console.log(process.connected, Object.keys(require.cache).length); process.disconnect?.()`,
    },
  },
  {
    title: 'Workers of its own',
    files: {
      'a.mjs': `
        import { Worker } from 'node:worker_threads';
        const worker = new Worker(new URL('./w.mjs', import.meta.url), { workerData: 5 });
        worker.on('message', (m) => console.log(m)).on('exit', (c) => console.log('exit', c));`,
      'w.mjs': `
        import { parentPort, workerData } from 'node:worker_threads';
        parentPort.postMessage([workerData, process.execArgv, process.argv.length]); process.exit(2)`,
    },
  },
  {
    title: 'top-level await',
    files: { 'a.mjs': 'console.log(await new Promise((r) => setTimeout(r, 5, "waited")))' },
  },
  { title: 'top-level await for ever', files: { 'a.mjs': 'await new Promise(() => {})' } },
  {
    title: 'the order of everything',
    files: {
      'a.js': `
        const fs = require('fs'); const log = (x) => console.log(x);
        setImmediate(log, 'immediate'); setTimeout(log, 0, 'timeout'); process.nextTick(log, 'tick'); queueMicrotask(() => log('micro'));
        fs.readFile(__filename, () => { setTimeout(log, 0, 't2'); setImmediate(log, 'i2'); process.nextTick(log, 'n2') });
        Promise.resolve().then(() => log('then')); log('sync'); process.on('beforeExit', () => log('before')); process.on('exit', () => log('exit'));`,
    },
  },
  {
    title: 'a working directory that changes',
    files: {
      'a.js':
        'process.chdir("/"); console.log(process.cwd(), process.umask(), process.env.PWD === undefined)',
    },
  },
  {
    title: 'a server and a client',
    files: {
      'a.mjs': `
        import http from 'node:http';
        const server = http.createServer((q, r) => r.end('hello ' + q.url)).listen(0, async () => {
          const r = await fetch('http://127.0.0.1:' + server.address().port + '/x');
          console.log(await r.text(), process.getActiveResourcesInfo().includes('TCPServerWrap'));
          server.close(); server.closeAllConnections();
        });`,
    },
  },
  {
    title: 'as many listeners as are allowed, and an emit of its own',
    files: {
      'a.js': `
        for (let i = 0; i < 10; i++) process.on('exit', () => console.log(i));
        const { emit } = process;
        process.emit = function (...args) { console.log('emits', args[0]); return emit.apply(this, args) };
        process.on('SIGUSR2', () => { throw new Error('in a handler') });
        setTimeout(() => process.emit('SIGUSR2'), 1);`,
    },
  },
  {
    title: 'listeners that it takes away',
    files: {
      'a.js':
        'console.log(process.listenerCount("exit"), Object.keys(process).includes("emit")); process.removeAllListeners(); console.log(process.listenerCount("exit"), process.eventNames().map(String))',
    },
  },
];

describe('programs under the agent', () => {
  let built: Built;
  before(async () => {
    built = await Built.make();
  });
  after(() => built.remove());

  for (const major of MAJORS)
    describe(`Node ${major}`, () => {
      let node: Node;
      before(async function () {
        this.timeout(120_000);
        node = await nodeNumbered(major);
      });

      for (const { title, files, args = [], ...options } of cases)
        it(title, async () => {
          const program = new Files(files);
          try {
            const given = [Object.keys(files)[0], ...args];
            const settings = { cwd: program.folder, ...options };
            const plain = await plainly(node, given, settings);
            const under = await Program.start(built, node, given, settings);
            const outcome = await under.end();
            assert.deepEqual(withoutPids(outcome), withoutPids(plain));
            assert.equal(under.hello.version[0], node.major);
            const faults = under.messages.filter((message) => message.type === 'notice');
            assert.deepEqual(faults, []);
          } finally {
            program.remove();
          }
        });
    });
});

/** Process ids are told where Node prints warnings of a process. */
function withoutPids(outcome: object): unknown {
  return JSON.parse(
    JSON.stringify(outcome)
      .replace(/\(node:\d+\)/g, '(node:PID)')
      .replace(/0x[0-9a-f]+/g, '0x'),
  );
}
