/** Pending async calls of plain Node programs, what they wait for, and why the process does not exit. */
import assert from 'node:assert/strict';
import type { Level } from '../../../src/adapter/contract';
import type { Snapshot, SnapshotTask } from '../../../src/wire/messages';
import { MAJORS, nodeNumbered, Suite, type Node, type Program } from './worker';

/** Runs until `stopHere` is called, which every program does when all is as it is to be seen. */
const STOP = 'function stopHere() { process.exit(0) }\nconst settled = () => setTimeout(stopHere, 50);\n';

describe('pending async calls of plain Node programs', function () {
  this.timeout(60_000);
  const suite = new Suite('node');

  async function stopped(
    node: Node,
    source: string,
    { env = {}, level = 'macro' }: { env?: NodeJS.ProcessEnv; level?: Level } = {},
  ) {
    const welcome = { level, breakpoints: [{ id: 'b', place: 'callback', function: 'stopHere' } as const] };
    const program = await suite.start(node, { 'app.js': STOP + source }, { env, welcome });
    await program.next('stopped');
    await program.ask('reasons', {});
    return { program, snapshot: lastOf(program) };
  }

  /** What was read last of its main thread. */
  const lastOf = ({ messages }: Program) =>
    messages.findLast((message) => message.type === 'snapshot' && message.loop === 1) as Snapshot;

  const named = ({ tasks }: Snapshot, name: string): SnapshotTask => {
    const found = tasks.filter((task) => task.name === name);
    assert.equal(found.length, 1, `${name}: ${found.length} of ${tasks.map((task) => task.name).join()}`);
    return found[0];
  };
  const reason = (snapshot: Snapshot, name: string) => {
    const { kind, text } = named(snapshot, name).reason;
    return `${kind}: ${text}`;
  };

  for (const major of MAJORS)
    describe(`Node ${major}`, () => {
      let node: Node;
      before(async () => {
        node = await nodeNumbered(major);
      });

      it('the chain of four on a promise that never settles, among hundreds of others', async () => {
        const { program, snapshot } = await stopped(
          node,
          `const others = [], resolves = [];
for (let i = 0; i < 400; i++) others.push(new Promise((resolve) => resolves.push(resolve)).then(() => i));
globalThis.kept = [others, resolves];
const never = new Promise((resolve) => { globalThis.resolveNever = resolve });
async function d() {
  const local = 7;
  await never; // line 8
  return local;
}
async function c() { await d() }
async function b() {
  return 1 + (await c());
}
async function a() { await b() }
globalThis.top = a();
settled();`,
        );
        const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => named(snapshot, name));
        assert.equal(snapshot.tasks.length, 4);
        assert.deepEqual(
          [a, b, c, d].map(({ line }) => line),
          [16, 14, 12, 9],
        );
        assert.deepEqual(
          [a, b, c, d].map(({ awaitedBy }) => awaitedBy),
          [[], [a.task], [b.task], [c.task]],
        );
        assert.deepEqual(
          [a, b, c, d].map(({ reason: { owner } }) => owner),
          [b.task, c.task, d.task, 0],
        );
        assert.equal(reason(snapshot, 'd'), 'promise: a promise');
        assert.equal(snapshot.fidelity, undefined);
        const { frames } = await program.ask('chain', { task: c.task });
        assert.deepEqual(
          frames.map(({ name, line }) => `${name}:${line}`),
          ['a:16', 'b:14', 'c:12', 'd:9'],
        );
        const { variables } = await program.ask('locals', { frame: frames[3].id });
        assert.ok(variables.some(({ name, value }) => name === 'local' && value === '7'));
      });

      it('each line of many calls, which await many promises', async () => {
        const { snapshot } = await stopped(
          node,
          `const kept = (globalThis.kept = []);
async function leaf() {
  await new Promise((resolve) => kept.push(resolve));
}
async function middle() {
  const before = 1;
  await leaf();
}
async function top() {

  await middle();
}
for (let i = 0; i < 30; i++) kept.push(top());
settled();`,
        );
        const lines = { leaf: 5, middle: 9, top: 13 };
        for (const [name, line] of Object.entries(lines))
          assert.deepEqual(
            snapshot.tasks.filter((task) => task.name === name).map((task) => task.line),
            new Array<number>(30).fill(line),
          );
        assert.equal(snapshot.fidelity, undefined);
      });

      it('what the last one waits for', async () => {
        const { snapshot } = await stopped(
          node,
          `const net = require('node:net');
const { once, EventEmitter } = require('node:events');
const { setTimeout: sleep } = require('node:timers/promises');
const { spawn } = require('node:child_process');
const http = require('node:http');
const emitter = new EventEmitter();
async function sleeping() { await sleep(60_000) }
async function timer() { await new Promise((resolve) => setTimeout(() => resolve(1), 70_000)) }
async function event() { await once(emitter, 'thing') }
async function child() {
  // Ends when this program does, however that is.
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
  await once(child, 'exit');
}
async function reads(socket) { await new Promise((resolve) => socket.once('data', resolve)) }
async function iterates(socket) { for await (const chunk of socket) void chunk; }
async function response(port) { await new Promise((resolve) => http.get({ port }).on('response', resolve)) }
async function fetches(port) { await fetch('http://127.0.0.1:' + port) }
const server = net.createServer((socket) => socket.on('error', () => {}));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const socket = net.connect(port, '127.0.0.1', () => reads(socket));
  const other = net.connect(port, '127.0.0.1', () => iterates(other));
  const silent = http.createServer(() => {}).listen(0, () => {
    response(silent.address().port);
    fetches(silent.address().port);
    const waits = net.createServer().listen(0, () => {});
    globalThis.waits = (async function connections() { await once(waits, 'connection') })();
    setTimeout(stopHere, 300);
  });
});
globalThis.kept = [sleeping(), timer(), event(), child()];`,
        );
        assert.equal(reason(snapshot, 'sleeping'), 'sleep: a timer of 60000 ms');
        assert.equal(reason(snapshot, 'timer'), 'sleep: a timer of 70000 ms');
        assert.equal(reason(snapshot, 'event'), 'event: "thing" of an EventEmitter');
        assert.match(reason(snapshot, 'child'), /^subprocess: the end of .*resume.* \(pid \d+\)$/);
        assert.match(reason(snapshot, 'reads'), /^read: data from 127\.0\.0\.1:\d+ - 127\.0\.0\.1:\d+$/);
        assert.match(reason(snapshot, 'iterates'), /^read: data from 127\.0\.0\.1:\d+ - 127\.0\.0\.1:\d+$/);
        assert.match(reason(snapshot, 'response'), /^read: the response from /);
        assert.match(reason(snapshot, 'connections'), /^accept: a connection to /);
        const byId = new Map(snapshot.resources.map((resource) => [resource.id, resource]));
        assert.equal(byId.get(named(snapshot, 'reads').reason.object)?.type, 'TCPWRAP');
        assert.equal(byId.get(named(snapshot, 'child').reason.object)?.type, 'PROCESSWRAP');
      });

      it('several that await one promise, Promise.all, async generators', async () => {
        const { snapshot, program } = await stopped(
          node,
          `// one
const one = new Promise((resolve) => { globalThis.resolveOne = resolve });
async function first() { await one }
async function second() {
  await null;
  await one; // line 8
}
async function* numbers() { yield 1; await one; yield 2 }
async function iterating() {
  for await (const number of numbers()) void number; // line 12
}
async function all() { await Promise.all([first(), second()]) }
async function derived() { await all().then(() => 1).finally(() => 2) }
globalThis.kept = [derived(), iterating()];
settled();`,
        );
        const names = new Map(snapshot.tasks.map((task) => [task.task, task.name]));
        const seen = snapshot.tasks.map((task) => {
          const awaiting = task.awaitedBy.map((each) => names.get(each)).join();
          return `${task.name}:${task.line} ${task.reason.kind} <- ${awaiting}`;
        });
        assert.deepEqual(seen.sort(), [
          'all:14 gather <- derived',
          'derived:15 task <- ',
          'first:5 promise <- all',
          'iterating:12 task <- ',
          'numbers:10 promise <- iterating',
          'second:8 promise <- all',
        ]);
        const { frames } = await program.ask('chain', { task: named(snapshot, 'second').task });
        assert.deepEqual(
          frames.map(({ name }) => name),
          ['derived', 'all', 'second'],
        );
      });

      it('says of which calls that await one promise the line is not known, or taken from another', async () => {
        const functions = Array.from({ length: 12 }, (_, n) => `async function f${n}() {\n  await one;\n}`);
        const { snapshot } = await stopped(
          node,
          `const one = new Promise((resolve) => { globalThis.resolveOne = resolve });
${functions.join('\n')}
globalThis.kept = [${functions.map((_, n) => `f${n}()`).join()}];
settled();`,
        );
        const begin = (name: string) => 4 + 3 * Number(name.slice(1));
        const unknown = snapshot.tasks.filter(({ name, line }) => line === begin(name));
        assert.equal(unknown.length, 4);
        for (const { name, line } of snapshot.tasks)
          assert.ok(line === begin(name) || line === begin(name) + 1, `${name}:${line}`);
        assert.match(
          snapshot.fidelity ?? '',
          /^Of 4 async calls that await what others await, too, the lines/,
        );

        const same = await stopped(
          node,
          `const one = new Promise((resolve) => { globalThis.resolveOne = resolve });
async function f() {
  await one;
}
globalThis.kept = [f(), f(), f()];
settled();`,
        );
        assert.deepEqual(
          same.snapshot.tasks.map(({ line }) => line),
          [5, 5, 5],
        );
        assert.match(same.snapshot.fidelity ?? '', /one was asked for its line: 2 others are taken to stand/);
      });

      it('at level stacks, where a promise was made that nobody is known to settle', async () => {
        const source = `const { EventEmitter } = require('node:events');
function never() {
  return new Promise((resolve) => { globalThis.resolveNever = resolve }); // line 5
}
async function inner() { await never().finally(() => undefined) }
async function timed() { await new Promise((resolve) => setTimeout(resolve, 60_000)) }
globalThis.kept = [inner(), timed()];
settled();`;
        const { snapshot } = await stopped(node, source, { level: 'stacks' });
        assert.equal(reason(snapshot, 'inner'), 'promise: a promise made by never (app.js:5)');
        assert.equal(reason(snapshot, 'timed'), 'sleep: a timer of 60000 ms');
      });

      it('numbers stay from stop to stop', async () => {
        const { snapshot, program } = await stopped(
          node,
          `async function waits() { await new Promise((resolve) => { globalThis.resolve = resolve }) }
globalThis.kept = waits();
stopHere = () => undefined;
function stopHere() {}
setInterval(stopHere, 10);`,
        );
        await program.ask('continue', {});
        await program.next('stopped');
        await program.ask('reasons', {});
        const again = lastOf(program);
        assert.notEqual(again, snapshot);
        assert.equal(named(again, 'waits').task, named(snapshot, 'waits').task);
      });

      it('what has not changed since the last stop, with its variables, and what has', async () => {
        const { snapshot, program } = await stopped(
          node,
          `const first = new Promise((resolve) => { globalThis.settle = resolve });
const second = new Promise(() => {});
globalThis.kept = [first, second];
let stops = 0;
async function waits() {
  const local = 7;
  await first; // line 9
  await second; // line 10
}
globalThis.call = waits();
setInterval(stopHere, 10);
function stopHere() { if (++stops === 2) settle() }`,
        );
        const { task } = named(snapshot, 'waits');
        const lines = [named(snapshot, 'waits').line];
        for (let stop = 2; stop <= 3; stop++) {
          await program.ask('continue', {});
          await program.next('stopped');
          await program.ask('reasons', {});
          lines.push(named(lastOf(program), 'waits').line);
          const { frames } = await program.ask('chain', { task });
          const { variables } = await program.ask('locals', { frame: frames[0].id });
          assert.ok(variables.some(({ name, value }) => name === 'local' && value === '7'));
        }
        assert.deepEqual(lines, [9, 9, 10]);
      });

      it('without heap snapshots the probe tells of those that await by themselves, and says so', async () => {
        const { snapshot } = await stopped(
          node,
          `const never = new Promise((resolve) => { globalThis.resolveNever = resolve });
async function inner() { await never }
async function outer() { await inner() }
globalThis.kept = outer();
settled();`,
          { env: { TICKSCOPE_NO_HEAP_SNAPSHOTS: '1' } },
        );
        assert.match(snapshot.fidelity ?? '', /no usable heap snapshot/);
        const [inner, outer] = [named(snapshot, 'inner'), named(snapshot, 'outer')];
        assert.deepEqual([inner.line, outer.line], [4, 5]);
        assert.deepEqual(inner.awaitedBy, [outer.task]);
      });

      /** A program, what keeps it alive then; stdio and the agent do not. */
      const ALIVE: [string, string, RegExp[]][] = [
        [
          'a server',
          `require('node:net').createServer().listen(0, '127.0.0.1'); settled();`,
          [/^TCPSERVERWRAP 127\.0\.0\.1:\d+$/],
        ],
        ['an interval', `setInterval(() => {}, 5000); settled();`, [/^Timeout every 5000 ms$/]],
        [
          'a child',
          `const child = require('node:child_process').spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
settled();`,
          [/^PROCESSWRAP .*pid/],
        ],
        [
          'a channel to a child',
          `const child = require('node:child_process').spawn(process.execPath, ['-e', 'process.on("message", () => {})'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
child.unref(); child.on('message', () => {}); settled();`,
          [/^PIPEWRAP $/],
        ],
        [
          'a Worker',
          `const { Worker } = require('node:worker_threads');
new Worker('setInterval(() => {}, 1e3)', { eval: true }).on('online', settled);`,
          [/^WORKER $/],
        ],
        ["a timer that was unref'd", `setTimeout(() => {}, 5000).unref(); settled();`, []],
        [
          'a socket',
          `const net = require('node:net');
const server = net.createServer((socket) => socket.unref()).listen(0, () => {
  net.connect(server.address().port, () => settled());
  server.unref();
});`,
          [/^TCPWRAP .*:\d+ - .*:\d+$/],
        ],
        ['a watcher of files', `require('node:fs').watch(__dirname); settled();`, [/^FSEVENTWRAP $/]],
        ['a handler of signals', `process.on('SIGUSR2', () => {}); settled();`, []],
        ['its input', `process.stdin.on('data', () => {}); settled();`, []],
        [
          'a message port',
          `const { port1 } = new MessageChannel(); port1.onmessage = () => {}; settled();`,
          [/^MESSAGEPORT $/],
        ],
      ];
      for (const [what, source, expected] of ALIVE)
        it(`alive by ${what}`, async () => {
          const { snapshot } = await stopped(node, source);
          const keeping = snapshot.resources
            .filter(({ keepsAlive }) => keepsAlive)
            .map(({ type, text }) => `${type} ${text}`)
            // That which it stopped at.
            .filter((each) => each !== 'Timeout 50 ms');
          assert.equal(keeping.length, expected.length, keeping.join('; '));
          expected.forEach((pattern, at) => assert.match(keeping[at], pattern));
        });
    });
});
