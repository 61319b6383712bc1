/** Programs that put something of their own in the place of the parts of asyncio that the recorder flattens. */
import assert from 'node:assert/strict';
import { interpreters, plainly, Program } from './client';

/** Each part is replaced while the loop runs; what the replacements saw is printed. */
const WHILE_IT_RUNS = `
import asyncio, collections, selectors, socket, sys
seen = collections.Counter()
def counted(holder, name):
    original = getattr(holder, name)
    def replacement(*args, **kwargs):
        seen[name] += 1
        return original(*args, **kwargs)
    setattr(holder, name, replacement)
async def ticks():
    for _ in range(5): await asyncio.sleep(0)
async def talk(loop):
    here, there = socket.socketpair()
    for each in (here, there): each.setblocking(False)
    for _ in range(3):
        received = asyncio.ensure_future(loop.sock_recv(there, 1))
        await asyncio.sleep(0)
        await loop.sock_sendall(here, b'x')
        loop.call_soon(len, ())
        await received
    here.close(); there.close()
async def main():
    loop = asyncio.get_running_loop()
    await ticks()
    await talk(loop)
    for holder, name in ((loop._selector, 'select'), (loop, '_process_events'), (loop, '_add_callback'), (loop, 'call_at')):
        counted(holder, name)
        seen.clear()
        await ticks()
        await talk(loop)
        await asyncio.sleep(0.001)
        print(name, seen['call_at'], seen['_add_callback'] > 0, seen['_process_events'] > 0, seen['select'] >= 5)
    time = loop.time
    loop.time = lambda: time() + 1000
    print(loop.call_later(1, print)._when > time() + 900)
    timer = loop.call_later(-1000, seen.update, {'due': 1})
    await ticks()
    print(seen['due'])
asyncio.run(main())
`;

const OWN_DEBUG = `
import asyncio
class Loop(asyncio.SelectorEventLoop):
    def get_debug(self): return True
loop = Loop()
print(bool(loop.call_soon(print, 'soon')._source_traceback), bool(loop.call_later(0, print, 'later')._source_traceback))
loop.run_until_complete(asyncio.sleep(0.001))
loop.close()
`;

const OWN_HANDLE = `
import asyncio, asyncio.events as events
made = []
original = events.Handle.__init__
def init(self, *args, **kwargs):
    original(self, *args, **kwargs)
    made.append(type(self).__name__)
async def main():
    await asyncio.sleep(0.001)
    return len(made)
events.Handle.__init__ = init
print(asyncio.run(main()) > 2, sorted(set(made)))
`;

for (const python of interpreters())
  describe(`What a program replaces, ${python.version.join('.')}`, () => {
    for (const [what, source] of Object.entries({
      'while its loop runs': WHILE_IT_RUNS,
      'debug mode by a subclass': OWN_DEBUG,
      'how handles are made': OWN_HANDLE,
    }))
      it(`is heeded: ${what}`, async () => {
        const without = plainly(python, source);
        assert.equal(without.code, 0, without.stderr);
        const program = await Program.start(python, source);
        try {
          assert.equal(await program.end(), 0, program.stderr);
          assert.equal(program.stdout, without.stdout);
          assert.equal(program.stderr.replaceAll(program.folder, 'FOLDER'), without.stderr);
          assert.deepEqual(program.faults, []);
          assert.ok(program.of('TICK').length > 0);
        } finally {
          program.dispose();
        }
      });
  });
