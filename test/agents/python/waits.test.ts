/** Who waits for what, and who can end it, in real programs. */
import assert from 'node:assert/strict';
import type { Wait, Waits } from '../../../src/wire/messages';
import { interpreters, Program } from './client';

const START = `import asyncio, functools, signal, sys, threading, time
print = functools.partial(print, flush=True)
async def settled(n=5):
    for _ in range(n): await asyncio.sleep(0)
def say():
    asyncio.get_event_loop().call_later(0.05, print, 'ready')
`;

for (const python of interpreters())
  describe(`waits of the Python agent, ${python.version.join('.')} ${python.path.startsWith('/usr') ? 'of the system' : ''}`, function () {
    this.timeout(30_000);
    const programs: Program[] = [];
    afterEach(() => {
      const faults = programs.flatMap((program) => program.faults);
      for (const program of programs.splice(0)) program.dispose();
      assert.deepEqual(faults, []);
    });
    async function start(source: string): Promise<Program> {
      const program = await Program.start(python, START + source);
      programs.push(program);
      await program.until(() => program.stdout.includes('ready') || undefined);
      return program;
    }
    /** What a program says when it has written "ready"; by the names of its tasks. */
    async function waits(
      source: string,
    ): Promise<{ all: Waits; of: (name: string) => Wait; blocked: string[]; program: Program }> {
      const program = await start(source);
      const all = await program.ask('waits', { loop: 1 });
      const named = new Map(
        program.of('RENAMED').map(({ actor, name }) => [name as string, actor as number]),
      );
      const names = new Map([...program.tasks, ...[...named].map(([name, actor]) => [actor, name] as const)]);
      const of = (name: string) => {
        const found = all.waits.find(({ task }) => names.get(task) === name);
        if (!found)
          throw new Error(`${name} does not wait: ${JSON.stringify(all)} ${JSON.stringify([...names])}`);
        return found;
      };
      const blocked = all.waits
        .filter((wait) => wait.blocked)
        .map(({ task }) => names.get(task) ?? '?')
        .sort();
      return { all, of, blocked, program };
    }
    const thingOf = ({ all, of }: { all: Waits; of: (name: string) => Wait }, name: string) => {
      const [id] = of(name).things;
      const thing = all.things.find((each) => each.id === id);
      assert.ok(thing, `${name} waits for nothing`);
      return thing;
    };
    const LOCKS = `
async def one(a, b):
    async with a:
        await settled()
        async with b: pass
`;

    it('proves a deadlock of two locks', async () => {
      const told = await waits(`${LOCKS}
async def main():
    a, b = asyncio.Lock(), asyncio.Lock()
    x = asyncio.ensure_future(one(a, b)); x.set_name('x')
    y = asyncio.ensure_future(one(b, a)); y.set_name('y')
    await settled(10)
    say()
    del a, b
    await x
asyncio.run(main())
`);
      const { all, of, blocked } = told;
      assert.equal(all.unproved, undefined);
      assert.deepEqual(blocked, ['Task-1', 'x', 'y']);
      const { kind, text, holders, setters, path, line } = thingOf(told, 'x');
      assert.deepEqual(
        { kind, text, holders, setters, path, line },
        {
          ...{ kind: 'lock', text: 'lock b', holders: [of('y').task], setters: [of('y').task] },
          // Where y took it.
          ...{ path: `${told.program.folder}/program.py`, line: 9 },
        },
      );
      assert.deepEqual(of('Task-1').tasks, [of('x').task]);
      assert.equal(all.stalled, true);
      assert.ok(
        all.waits.every(({ intended, unreferenced, timeout }) => !intended && !unreferenced && !timeout),
      );
    });

    it('proves the same at a stop', async () => {
      const { program } = await waits(`${LOCKS}
ALL = []
async def idle(): await asyncio.Event().wait()
async def start():
    a, b = asyncio.Lock(), asyncio.Lock()
    ALL.extend((asyncio.ensure_future(one(a, b)), asyncio.ensure_future(one(b, a)), asyncio.ensure_future(idle())))
    await settled(10)
    say()
async def main(first):
    await first
    del first
    while True: await asyncio.sleep(0.01)
asyncio.run(main(start()))
`);
      await program.ask('pause', {});
      await program.next('stopped');
      const all = await program.ask('waits', { loop: 1 });
      assert.equal(all.unproved, undefined);
      const blocked = all.waits.filter(({ blocked }) => blocked);
      assert.deepEqual(
        blocked.map(({ intended }) => intended),
        [undefined, undefined, true],
      );
      // Also while somebody looks at their variables.
      for (const { task } of blocked) {
        const { frames } = await program.ask('chain', { task });
        for (const { id } of frames) {
          const { variables } = await program.ask('locals', { frame: id });
          for (const { ref } of variables) if (ref) await program.ask('variables', { ref });
        }
      }
      const again = await program.ask('waits', { loop: 1 });
      assert.deepEqual(again.waits, all.waits);
    });

    it('proves nothing of locks that a living task was given', async () => {
      const { blocked } = await waits(`${LOCKS}
async def watcher(lock):
    while True: await asyncio.sleep(0.01)
async def main():
    a, b = asyncio.Lock(), asyncio.Lock()
    x = asyncio.ensure_future(one(a, b)); y = asyncio.ensure_future(one(b, a))
    z = asyncio.ensure_future(watcher(a))
    await settled(10)
    say()
    del a, b
    await x
asyncio.run(main())
`);
      assert.deepEqual(blocked, []);
    });

    it('proves a deadlock of global locks that no living code names', async () => {
      const source = (names: string) => `${LOCKS}
class Shared: pass
async def ticks():
    while True:
        await asyncio.sleep(0.01)
        ${names}
async def first():
    async with shared.a:
        await settled()
        async with shared.b: pass
async def second():
    async with shared.b:
        await settled()
        async with shared.a: pass
async def main():
    global shared
    shared = Shared()
    shared.a, shared.b = asyncio.Lock(), asyncio.Lock()
    x = asyncio.ensure_future(first()); y = asyncio.ensure_future(second())
    z = asyncio.ensure_future(ticks())
    await settled(10)
    say()
    await x
asyncio.run(main())
`;
      assert.equal((await waits(source('pass'))).blocked.length, 3);
      assert.equal((await waits(source('shared'))).blocked.length, 0);
      assert.equal((await waits(source('(lambda: [shared for _ in range(1)])()'))).blocked.length, 0);
      const named = (await waits(source('asyncio.all_tasks()'))).all;
      assert.match(named.unproved ?? '', /^program\.py names all_tasks \(in ticks\)/);
      assert.ok(named.waits.every((wait) => !wait.blocked));
    });

    it('tells of those that hold locks before others, where not all can be told of', async () => {
      const { of, all, blocked } = await waits(`${LOCKS}
async def main():
    future = asyncio.get_event_loop().create_future()
    async def idle(): await future
    rest = [asyncio.ensure_future(idle()) for _ in range(1100)]
    a, b = asyncio.Lock(), asyncio.Lock()
    x = asyncio.ensure_future(one(a, b)); x.set_name('x')
    y = asyncio.ensure_future(one(b, a)); y.set_name('y')
    await settled(10)
    say()
    await asyncio.sleep(99)
    future.set_result(a); b.release()
asyncio.run(main())
`);
      assert.deepEqual(blocked, []);
      assert.equal(all.waits.length, 1000);
      assert.equal(of('x').things.length, 1);
      assert.equal(of('y').things.length, 1);
    });

    it('knows which tasks as_completed waits for', async () => {
      const { of, blocked } = await waits(`${LOCKS}
async def main():
    a, b = asyncio.Lock(), asyncio.Lock()
    x = asyncio.ensure_future(one(a, b)); x.set_name('x')
    y = asyncio.ensure_future(one(b, a)); y.set_name('y')
    await settled(10)
    say()
    del a, b
    for each in asyncio.as_completed([x, y]): await each
asyncio.run(main())
`);
      assert.deepEqual(blocked, ['Task-1', 'x', 'y']);
      const { tasks, all } = of('Task-1');
      assert.deepEqual(
        tasks.toSorted((one, other) => one - other),
        [of('x').task, of('y').task],
      );
      assert.equal(all, false);
    });

    it('answers anew once the loop has run on', async () => {
      const { program, all } = await waits(`
async def main():
    loop = asyncio.get_event_loop()
    first, then = loop.create_future(), loop.create_future()
    say()
    loop.call_later(0.5, first.set_result, None)
    await first
    loop.call_later(0.1, print, 'again')
    await then
asyncio.run(main())
`);
      await program.until(() => program.stdout.includes('again') || undefined);
      const again = await program.ask('waits', { loop: 1 });
      assert.notDeepEqual(again.waits[0].things, all.waits[0].things);
      const { waits: same } = await program.ask('waits', { loop: 1 });
      assert.deepEqual(same, again.waits);
    });

    it('takes a timeout for a way out', async () => {
      const { blocked, of } = await waits(`
async def waiter(event): await event.wait()
async def main():
    a, b = asyncio.Event(), asyncio.Event()
    x = asyncio.ensure_future(asyncio.wait_for(a.wait(), 50)); x.set_name('x')
    y = asyncio.ensure_future(asyncio.wait([asyncio.ensure_future(waiter(b))], timeout=60)); y.set_name('y')
    z = asyncio.ensure_future(waiter(b)); z.set_name('z')
    w = asyncio.ensure_future(waiter(asyncio.Event())); w.set_name('w')
    asyncio.get_event_loop().call_later(70, w.cancel)
    await settled(10)
    say()
    await z
asyncio.run(main())
`);
      for (const name of ['x', 'y', 'w']) assert.ok(!blocked.includes(name), name);
      const now = programs[0].hello.monotonic;
      for (const [name, seconds] of [
        ['x', 50],
        ['y', 60],
        ['w', 70],
      ] as const) {
        const { timeout } = of(name);
        assert.ok(
          timeout && timeout > now + seconds - 1 && timeout < now + seconds + 20,
          `${name}: ${timeout} at ${now}`,
        );
      }
      assert.equal(of('z').timeout, undefined);
    });

    it('proves that consumers wait for nobody, and not that they wait for a producer who sleeps', async () => {
      const source = (producer: string) => `
async def consumer(queue):
    while True:
        await queue.get()
        queue.task_done()
async def producer(queue):
    queue.put_nowait(1)
    ${producer}
async def main():
    queue = asyncio.Queue()
    tasks = [asyncio.ensure_future(consumer(queue)) for _ in range(2)]
    tasks[0].set_name('x')
    tasks.append(asyncio.ensure_future(producer(queue)))
    del queue
    await settled(10)
    say()
    await asyncio.gather(*tasks)
asyncio.run(main())
`;
      const told = await waits(source('pass'));
      assert.equal(told.blocked.length, 3);
      assert.equal(thingOf(told, 'x').text, 'queue queue (0 inside)');
      assert.equal(told.of('Task-1').tasks.length, 2);
      assert.equal(told.of('Task-1').all, true);
      assert.deepEqual((await waits(source('await asyncio.sleep(99)'))).blocked, []);
    });

    it('takes waiting for what nobody was given as meant', async () => {
      const { of, blocked } = await waits(`
async def a(): await asyncio.Event().wait()
async def b(): await asyncio.get_event_loop().create_future()
async def c():
    event = asyncio.Event()
    await event.wait()
async def d():
    future = asyncio.get_event_loop().create_future()
    await future
async def main():
    tasks = []
    for name, function in (('a', a), ('b', b), ('c', c), ('d', d)):
        tasks.append(asyncio.ensure_future(function()))
        tasks[-1].set_name(name)
    await settled()
    say()
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
asyncio.run(main())
`);
      assert.deepEqual(blocked, ['Task-1', 'a', 'b', 'c', 'd']);
      assert.deepEqual(
        ['a', 'b', 'c', 'd'].map((name) => of(name).intended === true),
        [true, true, false, false],
      );
      assert.equal(of('Task-1').all, false);
      assert.equal(of('Task-1').tasks.length, 4);
    });

    // What may end these waits, if nothing else.
    const NOT_BLOCKED: Record<string, string> = {
      'a job that runs in an executor': `
async def main():
    loop = asyncio.get_event_loop()
    say()
    await loop.run_in_executor(None, time.sleep, 2)
asyncio.run(main())`,
      'a job that has to wait for its executor': `
async def main():
    from concurrent.futures import ThreadPoolExecutor
    loop = asyncio.get_event_loop()
    pool = ThreadPoolExecutor(1)
    pool.submit(time.sleep, 1)
    say()
    await loop.run_in_executor(pool, time.sleep, 1)
asyncio.run(main())`,
      'a subprocess': `
async def main():
    process = await asyncio.create_subprocess_exec(sys.executable, '-c', 'import time; time.sleep(2)')
    say()
    await process.wait()
asyncio.run(main())`,
      'a socket': `
import socket
async def main():
    a, b = socket.socketpair()
    a.setblocking(False)
    say()
    await asyncio.get_event_loop().sock_recv(a, 1)
asyncio.run(main())`,
      'a stream': `
async def serve(reader, writer): await reader.read()
async def main():
    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    say()
    await reader.read()
asyncio.run(main())`,
      'another thread that may set what it waits for': `
def work(loop, event):
    time.sleep(2)
    loop.call_soon_threadsafe(event.set)
async def main():
    event = asyncio.Event()
    threading.Thread(target=work, args=(asyncio.get_event_loop(), event), daemon=True).start()
    say()
    await event.wait()
asyncio.run(main())`,
      "a thread's method that may set what it waits for": `
class Worker(threading.Thread):
    def run(self):
        time.sleep(2)
        self.loop.call_soon_threadsafe(self.event.set)
async def main():
    event = asyncio.Event()
    worker = Worker(daemon=True)
    worker.loop, worker.event = asyncio.get_event_loop(), event
    worker.start()
    say()
    await event.wait()
asyncio.run(main())`,
      'a handler of a signal': `
async def main():
    event = asyncio.Event()
    asyncio.get_event_loop().add_signal_handler(signal.SIGUSR1, event.set)
    say()
    await event.wait()
asyncio.run(main())`,
      "Python's own handler of a signal": `
async def main():
    event = asyncio.Event()
    signal.signal(signal.SIGUSR1, lambda *_: event.set())
    say()
    await event.wait()
asyncio.run(main())`,
      'an async generator of a task that goes on': `
async def generate(event):
    while True:
        yield event
        await asyncio.sleep(0.01)
async def main():
    event = asyncio.Event()
    async def other():
        async for _ in generate(event): pass
    task = asyncio.ensure_future(other())
    say()
    await event.wait()
asyncio.run(main())`,
      'another loop in another thread': `
def run(loop, event):
    async def other():
        while True:
            await asyncio.sleep(0.01)
            if len(sys.argv) > 5: loop.call_soon_threadsafe(event.set)
    asyncio.run(other())
async def main():
    event = asyncio.Event()
    threading.Thread(target=run, args=(asyncio.get_event_loop(), event), daemon=True).start()
    say()
    await event.wait()
asyncio.run(main())`,
      'a weak reference that a living task has': `
import weakref
async def other(all):
    while True: await asyncio.sleep(0.01)
async def main():
    event = asyncio.Event()
    task = asyncio.ensure_future(other(weakref.WeakSet([event])))
    say()
    await event.wait()
asyncio.run(main())`,
      'a handler of log records': `
import logging
class Handler(logging.Handler):
    def emit(self, record): self.event.set()
async def other():
    while True: await asyncio.sleep(0.01)
async def main():
    handler = Handler()
    handler.event = asyncio.Event()
    logging.getLogger().addHandler(handler)
    task = asyncio.ensure_future(other())
    say()
    await handler.event.wait()
asyncio.run(main())`,
      'a value of a context variable': `
import contextvars
var = contextvars.ContextVar('var')
async def other():
    while True: await asyncio.sleep(0.01)
async def main():
    event = asyncio.Event()
    var.set(event)
    task = asyncio.ensure_future(other())
    say()
    await event.wait()
asyncio.run(main())`,
      'what code in C may hold': `
import itertools, ctypes
async def main():
    future = asyncio.get_event_loop().create_future()
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(future))
    say()
    await future
asyncio.run(main())`,
      'a shielded task that sleeps': `
async def main():
    task = asyncio.ensure_future(asyncio.sleep(99))
    say()
    await asyncio.shield(task)
asyncio.run(main())`,
    };
    for (const [what, source] of Object.entries(NOT_BLOCKED))
      it(`proves nothing of who waits for ${what}`, async () => {
        const { blocked, of, all } = await waits(source);
        assert.ok(of('Task-1'));
        assert.equal(all.unproved, undefined);
        assert.deepEqual(blocked, []);
        assert.equal(all.stalled, undefined);
      });
  });
