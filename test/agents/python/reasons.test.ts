/** What suspended tasks wait for: each kind with its object, sizes and addresses, and the user's own line. */
import assert from 'node:assert/strict';
import { interpreters, Program } from './client';

/** A task each: its name, and the line that it waits in. */
const SOURCE = `import asyncio, functools, signal, socket, sys, threading
NEW = sys.version_info >= (3, 11)
done = threading.Event()
async def lock(): await things.lock.acquire()
async def lock_with():
    async with things.lock: pass
async def lock_timed(): await asyncio.wait_for(things.lock.acquire(), 90)
async def semaphore(): await things.semaphore.acquire()
async def event(): await things.event.wait()
async def condition():
    async with things.condition:
        await things.condition.wait()
async def condition_for():
    async with things.other:
        await things.other.wait_for(lambda: False)
async def queue_get(): await things.empty.get()
async def queue_put(): await things.full.put(2)
async def queue_join(): await things.full.join()
async def future(): await things.future
async def task(): await tasks['event']
async def gather(): await asyncio.gather(tasks['event'], tasks['lock'], asyncio.sleep(0))
async def wait_first(): await asyncio.wait([tasks['event'], tasks['lock']], return_when=asyncio.FIRST_COMPLETED)
async def completed():
    for each in asyncio.as_completed([tasks['event'], tasks['lock']]): await each
async def group():
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(99))
async def barrier(): await things.barrier.wait()
async def sleep(): await asyncio.sleep(99)
async def timeout():
    async with asyncio.timeout(99): await things.event.wait()
async def shield(): await asyncio.shield(tasks['event'])
async def by_signal(): await things.reload.wait()
async def by_result(): await things.usr
async def executor(): await asyncio.get_event_loop().run_in_executor(None, done.wait)
async def dns(): await asyncio.open_connection('db.example', 5432)
async def dns_name(): await asyncio.get_event_loop().getnameinfo(('192.0.2.1', 80))
async def process(): await things.process.wait()
async def output(): await things.process.stdout.readline()
async def stream_read(): await things.reader.read(10)
async def stream_exactly(): await things.reader2.readexactly(10)
async def sock_recv(): await asyncio.get_event_loop().sock_recv(things.sock, 1)
async def drain():
    things.writer.write(b'x' * 20000000)
    await things.writer.drain()
async def accept(): await asyncio.get_event_loop().sock_accept(things.listener)
async def serve():
    async with things.server: await things.server.serve_forever()
async def connect(): await asyncio.open_connection(*things.busy)
class Things: pass
things = Things()
tasks = {}
async def main():
    t = things
    loop = asyncio.get_event_loop()
    t.lock = asyncio.Lock(); await t.lock.acquire()
    t.semaphore = asyncio.Semaphore(0); t.event = asyncio.Event(); t.condition = asyncio.Condition(); t.other = asyncio.Condition()
    t.empty = asyncio.Queue(); t.full = asyncio.Queue(1); t.full.put_nowait(1); t.future = loop.create_future()
    if NEW: t.barrier = asyncio.Barrier(2)
    t.process = await asyncio.create_subprocess_exec(sys.executable, '-c', 'input()', stdin=-1, stdout=-1)
    kept = []
    async def silent(reader, writer):
        kept.append((reader, writer))
        await asyncio.Event().wait()
    t.server = await asyncio.start_server(silent, '127.0.0.1', 0)
    address = t.server.sockets[0].getsockname()
    t.reader, t.writer = await asyncio.open_connection(*address[:2])
    t.reader2, t.writer2 = await asyncio.open_connection(*address[:2])
    t.sock = socket.create_connection(address[:2]); t.sock.setblocking(False)
    t.listener = socket.create_server(('127.0.0.1', 0)); t.listener.setblocking(False)
    full = socket.socket(); full.bind(('127.0.0.1', 0)); full.listen(0)
    t.busy = full.getsockname()
    t.reload = asyncio.Event(); t.usr = loop.create_future()
    def reloading(): t.reload.set()
    loop.add_signal_handler(signal.SIGHUP, reloading); loop.add_signal_handler(signal.SIGUSR2, t.reload.set); loop.add_signal_handler(signal.SIGUSR1, t.usr.set_result, 1)
    for _ in range(3):
        one = socket.socket(); one.setblocking(False); one.connect_ex(t.busy); kept.append(one)
    socket.getaddrinfo = socket.getnameinfo = lambda *_: done.wait()
    for function in (event, lock, lock_with, lock_timed, semaphore, condition, condition_for, queue_get, queue_put, queue_join, future, task, gather, wait_first,
            completed, sleep, shield, executor, dns, dns_name, process, output, stream_read, stream_exactly, sock_recv, drain, accept, serve, connect, by_signal, by_result) + ((group, barrier, timeout) if NEW else ()):
        tasks[function.__name__] = loop.create_task(function(), name=function.__name__)
    loop.call_later(0.3, functools.partial(print, 'ready', address[1], t.listener.getsockname()[1], t.busy[1], t.process.pid, flush=True))
    await asyncio.sleep(99)
asyncio.run(main())
`;
const LINES = SOURCE.split('\n');
const lineOf = (text: string) => LINES.findIndex((line) => line.includes(text)) + 1;

