/** What asyncio itself reports of a program. */
import assert from 'node:assert/strict';
import { interpreters, Program } from './client';

for (const python of interpreters())
  it(`tells of failures that asyncio reports, ${python.version.join('.')} ${python.path}`, async function () {
    this.timeout(30_000);
    const program = await Program.start(
      python,
      `import asyncio, gc
async def fails():
    raise ValueError('no page')
async def waits():
    await asyncio.get_running_loop().create_future()
async def main():
    asyncio.ensure_future(fails())
    asyncio.ensure_future(waits())
    for _ in range(3): await asyncio.sleep(0)
    gc.collect()
    await asyncio.sleep(0)
asyncio.run(main())
`,
    );
    try {
      assert.equal(await program.end(), 0);
      const told = program.messages.flatMap((message) => (message.type === 'told' ? [message] : []));
      assert.deepEqual(told.map(({ what, line }) => [what, line]).sort(), [
        ['destroyed-pending', 4],
        ['never-retrieved', 3],
      ]);
      assert.deepEqual(program.faults, []);
    } finally {
      program.dispose();
    }
  });
