/** Programs that fork. From 3.12 on Python warns one that has other threads, and the agent's is not the program's own. */
import assert from 'node:assert/strict';
import { interpreters, plainly, Program } from './client';

const FORKING = `
import asyncio, multiprocessing, os, sys, threading
def child(): os._exit(4)
async def main():
    for _ in range(20):
        pid = os.fork()
        if pid == 0: os._exit(3)
        os.waitpid(pid, 0)
    process = multiprocessing.get_context('fork').Process(target=child)
    process.start()
    process.join()
    print(process.exitcode, threading.active_count())
    if '--stay' in sys.argv:
        pid = os.fork()
        if pid == 0: os.execvp('sleep', ['sleep', '1000'])
        print('forked', pid, flush=True)
        while os.waitpid(pid, os.WNOHANG) == (0, 0): pass
asyncio.run(main())
`;

for (const python of interpreters()) {
  describe(`a program that forks, ${python.version.join('.')}`, function () {
    this.timeout(30_000);
    let program: Program;
    afterEach(() => program.dispose());

    it('is warned of no thread that is not its own', async () => {
      const plain = plainly(python, FORKING);
      program = await Program.start(python, FORKING);
      assert.equal(await program.end(), plain.code);
      assert.deepEqual(
        [program.stdout, program.stderr.replaceAll(program.folder, 'FOLDER')],
        [plain.stdout, plain.stderr],
      );
    });

    it('is still answered and stopped', async () => {
      program = await Program.start(python, FORKING, { args: ['--stay'] });
      while (!program.stdout.includes('forked'))
        await new Promise((resolve) => program.process.stdout?.once('data', resolve));
      await program.ask('pause', {});
      assert.equal((await program.next('stopped')).at, 'inside');
      const { value } = await program.ask('evaluate', {
        expression: '__import__("os").kill(pid, 9)',
        frame: (await program.ask('stack', { loop: 1 })).frames.at(-1)?.id,
        context: 'repl',
      });
      assert.equal(value, 'None');
      await program.ask('continue', {});
      assert.equal(await program.end(), 0);
      assert.deepEqual(program.faults, []);
    });
  });
}
