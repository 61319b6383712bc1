/** Which pending async calls of plain Node programs nothing can ever go on with, and who waits for what. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Snapshot, Thing, Wait, Waits } from '../../../src/wire/messages';
import { Built, Files, MAJORS, nodeNumbered, Program, type Node } from './worker';

const HERE = 'function stopHere() {}\nsetTimeout(stopHere, 100);\n';

describe('waits of plain Node programs', function () {
  this.timeout(60_000);
  let built: Built;
  let files: Files | undefined;
  let program: Program | undefined;
  before(async () => void (built = await Built.make()));
  after(() => built.remove());
  afterEach(() => {
    const faults = program?.messages.filter(
      (message) => message.type === 'notice' && message.severity === 'fault',
    );
    program?.dispose();
    files?.remove();
    assert.deepEqual(faults, []);
  });

  async function asked(node: Node, source: string, name = 'app.js'): Promise<Told> {
    files = new Files({ [name]: HERE + source });
    program = await Program.start(built, node, [path.join(files.folder, name)], {
      cwd: files.folder,
      target: 'node',
      welcome: { breakpoints: [{ id: 'b', place: 'callback', function: 'stopHere' }] },
    });
    await program.next('stopped');
    const waits = await program.ask('waits', { loop: 1 });
    return new Told(waits, program.messages.findLast(({ type }) => type === 'snapshot') as Snapshot);
  }

  for (const major of MAJORS)
    describe(`Node ${major}`, () => {
      let node: Node;
      before(async () => void (node = await nodeNumbered(major)));

      for (const name of ['app.js', 'app.mjs'])
        it(`${name}: what somebody who can still run is able to settle is not blocked`, async () => {
          const imports = [
            'node:net',
            'node:events',
            'node:fs',
            'node:timers/promises',
            'node:child_process',
          ];
          const names = ['net', 'events', 'fs', 'timers', 'children'];
          const load = (module: string, at: number) =>
            name === 'app.mjs'
              ? `import * as ${names[at]} from '${module}';`
              : `const ${names[at]} = require('${module}');`;
          const told = await asked(
            node,
            `${imports.map(load).join('\n')}
const emitter = new events.EventEmitter();
let resolveLater, resolveOnSignal, resolveKept, rejectIt;
const kept = new Map();
async function byTimer() { await new Promise((resolve) => setTimeout(resolve, 60_000)) }
async function byTimers() { await timers.setTimeout(60_000) }
async function byFunction() { await new Promise((resolve) => { resolveLater = resolve }) }
async function bySignal() { await new Promise((resolve) => { resolveOnSignal = resolve }) }
async function byMap() { await new Promise((resolve) => { kept.set('a', { resolve }) }) }
async function byReject() { await new Promise((_, reject) => { rejectIt = reject }) }
async function byEvent() { await events.once(emitter, 'thing') }
async function bySocket(socket) { await events.once(socket, 'data') }
async function byChild(child) { await events.once(child, 'exit') }
async function byOther(other) { await other }
async function byAll(others) { await Promise.all(others) }
async function byAbort() { await events.once(new events.EventEmitter(), 'x', { signal: AbortSignal.timeout(60_000) }) }
async function byIterator() { for await (const [value] of events.on(emitter, 'many')) value() }
function later() { resolveLater() }
const top = [byTimer(), byTimers(), byFunction(), bySignal(), byMap(), byReject(), byEvent(), byAbort(), byIterator()];
top.push(byOther(top[0]), byAll([top[1], top[2]]));
setTimeout(() => later(), 50_000);
setInterval(() => { for (const each of kept.values()) each.resolve() }, 50_000);
setTimeout(() => rejectIt(new Error('late')), 50_000);
process.on('SIGUSR2', () => resolveOnSignal());
const server = net.createServer(() => emitter.emit('thing'));
server.listen(0, () => { top.push(bySocket(net.connect(server.address().port))); emitter.emit('other') });
top.push(byChild(children.spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])));
`,
            name,
          );
          assert.equal(told.waits.unproved, undefined);
          assert.deepEqual(told.blocked(), []);
          assert.deepEqual(told.of('byOther').tasks, [told.named('byTimer')]);
          assert.ok(told.waits.waits.length >= 8, `${told.waits.waits.length} wait`);
        });

      it('what nobody can settle any more is, and whoever awaits it', async () => {
        const told = await asked(
          node,
          `let resolveLost;
const all = {};
async function lost() { await new Promise((resolve) => { resolveLost = resolve }) }
async function outer() { await lost() }
const never = new Promise(() => {});
async function forgotten() { await never }
function neverCalled() { resolveLost() }
globalThis.kept = [outer(), forgotten(), never];
setInterval(() => { if (globalThis.kept.length > 10) console.log('many') }, 1000);
void neverCalled;
`,
        );
        assert.equal(told.waits.unproved, undefined);
        assert.deepEqual(told.blocked(), ['forgotten', 'lost', 'outer']);
        assert.deepEqual(told.of('outer').tasks, [told.named('lost')]);
        assert.equal(told.things(told.of('lost'))[0].kind, 'future');
      });

      it('two calls, each of which could settle what the other one awaits', async () => {
        const told = await asked(
          node,
          `let left, right;
const one = new Promise((resolve) => { left = resolve }), two = new Promise((resolve) => { right = resolve });
async function first() { await one; right() }
async function second() { await two; left() }
globalThis.kept = [first(), second()];
`,
        );
        assert.deepEqual(told.blocked(), ['first', 'second']);
        assert.deepEqual(told.things(told.of('first'))[0].setters, [told.named('second')]);
        assert.deepEqual(told.things(told.of('second'))[0].setters, [told.named('first')]);
      });

      it('a rejection that ends the program is told of, and ends it as without us', async () => {
        const source = "async function fails() {\n  throw new RangeError('lost');\n}\nsetImmediate(fails);\n";
        files = new Files({ 'app.js': source });
        program = await Program.start(built, node, [path.join(files.folder, 'app.js')], {
          cwd: files.folder,
          target: 'node',
        });
        assert.equal((await program.end()).code, 1);
        const told = program.messages.flatMap((message) => (message.type === 'told' ? [message] : []));
        assert.deepEqual(
          told.map(({ what, text, line, path: file }) => [what, text, line, path.basename(file)]),
          [['never-retrieved', 'RangeError: lost', 2, 'app.js']],
        );
      });

      it('all of several, or one of them', async () => {
        const told = await asked(
          node,
          `const never = (globalThis.never = new Promise(() => {}));
async function child() { await never }
const two = () => [child(), child()];
async function every() { await Promise.all(two()) }
async function settled() { await Promise.allSettled(two()) }
async function either() { await Promise.race(two()) }
async function any() { await Promise.any(two()) }
async function mixed() { await Promise.all([child(), Promise.race(two())]) }
globalThis.kept = [every(), settled(), either(), any(), mixed()];
`,
        );
        assert.deepEqual(
          ['every', 'settled', 'either', 'any', 'mixed'].map((name) => {
            const { tasks, all } = told.of(name);
            return [name, tasks.length, all];
          }),
          [
            ['every', 2, true],
            ['settled', 2, true],
            ['either', 2, false],
            ['any', 2, false],
            ['mixed', 3, false],
          ],
        );
      });
    });
});

class Told {
  constructor(
    readonly waits: Waits,
    private readonly snapshot: Snapshot,
  ) {}

  name(task: number): string {
    return this.snapshot.tasks.find((each) => each.task === task)?.name ?? String(task);
  }
  named(name: string): number {
    return this.snapshot.tasks.find((each) => each.name === name)?.task ?? 0;
  }
  of(name: string): Wait {
    const wait = this.waits.waits.find(({ task }) => this.name(task) === name);
    assert.ok(wait, `${name} waits`);
    return wait;
  }
  things(wait: Wait): Thing[] {
    return wait.things.map((id) => this.waits.things.find((thing) => thing.id === id) as Thing);
  }
  blocked(): string[] {
    return this.waits.waits
      .filter(({ blocked }) => blocked)
      .map(({ task }) => this.name(task))
      .sort();
  }
}
