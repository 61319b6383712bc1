/** What the agent of plain Node programs records of them: real programs on each Node, at the wire. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Level } from '../../../src/adapter/contract';
import { Events } from './events';
import { Built, Files, MAJORS, nodeNumbered, plainly, Program, type Node } from './worker';

/** What the program's own reading says of where it is. */
const COUNTED = `const { nodeTiming } = require('node:perf_hooks').performance;
const seen = [];
const see = (name) => seen.push([name, nodeTiming.uvMetricsInfo.loopCount]);
`;

describe('the recorder of plain Node programs', function () {
  this.timeout(60_000);
  let built: Built;
  let files: Files | undefined;
  let program: Program | undefined;
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
      afterEach(() => {
        const faults = program?.messages.filter(
          (said) => said.type === 'notice' && said.severity === 'fault',
        );
        program?.dispose();
        program = undefined;
        files?.remove();
        assert.deepEqual(faults, []);
      });

      const start = async (source: string, level: Level = 'macro', name = 'app.js') => {
        files = new Files({ [name]: source });
        program = await Program.start(built, node, [path.join(files.folder, name)], {
          cwd: files.folder,
          target: 'node',
          welcome: { level },
        });
        return program;
      };
      /** What it told, at its end; and it must print what it prints without us. */
      const told = async (source: string, level?: Level, name = 'app.js') => {
        const running = await start(source, level, name);
        const outcome = await running.end();
        const alone = await plainly(node, [path.join(files!.folder, name)], { cwd: files!.folder });
        assert.deepEqual(
          { ...outcome, stderr: outcome.stderr.replaceAll(files!.folder, '') },
          { ...alone, stderr: alone.stderr.replaceAll(files!.folder, '') },
        );
        assert.equal(running.messages.at(-1)?.type, 'goodbye');
        return new Events(running);
      };

      it('tells the callbacks in their order, each in its tick and phase', async () => {
        const running = await start(`${COUNTED}const fs = require('node:fs');
          see('app.js');
          process.nextTick(function first() { see('first') });
          setImmediate(function immediate() {
            see('immediate');
            process.nextTick(function afterImmediate() { see('afterImmediate') });
            setImmediate(function nextImmediate() { see('nextImmediate') });
          });
          setImmediate(function second() { see('second') });
          fs.stat(__filename, () => see(''));
          setTimeout(function late() {
            see('late');
            setTimeout(function later() { see('later') }, 30);
            setImmediate(function last() { see('last') });
          }, 30);
          process.on('exit', () => console.log(JSON.stringify(seen)));`);
        const { stdout } = await running.end();
        const seen = JSON.parse(stdout) as [string, number][];
        const events = new Events(running);
        const named = new Set(seen.map(([name]) => name));
        assert.deepEqual(
          events.ran
            .filter(({ name, type }) => named.has(name) && (name !== '' || type === 'FSREQCALLBACK'))
            .map(({ name, tick }) => [name, tick]),
          seen.map(([name, count]) => [name, count + 1]),
        );
        const types = new Map(events.ran.map(({ name, type }) => [name, type]));
        assert.deepEqual(
          ['app.js', 'first', 'immediate', 'late'].map((name) => types.get(name)),
          ['MAIN', 'TickObject', 'Immediate', 'Timeout'],
        );
        const trigger = new Map(
          events.of('made').map(([id, , by, code]) => [events.nameOf(code as number), [by, id]]),
        );
        assert.equal(trigger.get('later')?.[0], trigger.get('late')?.[1]);
      });

      it('tells times, and microtasks after a callback as part of it', async () => {
        const events = await told(`
          const busy = (ms) => { for (const end = performance.now() + ms; performance.now() < end;); };
          setTimeout(function timer() {
            busy(20);
            Promise.resolve().then(() => busy(30));
          }, 10);
          setTimeout(function other() {}, 200);`);
        const timer = events.ran.find(({ name }) => name === 'timer')!;
        const took = timer.ended - timer.began;
        assert.ok(took >= 0.0199 && took < 0.15, String(took));
        const at = events.all.findIndex(({ event, values }) => event === 'ended' && values[0] === timer.id);
        const on = events.all.slice(at).find(({ event }) => event === 'ranOn');
        const microtasks = (on?.values[0] as number) - timer.ended;
        assert.ok(microtasks > 0.029 && microtasks < 0.12, String(microtasks));
      });

      it('tells when timers are due: made, periodic, refreshed, cleared', async () => {
        const events = await told(`
          const cleared = setTimeout(function cleared() {}, 5000);
          const refreshed = setTimeout(function refreshed() {}, 150);
          let turns = 0;
          setInterval(function periodic() { if (++turns === 3) clearInterval(this) }, 20);
          setTimeout(function changes() { clearTimeout(cleared); refreshed.refresh() }, 90);`);
        const id = (name: string) =>
          events.of('made').find(([, , , code]) => events.nameOf(code as number) === name)![0];
        const due = (name: string) => events.of('timerSet').filter(([of]) => of === id(name));
        for (const { name, began } of events.ran.filter(({ type }) => type === 'Timeout')) {
          const known = due(name)
            .map(([, when]) => when as number)
            .filter((when) => when <= began + 1e-6);
          assert.ok(
            known.length > 0 && began - Math.max(...known) < 0.1,
            `${name} ${began} ${String(known)}`,
          );
        }
        assert.ok(due('periodic').length >= 3);
        assert.ok(due('periodic').every(([, , repeat]) => repeat === 0.02));
        assert.ok(due('refreshed').length >= 2);
        assert.equal(events.ran.filter(({ name }) => name === 'periodic').length, 3);
        const gone = events.of('gone').flat();
        for (const name of ['cleared', 'periodic', 'refreshed', 'changes'])
          assert.ok(gone.includes(id(name)), name);
      });

      it('tells of promises and their steps at level full, out of the program’s sight', async () => {
        const source = `
          const { inspect } = require('node:util');
          async function twice() { await null; await null; }
          const p = twice();
          class Mine extends Promise {}
          const frozen = Object.freeze(new Mine(() => {}));
          p.then(() => console.log(inspect([p, frozen], { showHidden: true }), Reflect.ownKeys(p), Reflect.ownKeys(frozen)));`;
        const events = await told(source, 'full');
        assert.deepEqual(events.of('level'), [[true]]);
        const counts = (['promiseMade', 'promiseSettled', 'stepBegan', 'stepEnded'] as const).map(
          (event) => events.of(event).length,
        );
        // twice(), two awaits of two promises each, frozen, p.then(…).
        assert.deepEqual(counts, [7, 6, 3, 3]);
        const macro = await told(source, 'macro');
        assert.equal(macro.of('promiseMade').length, 0);
      });

      it('switches levels while the program runs', async () => {
        const running = await start(`
          async function work() { await null }
          setInterval(work, 2);
          process.on('SIGTERM', () => process.exit(0));`);
        const ran = async () => {
          const from = running.words.length;
          await running.until(() => running.words.length > from + 3);
        };
        await running.until(() => running.words.length > 3);
        await running.ask('level', { level: 'full' });
        await ran();
        await running.ask('level', { level: 'macro' });
        const quiet = new Events(running).of('promiseMade').length;
        await ran();
        await running.ask('level', { level: 'stacks' });
        await ran();
        await assert.rejects(running.ask('level', { level: 'reduced' }), /are recorded at the levels/);
        running.process.kill('SIGTERM');
        await running.end();
        const events = new Events(running);
        assert.deepEqual(events.of('level'), [[true], [false], [true]]);
        const kinds = events.all
          .map(({ event }) => event)
          .filter((event) => event === 'level' || event === 'promiseMade');
        assert.ok(quiet > 0);
        assert.equal(kinds.lastIndexOf('level'), kinds.indexOf('promiseMade') + quiet + 1);
      });

      it('and the program’s own async hooks leave each other alone', async () => {
        for (const level of ['macro', 'full'] as const) {
          const events = await told(
            `const { createHook, AsyncLocalStorage } = require('node:async_hooks');
            const types = {};
            const hook = createHook({ init(id, type) { types[type] = (types[type] ?? 0) + 1 } });
            const storage = new AsyncLocalStorage();
            async function one() { await null }
            setTimeout(async function before() { await one();
              setTimeout(async function during() { hook.enable(); await one(); await one(); await storage.run(7, async () => { await one(); console.log(storage.getStore()) });
                setTimeout(async function after() { hook.disable(); console.log(types); storage.disable(); await one();
                  setTimeout(async function end() { await one() }, 1) }, 1) }, 1) }, 1)`,
            level,
          );
          assert.deepEqual(
            events.ran.filter(({ type }) => type === 'Timeout').map(({ name }) => name),
            ['before', 'during', 'after', 'end'],
          );
          const at = events.all.findLastIndex(({ event }) => event === 'began');
          const after = events.all.slice(at).filter(({ event }) => event === 'promiseMade').length;
          assert.equal(after > 0, level === 'full', level);
          assert.ok(!events.types.includes('PROMISE'));
        }
      });

      it('tells where what is rare was made, and what it says of itself; nothing of ours', async () => {
        const events = await told(`const net = require('node:net');
          function listen() {
            const server = net.createServer().listen(0, () => server.close());
          }
          listen();
          require('node:child_process').spawn('true', ['x']);`);
        const lines = events.of('madeAt').map(([id, place]) => {
          const { name, line } = events.codes.get(place as number)!;
          return [events.of('made').find(([of]) => of === id)![1], name, line];
        });
        assert.ok(
          lines.some((line) => line.join() === 'TCPSERVERWRAP,listen,3'),
          JSON.stringify(lines),
        );
        assert.ok(
          lines.some(([type, , line]) => type === 'PROCESSWRAP' && line === 6),
          JSON.stringify(lines),
        );
        const texts = events.of('described').map(([, text]) => text as string);
        assert.ok(
          texts.some((text) => /^(\[::\]|0\.0\.0\.0):\d+$/.test(text)),
          String(texts),
        );
        assert.ok(
          texts.some((text) => /^true x \(pid \d+\)$/.test(text)),
          String(texts),
        );
        for (const type of ['MESSAGEPORT', 'WORKER', 'HTTPCLIENTREQUEST'])
          assert.ok(!events.types.includes(type), type);
      });

      for (const [end, source] of [
        ['process.exit', 'process.exit(3)'],
        ['an exception', 'throw new Error("oh")'],
        ['its own signal', 'process.kill(process.pid, "SIGTERM")'],
      ])
        it(`loses nothing when the program ends by ${end}`, async () => {
          const running = await start(
            `let n = 0; (function turn() { if (++n < 20000) return setImmediate(turn); ${source} })()`,
          );
          await running.end();
          const events = new Events(running);
          const failed = end === 'an exception' ? 1 : 0;
          // The last one, too, which the end of the program ended.
          assert.equal(events.ran.filter(({ type }) => type === 'Immediate').length, 19_999);
          assert.equal(events.ran.filter((ran) => ran.failed).length, failed);
          assert.equal(events.of('began').length, 20_000);
        });

      it('waits for an adapter that does not keep up, off the loop’s clock', async () => {
        // A thread of the program's own sees that nothing goes on any more.
        const running = await start(
          `const turns = new Int32Array(new SharedArrayBuffer(4));
          const watcher = new (require('node:worker_threads').Worker)(\`
            const turns = require('node:worker_threads').workerData;
            for (let seen = 0; Atomics.wait(turns, 0, seen, 300) !== 'timed-out'; seen = turns[0]);
            require('node:fs').writeSync(1, 'stuck');
          \`, { eval: true, workerData: turns });
          watcher.once('online', async () => {
            for (let i = 0; i < 7e5; i++) { await null; turns[0] = i; Atomics.notify(turns, 0) }
            watcher.terminate().then(() => console.log(' and done'));
          });`,
          'full',
        );
        running.listen(false);
        await running.until(() => running.stdout === 'stuck');
        running.listen(true);
        await running.end();
        const events = new Events(running, 1, ['stepBegan']);
        assert.equal(running.stdout, 'stuck and done\n');
        assert.ok(events.of('stepBegan').length >= 7e5);
        assert.ok(1 - events.decoder.toLoopTime(1) > 0.3);
      });
    });
});
