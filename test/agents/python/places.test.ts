/** Breakpoints on places other than ticks, in real programs. */
import assert from 'node:assert/strict';
import type { TickBreakpoint } from '../../../src/adapter/contract';
import { interpreters, Program } from './client';

const PROGRAM = `import asyncio
def ring(n): pass
async def fetch(n):
    await asyncio.sleep(0)
    if n == 1: raise ValueError('no page')
    if n == 2: await asyncio.Event().wait()
    return n
async def other(): await asyncio.sleep(0)
async def main():
    loop = asyncio.get_running_loop()
    fetches = []
    for n in range(3):
        task = asyncio.ensure_future(fetch(n)); task.set_name('get %d' % n)
        fetches.append(task)
    rest = asyncio.ensure_future(other())
    loop.call_soon(ring, 1); loop.call_soon(ring, 2)
    for _ in range(3): await asyncio.sleep(0)
    fetches[2].cancel()
    print(await asyncio.gather(*fetches, rest, return_exceptions=True) and 'over')
asyncio.run(main())
`;

for (const python of interpreters())
  describe(`places of the Python agent, ${python.version.join('.')} ${python.path.startsWith('/usr') ? 'of the system' : ''}`, function () {
    this.timeout(30_000);
    const programs: Program[] = [];
    afterEach(() => {
      const faults = programs.flatMap((program) => program.faults);
      for (const program of programs.splice(0)) program.dispose();
      assert.deepEqual(faults, []);
    });
    /** The texts of all stops of the program, which is to end as it does without them, and of its log points. */
    async function stops(breakpoints: TickBreakpoint[], source = PROGRAM) {
      const program = await Program.start(python, source, { welcome: { breakpoints } });
      programs.push(program);
      const told: string[] = [];
      for (;;) {
        const stop = await Promise.race([program.next('stopped'), program.end().then(() => undefined)]).catch(
          () => undefined,
        );
        if (!stop) break;
        told.push(`${stop.breakpoints.join()} ${stop.text.replace(/^Paused on tick \d+: /, '')}`);
        await program.ask('continue', {});
      }
      assert.equal(await program.end(), 0, program.stderr);
      assert.equal(program.stdout, 'over\n');
      const logs = program.messages.flatMap((message) => (message.type === 'log' ? [message.text] : []));
      return { told, logs, program };
    }

    it('stops before callbacks whose function, file or task matches', async () => {
      assert.deepEqual((await stops([{ id: 'a', place: 'callback', function: 'ring' }])).told, [
        'a callback ring (program.py:2)',
        'a callback ring (program.py:2)',
      ]);
      const steps = 'a callback fetch (program.py:3) of task get 0';
      assert.deepEqual(
        (await stops([{ id: 'a', place: 'callback', function: 'fe*', file: 'prog*.py', task: 'get 0' }]))
          .told,
        [steps, steps],
      );
      assert.deepEqual((await stops([{ id: 'a', place: 'callback', file: 'elsewhere.py' }])).told, []);
    });

    it('stops when something happens to a task', async () => {
      const on = async (what: string, task = '*') =>
        (await stops([{ id: 'a', place: 'task', on: what, task, coroutine: 'fetch' } as TickBreakpoint]))
          .told;
      const said = (n: number, what: string) => `a task get ${n} (fetch, program.py:3) ${what}`;

      assert.deepEqual(await on('created'), [
        'a ' + [0, 1, 2].map((n) => said(n, 'was created').slice(2)).join('; '),
      ]);
      assert.deepEqual(
        await on('started'),
        [0, 1, 2].map((n) => said(n, 'is about to start')),
      );
      assert.deepEqual(await on('resumed', 'get 2'), [
        said(2, 'is about to resume'),
        said(2, 'is about to resume'),
      ]);
      assert.deepEqual(await on('suspended', 'get 2'), [said(2, 'was suspended'), said(2, 'was suspended')]);
      assert.deepEqual(
        await on('done'),
        [0, 1, 2].map((n) => said(n, 'ended')),
      );
      assert.deepEqual(await on('failed'), [said(1, 'failed with ValueError: no page')]);
      assert.deepEqual(await on('cancelled'), [said(2, 'was cancelled')]);
    });

    it('obeys conditions, hit counts, log messages and enabled', async () => {
      const ring = { place: 'callback', function: 'ring' } as const;
      assert.deepEqual((await stops([{ id: 'a', ...ring, hitCondition: '2' }])).told.length, 1);
      assert.deepEqual((await stops([{ id: 'a', ...ring, enabled: false }])).told, []);
      const fetched = { place: 'callback', function: 'fetch' } as const;
      assert.deepEqual(
        (
          await stops([
            {
              id: 'a',
              ...fetched,
              condition: "task == 'get 1' and callback == 'fetch'",
              hitCondition: '>= 2',
            },
          ])
        ).told,
        ["a callback fetch (program.py:3) of task get 1, task == 'get 1' and callback == 'fetch'"],
      );
      const { told, logs } = await stops(
        [{ id: 'a', ...ring, logMessage: '{callback} {task} {loop_count}' }],
        PROGRAM.replace('import asyncio\n', 'import asyncio; loop_count = 7\n'),
      );
      assert.deepEqual([told, logs], [[], ['ring None 7', 'ring None 7']]);
      assert.match(
        (await stops([{ id: 'a', ...ring, condition: 'exit()', hitCondition: '' }])).told[0],
        /its condition exit\(\) failed with/,
      );
    });

    it('several at one place give one stop that names all, and the task or callback is still to run', async () => {
      const { told } = await stops([
        { id: 'a', place: 'callback', function: 'fetch', task: '*1', hitCondition: '1' },
        { id: 'b', place: 'task', on: 'started', task: 'get 1' },
        { id: 'c', place: 'callback', task: 'get [1]', condition: 'ready > 1', hitCondition: '1' },
      ]);
      assert.deepEqual(told, [
        'a,b,c callback fetch (program.py:3) of task get 1, ready > 1; task get 1 (fetch, program.py:3) is about to start',
      ]);
      const program = await Program.start(python, PROGRAM, {
        welcome: { breakpoints: [{ id: 'a', place: 'task', on: 'done', task: 'get 0' }] },
      });
      programs.push(program);
      const stop = await program.next('stopped');
      assert.equal(stop.at, 'gate');
      // Task-2 is the one that was renamed to get 0.
      assert.equal(program.nameOf(stop.actor), 'Task-3');
      assert.equal(program.ran().at(-1), 'Task-2');
      const after = await program.step({ kind: 'callback' });
      assert.equal(program.ran().at(-1), 'Task-3');
      assert.equal(program.nameOf(after.actor), 'Task-4');
      await program.ask('continue', {});
      assert.equal(await program.end(), 0);
    });

    if (python.version[1] >= 12)
      it('tells what an eager task did when it was made', async () => {
        const eager = `import asyncio
async def quick(): return 1
async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    asyncio.create_task(quick(), name='q')
    await asyncio.sleep(0)
    print('over')
asyncio.run(main())
`;
        const { told } = await stops(
          [
            { id: 'a', place: 'task', on: 'created', task: 'q' },
            { id: 'b', place: 'task', on: 'done', task: 'q' },
          ],
          eager,
        );
        assert.deepEqual(told, [
          'a,b task q (quick, program.py:2) was created; task q (quick, program.py:2) ended',
        ]);
      });

    it('stops when a timer is due, or late', async () => {
      const timers = `import asyncio, time
def ring(): pass
async def sleeper(): await asyncio.sleep(0.001)
async def main():
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(sleeper()); task.set_name('s')
    loop.call_later(0.002, ring)
    loop.call_later(0.003, ring).cancel()
    await task
    await asyncio.sleep(0.01)
    asyncio.ensure_future(sleeper())
    await asyncio.sleep(0)
    time.sleep(0.1)
    await asyncio.sleep(0.001)
    print('over')
asyncio.run(main())
`;
      const on = async (more: object) =>
        (await stops([{ id: 'a', place: 'timer', ...more } as TickBreakpoint], timers)).told;
      assert.deepEqual(await on({ on: 'due', function: 'ring' }), ['a timer ring (program.py:2) is due']);
      assert.deepEqual(await on({ on: 'due', task: 's' }), [
        'a timer of task s (sleeper, program.py:3) is due',
      ]);
      const late = await on({ on: 'late', ms: 80, function: 'sleeper' });
      assert.equal(late.length, 1);
      assert.match(late[0], /^a timer of task Task-3 \(sleeper, program\.py:3\) is due \d+ ms late$/);
    });

    it('stops when a queue has grown, once each time', async () => {
      const growth = (queue: string, above: number) =>
        ({ id: 'a', place: 'growth', queue, above }) as TickBreakpoint;
      const { told } = await stops([growth('ready', 4)]);
      assert.equal(told.length, 1);
      assert.match(told[0], /^a ready is \d, above 4$/);
      assert.deepEqual((await stops([growth('tasks', 4)])).told, ['a tasks is 5, above 4']);
      assert.deepEqual((await stops([growth('timers', 0)])).told, []);
    });

    it('stops at an exception that nobody awaits, and tells its traceback', async () => {
      const program = await Program.start(
        python,
        `import asyncio
async def awaited(): raise KeyError('caught')
async def lost(): raise ValueError('no page')
async def main():
    background = set()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)
    try: await asyncio.ensure_future(awaited())
    except KeyError: pass
    task = asyncio.ensure_future(lost())
    background.add(task)
    task.add_done_callback(background.discard)
    await asyncio.sleep(0.01)
    print('over')
asyncio.run(main())
`,
        { welcome: { breakpoints: [{ id: 'lost', place: 'exception', condition: "callback == 'lost'" }] } },
      );
      programs.push(program);
      const stop = await program.next('stopped');
      assert.equal(stop.reason, 'exception');
      assert.match(
        stop.text,
        /: task Task-3 \(lost, program\.py:3\) failed with ValueError: no page, and nothing awaits it, callback == 'lost'$/,
      );
      const told = await program.ask('exception', { loop: stop.loop });
      assert.deepEqual([told.type, told.message], ['ValueError', 'no page']);
      assert.match(told.traceback, /program\.py", line 3, in lost\n[^]*ValueError: no page/);
      await program.ask('continue', {});
      assert.equal(await program.end(), 0);
      assert.equal(program.messages.filter(({ type }) => type === 'stopped').length, 1);
      assert.equal(program.stdout, 'over\n');
    });

    it('stops after timers were scheduled or cancelled', async () => {
      const timers = `import asyncio
def ring(): pass
async def sleeper(): await asyncio.sleep(0.001)
async def main():
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(sleeper()); task.set_name('s')
    loop.call_later(60, ring).cancel()
    loop.call_at(loop.time(), ring)
    await task
    long = asyncio.ensure_future(asyncio.sleep(60))
    await asyncio.sleep(0)
    long.cancel()
    await asyncio.sleep(0)
    print('over')
asyncio.run(main())
`;
      const on = async (more: object) =>
        (await stops([{ id: 'a', place: 'timer', ...more } as TickBreakpoint], timers)).told;
      assert.deepEqual(await on({ on: 'scheduled', function: 'ring', hitCondition: '2' }), [
        'a timer ring (program.py:2) was scheduled',
      ]);
      assert.deepEqual(await on({ on: 'scheduled', task: 's' }), [
        'a timer of task s (sleeper, program.py:3) was scheduled',
      ]);
      assert.deepEqual(await on({ on: 'cancelled', function: 'ring' }), [
        'a timer ring (program.py:2) was cancelled',
      ]);
      const cancelled = await on({ on: 'cancelled', function: 'sleep' });
      assert.equal(cancelled.length, 1);
      assert.match(cancelled[0], /^a timer of task Task-3 \(sleep, tasks\.py:\d+\) was cancelled$/);
    });

    it('stops when a file descriptor or a peer is ready', async () => {
      const talk = `import asyncio, socket
async def main():
    loop = asyncio.get_running_loop()
    here, there = socket.socketpair()
    read = loop.create_future()
    loop.add_reader(here.fileno(), lambda: (loop.remove_reader(here.fileno()), read.set_result(0)))
    there.send(b'x')
    await read
    async def serve(reader, writer):
        writer.write(await reader.read(1)); writer.close()
    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    writer.write(b'x')
    await reader.read(1)
    writer.close(); server.close()
    await asyncio.sleep(0.01)
    print('over')
asyncio.run(main())
`;
      const io = async (more: object) =>
        (await stops([{ id: 'a', place: 'io', ...more } as TickBreakpoint], talk)).told;
      const all = await io({});
      const [fd] = /\d+/.exec(all[0]) as RegExpExecArray;
      assert.equal(all[0], `a fd ${fd} is ready to be read`);
      assert.equal((await io({ fd: Number(fd), hitCondition: '1' }))[0], all[0]);
      const peers = await io({ peer: '127.0.0.*' });
      assert.match(peers[0], /^a fd \d+ with 127\.0\.0\.1:\d+ is ready to be (read|written)$/);
      assert.ok(peers.length < all.length, `${peers.length} of ${all.length}`);
      assert.deepEqual(await io({ peer: 'elsewhere:*' }), []);
    });

    it('stops after slow callbacks, and in the middle of them', async () => {
      const slow = `import asyncio, time
def ring(): time.sleep(0.12)
async def work():
    for _ in range(60): time.sleep(0.002)
async def main():
    asyncio.get_running_loop().call_soon(ring)
    await asyncio.ensure_future(work())
    print('over')
asyncio.run(main())
`;
      const { told } = await stops([{ id: 'a', place: 'slow', ms: 90, when: 'after' }], slow);
      assert.equal(told.length, 2);
      assert.match(told[0], /^a callback ring \(program\.py:2\) took 1\d\d ms$/);
      assert.match(told[1], /^a step of task Task-2 \(work, program\.py:3\) took \d+ ms$/);
      const program = await Program.start(python, slow, {
        welcome: {
          breakpoints: [{ id: 'a', place: 'slow', ms: 50, when: 'during', condition: "callback == 'work'" }],
        },
      });
      programs.push(program);
      const stop = await program.next('stopped');
      assert.deepEqual([stop.reason, stop.at, stop.breakpoints], ['breakpoint', 'inside', ['a']]);
      assert.match(
        stop.text,
        /: step of task Task-2 \(work, program\.py:3\) has run for \d+ ms, callback == 'work'$/,
      );
      const { frames } = await program.ask('stack', { loop: stop.loop });
      assert.equal(frames.at(-1)?.line, 4);
      await program.ask('continue', {});
      assert.equal(await program.end(), 0);
    });

    it('stops when nothing can wake the loop, and not where something can', async () => {
      const stalled = `import asyncio
async def main():
    await asyncio.Event().wait()
asyncio.run(main())
`;
      const program = await Program.start(python, stalled, {
        welcome: { breakpoints: [{ id: 'a', place: 'stall' }] },
      });
      programs.push(program);
      const stop = await program.next('stopped');
      assert.deepEqual([stop.at, stop.breakpoints], ['poll', ['a']]);
      assert.match(stop.text, /nothing can wake the loop: .*its task waits for ever$/);
      const waits = `import asyncio, time, signal, sys
async def main():
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, time.sleep, 0.1)
    await asyncio.sleep(0.05)
    child = await asyncio.create_subprocess_exec(sys.executable, '-S', '-c', 'import time; time.sleep(0.1)')
    await child.wait()
    signalled = asyncio.Event()
    loop.add_signal_handler(signal.SIGALRM, signalled.set)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    await signalled.wait()
    print('over')
asyncio.run(main())
`;
      assert.deepEqual((await stops([{ id: 'a', place: 'stall' }], waits)).told, []);
    });

    it('stops when asyncio reports an exception that nobody has asked for', async () => {
      const lost = `import asyncio
async def lost(): raise ValueError('no page')
async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)
    task = asyncio.ensure_future(lost())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    await asyncio.sleep(0)
    print('over')
asyncio.run(main())
`;
      const { told, program } = await stops([{ id: 'a', place: 'never-retrieved' }], lost);
      assert.deepEqual(told, ['a Task exception was never retrieved: ValueError: no page of task Task-2']);
      const stop = program.messages.find((message) => message.type === 'stopped');
      assert.equal(stop?.type === 'stopped' && stop.reason, 'exception');
    });

    it('ends a condition that loops for ever, says so, and leaves the program unharmed', async () => {
      const { told } = await stops([
        {
          id: 'a',
          place: 'callback',
          function: 'ring',
          condition: 'any(n < 0 for n in iter(int, 1))',
          hitCondition: '',
        },
      ]);
      const text = 'its condition any(n < 0 for n in iter(int, 1)) ran for more than 1 s and was ended';
      assert.deepEqual(told, Array(2).fill(`a callback ring (program.py:2), ${text}`));
    });

    it('runs to a tick in the thousands exactly, and says in which of two loops it is', async () => {
      const loaded = `import asyncio, threading
async def load(n):
    for _ in range(n): await asyncio.sleep(0)
async def many(n): await asyncio.gather(*[load(n) for _ in range(5)])
other = threading.Thread(target=lambda: asyncio.run(many(4000)), name='second')
other.start()
asyncio.run(many(6000))
other.join()
print('over')
`;
      const program = await Program.start(python, loaded, {
        welcome: { breakpoints: [{ id: 'a', place: 'tick', at: 3456 }] },
      });
      programs.push(program);
      const stopped = [];
      for (let i = 0; i < 2; i++) {
        let stop = await program.next('stopped');
        while (stop.also) stop = await program.next('stopped');
        stopped.push(stop);
        assert.equal(stop.text, 'Paused on tick 3456');
        await program.ask('continue', {});
      }
      assert.notEqual(stopped[0].loop, stopped[1].loop);
      assert.equal(await program.end(), 0);
    });

    it('refuses what cannot be, with a sentence, and leaves the program unharmed', async () => {
      const program = await Program.start(python, PROGRAM, { welcome: { stopOnEntry: true } });
      programs.push(program);
      await program.next('stopped');
      const { breakpoints } = await program.ask('setBreakpoints', {
        breakpoints: [
          { id: 'glob', place: 'callback', function: 'fetch[' },
          { id: 'empty', place: 'task', on: 'done', task: '' },
          { id: 'on', place: 'task', on: 'sleeps' },
          { id: 'ms', place: 'timer', on: 'late', ms: -1 },
          { id: 'queue', place: 'growth', queue: 'moon', above: 1 },
          { id: 'slow', place: 'slow', when: 'after' },
          { id: 'when', place: 'slow', ms: 1, when: 'before' },
          { id: 'fd', place: 'io', fd: -1 },
          { id: 'stuck', place: 'stuck', ms: 5 },
          { id: 'above', place: 'growth', queue: 'ready', above: -1 },
          { id: 'long', place: 'callback', condition: '1+'.repeat(5000) + '1' },
          { id: 'deep', place: 'callback', condition: '('.repeat(1900) + ')'.repeat(1900) },
        ] as TickBreakpoint[],
      });
      const because = [
        /without its "\]"/,
        /is empty/,
        /cannot be stopped "on" 'sleeps'/,
        /milliseconds from 0; it is -1/,
        /no queue 'moon'/,
        /needs "ms"/,
        /it is 'before'/,
        /it is -1/,
        /does not stop at places of the kind "stuck" yet/,
        /from 0; it is -1/,
        /has 10001 characters/,
        /not a Python/,
      ];
      breakpoints.forEach(({ verified, message }, i) => {
        assert.equal(verified, false);
        assert.match(message ?? '', because[i]);
      });
      await program.ask('continue', {});
      assert.equal(await program.end(), 0);
    });
  });
