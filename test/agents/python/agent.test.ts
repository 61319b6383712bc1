import assert from 'node:assert/strict';
import { AGENT, interpreters, plainly, Program, type RunOptions } from './client';

const SLEEPERS = `
import asyncio
async def worker(n):
    for i in range(3):
        await asyncio.sleep(0.002 * n)
    return n
async def main():
    print(await asyncio.gather(*(worker(i) for i in range(3))))
asyncio.run(main())
`;

for (const python of interpreters()) {
  describe(`Python agent, ${python.version.join('.')} ${python.path.startsWith('/usr') ? 'of the system' : ''}`, function () {
    this.timeout(30_000);
    const programs: Program[] = [];
    const start = async (source: string, options?: RunOptions) => {
      const program = await Program.start(python, source, options);
      programs.push(program);
      return program;
    };
    afterEach(() => {
      const faults = programs.flatMap((program) => program.faults);
      for (const program of programs.splice(0)) program.dispose();
      assert.deepEqual(faults, []);
    });

    it('introduces itself and says goodbye', async () => {
      const program = await start('import asyncio; asyncio.run(asyncio.sleep(0))');
      assert.equal(await program.end(), 0);
      assert.equal(program.hello.token, 'secret');
      assert.equal(program.hello.agent, '1.2.3');
      assert.equal(program.hello.target, 'asyncio');
      assert.deepEqual(program.hello.version, python.version);
      assert.equal(program.messages.at(-1)?.type, 'goodbye');
    });

    it('records every callback in the order in which it ran', async () => {
      const program = await start(`
import asyncio
order = []
def plain(i):
    order.append('plain')
    if i: asyncio.get_running_loop().call_soon(plain, i - 1)
async def worker(name):
    for _ in range(3):
        order.append(name)
        await asyncio.sleep(0)
    order.append(name)
async def main():
    order.append('main')
    loop = asyncio.get_running_loop()
    loop.call_soon(plain, 3)
    tasks = [asyncio.ensure_future(worker('worker-%d' % i)) for i in range(3)]
    for i, task in enumerate(tasks): task.set_name('worker-%d' % i)
    event = asyncio.Event()
    loop.call_later(0.01, event.set)
    await event.wait()
    order.append('main')
asyncio.run(main())
print(','.join(order))
`);
      assert.equal(await program.end(), 0);
      const renamed = new Map(program.of('RENAMED').map((fields) => [fields.actor, fields.name]));
      const mine = program
        .of('RUN')
        .map(({ actor }) => String(renamed.get(actor) ?? program.nameOf(actor as number)))
        .map((name) => (name === 'Task-1' ? 'main' : name))
        .filter((name) => /^(main|plain|worker-\d)$/.test(name));
      assert.deepEqual(mine, program.stdout.trim().split(','));
    });

    it('keeps ready balanced: each tick runs what it announced', async () => {
      const program = await start(SLEEPERS);
      assert.equal(await program.end(), 0);
      let ready = 0;
      let left = 0;
      for (const { name, fields } of program.records) {
        if (name === 'TICK') {
          assert.equal(left, 0, 'a tick began before the last one had run all');
          ready = left = fields.n as number;
        } else if (name === 'RUN' || name === 'SKIPPED') {
          left--;
          assert.ok((fields.n as number) >= ready - 1, 'ready lost more than it ran');
          ready = fields.n as number;
        }
      }
      const timers = program.of('TIMER').map(({ handle }) => handle);
      assert.equal(timers.length >= 6, true);
      for (const { handle } of program.of('TIMER_DUE')) assert.ok(timers.includes(handle));
    });

    it('stops on entry, steps by callback, tick, task and to a tick', async () => {
      const program = await start(SLEEPERS, { welcome: { stopOnEntry: true } });
      const entry = await program.next('stopped');
      assert.equal(entry.reason, 'entry');
      assert.equal(entry.at, 'gate');
      assert.equal(program.nameOf(entry.actor), 'Task-1');
      assert.equal(program.of('TICK').length, 1);
      assert.equal(program.of('RUN').length, 0);
      assert.equal(program.of('QUEUED').length, 1);
      const second = await program.step({ kind: 'callback' });
      assert.equal(program.of('TICK').length, 2);
      assert.equal(program.nameOf(second.actor), 'Task-2');
      const third = await program.step({ kind: 'callback' });
      assert.equal(program.of('TICK').length, 2);
      assert.equal(program.nameOf(third.actor), 'Task-3');
      await program.step({ kind: 'tick' });
      assert.equal(program.of('TICK').length, 3);
      const fourth = await program.step({ kind: 'task', task: program.taskNamed('Task-4') });
      assert.equal(program.nameOf(fourth.actor), 'Task-4');
      const to = program.of('TICK').length + 2;
      await program.step({ kind: 'runTo', tick: to });
      assert.equal(program.of('TICK').length, to);
      await program.ask('continue', {});
      assert.equal(await program.end(), 0);
      assert.equal(program.stdout, '[0, 1, 2]\n');
    });

    it('wakes a sleeping loop to pause it, without a tick, and the clock stands', async () => {
      const program = await start(`
import asyncio
async def main():
    print(await asyncio.wait_for(asyncio.sleep(0.5, 'slept'), 0.8))
asyncio.run(main())
`);
      await program.until(() => (program.of('TIMER').length === 2 ? true : undefined));
      await program.ask('pause', {});
      const stop = await program.next('stopped');
      assert.equal(stop.at, 'poll');
      const ticks = program.of('TICK').length;
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const { value } = await program.ask('evaluate', {
        expression: 'asyncio.get_event_loop().time()',
        context: 'repl',
      });
      assert.ok(Math.abs(Number(value) - stop.t) < 0.1, 'the clock went on');
      await program.ask('continue', {});
      assert.equal(await program.end(), 0);
      assert.equal(program.stdout, 'slept\n');
      assert.equal(program.of('PAUSED').length, 1);
      assert.ok(!program.ran().slice(0, -6).includes('BaseSelectorEventLoop._read_from_self'));
      assert.ok(program.of('TICK').length > ticks);
    });

    it('breaks into a callback that runs for long', async () => {
      const program = await start(`
import asyncio, time
async def main():
    answer = 42
    print('busy', flush=True)
    end = time.monotonic() + 20
    while answer == 42 and time.monotonic() < end:
        pass
    print(answer)
asyncio.run(main())
`);
      await program.until(() => (program.of('TICK').length || program.messages.length ? true : undefined));
      while (!program.stdout.includes('busy'))
        await new Promise((resolve) => program.process.stdout?.once('data', resolve));
      const sample = await program.ask('stack', { loop: 1 });
      assert.equal(sample.running, true);
      assert.equal(sample.frames.at(-1)?.name, 'main');
      await program.ask('pause', {});
      const stop = await program.next('stopped');
      assert.equal(stop.at, 'inside');
      assert.equal(program.nameOf(stop.actor), 'Task-1');
      const { frames } = await program.ask('stack', { loop: 1 });
      const frame = frames.at(-1)?.id;
      assert.equal(
        (await program.ask('evaluate', { expression: 'answer + 1', frame, context: 'repl' })).value,
        '43',
      );
      await program.ask('evaluate', { expression: 'answer = 7', frame, context: 'repl' });
      await program.ask('continue', {});
      assert.equal(await program.end(), 0);
      assert.equal(program.stdout, 'busy\n7\n');
    });

    it('shows the await chain and evaluates in a suspended frame, in its task and context', async () => {
      const program = await start(
        `
import asyncio, contextvars
var = contextvars.ContextVar('var', default='none')
async def inner(x):
    y = x * 2
    await asyncio.get_running_loop().create_future()
async def agen(x):
    await inner(x)
    yield 1
async def outer(x):
    var.set('v%d' % x)
    async for _ in agen(x): pass
async def main():
    tasks = [asyncio.ensure_future(outer(i)) for i in (1, 2)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for task in tasks: task.cancel()
asyncio.run(main())
`,
        { welcome: { breakpoints: [{ id: 'b', place: 'tick', at: 3 }] } },
      );
      const stop = await program.next('stopped');
      assert.equal(stop.reason, 'breakpoint');
      assert.deepEqual(stop.breakpoints, ['b']);
      const task = program.taskNamed('Task-3');
      const { frames } = await program.ask('chain', { task });
      assert.deepEqual(
        frames.map(({ name }) => name),
        ['outer', 'agen', 'inner'],
      );
      const inner = frames[2];
      assert.equal(inner.line, 6);
      assert.equal(inner.user, true);
      const ask = async (expression: string) =>
        (await program.ask('evaluate', { expression, frame: inner.id, context: 'watch' })).value;
      assert.equal(await ask('(x, y, [x + i for i in range(2)])'), '(2, 4, [2, 3])');
      assert.equal(await ask('var.get()'), "'v2'");
      assert.equal(await ask('asyncio.current_task().get_name()'), "'Task-3'");
      const { variables } = await program.ask('locals', { frame: inner.id });
      assert.deepEqual(
        variables.map(({ name, value }) => `${name}=${value}`),
        ['x=2', 'y=4'],
      );
      await assert.rejects(ask('1/0'), /ZeroDivisionError/);
      await assert.rejects(ask('await x'), /loop stands/);
      await program.ask('continue', {});
      assert.equal(await program.end(), 0);
    });

    it('obeys conditions, hit counts and log messages', async () => {
      const program = await start(SLEEPERS.replace('range(3)', 'range(8)').replace('0.002 * n', '0'), {
        welcome: { stopOnEntry: true },
      });
      await program.next('stopped');
      const { breakpoints } = await program.ask('setBreakpoints', {
        breakpoints: [
          { id: 'when', place: 'tick', condition: 'ready == 3 and tick > 3' },
          { id: 'third', place: 'tick', hitCondition: '3', logMessage: 'tick {tick}: {ready + 1} {nothing}' },
          { id: 'bad', place: 'tick', condition: 'ready >' },
          { id: 'badHit', place: 'tick', hitCondition: 'often' },
          { id: 'other', place: 'deadlock' },
        ],
      });
      assert.deepEqual(
        breakpoints.map(({ id, verified }) => [id, verified]),
        [
          ['when', true],
          ['third', true],
          ['bad', false],
          ['badHit', false],
          ['other', false],
        ],
      );
      assert.match(breakpoints[2].message ?? '', /not a Python expression/);
      assert.match(breakpoints[4].message ?? '', /does not stop at places of the kind "deadlock" yet/);
      await program.ask('continue', {});
      const stop = await program.next('stopped');
      assert.deepEqual(stop.breakpoints, ['when']);
      assert.equal(stop.text, 'Paused on tick 4: ready == 3 and tick > 3');
      const log = program.messages.find(({ type }) => type === 'log');
      assert.ok(log?.type === 'log');
      assert.match(log.text, /^tick 4: 4 <NameError/);
      await program.ask('setBreakpoints', {
        breakpoints: [{ id: 'throws', place: 'tick', condition: '1/0' }],
      });
      await program.ask('continue', {});
      const thrown = await program.next('stopped');
      assert.match(thrown.text, /its condition 1\/0 failed with ZeroDivisionError/);
      await program.ask('setBreakpoints', { breakpoints: [{ id: 'seventh', place: 'tick', every: 7 }] });
      await program.ask('continue', {});
      assert.match((await program.next('stopped')).text, /tick 7/);
      await program.ask('setBreakpoints', { breakpoints: [] });
      await program.ask('continue', {});
      assert.equal(await program.end(), 0);
    });

    it('says what tasks wait for', async () => {
      const program = await start(
        `
import asyncio
async def holder(lock):
    async with lock:
        await asyncio.Event().wait()
async def wants(lock):
    async with lock: pass
async def gets(queue): await queue.get()
async def reads(reader): await reader.read(1)
async def job(loop): await loop.run_in_executor(None, __import__('time').sleep, 0.05)
async def joins(task): await task
async def accepts(loop, sock): await loop.sock_accept(sock)
async def main():
    import socket
    loop = asyncio.get_running_loop()
    lock, queue = asyncio.Lock(), asyncio.Queue()
    sock = socket.create_server(('127.0.0.1', 0)); sock.setblocking(False)
    def go(coro, name):
        task = asyncio.ensure_future(coro); task.set_name(name); return task
    held = go(holder(lock), 'holder')
    all = [held, go(wants(lock), 'wants'), go(gets(queue), 'gets'), go(reads(asyncio.StreamReader()), 'reads'),
      go(job(loop), 'job'), go(joins(held), 'joins'), go(asyncio.sleep(9), 'sleeps'), go(accepts(loop, sock), 'accepts'),
      go(asyncio.wait([held]), 'any'), go(asyncio.shield(held), 'x') if False else go(joins(asyncio.gather(held)), 'gathers')]
    for _ in range(4): await asyncio.sleep(0)
    await all[4]
    # The worker tells of the job's end right after it has woken us.
    loop._default_executor.shutdown()
    for task in all: task.cancel()
    await asyncio.gather(*all, return_exceptions=True)
    sock.close()
asyncio.run(main())
`,
        { welcome: { breakpoints: [{ id: 'b', place: 'tick', at: 4 }] } },
      );
      await program.next('stopped');
      const kinds = program.of('REASON').map(({ kind, line }) => `${kind}:${line}`);
      for (const wanted of [
        'lock:7',
        'event:5',
        'queue.get:8',
        'read:9',
        'executor:10',
        'task:11',
        'accept:12',
        'gather:11',
      ])
        assert.ok(kinds.includes(wanted), `${wanted} is not among ${kinds.join(' ')}`);
      assert.ok(kinds.some((kind) => kind.startsWith('sleep')));
      const lock = program.of('REASON').find(({ kind }) => kind === 'lock');
      const [acquired] = program.of('LOCK');
      const holder = program.of('TASK').find(({ code }) => program.nameOf(code as number).endsWith('holder'));
      assert.deepEqual([acquired.object, acquired.actor], [lock?.object, holder?.actor]);
      assert.match(String(lock?.text), /^lock lock$/);
      await program.ask('continue', {});
      assert.equal(await program.end(), 0);
      assert.equal(program.of('JOB').length, 1);
      assert.equal(program.of('JOB_ENDED').length, 1);
      assert.ok(program.of('THREAD').length >= 1);
    });

    it('changes neither output nor exit code nor tracebacks', async () => {
      for (const source of ENDINGS) {
        const without = plainly(python, source);
        const program = await start(source);
        assert.equal(await program.end(), without.code, source);
        assert.equal(program.stdout, without.stdout);
        assert.equal(program.stderr.replaceAll(program.folder, 'FOLDER'), without.stderr);
      }
    });

    it('sees several loops in several threads, and stops them all', async () => {
      const program = await start(`
import asyncio, threading
async def beat(name):
    for _ in range(400): await asyncio.sleep(0.005)
threads = [threading.Thread(target=lambda n=n: asyncio.run(beat(n)), name='beat-%d' % n) for n in range(2)]
for t in threads: t.start()
for t in threads: t.join()
`);
      await program.until(() => {
        const loops = new Set(program.records.filter(({ name }) => name === 'RUN').map(({ loop }) => loop));
        return loops.size === 2 ? true : undefined;
      });
      await program.ask('pause', {});
      const stops = [await program.next('stopped'), await program.next('stopped')];
      assert.deepEqual(stops.map(({ loop }) => loop).sort(), [1, 2]);
      assert.deepEqual(
        stops.map(({ also }) => also),
        [false, true],
      );
      const seen = program.records.length;
      await program.ask('step', { kind: 'tick', loop: stops[1].loop });
      const again = await program.next('stopped');
      assert.equal(again.loop, stops[1].loop);
      assert.ok(program.records.length > seen);
      program.process.kill('SIGKILL');
      await program.end();
    });

    it('leaves forked children, subprocesses and multiprocessing alone', async () => {
      const source = `
import asyncio, os, sys, subprocess
print(sorted(k for k in os.environ if k in ('TICKSCOPE_ADDRESS', 'TICKSCOPE_TOKEN', 'TICKSCOPE_AGENT_VERSION')), 'PYTHONPATH' in os.environ, any('bootstrap' in p for p in sys.path))
import threading
print([t.name for t in threading.enumerate()])
async def main():
    await asyncio.sleep(0)
    pid = os.fork()
    if pid == 0:
        print('child', flush=True)
        os._exit(3 if 'slow' in asyncio.SelectorEventLoop._run_once.__globals__ else 0)
    print(os.waitpid(pid, 0)[1], flush=True)
    process = await asyncio.create_subprocess_exec(sys.executable, '-c', 'import asyncio, sys; asyncio.run(asyncio.sleep(0)); print("_tickscope" in sys.modules)', stdout=subprocess.PIPE)
    print((await process.communicate())[0].decode().strip())
asyncio.run(main())
asyncio.run(asyncio.sleep(0))
`;
      const program = await start(source);
      assert.equal(await program.end(), 0, program.stderr);
      assert.equal(program.stdout, `[] False False\n['MainThread']\nchild\n0\nFalse\n`);
      assert.equal(program.of('PROCESS').length, 1);
      assert.equal(program.of('PROCESS_ENDED').length, 1);
    });

    it('knows a subclass that calls the stock _run_once, and tells less of one that does not', async () => {
      const program = await start(`
import asyncio, heapq
class Calls(asyncio.SelectorEventLoop):
    def _run_once(self):
        super()._run_once()
class Own(asyncio.SelectorEventLoop):
    def _run_once(self):
        timeout = 0 if self._ready or self._stopping else max(0, self._scheduled[0]._when - self.time()) if self._scheduled else None
        self._process_events(self._selector.select(timeout))
        while self._scheduled and self._scheduled[0]._when <= self.time():
            handle = heapq.heappop(self._scheduled); handle._scheduled = False; self._ready.append(handle)
        for _ in range(len(self._ready)):
            handle = self._ready.popleft()
            if not handle._cancelled: handle._run()
async def main():
    for _ in range(3): await asyncio.sleep(0.001)
    print('done')
for kind in Calls, Own:
    loop = kind()
    loop.run_until_complete(main())
    loop.close()
`);
      assert.equal(await program.end(), 0, program.stderr);
      assert.equal(program.stdout, 'done\ndone\n');
      const fidelity = program.messages.flatMap((message) =>
        message.type === 'loop' && message.state === 'running'
          ? [[message.name, message.fidelity ?? '']]
          : [],
      );
      assert.deepEqual(fidelity[0], ['Calls', '']);
      assert.match(fidelity[1][1], /Own\._run_once/);
      for (const loop of [1, 2]) {
        const steps = program.ran(loop).filter((name) => name.startsWith('Task-')).length;
        assert.equal(steps, 4, `loop ${loop}`);
      }
    });

    it('ends the program when the adapter dies, and lets it run on when it is detached', async () => {
      const source = 'import asyncio; asyncio.run(asyncio.sleep(30))';
      const killed = await start(source, { welcome: { stopOnEntry: true } });
      await killed.next('stopped');
      killed.die();
      assert.equal(await killed.end(), 'SIGTERM');
      const deaf = await start(`import signal; signal.signal(signal.SIGTERM, lambda *_: None)\n${source}`, {
        welcome: { stopOnEntry: true },
      });
      await deaf.next('stopped');
      deaf.die();
      assert.equal(await deaf.end(), 128 + 15);
      const left = await start('import asyncio; asyncio.run(asyncio.sleep(0.05)); print("went on")', {
        welcome: { stopOnEntry: true },
      });
      await left.next('stopped');
      await left.ask('detach', {});
      assert.equal(await left.end(), 0);
      assert.equal(left.stdout, 'went on\n');
    });

    it('breaks into a callback on another thread (3.12), and into a sleep', async function () {
      const source = (wait: string, thread: boolean) => `
import asyncio, threading, time
async def main():
    print('busy', flush=True)
    go = [True]
    ${wait}
    print('over')
def run(): asyncio.run(main())
${thread ? 'thread = threading.Thread(target=run); thread.start(); thread.join()' : 'run()'}
`;
      const cases: [string, boolean][] = [['time.sleep(1.5)', false]];
      if (python.version[1] >= 12) cases.push(['while go[0]: pass', true]);
      for (const [wait, thread] of cases) {
        const program = await start(source(wait, thread));
        while (!program.stdout.includes('busy'))
          await new Promise((resolve) => program.process.stdout?.once('data', resolve));
        await program.ask('pause', {});
        const stop = await program.next('stopped');
        assert.equal(stop.at, 'inside', wait);
        const { frames } = await program.ask('stack', { loop: stop.loop });
        const frame = frames.find(({ name }) => name === 'main')?.id;
        await program.ask('evaluate', { expression: 'go.__setitem__(0, False)', frame, context: 'repl' });
        await program.ask('continue', {});
        assert.equal(await program.end(), 0, program.stderr);
        assert.equal(program.stdout, 'busy\nover\n');
      }
    });

    it('lets Ctrl-C through, running, asleep and stopped', async () => {
      const source = `
import asyncio
async def main():
    try:
        print('runs', flush=True)
        await asyncio.sleep(20)
    finally:
        print('cleaned')
try:
    asyncio.run(main())
except KeyboardInterrupt:
    print('interrupted')
`;
      const asleep = await start(source);
      while (!asleep.stdout.includes('runs'))
        await new Promise((resolve) => asleep.process.stdout?.once('data', resolve));
      await asleep.until(() => (asleep.of('TIMER').length ? true : undefined));
      asleep.process.kill('SIGINT');
      assert.equal(await asleep.end(), 0, asleep.stderr);
      assert.equal(asleep.stdout, 'runs\ncleaned\ninterrupted\n');
      const stopped = await start(source, { welcome: { breakpoints: [{ id: 'b', place: 'tick', at: 1 }] } });
      await stopped.next('stopped');
      stopped.process.kill('SIGINT');
      if (python.version[1] >= 11) await stopped.ask('continue', {});
      assert.equal(await stopped.end(), 0, stopped.stderr);
      assert.match(stopped.stdout, /interrupted\n$/);
    });

    it('tells fds, signals, timers that are cancelled, and eager tasks', async () => {
      const program = await start(`
import asyncio, signal, os, sys
async def serve(reader, writer):
    writer.write(await reader.readline()); await writer.drain(); writer.close()
async def eager(): return 1
async def blocks(): await asyncio.sleep(0)
async def main():
    loop = asyncio.get_running_loop()
    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b'line\\n')
    print(await reader.readline())
    writer.close(); server.close()
    got = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, got.set)
    os.kill(os.getpid(), signal.SIGUSR1)
    await got.wait()
    loop.call_later(5, print).cancel()
    loop.call_soon(print).cancel()
    await asyncio.sleep(0)
    if sys.version_info >= (3, 12):
        loop.set_task_factory(asyncio.eager_task_factory)
        print(await asyncio.create_task(eager()), await asyncio.create_task(blocks()))
asyncio.run(main())
`);
      assert.equal(await program.end(), 0, program.stderr);
      const watched = program.of('WATCH');
      assert.ok(watched.some(({ owned, text }) => owned === 0 && /^listens on 127/.test(String(text))));
      assert.ok(watched.some(({ owned, text }) => owned === 1 && / - 127/.test(String(text))));
      assert.ok(program.of('UNWATCH').length >= 3);
      assert.ok(program.of('IO').length >= 3);
      assert.deepEqual(program.of('SIGNAL'), [{ name: 'SIGUSR1' }]);
      assert.ok(program.of('TIMER_CANCELLED').length >= 1);
      assert.ok(program.of('SKIPPED').length >= 1);
      if (python.version[1] >= 12) assert.equal(program.of('EAGER').length, 2);
    });

    it('is not seen by the program', async () => {
      const source = `
import asyncio, sys, threading, warnings, os, signal
warnings.simplefilter('error')
async def main():
    await asyncio.sleep(0.01)
    print(len(asyncio.all_tasks()), threading.active_count(), type(signal.getsignal(signal.SIGINT)))
    print(sorted(vars(asyncio.get_running_loop())))
    print(asyncio.BaseEventLoop.call_soon.__qualname__, asyncio.Lock.acquire.__doc__)
    import inspect
    for name in 'call_soon', 'call_at', 'call_later', 'create_task', '_run_once', 'run_in_executor', '__init__', 'time':
        function = getattr(asyncio.BaseEventLoop, name)
        print(name, inspect.signature(function), function.__module__)
    print(sorted(os.listdir('/proc/self/fd'))[:4], [type(f).__name__ for f in sys.meta_path if f.__module__ == '_tickscope.hooks'] and 'x')
asyncio.run(main())
print(sys.path[1:], sys.argv[1:], sys.flags)
`;
      const without = plainly(python, source);
      const program = await start(source);
      assert.equal(await program.end(), 0, program.stderr);
      const mine = program.stdout.replaceAll(program.folder, 'FOLDER');
      assert.equal(mine.replace(/\] x$/m, '] []'), without.stdout);
    });

    it('runs modules, and starts by its runner where PYTHONPATH is not heeded', async () => {
      const source =
        'import asyncio, sys\nasync def main(): print(sys.argv[1:], __name__, __spec__ and __spec__.name)\nasyncio.run(main())';
      const module = await start(source, { command: ['-m', 'program', 'a', 'b'] });
      assert.equal(await module.end(), 0, module.stderr);
      assert.equal(module.stdout, `['a', 'b'] __main__ program\n`);
      const runner = await start(source, { command: ['-I', `${AGENT}/run.py`, 'program.py', 'a', 'b'] });
      assert.equal(await runner.end(), 0, runner.stderr);
      assert.equal(runner.stdout, `['a', 'b'] __main__ None\n`);
      assert.ok(runner.of('RUN').length > 0);
      const both = await start(source, { command: ['-E', `${AGENT}/run.py`, '-m', 'program', 'a'] });
      assert.equal(await both.end(), 0, both.stderr);
      assert.equal(both.stdout, `['a'] __main__ program\n`);
    });
  });
}

/** Programs that end in different ways. */
const ENDINGS = [
  'import asyncio\nasync def main():\n    raise ValueError("no")\nasyncio.run(main())',
  'import asyncio, sys\nasync def main():\n    sys.exit(3)\nasyncio.run(main())',
  'import asyncio\ndef fails():\n    raise KeyError("k")\nasync def main():\n    asyncio.get_running_loop().call_soon(fails)\n    await asyncio.sleep(0)\nasyncio.run(main())',
  'import asyncio\ndef fails():\n    raise KeyboardInterrupt\nasync def main():\n    asyncio.get_running_loop().call_soon(fails)\n    await asyncio.sleep(0.1)\nasyncio.run(main())',
  'import asyncio\nasync def fails():\n    1/0\nasync def main():\n    asyncio.ensure_future(fails())\n    await asyncio.sleep(0)\n    await asyncio.sleep(0)\nasyncio.run(main())',
  'import asyncio\nasync def main():\n    loop = asyncio.get_running_loop()\n    loop.close()\nasyncio.run(main())',
  'import asyncio\nloop = asyncio.new_event_loop()\nloop.close()\nloop.call_soon(print)',
  'syntax error',
  'print("no loop")',
  'import sitecustomize',
];
