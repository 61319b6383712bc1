/** Programs with Workers of their own: each is a loop, all stand together, and nothing is different for the program. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Commands, LoopChanged, Stopped, Welcome } from '../../../src/wire/messages';
import { Built, Files, MAJORS, nodeNumbered, plainly, Program, type Node } from './worker';

const look = `
  const w = require('node:worker_threads');
  const seen = [w.isMainThread, w.threadId, w.workerData, process.execArgv, process.argv.slice(2), process.env.A, process.env.NODE_OPTIONS,
    Object.keys(process.env).filter((name) => /TICK|NODE_OPT/.test(name)), w.getEnvironmentData('tickscope.worker'),
    Object.keys(require.cache).length, process.getActiveResourcesInfo(), w.resourceLimits.stackSizeMb];
  console.log(JSON.stringify(seen));`;

/** Runs one after the other, so that the output has one order. */
const run = `
  const { Worker, SHARE_ENV, isMainThread } = require('node:worker_threads');
  const run = (...given) => new Promise((resolve) => {
    const worker = new Worker(...given);
    const { threadId } = worker;
    worker.on('error', (error) => console.log('error', error.message));
    worker.on('message', (message) => console.log('message', message));
    worker.on('exit', (code) => { console.log('exit', code, threadId, worker.threadId); resolve(worker) });
  });`;

const same: Record<string, Record<string, string>> = {
  'all that a Worker may be given': {
    'a.js': `${run}
      process.env.A = 'main';
      (async () => {
        for (const options of [{}, { workerData: { deep: [1] } }, { execArgv: [] }, { execArgv: ['--no-warnings'] }, { env: { A: 'own' } },
          { env: { A: 'own', NODE_OPTIONS: '--no-warnings' } }, { env: SHARE_ENV }, { env: {}, execArgv: [] }, { argv: ['x', 1] },
          { resourceLimits: { stackSizeMb: 3 } }, { name: 'named' }])
          await run('./b.js', options);
        await run(new URL('file://' + __dirname + '/b.js'));
        await run(${JSON.stringify(look)}, { eval: true });
        console.log(process.env.NODE_OPTIONS, process.env.A);
      })();`,
    'b.js': look,
  },
  'what the class looks like': {
    'a.mjs': `
      import { Worker } from 'node:worker_threads';
      import * as all from 'node:worker_threads';
      import { inspect } from 'node:util';
      class Own extends Worker { constructor() { super('', { eval: true }); this.own = 5 } }
      const own = new Own();
      console.log(inspect(Worker), Worker.name, Worker.length, Object.keys(Worker), own instanceof Worker, own.own, own.constructor === Own,
        Worker.prototype.constructor === Worker, all.Worker === Worker, all.default.Worker === Worker, process.listenerCount('worker'));`,
  },
  'how they may end': {
    'a.js': `${run}
      (async () => {
        await run('process.exitCode = 4', { eval: true });
        await run('process.on("exit", (code) => console.log("bye", code)); setTimeout(() => process.exit(3), 2)', { eval: true });
        await run('throw new TypeError("thrown")', { eval: true });
        await run('Promise.reject(new Error("rejected"))', { eval: true });
        await run('setTimeout(() => null.x, 1)', { eval: true });
        await run('import "./nowhere.mjs"', { eval: true });
        const worker = new Worker('setInterval(() => {}, 5)', { eval: true });
        worker.once('online', async () => {
          console.log('terminated', await worker.terminate());
          const busy = new Worker('require("worker_threads").parentPort.postMessage(1); for (;;);', { eval: true });
          busy.once('message', async () => {
            console.log('terminated', await busy.terminate());
            new Worker('setInterval(() => {}, 5)', { eval: true }).once('online', () => process.exit(6));
          });
        });
      })();`,
  },
  'what cannot be started': {
    'a.js': `${run}
      for (const given of [['nowhere'], [], [5], ['./b.js', { execArgv: 5 }], ['', { eval: true, execArgv: ['--nonsense'] }],
        ['', { eval: true, env: 5 }], ['', { eval: true, workerData: () => 1 }], ['', { eval: true, env: { NODE_OPTIONS: '--nonsense' } }], ['./b.js', null]])
        try { new Worker(...given); console.log('started') } catch (error) { console.log(error.name, error.code, error.message) }`,
  },
  'Workers of Workers': {
    'a.js': `
      const { Worker, isMainThread, threadId, parentPort, workerData } = require('node:worker_threads');
      const depth = isMainThread ? 0 : workerData;
      if (depth < 3) {
        const worker = new Worker(__filename, { workerData: depth + 1, ...(depth === 1 ? { execArgv: [], env: {} } : {}) });
        let told;
        worker.on('message', (m) => (told = m));
        worker.on('exit', (code) => {
          const all = [threadId, depth, code, worker.threadId, told];
          if (parentPort) parentPort.postMessage(all);
          else console.log(JSON.stringify(all));
        });
      } else parentPort.postMessage([threadId, process.execArgv]);`,
  },
  'a pool that shares memory and ports': {
    'a.mjs': `
      import { Worker, MessageChannel } from 'node:worker_threads';
      const shared = new Int32Array(new SharedArrayBuffer(4));
      const results = await Promise.all([1, 2, 3].map((n) => new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        const worker = new Worker(new URL('./task.mjs', import.meta.url), { workerData: { n, shared, port: port2 }, transferList: [port2], stdout: true, stdin: true });
        let out = '';
        worker.stdout.on('data', (data) => (out += data));
        worker.stdin.end('given ' + n);
        const exited = new Promise((ended) => worker.on('exit', ended));
        port1.on('message', (sum) => { port1.close(); exited.then(() => resolve([n, sum, out.trim()])) });
      })));
      console.log(JSON.stringify(results), Atomics.load(shared, 0));`,
    'task.mjs': `
      import { workerData } from 'node:worker_threads';
      const { n, shared, port } = workerData;
      let text = '';
      for await (const chunk of process.stdin) text += chunk;
      for (let i = 0; i < 1000; i++) Atomics.add(shared, 0, 1);
      console.log(text.toUpperCase());
      port.postMessage(n * n);`,
  },
  'one that the main thread waits for in vain of events': {
    'a.js': `
      const { Worker, receiveMessageOnPort, MessageChannel } = require('node:worker_threads');
      const shared = new Int32Array(new SharedArrayBuffer(4));
      const { port1, port2 } = new MessageChannel();
      new Worker('const { workerData: { shared, port } } = require("worker_threads"); port.postMessage("made"); Atomics.store(shared, 0, 1); Atomics.notify(shared, 0); port.close()',
        { eval: true, workerData: { shared, port: port2 }, transferList: [port2] });
      console.log(Atomics.wait(shared, 0, 0, 10000), receiveMessageOnPort(port1));`,
  },
};

