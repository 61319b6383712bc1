/** uvloop: replaced by default; kept when asked, and then seen as far as it can be. Runs where Python has uvloop. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Welcome } from '../../../src/wire/messages';
import { interpreters, plainly, Program } from './client';

const python = interpreters().find(
  ({ path }) => spawnSync(path, ['-c', 'import uvloop'], { stdio: 'ignore' }).status === 0,
);

const IMPORT = 'import asyncio, uvloop\nuvloop.install()\n';
/** Everything that hands in callbacks, and what becomes of them, told in order. */
const ORDER = `${IMPORT}
import contextvars, functools, sys, threading, traceback
variable = contextvars.ContextVar('variable', default='main')
said = []
def say(*what): said.append((*what, variable.get()))
def bad(): raise ValueError('no')
async def worker(name, lock, queue):
    variable.set(name)
    async with lock:
        say('locked', name)
        await asyncio.sleep(0.002)
    for i in range(3):
        await queue.put(i)
        await asyncio.sleep(0)
    return name
async def echo(reader, writer):
    while data := await reader.read(100):
        writer.write(data)
    writer.close()
class Noisy:
    def __init__(self, name): self.name = name
    def __call__(self): say('called', self.name)
    def __del__(self): said.append(('gone', self.name))
async def main():
    loop = asyncio.get_running_loop()
    print(type(loop), loop)
    lock, queue = asyncio.Lock(), asyncio.Queue(2)
    loop.call_soon(say, 'first')
    loop.call_soon(bad)
    print(loop.call_soon(say, 1), loop.call_later(9, say))
    loop.call_soon(Noisy('soon'))
    loop.call_later(8, Noisy('cancelled')).cancel()
    said.append('after cancel')
    cancelled = loop.call_soon(say, 'never'); cancelled.cancel()
    context = contextvars.copy_context(); context.run(variable.set, 'own')
    loop.call_soon(say, 'in context', context=context)
    loop.call_later(0, say, 'at once'); loop.call_later(-1, say, 'before')
    loop.call_soon(functools.partial(say, 'partial'))
    for wrong in (None, 'x'):
        try: loop.call_later(wrong, say)
        except TypeError as error: print(type(error).__name__)
    thread = threading.Thread(target=lambda: [loop.call_soon_threadsafe(say, 'thread', i) for i in range(20)])
    thread.start(); thread.join()
    workers = [asyncio.create_task(worker(f'w{i}', lock, queue), name=f'w{i}') for i in range(3)]
    for i in range(9): say('got', await queue.get())
    print(await asyncio.gather(*workers), [task.get_name() for task in workers])
    server = await asyncio.start_server(echo, '127.0.0.1', 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    for _ in range(5):
        writer.write(b'hello'); await writer.drain()
        print(await reader.readexactly(5))
    writer.close(); server.close()
    print(await loop.run_in_executor(None, sum, [1, 2]))
    try: await asyncio.wait_for(asyncio.sleep(5), 0.005)
    except asyncio.TimeoutError: print('late')
    child = await asyncio.create_subprocess_exec(sys.executable, '-c', 'print(42)', stdout=asyncio.subprocess.PIPE)
    print(await child.communicate())
    loop.call_later(0.01, bad); loop.call_later(0.02, Noisy('later')); loop.call_at(loop.time() + 0.03, say, 'at')
    await asyncio.sleep(0.05)
    print([frame.name for frame in traceback.extract_stack()])
    print(len(asyncio.all_tasks()))
    for one in said: print(one)
    sys.exit(3)
asyncio.run(main())
`;