/** Name of the task: what it waits for; N is a number that the program said. */
const EXPECTED: Record<string, [kind: string, text: string]> = {
  lock: ['lock', 'lock things.lock'],
  lock_with: ['lock', 'lock things.lock'],
  semaphore: ['semaphore', 'semaphore things.semaphore'],
  event: ['event', 'event things.event'],
  condition: ['condition', 'condition things.condition'],
  condition_for: ['condition', 'condition things.other'],
  queue_get: ['queue.get', 'an item of queue things.empty (0 inside)'],
  queue_put: ['queue.put', 'room in queue things.full (1 inside)'],
  queue_join: ['queue.join', 'the end of queue things.full (1 unfinished)'],
  future: ['future', 'future things.future'],
  by_signal: ['signal', 'SIGHUP or SIGUSR2 (event things.reload)'],
  by_result: ['signal', 'SIGUSR1 (future things.usr)'],
  task: ['task', 'task event'],
  gather: ['gather', 'gather, 2 of 3 unfinished'],
  wait_first: ['gather', 'wait, 2 of 2 unfinished'],
  completed: ['gather', 'as_completed, 2 unfinished'],
  sleep: ['sleep', 'sleep'],
  shield: ['task', 'task event (shielded)'],
  executor: ['executor', 'a job in an executor (running)'],
  dns: ['dns', 'the DNS lookup of db.example:5432'],
  dns_name: ['dns', 'the DNS lookup of 192.0.2.1:80'],
  process: ['subprocess', 'process PID'],
  output: ['read', 'data from a pipe'],
  stream_read: ['read', 'data from 127.0.0.1:SERVER'],
  stream_exactly: ['read', 'data from 127.0.0.1:SERVER'],
  sock_recv: ['read', 'data from 127.0.0.1:OWN - 127.0.0.1:SERVER'],
  drain: ['write', 'room to write to 127.0.0.1:SERVER'],
  accept: ['accept', 'a connection listens on 127.0.0.1:LISTENER'],
  serve: ['accept', 'serves until it is closed'],
  connect: ['connect', 'a connection to 127.0.0.1:BUSY'],
};
const EXPECTED_OF_311: typeof EXPECTED = {
  group: ['gather', 'task group, 1 unfinished'],
  barrier: ['barrier', 'barrier things.barrier'],
  timeout: ['event', 'event things.event'],
};
/** The line that waits, where that is not the one of the `def`. */
const WAITS_IN: Record<string, string> = {
  lock_with: 'async with things.lock',
  condition: 'await things.condition.wait()',
  condition_for: 'await things.other.wait_for',
  completed: 'for each in asyncio.as_completed',
  group: 'async with asyncio.TaskGroup',
  drain: 'await things.writer.drain',
  serve: 'serve_forever',
  timeout: 'async with asyncio.timeout',
};

for (const python of interpreters())
  it(`says what tasks wait for, ${python.version.join('.')} ${python.path}`, async function () {
    this.timeout(30_000);
    const program = await Program.start(python, SOURCE);
    try {
      await program.until(() => program.stdout.includes('\n') || undefined);
      const [, server, listener, busy, pid] = program.stdout.trim().split(' ');
      await program.ask('reasons', {});
      const names = new Map(program.of('RENAMED').map(({ actor, name }) => [actor, name as string]));
      const told = new Map(
        program.of('REASON').map(({ actor, kind, text, line }) => {
          const name = names.get(actor) ?? program.nameOf(actor as number);
          return [name, [kind, String(text).replace(/:\d+ - /, ':OWN - '), line]];
        }),
      );
      const expected = { ...EXPECTED, ...(python.version[1] >= 11 && EXPECTED_OF_311) };
      for (const [name, [kind, text]] of Object.entries(expected)) {
        const numbers: Record<string, string> = { SERVER: server, LISTENER: listener, BUSY: busy, PID: pid };
        const words = text.replace(/\b(SERVER|LISTENER|BUSY|PID)\b/g, (number) => numbers[number]);
        assert.deepEqual(
          told.get(name),
          [kind, words, lineOf(WAITS_IN[name] ?? `async def ${name}()`)],
          name,
        );
      }
      // Before 3.12 wait_for gives the coroutine a task of its own.
      assert.equal(told.get('lock_timed')?.[0], python.version[1] < 12 ? 'task' : 'lock');
      assert.deepEqual(program.faults, []);
    } finally {
      program.dispose();
    }
  });