describe('Workers of a program', () => {
  let built: Built;
  before(async () => {
    built = await Built.make();
  });
  after(() => built.remove());

  for (const major of MAJORS)
    describe(`Node ${major}`, () => {
      let node: Node;
      let program: Program;
      let files: Files;
      before(async function () {
        this.timeout(120_000);
        node = await nodeNumbered(major);
      });
      afterEach(() => {
        program.dispose();
        files.remove();
      });
      const start = async (given: Record<string, string>, welcome: Partial<Welcome> = {}) => {
        files = new Files(given);
        const settings = { cwd: files.folder, welcome, target: 'node' };
        program = await Program.start(built, node, [Object.keys(given)[0]], settings);
      };
      const loops = () =>
        program.messages.filter((message): message is LoopChanged => message.type === 'loop');
      /** The first of that loop from here on. */
      const stopOf = (loop: number) =>
        program.until(() =>
          program.messages.findLast(
            (message): message is Stopped => message.type === 'stopped' && message.loop === loop,
          ),
        );
      const valueOf = async (expression: string, args: Partial<Commands['evaluate'][0]> = {}) =>
        (await program.ask('evaluate', { expression, context: 'repl', ...args })).value;

      for (const [title, given] of Object.entries(same))
        it(`are the same: ${title}`, async () => {
          await start(given);
          const plain = await plainly(node, [Object.keys(given)[0]], { cwd: files.folder });
          assert.deepEqual({ ...(await program.end()) }, plain);
          assert.deepEqual(
            program.messages.filter(({ type }) => type === 'notice'),
            [],
          );
        });

      it('are told as loops, until they end in whatever way', async () => {
        await start({
          'a.js': `
            const { Worker } = require('node:worker_threads');
            new Worker('./b.js').on('exit', () => {
              const worker = new Worker('setInterval(() => {}, 5)', { eval: true });
              worker.once('online', () => worker.terminate());
            });`,
          'b.js': 'setTimeout(function late() {}, 1)',
        });
        await program.end();
        const told = loops().map(({ loop, name, thread, state }) => [loop, name, thread, state]);
        assert.deepEqual(told, [
          [1, 'main', 'main', 'running'],
          [2, 'b.js', 'worker-1', 'running'],
          [2, 'b.js', 'worker-1', 'closed'],
          [3, '(eval)', 'worker-2', 'running'],
          [3, '(eval)', 'worker-2', 'closed'],
        ]);
        const [began, , closed] = loops().map(({ t }) => t);
        assert.ok(began > 0 && closed > began && closed < began + 30, `${began} ${closed}`);
        assert.ok(program.definitions.includes('late'));
      });

      const three = {
        'a.js': `
          const { Worker } = require('node:worker_threads');
          globalThis.where = 'main';
          const workers = ['one', 'two'].map((where) => new Worker('./b.js', { workerData: where }));
          const beat = setInterval(function main() {}, 5);
          let left = 2;
          for (const worker of workers) worker.on('exit', () => --left === 0 && clearInterval(beat));`,
        'b.js': `
          globalThis.where = require('node:worker_threads').workerData;
          globalThis.turns = 0;
          const beat = setInterval(function turn() { if (++turns === 1e9) clearInterval(beat) }, 5);`,
      };
      const allRun = () =>
        program.until(() => loops().filter(({ state }) => state === 'running').length === 3);
      const resumed = (count: number) =>
        program.until(() => program.messages.filter(({ type }) => type === 'resumed').length >= count);

      it('stand when one stands, answer there, and go on together', async () => {
        await start(three);
        await allRun();
        await program.ask('setBreakpoints', {
          breakpoints: [{ id: 'turn', place: 'callback', function: 'turn' }],
        });
        const first = await program.next('stopped');
        await Promise.all([1, 2, 3].map(stopOf));
        const stops = program.messages.filter((message): message is Stopped => message.type === 'stopped');
        assert.deepEqual([first.also, first.breakpoints], [false, ['turn']]);
        assert.ok(first.loop > 1);
        assert.deepEqual(stops.map(({ also }) => also).sort(), [false, true, true]);
        // Without more, it is the one that stopped; else what is named.
        assert.equal(await valueOf('where'), first.loop === 2 ? '"one"' : '"two"');
        for (const [loop, where] of [
          [1, '"main"'],
          [2, '"one"'],
          [3, '"two"'],
        ] as const) {
          const { frames } = await program.ask('stack', { loop });
          const frame = frames.findLast(({ id }) => id > 0)?.id;
          if (frame !== undefined) assert.equal(await valueOf('where', { frame }), where);
        }
        await program.ask('setBreakpoints', { breakpoints: [] });
        await program.ask('continue', {});
        await resumed(3);
        assert.equal(program.outcome, undefined);
      });

      it('are stepped, and the others with them', async () => {
        await start(three);
        await allRun();
        await program.ask('pause', {});
        const stop = await program.next('stopped');
        await Promise.all([1, 2, 3].map(stopOf));
        assert.equal(stop.also, false);
        await program.ask('step', { kind: 'tick', loop: 3 });
        await resumed(3);
        const next = await program.until(() =>
          program.messages
            .filter((message): message is Stopped => message.type === 'stopped')
            .slice(3)
            .find(({ also }) => !also),
        );
        assert.deepEqual([next.loop, next.reason], [3, 'step']);
        assert.match(await valueOf('turns'), /^\d+$/);
        await program.ask('continue', {});
      });

      it('in an endless loop are stopped inside it', async () => {
        await start({
          'a.js': `
            const { Worker } = require('node:worker_threads');
            new Worker('./b.js').on('exit', (code) => console.log('exit', code));`,
          'b.js': `
            globalThis.stop = false;
            function endless(limit) { let turns = 0; while (!globalThis.stop) turns++; return limit }
            setTimeout(function late() { endless(7) }, 1);`,
        });
        await program.until(() => loops().length === 2);
        for (;;) {
          const { frames } = await program.ask('stack', { loop: 2 });
          if (frames.some(({ name }) => name === 'endless')) break;
        }
        await program.ask('pause', {});
        const stop = await program.until(() =>
          program.messages.find(
            (message): message is Stopped => message.type === 'stopped' && message.loop === 2,
          ),
        );
        assert.equal(stop.at, 'inside');
        const { frames } = await program.ask('stack', { loop: 2 });
        const top = frames.at(-1)!;
        assert.deepEqual([top.name, top.line], ['endless', 3]);
        const { variables } = await program.ask('locals', { frame: top.id });
        assert.equal(variables.find(({ name }) => name === 'limit')?.value, '7');
        assert.equal(await valueOf('globalThis.stop = true', { frame: top.id }), 'true');
        await program.ask('continue', {});
        assert.equal((await program.end()).stdout, 'exit 0\n');
      });

      it('have their breakpoints when they are started later', async () => {
        await start(
          {
            'a.js': `new (require('node:worker_threads').Worker)('setTimeout(function mine() {}, 1)', { eval: true })`,
          },
          { stopOnEntry: true, breakpoints: [{ id: 'mine', place: 'callback', function: 'mine' }] },
        );
        assert.deepEqual((await program.next('stopped')).reason, 'entry');
        await program.ask('continue', {});
        const stop = await program.next('stopped');
        assert.deepEqual([stop.loop, stop.breakpoints, stop.also], [2, ['mine'], false]);
        await program.ask('continue', {});
        assert.equal((await program.end()).code, 0);
      });

      it('end while they stand', async () => {
        await start(
          {
            'a.js': `
              const { Worker } = require('node:worker_threads');
              const worker = new Worker('setTimeout(function mine() {}, 1)', { eval: true });
              worker.once('online', () => { while (!require('node:fs').existsSync('go')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20); worker.terminate(); process.exitCode = 5 });`,
          },
          { breakpoints: [{ id: 'mine', place: 'callback', function: 'mine' }] },
        );
        assert.equal((await program.next('stopped')).loop, 2);
        writeFileSync(path.join(files.folder, 'go'), '');
        assert.equal((await program.next('stopped')).also, true);
        await program.ask('continue', {});
        assert.equal((await program.end()).code, 5);
      });

      it('go with a program whose adapter dies', async () => {
        await start(three);
        await allRun();
        program.die();
        assert.equal((await program.end()).signal, 'SIGTERM');
      });
    });
});