(python ? describe : describe.skip)(`uvloop under ${python?.version.join('.')}`, () => {
  const programs: Program[] = [];
  afterEach(() => {
    for (const program of programs.splice(0)) program.dispose();
  });
  async function start(source: string, welcome: Partial<Welcome> = { keepUvloop: true }): Promise<Program> {
    assert.ok(python);
    const program = await Program.start(python, source, { welcome });
    programs.push(program);
    return program;
  }
  async function end(program: Program, code = 0): Promise<void> {
    assert.equal(await program.end(), code, program.stderr);
    assert.deepEqual(program.faults, []);
  }

  it('gives way to the standard loop, which is said', async () => {
    const program = await start(
      `${IMPORT}async def main(): print(type(asyncio.get_running_loop()).__module__)\nasyncio.run(main())`,
      {},
    );
    await end(program);
    assert.equal(program.stdout, 'asyncio.unix_events\n');
    assert.ok(program.messages.some((message) => message.type === 'notice' && /uvloop/.test(message.text)));
  });

  it('is kept when asked: same order, same output, same tracebacks, same exit code', async () => {
    assert.ok(python);
    const alone = plainly(python, ORDER);
    assert.equal(alone.code, 3, alone.stderr);
    const addresses = /0x[0-9a-f]+/g;
    const program = await start(ORDER);
    await end(program, 3);
    assert.equal(program.stdout.replace(addresses, '0x'), alone.stdout.replace(addresses, '0x'));
    assert.equal(
      program.stderr.replaceAll(program.folder, 'FOLDER').replace(addresses, '0x'),
      alone.stderr.replace(addresses, '0x'),
    );
  });

  it('shows tasks, steps, locks, timers, jobs; every length of ready adds up; it says what is not seen', async () => {
    const program = await start(ORDER);
    await end(program, 3);
    const loop = program.messages.find((message) => message.type === 'loop');
    assert.ok(loop?.type === 'loop');
    assert.equal(loop.name, 'uvloop');
    assert.match(loop.fidelity ?? '', /uvloop was kept.*clock goes on/s);
    const states = program.messages.flatMap((message) => (message.type === 'loop' ? [message.state] : []));
    assert.equal(states[0], 'running');
    assert.equal(states.at(-1), 'closed');
    const names = new Set([...program.tasks.values(), ...program.of('RENAMED').map(({ name }) => name)]);
    for (const name of ['w0', 'w1', 'w2']) assert.ok(names.has(name), `${[...names]}`);
    assert.equal(program.of('LOCK').length, 3);
    assert.equal(program.of('UNLOCK').length, 3);
    assert.ok(program.of('JOB').some(({ name }) => name === 'sum'));
    // say(9 s), the cancelled Noisy(8 s), wait_for's sleep; the rest was due.
    const cancelled = program.of('TIMER_CANCELLED').length;
    assert.ok(cancelled >= 3, `${cancelled}`);
    assert.equal(program.of('TIMER').length, program.of('TIMER_DUE').length + cancelled);
    assert.equal(program.of('THREAD').filter(({ name }) => name === 'Thread-1 (<lambda>)').length, 20);
    const creator = program.of('TASK').find(({ name }) => name === 'Task-2');
    assert.equal(program.nameOf(creator?.parent as number), 'Task-1');
    // ready: each RUN and SKIPPED takes one, and what it is afterwards is never less than what was left.
    let ready = 0;
    for (const { name, fields } of program.records) {
      const n = fields.n as number;
      if (name === 'TICK') assert.ok(n >= ready && n > 0);
      else if (name === 'RUN' || name === 'SKIPPED') assert.ok(ready > 0 && n >= ready - 1);
      else continue;
      ready = n;
    }
    const failed = program.of('ERROR').map(({ text }) => text);
    assert.deepEqual(failed.slice(0, 2), ['ValueError: no', 'ValueError: no']);
  });

  it('puts a due timer before what is ready', async () => {
    const program = await start(`${IMPORT}
import time
async def main():
    loop = asyncio.get_running_loop()
    loop.call_later(0.001, print, 'timer')
    def again(left):
        time.sleep(0.002)
        if left: loop.call_soon(again, left - 1)
    again(3)
    await asyncio.sleep(0)
    await asyncio.sleep(0.01)
asyncio.run(main())`);
    await end(program);
    const at = program.records.findIndex(({ name }) => name === 'AHEAD');
    assert.ok(at > 0);
    const [due, , tick, run] = program.records.slice(at - 1, at + 3);
    assert.equal(due.name, 'TIMER_DUE');
    assert.ok((tick.fields.n as number) > 1);
    assert.equal(program.nameOf(run.fields.actor as number), 'print');
    assert.equal(run.fields.n, (tick.fields.n as number) - 1);
  });

  const LOCKED = `${IMPORT}
import time
lock = None
async def holder():
    async with lock: await asyncio.Event().wait()
async def wanter(n):
    mine = n * 2
    async with lock: pass
async def main():
    global lock
    lock = asyncio.Lock()
    tasks = [asyncio.create_task(holder(), name='holder'), asyncio.create_task(wanter(21), name='wanter')]
    await asyncio.sleep(0.02)
    for i in range(5):
        await asyncio.sleep(0)
    for task in tasks: task.cancel()
    print('done')
`;

  it('stops on a tick with a condition, steps by callback, tick and task; chains, locks, locals, evaluation', async () => {
    const program = await start(`${LOCKED}asyncio.run(main())`, {
      keepUvloop: true,
      breakpoints: [
        { id: 'b', place: 'tick', condition: "waiting == 2 and ready == 1 and task == 'Task-1'" },
      ],
    });
    const stop = await program.next('stopped');
    assert.equal(stop.reason, 'breakpoint');
    const wanter = program.taskNamed('Task-3');
    const { frames } = await program.ask('chain', { task: wanter });
    assert.deepEqual(
      frames.map(({ name }) => name),
      ['wanter', '_ContextManagerMixin.__aenter__', 'Lock.acquire'],
    );
    const local = await program.ask('evaluate', { expression: 'mine + 1', task: wanter, context: 'watch' });
    assert.equal(local.value, '43');
    const reason = program.of('REASON').find(({ actor }) => actor === wanter);
    assert.equal(reason?.kind, 'lock');
    const lock = program.of('LOCK').at(-1);
    assert.deepEqual([lock?.object, lock?.actor], [reason?.object, program.taskNamed('Task-2')]);
    assert.deepEqual(
      program.of('QUEUED').map(({ index, actor }) => [index, program.nameOf(actor as number)]),
      [[0, 'Task-1']],
    );
    const { variables } = await program.ask('inspect', { loop: stop.loop });
    assert.ok(variables.some(({ name, value }) => name === 'loop' && /uvloop/.test(value)));
    await program.ask('setBreakpoints', { breakpoints: [] });
    const step = await program.step({ kind: 'callback' });
    assert.equal(step.actor, program.taskNamed('Task-1'));
    const tick = await program.step({ kind: 'tick' });
    assert.equal(tick.text, `Paused on tick ${Number(/\d+/.exec(step.text)?.[0]) + 1}`);
    const task = await program.step({ kind: 'task', task: wanter });
    assert.equal(task.actor, wanter);
    await program.ask('continue', {});
    await end(program);
    assert.equal(program.stdout, 'done\n');
  });

  it('stops before the first callback, asleep in its poll, and in the middle of a callback', async () => {
    const entry = await start(`${LOCKED}asyncio.run(main())`, { keepUvloop: true, stopOnEntry: true });
    const stop = await entry.next('stopped');
    assert.deepEqual([stop.reason, stop.at, entry.nameOf(stop.actor)], ['entry', 'gate', 'Task-1']);
    await entry.ask('continue', {});
    await end(entry);

    const asleep = await start(
      `${IMPORT}async def main():\n    print('asleep', flush=True)\n    await asyncio.sleep(0.3)\n    print('done')\nasyncio.run(main())`,
    );
    await asleep.until(() => (asleep.of('TIMER').length > 0 ? true : undefined));
    await asleep.ask('pause', {});
    assert.equal((await asleep.next('stopped')).at, 'poll');
    const ticks = asleep.of('TICK').length;
    await asleep.ask('continue', {});
    await end(asleep);
    assert.equal(asleep.stdout, 'asleep\ndone\n');
    assert.ok(asleep.of('TICK').length > ticks);

    const busy = await start(
      `${IMPORT}busy = True\nasync def main():\n    print('busy', flush=True)\n    count = 0\n    while busy: count += 1\nasyncio.run(main())`,
    );
    if (busy.stdout === '' && busy.process.stdout) await once(busy.process.stdout, 'data');
    await busy.ask('pause', {});
    const inside = await busy.next('stopped');
    assert.deepEqual([inside.at, busy.nameOf(inside.actor)], ['inside', 'Task-1']);
    const { frames } = await busy.ask('stack', { loop: inside.loop });
    assert.deepEqual(
      frames.map(({ name }) => name),
      ['main'],
    );
    await busy.ask('evaluate', {
      expression: 'globals().update(busy=False)',
      frame: frames[0].id,
      context: 'repl',
    });
    await busy.ask('continue', {});
    await end(busy);
  });

  it('goes on alone when the agent is taken out in the middle', async () => {
    const program = await start(
      `${IMPORT}async def main():\n    for i in range(200):\n        await asyncio.sleep(0.001)\n        asyncio.get_running_loop().call_soon(int)\n    print('done', 'call_soon' in uvloop.Loop.__dict__)\nasyncio.run(main())`,
      { keepUvloop: true, attached: true },
    );
    await program.until(() => (program.of('RUN').length > 20 ? true : undefined));
    await program.ask('detach', {});
    assert.equal(await program.end(), 0, program.stderr);
    assert.equal(program.stdout, 'done False\n');
  });
});
