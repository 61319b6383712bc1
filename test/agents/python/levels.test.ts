/** Levels that are switched while the program runs, and what the agent says that it costs. */
import assert from 'node:assert/strict';
import { interpreters, Program, plainly, type Interpreter } from './client';

const all = interpreters();
const oldest = all[0];
const newest = all.at(-1);
const both = [...new Set([oldest, newest])].filter((each): each is Interpreter => each !== undefined);

const SITES = `import asyncio
def tick(): pass
async def worker(event):
    await asyncio.sleep(0.001)  # sleeps here
    await event.wait()
def later(loop):
    loop.call_soon(tick)  # schedules here
async def main():
    loop = asyncio.get_running_loop()
    event = asyncio.Event()
    tasks = [asyncio.create_task(worker(event), name='made') for _ in range(2)]  # creates here
    loop.call_later(0.002, tick)  # times here
    loop.call_soon(later, loop)
    await asyncio.sleep(0.01)
    event.set()  # wakes here
    await asyncio.gather(*tasks)
    print('done')
asyncio.run(main())
`;
const lineOf = (mark: string) => SITES.split('\n').findIndex((line) => line.includes(`# ${mark}`)) + 1;

for (const python of both)
  describe(`levels of the Python agent, ${python.version.join('.')}`, () => {
    const programs: Program[] = [];
    afterEach(() => {
      for (const program of programs.splice(0)) program.dispose();
    });
    async function start(...args: [source: string, options?: Parameters<typeof Program.start>[2]]) {
      const program = await Program.start(python, ...args);
      programs.push(program);
      return program;
    }
    const line = (program: Program, place: unknown) => program.codes.get(place as number)?.line;

    it('stacks: tells the line of the user that scheduled each callback, set each timer, created each task', async () => {
      const program = await start(SITES, { welcome: { level: 'stacks' } });
      assert.equal(await program.end(), 0, program.stderr);
      assert.deepEqual(program.faults, []);
      assert.equal(program.stdout, plainly(python, SITES).stdout);
      const created = program.of('TASK_SITE').map(({ place }) => line(program, place));
      assert.equal(created.filter((each) => each === lineOf('creates here')).length, 2);
      const timers = program.of('TIMER_SITE').map(({ place }) => line(program, place));
      for (const mark of ['sleeps here', 'times here'])
        assert.ok(timers.includes(lineOf(mark)), `${mark}: ${timers.join()}`);
      const soon = program.of('SITE').map(({ place }) => line(program, place));
      for (const mark of ['schedules here', 'wakes here'])
        assert.ok(soon.includes(lineOf(mark)), `${mark}: ${soon.join()}`);
      // The place in ready that a SITE names is the one at which its callback runs.
      let taken = 0;
      const runs = new Map<number, string>();
      const named = new Map<number, number>();
      for (const { name, fields } of program.records)
        if (name === 'SITE') named.set(taken + 1 + (fields.index as number), fields.place as number);
        else if (name === 'RUN') runs.set(++taken, program.nameOf(fields.actor as number));
        else if (name === 'SKIPPED') taken++;
      const woken = [...named].filter(([, place]) => line(program, place) === lineOf('wakes here'));
      assert.equal(woken.length, 2);
      for (const [number] of woken) assert.match(runs.get(number) ?? '', /^(made|Task-\d)$/);
      const scheduled = [...named].filter(([, place]) => line(program, place) === lineOf('schedules here'));
      assert.deepEqual(
        scheduled.map(([number]) => runs.get(number)),
        ['tick'],
      );
    });

    const SPINS = `import asyncio, time
calls = 0
async def spin():
    while not stop: await asyncio.sleep(0); asyncio.get_running_loop().call_soon(int)
stop = False
async def main():
    tasks = [asyncio.create_task(spin()) for _ in range(4)]
    await asyncio.gather(*tasks)
asyncio.run(main())
`;

    it('switches between full and stacks while the program runs; macro is refused with a sentence', async () => {
      const program = await start(SPINS);
      await program.until(() => (program.of('RUN').length > 1000 ? true : undefined));
      assert.equal(program.of('SITE').length, 0);
      await program.ask('level', { level: 'stacks' });
      const place = await program.until(() => program.of('SITE')[100]?.place);
      assert.equal(line(program, place), 4);
      await assert.rejects(program.ask('level', { level: 'macro' }), /asyncio has no level macro/);
      await program.ask('level', { level: 'full' });
      // What was captured before is on its way still.
      const last = () => program.records.findLastIndex(({ name }) => name === 'SITE');
      await program.until(() => (program.records.length - last() > 2000 ? true : undefined));
      await program.ask('pause', {});
      await program.next('stopped');
      await program.ask('evaluate', {
        expression: "import sys; sys.modules['__main__'].stop = True",
        context: 'repl',
      });
      await program.ask('continue', {});
      assert.equal(await program.end(), 0, program.stderr);
      assert.deepEqual(program.faults, []);
    });

    it('says what it costs: much where callbacks do nothing, little where they work', async () => {
      const cost = async (work: string) => {
        const program = await start(
          SPINS.replace('await asyncio.sleep(0)', `${work}; await asyncio.sleep(0)`),
        );
        const told = await program.next('cost');
        assert.ok(told.share > 0 && told.share < 1, `${told.share}`);
        program.process.kill('SIGKILL');
        await program.end();
        return told.share;
      };
      const idle = await cost('pass');
      const busy = await cost('sum(range(20000))');
      assert.ok(idle > 0.05, `${idle}`);
      assert.ok(busy < 0.03, `${busy}`);
    });
  });
