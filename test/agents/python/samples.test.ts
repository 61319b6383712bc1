/** Callbacks that run for long, looked at by the agent's own thread while they do. */
import assert from 'node:assert/strict';
import { interpreters, Program } from './client';

/** The first step blocks from the start; `reads` when the loop was asleep for longer than the agent's thread stays awake. */
const BLOCKS = `import asyncio, os, threading, time
def compute(rounds):
    for _ in range(rounds):
        asyncio.get_event_loop().call_later(60, print).cancel()
        time.sleep(0.02)
def reads(fd):
    asyncio.get_running_loop().remove_reader(fd)
    os.read(fd, 1)
    time.sleep(0.5)
    done.set()
async def main():
    global done
    done = asyncio.Event()
    compute(25)
    here, there = os.pipe()
    asyncio.get_running_loop().add_reader(here, reads, here)
    thread = threading.Timer(1.6, os.write, (there, b'x'))
    thread.start()
    await done.wait()
    for _ in range(2000): await asyncio.sleep(0)
asyncio.run(main())
`;

for (const python of interpreters())
  it(`says where a callback stands that runs for long, ${python.version.join('.')} ${python.path}`, async function () {
    this.timeout(30_000);
    const program = await Program.start(python, BLOCKS);
    try {
      assert.equal(await program.end(), 0);
      assert.deepEqual(program.faults, []);
      const samples = program.messages.flatMap((message) => (message.type === 'sample' ? [message] : []));
      const seen = (name: string) =>
        samples.filter(({ frames }) => frames.some((frame) => frame.name === name));
      const computing = seen('compute');
      const users = computing[0].frames.filter(({ user }) => user);
      assert.deepEqual(
        users.map(({ name }) => name),
        ['main', 'compute'],
      );
      assert.equal(users[0].line, 14);
      assert.ok([3, 4, 5].includes(users[1].line));
      assert.equal(program.nameOf(computing[0].actor), program.nameOf(program.of('RUN')[0].actor as number));
      const [reading] = seen('reads');
      assert.equal(reading.frames.findLast(({ user }) => user)!.line, 9);
      assert.equal(program.nameOf(reading.actor), 'reads');
      for (const { elapsed } of [computing.at(-1)!, seen('reads').at(-1)!])
        assert.ok(elapsed >= 0.1, `it ran for ${elapsed} s`);
      assert.ok(computing.length <= 2 && seen('reads').length <= 2);
    } finally {
      program.dispose();
    }
  });
