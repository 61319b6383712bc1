/** Who waits for what in programs on the TypeScript loop, and what can be proved of it. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Thing, Wait, Waits } from '../../../src/wire/messages';
import { Built, Files, MAJORS, nodeNumbered, Program, type Node } from '../node/worker';

const IMPORTS =
  "import { run, sleep, createTask, gather, wait, waitFor, shield, Lock, Event, Queue, Semaphore, Condition, Barrier, TaskGroup, Future, allTasks, getRunningLoop, FIRST_COMPLETED } from 'tickscope/asyncio';\n";
/** The task that all the others are started by calls it when all is as it is to be seen. */
const HERE =
  'function here() {}\nconst settled = async () => { await sleep(0.05); setTimeout(here, 0); getRunningLoop().callSoon(here); };\n';

describe('waits of programs on the TypeScript loop', function () {
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

  /** Runs the program until its function `here` is about to be called by the loop, and asks there. */
  async function asked(node: Node, source: string): Promise<Told> {
    files = new Files({ 'app.ts': IMPORTS + HERE + source });
    program = await Program.start(built, node, [path.join(files.folder, 'app.ts')], {
      cwd: files.folder,
      target: 'loop',
      env: { TICKSCOPE_LOADER: '1' },
      welcome: { breakpoints: [{ id: 'b', place: 'callback', function: 'here' }] },
    });
    await program.next('stopped');
    return await Told.of(await program.ask('waits', { loop: 1 }), program);
  }

  for (const major of MAJORS)
    describe(`Node ${major}`, () => {
      let node: Node;
      before(async () => void (node = await nodeNumbered(major)));

      it('two locks taken in two orders: blocked, though other tasks and timers go on', async () => {
        const told = await asked(
          node,
          `const db = new Lock(), cache = new Lock();
async function first() { await db.acquire(); await sleep(0.01); await cache.acquire(); }
async function second() { await cache.acquire(); await sleep(0.01); await db.acquire(); }
async function heartbeat() { for (;;) await sleep(0.01); }
run(async function main() {
  createTask(heartbeat, { name: 'heartbeat' });
  createTask(settled, { name: 'settled' });
  setInterval(() => console.log('tick'), 1000);
  await gather(createTask(first, { name: 'first' }), createTask(second, { name: 'second' }));
});`,
        );
        assert.equal(told.waits.unproved, undefined);
        assert.deepEqual(told.blocked(), ['Task-1', 'first', 'second']);
        const [first, second] = [told.of('first'), told.of('second')];
        assert.deepEqual(
          [told.things(first), told.things(second)].map(([{ kind, text, holders }]) => [kind, text, holders]),
          [
            ['lock', 'lock cache', [second.task]],
            ['lock', 'lock db', [first.task]],
          ],
        );
        assert.deepEqual([told.of('Task-1').tasks, told.of('Task-1').all], [[first.task, second.task], true]);
        assert.equal(told.waits.waits.length, 3);
      });

      it('whoever can still run and knows what is waited for can end the wait', async () => {
        const told = await asked(
          node,
          `const lock = new Lock(), done = new Event(), room = new Semaphore(0), orders = new Queue<number>();
let byTimer: Future<void>, byListener: Future<void>, byCancel: any;
const box = { inner: new Event() };
class Server { #gate = new Event(); open() { this.#gate.set() } async wait() { await this.#gate.wait() } }
const server = new Server();
async function holdsLock() { await lock.acquire(); await sleep(100); lock.release(); }
async function wantsLock() { await lock.acquire(); }
async function wantsEvent() { await done.wait(); }
async function wantsRoom() { await room.acquire(); }
async function wantsOrder() { await orders.get(); }
async function wantsTimer() { await byTimer; }
async function wantsListener() { await byListener; }
async function wantsBox() { await box.inner.wait(); }
async function wantsServer() { await server.wait(); }
async function limited() { await waitFor(new Event().wait(), 50); }
async function cancelled() { await new Future(); }
async function helper() { finish(); }
function finish() { room.release(); done.set(); }
run(async function main() {
  byTimer = new Future(); byListener = new Future();
  createTask(holdsLock, { name: 'holdsLock' });
  for (const each of [wantsLock, wantsEvent, wantsRoom, wantsOrder, wantsTimer, wantsListener, wantsBox, wantsServer, limited])
    createTask(each, { name: each.name });
  byCancel = createTask(cancelled, { name: 'cancelled' });
  const queue = orders;
  setTimeout(() => { queue.putNowait(1); byTimer.setResult(); }, 90_000);
  setTimeout(function again() { setTimeout(again, 5000); helper(); }, 5000);
  process.on('SIGUSR2', () => byListener.setResult());
  const many = new Map([['b', box]]);
  getRunningLoop().callLater(80, () => many.get('b')!.inner.set());
  getRunningLoop().callLater(80, (each: Server) => each.open(), server);
  getRunningLoop().callLater(80, () => byCancel.cancel());
  await settled();
  await sleep(1000);
});`,
        );
        assert.equal(told.waits.unproved, undefined);
        assert.deepEqual(told.blocked(), []);
        assert.equal(told.waits.waits.length, 10);
        const { timeout } = told.of('limited');
        const stopped = program?.messages.findLast(({ type }) => type === 'stopped') as { t: number };
        const left = (timeout ?? 0) - stopped.t;
        assert.ok(left > 40 && left <= 50, `${left} s are left of 50`);
        assert.equal(told.waits.waits.filter((wait) => wait.timeout !== undefined).length, 1);
      });

      it('what nobody can reach any more: the holder ended, the future forgotten, task_done not called', async () => {
        const told = await asked(
          node,
          `const lock = new Lock(), jobs = new Queue<number>(), ready = new Condition(), both = new Barrier(2);
async function holder() { await lock.acquire(); throw new Error('failed'); }
async function wantsLock() { await sleep(0.01); await lock.acquire(); }
async function forgotten() { const answer = new Future(); await answer; }
async function joins() { await jobs.join(); }
async function notified() { await ready.acquire(); await ready.wait(); }
async function alone() { await both.wait(); }
async function forever() { await new Event().wait(); }
run(async function main() {
  jobs.putNowait(1); jobs.getNowait();
  createTask(holder, { name: 'holder' }).addDoneCallback((task: any) => task.exception());
  for (const each of [wantsLock, forgotten, joins, notified, alone, forever]) createTask(each, { name: each.name });
  createTask(settled, { name: 'settled' });
  await new Event().wait();
});`,
        );
        assert.deepEqual(told.blocked(), [
          'Task-1',
          'alone',
          'forever',
          'forgotten',
          'joins',
          'notified',
          'wantsLock',
        ]);
        const lock = told.things(told.of('wantsLock'))[0];
        assert.deepEqual(
          lock.holders.map((task) => told.name(task)),
          ['(ended)'],
        );
        assert.deepEqual(
          ['alone', 'joins', 'notified', 'forgotten'].map((name) => told.things(told.of(name))[0].kind),
          ['condition', 'queue', 'condition', 'future'],
        );
        assert.deepEqual(
          told.waits.waits.filter(({ intended }) => intended).map(({ task }) => told.name(task)),
          ['Task-1', 'forever'],
        );
      });

      it('two tasks, each of which waits for what only the other one could bring', async () => {
        const told = await asked(
          node,
          `function* worker(inbox: Queue<number>, outbox: Queue<number>): any {
  const item = yield* inbox.get();
  yield* outbox.put(item);
}
function start() {
  const left = new Queue<number>(), right = new Queue<number>();
  createTask(worker(left, right), { name: 'one' });
  createTask(worker(right, left), { name: 'two' });
}
run(async function main() {
  start();
  createTask(settled, { name: 'settled' });
  await new Event().wait();
});`,
        );
        assert.deepEqual(told.blocked(), ['Task-1', 'one', 'two']);
        const [one, two] = [told.of('one'), told.of('two')];
        assert.deepEqual(told.things(one)[0].setters, [two.task]);
        assert.deepEqual(told.things(two)[0].setters, [one.task]);
      });

      it('all of several, or one of them', async () => {
        const told = await asked(
          node,
          `const never = new Lock();
async function child() { await never.acquire(); await never.acquire(); }
async function other() { await new Event().wait(); }
async function first() { await wait([createTask(child, { name: 'a' }), createTask(other, { name: 'b' })], { returnWhen: FIRST_COMPLETED }); }
async function every() { await wait([createTask(other, { name: 'c' }), createTask(other, { name: 'd' })]); }
async function group() { await new TaskGroup().run(async (tg) => { tg.createTask(other, { name: 'e' }); tg.createTask(other, { name: 'f' }); }); }
async function kept() { await shield(createTask(other, { name: 'g' })); }
async function either() { await Promise.race([createTask(other, { name: 'h' }), createTask(other, { name: 'i' })]); }
run(async function main() {
  for (const each of [first, every, group, kept, either]) createTask(each, { name: each.name });
  await settled();
  await sleep(1000);
});`,
        );
        const of = (name: string) => {
          const { tasks, all } = told.of(name);
          return [tasks.map((task) => told.name(task)).join(), all];
        };
        assert.deepEqual(of('first'), ['a,b', false]);
        assert.deepEqual(of('every'), ['c,d', true]);
        assert.deepEqual(of('group'), ['e,f', true]);
        assert.deepEqual(of('kept'), ['g', true]);
        assert.deepEqual(of('either'), ['h,i', false]);
      });

      it('tasks that the library holds weakly, since there were more than ten thousand', async () => {
        const told = await asked(
          node,
          `const lock = new Lock(), opened = new Event();
async function twice() { await lock.acquire(); await lock.acquire(); }
async function visit() { await opened.wait(); }
async function visits() {
  const visitors = Array.from({ length: 10_001 }, () => createTask(visit));
  await sleep(0);
  opened.set();
  for (const each of visitors) await each;
  await settled();
  await sleep(1000);
}
run(async function main() {
  createTask(visits, { name: 'visits' });
  await createTask(twice, { name: 'twice' });
});`,
        );
        assert.deepEqual([told.waits.unproved, told.blocked()], [undefined, ['Task-1', 'twice']]);
      });

      it('queues without a bound that hold many items, and that something can still get at', async () => {
        const told = await asked(
          node,
          `import { PriorityQueue } from 'tickscope/asyncio';
const orders = new Queue<number>(), bounded = new Queue<number>(5000), few = new Queue<number>();
const shop = { byPrice: new PriorityQueue<number>() };
function fill(queue: Queue<number>, items: number) { for (let i = 0; i < items; i++) queue.putNowait(i); }
async function serve(...queues: Queue<number>[]) { for (;;) { for (const queue of queues) await queue.get(); await sleep(1); } }
run(async function main() {
  fill(new Queue(), 3000);
  fill(orders, 2000); fill(bounded, 2000); fill(few, 900); fill(shop.byPrice, 1500);
  createTask(() => serve(orders, bounded, few, shop.byPrice), { name: 'serve' });
  await settled();
  await sleep(1000);
});`,
        );
        assert.equal(told.waits.unproved, undefined);
        assert.deepEqual(
          told.waits.queues?.map(({ name, size }) => [name, size]),
          [
            ['orders', 1999],
            ['shop.byPrice', 1499],
          ],
        );
      });

      it('who has places of a semaphore, and where a lock was taken', async () => {
        const told = await asked(
          node,
          `const places = new Semaphore(3), handed = new Semaphore(1), lock = new Lock();
async function ends() { await places.acquire(); }
async function holds() {
  await lock.acquire();
  await places.acquire();
  await places.acquire();
  await new Event().wait();
}
async function wants() { await places.acquire(); }
async function wantsLock() { await lock.acquire(); }
async function gives() { handed.release(); await handed.acquire(); await handed.acquire(); await handed.acquire(); }
run(async function main() {
  for (const each of [ends, holds, wants, wantsLock, gives]) createTask(each, { name: each.name });
  await settled();
  await new Event().wait();
});`,
        );
        const [first] = told.things(told.of('wants'));
        assert.deepEqual(
          [first.holders.map((task) => told.name(task)), first.loose],
          [['(ended)', 'holds'], true],
        );
        const [second] = told.things(told.of('wantsLock'));
        assert.deepEqual([path.basename(second.path), second.line], ['app.ts', 7]);
        assert.deepEqual(told.things(told.of('gives'))[0].holders, []);
      });

      it('a loop that nothing can wake, asked while it sleeps', async () => {
        files = new Files({
          'app.ts': `${IMPORTS}console.log('begun'); run(async function main() { const answer = new Future(); await answer; });`,
        });
        program = await Program.start(built, node, [path.join(files.folder, 'app.ts')], {
          cwd: files.folder,
          target: 'loop',
          env: { TICKSCOPE_LOADER: '1' },
        });
        const running = program;
        await running.until(() => running.numbers.length > 10);
        const { waits, stalled, unproved } = await running.ask('waits', { loop: 1 });
        assert.deepEqual([waits.map(({ blocked }) => blocked), stalled, unproved], [[true], true, undefined]);
      });

      it('what the runtime reports of coroutines, tasks and errors that nobody cared for', async () => {
        files = new Files({
          'app.ts': `${IMPORTS}import { coroutine, newEventLoop } from 'tickscope/asyncio';
const worker = coroutine(async function worker() {});
async function fails() {
  throw new TypeError('lost');
}
async function hangs() { await new Future(); }
const loop = newEventLoop();
(async () => {
  await loop.runUntilComplete(async () => {
    worker();
    createTask(fails, { name: 'fails' });
    createTask(hangs, { name: 'hangs' });
    await sleep(0.01);
  });
  loop.close();
})();`,
        });
        program = await Program.start(built, node, [path.join(files.folder, 'app.ts')], {
          cwd: files.folder,
          target: 'loop',
          env: { TICKSCOPE_LOADER: '1' },
        });
        await program.end();
        const told = program.messages.flatMap((message) => (message.type === 'told' ? [message] : []));
        assert.deepEqual(told.map(({ what, text, line }) => [what, text, line]).sort(), [
          ['destroyed-pending', 'hangs', 7],
          ['never-awaited', "coroutine 'worker' was never awaited", 11],
          ['never-retrieved', 'TypeError: lost', 5],
        ]);
        assert.ok(told.filter(({ what }) => what !== 'never-awaited').every(({ task }) => task > 0));
      });

      it('code that may reach any task ends the proof, and is named', async () => {
        const told = await asked(
          node,
          `const lock = new Lock();
async function stuck() { await lock.acquire(); await lock.acquire(); }
async function watchdog() { for (;;) { await sleep(1); for (const task of allTasks()) task.cancel(); } }
run(async function main() {
  createTask(stuck, { name: 'stuck' });
  createTask(watchdog, { name: 'watchdog' });
  await settled();
  await sleep(1000);
});`,
        );
        assert.match(told.waits.unproved ?? '', /^app\.ts, line 6, names allTasks, so whoever runs it/);
        assert.deepEqual(told.blocked(), []);
        assert.deepEqual(told.things(told.of('stuck'))[0].holders, [told.of('stuck').task]);
      });
    });
});

class Told {
  private readonly names = new Map<number, string>();

  private constructor(readonly waits: Waits) {}

  static async of(waits: Waits, program: Program): Promise<Told> {
    const told = new Told(waits);
    const tasks = new Set([
      ...waits.waits.flatMap(({ task, tasks }) => [task, ...tasks]),
      ...waits.things.flatMap(({ holders, setters }) => [...holders, ...setters]),
    ]);
    for (const task of tasks) {
      const facts = await program.ask('inspect', { task }).catch(() => ({ variables: [] }));
      const name = facts.variables.find((variable) => variable.name === 'name')?.value ?? '(ended)';
      told.names.set(task, name.replace(/^['"]|['"]$/g, ''));
    }
    return told;
  }

  name(task: number): string {
    return this.names.get(task) ?? String(task);
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
