/** Stops of plain Node programs where async calls begin, are suspended, go on and end, and steps of one of them. */
import assert from 'node:assert/strict';
import type { TickBreakpoint } from '../../../src/adapter/contract';
import type { Snapshot } from '../../../src/wire/messages';
import { Events } from './events';
import { MAJORS, nodeNumbered, plainly, Suite, type Node, type Program } from './worker';

type TaskPoint = Extract<TickBreakpoint, { place: 'task' }>;

const FETCHES = `async function fetch(n) {
  await null;
  if (n === 1) throw new RangeError('no page');
  await new Promise((resolve) => setImmediate(resolve));
  return n;
}
async function quick() { return 3 }
async function* numbers() { yield await quick() }
const arrow = async () => fetch(7);
async function outer() {
  for await (const number of numbers()) void number;
  await Promise.allSettled([0, 1].map((n) => fetch(n)));
  return arrow();
}
setImmediate(function go() { outer().then(() => console.log('over')) });
`;

describe('async calls of plain Node programs', function () {
  this.timeout(60_000);
  const suite = new Suite('node');
  const start = (node: Node, source: string, breakpoints: TickBreakpoint[]): Promise<Program> =>
    suite.start(node, { 'app.js': source }, { welcome: { breakpoints } });

  /** Where it stopped, as `text | frame`, until it has ended as it does alone. */
  async function stops(node: Node, source: string, points: Omit<TaskPoint, 'id' | 'place'>[]) {
    const breakpoints = points.map((point, at) => ({ ...point, id: `b${at}`, place: 'task' }) as const);
    const program = await start(node, source, breakpoints);
    const alone = await plainly(node, ['app.js'], { cwd: suite.folder });
    const told: string[] = [];
    for (;;) {
      const stop = await Promise.race([program.next('stopped'), program.end()]).catch(() => undefined);
      if (stop === undefined || !('type' in stop)) break;
      const { frames } = await program.ask('stack', { loop: 1 });
      const where = frames.map(({ name, line }) => `${name}:${line}`).join();
      told.push(`${stop.text.replace(/^Paused on tick \d+: async call /, '')} | ${where}`);
      await program.ask('continue', {});
    }
    assert.deepEqual(await program.end(), alone);
    return told;
  }

  /** What was read last of its main thread. */
  async function tasksOf(program: Program): Promise<Snapshot['tasks']> {
    await program.ask('reasons', {});
    const last = program.messages.findLast((each) => each.type === 'snapshot' && each.loop === 1) as Snapshot;
    return last.tasks;
  }

  for (const major of MAJORS)
    describe(`Node ${major}`, () => {
      let node: Node;
      before(async () => {
        node = await nodeNumbered(major);
      });

      it('stops where they begin', async () => {
        const expected = [
          'outer (app.js:10) starts | outer:10',
          'quick (app.js:7) starts | quick:7',
          'fetch (app.js:1) starts | fetch:1',
          'fetch (app.js:1) starts | fetch:1',
          'arrow (app.js:9) starts | arrow:9',
          'fetch (app.js:1) starts | fetch:1',
        ];
        assert.deepEqual(await stops(node, FETCHES, [{ on: 'started' }]), expected);
        assert.deepEqual(await stops(node, FETCHES, [{ on: 'created', coroutine: 'f*' }]), [
          expected[2],
          expected[3],
          expected[5],
        ]);
      });

      it('stops where they are suspended, at the line of the await', async () => {
        assert.deepEqual(await stops(node, FETCHES, [{ on: 'suspended' }]), [
          'outer (app.js:11) was suspended | outer:11',
          'outer (app.js:11) was suspended | outer:11',
          'fetch (app.js:2) was suspended | fetch:2',
          'fetch (app.js:2) was suspended | fetch:2',
          'outer (app.js:12) was suspended | outer:12',
          'fetch (app.js:4) was suspended | fetch:4',
          'fetch (app.js:2) was suspended | fetch:2',
          'fetch (app.js:4) was suspended | fetch:4',
        ]);
      });

      it('stops before they go on', async () => {
        assert.deepEqual(await stops(node, FETCHES, [{ on: 'resumed', task: 'outer' }]), [
          'outer (app.js:11) is about to resume | outer:11',
          'outer (app.js:11) is about to resume | outer:11',
          'outer (app.js:12) is about to resume | outer:12',
        ]);
      });

      it('stops where they have ended, or failed, and evaluates conditions there', async () => {
        const points = [{ on: 'done' }, { on: 'failed' }] as const;
        assert.deepEqual(await stops(node, FETCHES, [...points]), [
          'quick (app.js:7) ended | ',
          'fetch (app.js:2) failed with RangeError: no page | ',
          'fetch (app.js:4) ended | ',
          'fetch (app.js:4) ended | ',
          'arrow (app.js:9) ended | ',
          'outer (app.js:12) ended | ',
        ]);
        assert.deepEqual(await stops(node, FETCHES, [{ on: 'done', condition: 'task === "quick"' }]), [
          'quick (app.js:7) ended, task === "quick" | ',
        ]);
      });

      it('sees them also where the program uses async_hooks', async () => {
        const hooks = `require('node:async_hooks').createHook({ init() {} }).enable();`;
        assert.deepEqual(await stops(node, FETCHES + hooks, [{ on: 'resumed', task: 'outer' }]), [
          'outer (app.js:11) is about to resume | outer:11',
          'outer (app.js:11) is about to resume | outer:11',
          'outer (app.js:12) is about to resume | outer:12',
        ]);
      });

      it('knows calls of one function apart, also where one calls itself', async () => {
        const source = `async function down(n) {
  if (n > 0) await down(n - 1);
  return other();
}
async function other() { await { then(resolve) { resolve() } } }
down(2);
`;
        assert.deepEqual(await stops(node, source, [{ on: 'suspended' }]), [
          'other (app.js:5) was suspended | other:5',
          'down (app.js:2) was suspended | down:2',
          'down (app.js:2) was suspended | down:2',
          'other (app.js:5) was suspended | other:5',
          'other (app.js:5) was suspended | other:5',
        ]);
      });

      it('steps until one goes on, raising the level meanwhile', async () => {
        const source = `const say = (text) => console.log(text);
async function inner(n) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  say('inner ' + n);
}
async function outer() {
  await inner(1);
  say('outer');
  await inner(2);
}
setTimeout(function beside() { say('beside') }, 1);
outer().then(() => say('over'));
`;
        const program = await start(node, source, [{ id: 'b', place: 'callback', function: 'beside' }]);
        await program.next('stopped');
        const seen: string[] = [];
        let number = 0;
        for (let step = 0; step < 2; step++) {
          const outer = (await tasksOf(program)).find(({ name }) => name === 'outer');
          assert.ok(outer);
          if (step > 0) assert.equal(outer.task, number);
          number = outer.task;
          await program.ask('step', { kind: 'task', task: number });
          const { reason, text, at } = await program.next('stopped');
          const { frames } = await program.ask('stack', { loop: 1 });
          const where = frames.map(({ name, line }) => `${name}:${line}`).join();
          seen.push(`${reason} ${at} ${text.replace(/tick \d+/, 'tick')} ${where}`);
          // What follows is as coarse as the level that was chosen.
          await program.ask('step', { kind: 'callback' });
          const { resource = 0 } = await program.next('stopped');
          assert.ok(resource > 0, `${resource}`);
        }
        assert.deepEqual(seen, [
          'step gate Paused on tick, before outer goes on outer:7',
          'step gate Paused on tick, before outer goes on outer:9',
        ]);
        await assert.rejects(program.ask('step', { kind: 'task', task: number }), /has settled, or nothing/);
        await program.ask('continue', {});
        assert.equal((await program.end()).code, 0);
        assert.equal(program.stdout, 'beside\ninner 1\nouter\ninner 2\nover\n');
        assert.deepEqual(new Events(program).of('level').flat(), [true, false, true, false]);
      });
    });

  it('refuses what async calls do not do', async () => {
    const program = await start(await nodeNumbered(22), 'setInterval(() => {}, 1)', []);
    await program.next('loop');
    const { breakpoints } = await program.ask('setBreakpoints', {
      breakpoints: [
        { id: 'a', place: 'task', on: 'cancelled' },
        { id: 'b', place: 'task', on: 'resumed' },
      ],
    });
    assert.deepEqual(breakpoints, [
      {
        id: 'a',
        verified: false,
        message:
          'Async calls of plain Node programs cannot be cancelled; stop where one is done or has failed.',
      },
      { id: 'b', verified: true },
    ]);
  });
});
