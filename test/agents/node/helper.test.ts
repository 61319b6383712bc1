/** The helper thread: commands, stops, callbacks that take long, an adapter that is slow or dies. */
import assert from 'node:assert/strict';
import { FIRST_HELPER_ID } from '../../../src/agents/node/channel';
import { Built, Files, MAJORS, nodeNumbered, Program, run, type Node } from './worker';
import type { Welcome } from '../../../src/wire/messages';

describe('the worker', () => {
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

      const start = async (source: string, welcome: Partial<Welcome> = {}) => {
        files = new Files({ 'program.js': source });
        program = await Program.start(built, node, ['program.js'], { cwd: files.folder, welcome });
        await program.until(() => program.hello as object | undefined);
      };

      it('says who it is', async () => {
        await start('');
        const { target, runtime, version, pid, argv, token, agent } = program.hello;
        assert.match(runtime, new RegExp(`^Node ${major}\\.`));
        assert.deepEqual([target, version[0], pid], ['standin', major, program.process.pid]);
        assert.deepEqual([argv.at(-1), token, agent], [`${files.folder}/program.js`, 'secret', '1.2.3']);
        assert.equal((await program.end()).code, 0);
        assert.equal(program.messages.at(-1)?.type, 'goodbye');
      });

      it('lets a program run that finds no adapter, and says so once', async () => {
        await start('');
        const env = {
          ...process.env,
          TICKSCOPE_ADDRESS: 'unix:/nowhere/agent',
          TICKSCOPE_TOKEN: 'secret',
          TICKSCOPE_AGENT_VERSION: '1.2.3',
          TICKSCOPE_TARGET: 'standin',
        };
        const line =
          'console.log(1); process.exitCode = 2; globalThis.standin?.stop(); setTimeout(() => console.log(2), 5)';
        const { stdout, stderr, code } = await run(node.path, ['--require', built.preload, '-e', line], {
          cwd: files.folder,
          env,
        });
        assert.deepEqual([stdout, code], ['1\n2\n', 2]);
        assert.match(
          stderr,
          /^Tickscope's debug adapter at unix:\/nowhere\/agent could not be reached \(.*ENOENT.*\); the program runs without it\.\n$/,
        );
      });

      it('passes facts on in their order, the last ones when the program exits', async () => {
        await start(`
        const { channel, tick } = globalThis.standin;
        channel.define([-2, 1, 'text']);
        for (let i = 0; i < 100000; i++) tick(i);
        process.on('exit', () => console.log('bye'));
        setTimeout(() => process.exit(3), 1);`);
        const { code, stdout } = await program.end();
        assert.deepEqual([code, stdout], [3, 'bye\n']);
        assert.deepEqual(program.definitions, [-2, 1, 'text']);
        assert.equal(program.numbers.length, 100_000);
        assert.ok(program.numbers.every((value, index) => value === index));
      });

      it('has the program stand at a gate, and answers there', async () => {
        await start(
          `let mine = 5; globalThis.mine = mine; const s = globalThis.standin.stop(); console.log(s > 0, globalThis.mine)`,
        );
        assert.equal((await program.next('stopped')).at, 'gate');
        assert.equal(
          (await program.ask('evaluate', { expression: '++globalThis.mine', context: 'repl' })).value,
          '6',
        );
        await assert.rejects(program.ask('inspect', { loop: 1 }), /^Error: There is nothing to inspect\.$/);
        await assert.rejects(
          program.ask('exception', { loop: 1 }),
          /could not answer "exception" \(unforeseen\)\./,
        );
        await program.ask('continue', {});
        await program.next('resumed');
        assert.equal((await program.end()).stdout, 'true 6\n');
      });

      it('answers a program that sleeps, and stops it there', async () => {
        await start('setTimeout(() => console.log("done"), 200)');
        assert.deepEqual(await program.ask('stack', { loop: 1 }), { frames: [], running: false });
        await program.ask('pause', {});
        assert.equal((await program.next('stopped')).at, 'poll');
        await program.ask('continue', {});
        assert.equal((await program.end()).stdout, 'done\n');
      });

      const endless = `
      const { began, ended } = globalThis.standin;
      function callback(limit) {
        const inner = { list: [1, 'two'], deep: { er: true } };
        let turns = 0;
        globalThis.stop = false;
        while (!globalThis.stop) { turns++; Math.sin(turns) }
        return inner;
      }
      setTimeout(function timer() { began(); callback(7); ended(); console.log('out') }, 5);`;

      it('samples an endless callback, which goes on', async () => {
        await start(endless);
        // Until it runs, the stack of a loop that sleeps is empty.
        let stack = await program.ask('stack', { loop: 1 });
        while (!stack.running) stack = await program.ask('stack', { loop: 1 });
        const user = stack.frames.filter((frame) => frame.user);
        assert.deepEqual(
          user.map(({ name, path }) => [name, path]),
          [
            ['timer', `${files.folder}/program.js`],
            ['callback', `${files.folder}/program.js`],
          ],
        );
        assert.ok(user[1].line === 7 && (stack.elapsed ?? 0) > 0, JSON.stringify(stack));
        assert.equal(
          (await program.ask('evaluate', { expression: 'stop = true', context: 'repl' })).value,
          'true',
        );
        assert.equal((await program.end()).stdout, 'out\n');
      });

      it('stops inside an endless callback: frames, locals, evaluation, and on', async () => {
        await start(endless);
        await program.ask('pause', {});
        // It may still sleep when the pause comes: there is a stop in each place.
        let stop = await program.next('stopped');
        while (stop.at !== 'inside') {
          await program.ask('continue', {});
          await program.ask('pause', {});
          stop = await program.next('stopped');
        }
        assert.match(stop.text, /timer > callback$/);
        const { frames, running } = await program.ask('stack', { loop: 1 });
        const top = frames.at(-1);
        assert.ok(top && running);
        assert.deepEqual([top.name, top.line], ['callback', 7]);
        assert.ok(top.id >= FIRST_HELPER_ID);
        const { variables } = await program.ask('locals', { frame: top.id });
        const named = new Map(variables.map((variable) => [variable.name, variable]));
        assert.equal(named.get('limit')?.value, '7');
        assert.equal(named.get('turns')?.type, 'number');
        assert.equal(named.get('inner')?.type, 'Object');
        const children = await program.ask('variables', { ref: named.get('inner')!.ref });
        const list = children.variables.find(({ name }) => name === 'list');
        assert.deepEqual([list?.value, list?.type], ['[1, "two"]', 'Array']);
        const sum = await program.ask('evaluate', {
          expression: 'limit + inner.list.length',
          frame: top.id,
          context: 'repl',
        });
        assert.equal(sum.value, '9');
        await assert.rejects(
          program.ask('evaluate', { expression: 'nowhere', frame: top.id, context: 'repl' }),
          /ReferenceError: nowhere is not defined/,
        );
        // Without a frame it is the agent that evaluates.
        assert.equal(
          (await program.ask('evaluate', { expression: 'typeof stop', context: 'repl' })).value,
          'boolean',
        );
        await program.ask('continue', {});
        await program.next('resumed');
        await program.ask('pause', {});
        assert.equal((await program.next('stopped')).at, 'inside');
        await program.ask('evaluate', {
          expression: 'globalThis.stop = true',
          frame: (await program.ask('stack', { loop: 1 })).frames.at(-1)!.id,
          context: 'repl',
        });
        await program.ask('continue', {});
        assert.equal((await program.end()).stdout, 'out\n');
      });

      it('holds a program whose adapter does not keep up, and loses nothing', async () => {
        // A thread of the program's own sees that nothing goes on any more.
        await start(`
        const { Worker } = require('worker_threads');
        const { channel } = globalThis.standin;
        const turns = new Int32Array(new SharedArrayBuffer(4));
        const watcher = new Worker(\`
          const turns = require('worker_threads').workerData;
          for (let seen = 0; Atomics.wait(turns, 0, seen, 300) !== 'timed-out'; seen = turns[0]);
          require('fs').writeSync(1, 'stuck');
        \`, { eval: true, workerData: turns });
        watcher.once('online', () => {
          let blocked = 0;
          for (let i = 0; i < 400; i++) {
            blocked += channel.records(1, new Float64Array(10000).fill(i));
            Atomics.add(turns, 0, 1);
            Atomics.notify(turns, 0);
          }
          watcher.terminate().then(() => console.log(' for', blocked > 0.1));
        });`);
        program.listen(false);
        await program.until(() => program.stdout === 'stuck');
        program.listen(true);
        assert.deepEqual(
          { ...(await program.end()) },
          { stdout: 'stuck for true\n', stderr: '', code: 0, signal: null },
        );
        assert.equal(program.numbers.length, 4_000_000);
      });

      for (const [state, source] of [
        ['sleeps', 'setInterval(() => {}, 1000)'],
        ['stands', 'globalThis.standin.stop(); setInterval(() => {}, 1000)'],
        ['never comes to rest', 'for (;;);'],
      ])
        it(`ends a program that ${state} when its adapter dies`, async () => {
          await start(source);
          if (state === 'stands') await program.next('stopped');
          program.die();
          assert.equal((await program.end()).signal, 'SIGTERM');
        });

      it('ends a program that does not want to when its adapter dies', async () => {
        await start('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log(1)');
        await program.until(() => program.stdout !== '');
        program.die();
        assert.equal((await program.end()).signal, 'SIGKILL');
      });

      it('lets a program go on that is let go, and one that was attached to', async () => {
        await start('setTimeout(() => console.log("end"), 300)');
        await program.ask('detach', {});
        program.die();
        assert.deepEqual(
          { ...(await program.end()) },
          { stdout: 'end\n', stderr: '', code: 0, signal: null },
        );
        program.dispose();
        await start('setTimeout(() => console.log("end"), 300)', { attached: true });
        program.die();
        assert.deepEqual(
          { ...(await program.end()) },
          { stdout: 'end\n', stderr: '', code: 0, signal: null },
        );
      });

      it('takes an agent out that fails, says so once, and the program goes on', async () => {
        await start(
          'globalThis.standin.channel.fault(new Error("oh")); globalThis.standin.channel.fault(new Error("again")); console.log(1)',
        );
        const { text, severity } = await program.next('notice');
        assert.equal(severity, 'fault');
        assert.match(text, /failed and was taken out; the program goes on without it\. Error: oh/);
        assert.equal((await program.end()).stdout, '1\n');
        assert.equal(program.messages.filter(({ type }) => type === 'notice').length, 1);
      });
    });
});
