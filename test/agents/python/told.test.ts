/** What Python and asyncio themselves report of a program. */
import assert from 'node:assert/strict';
import { interpreters, plainly, Program } from './client';

const ADDRESSES = /0x[0-9a-f]+/g;
/** Warned of as usual, with where it was made, and as an error that cannot be raised. */
const UNAWAITED = `import asyncio, sys, warnings
async def fetch():
    pass
def forgets():
    fetch()
async def main():
    forgets()
    sys.set_coroutine_origin_tracking_depth(1)
    coroutine = fetch()
    del coroutine
    warnings.simplefilter('error')
    fetch()
asyncio.run(main())
`;

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

for (const python of interpreters())
  it(`tells of coroutines that were never awaited, and Python warns as ever, ${python.version.join('.')} ${python.path}`, async function () {
    this.timeout(30_000);
    const alone = plainly(python, UNAWAITED);
    const program = await Program.start(python, UNAWAITED);
    try {
      assert.equal(await program.end(), alone.code);
      const written = program.stderr.replaceAll(program.folder, 'FOLDER');
      assert.equal(written.replace(ADDRESSES, '0x'), alone.stderr.replace(ADDRESSES, '0x'));
      const told = program.messages.flatMap((message) => (message.type === 'told' ? [message] : []));
      assert.deepEqual(
        told.map(({ what, text, line }) => [what, text, line]),
        [5, 10, 12].map((line) => ['never-awaited', "coroutine 'fetch' was never awaited", line]),
      );
      assert.deepEqual(program.faults, []);
    } finally {
      program.dispose();
    }
  });
