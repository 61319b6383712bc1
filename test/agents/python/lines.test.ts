/** Breakpoints on lines, and steps by lines, in real programs. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LineBreakpoint } from '../../../src/wire/messages';
import { interpreters, Program, type RunOptions } from './client';

const PROGRAM = `import asyncio, sys
async def fetch(n):
    twice = n * 2

    await asyncio.sleep(0)
    return twice
def ring(bell):
    loud = bell.upper()
    return loud
async def main():
    total = 0
    for n in range(3):
        total += await fetch(n)
    asyncio.get_running_loop().call_soon(ring, 'ding')
    await asyncio.sleep(0)
    import late
    print(late.called(total))
asyncio.run(main())
`;
const LATE = `def called(total):
    return 'over'
`;

for (const python of interpreters())
  describe(`lines in the Python agent, ${python.version.join('.')} ${python.path.startsWith('/usr') ? 'of the system' : ''}`, function () {
    this.timeout(30_000);
    const programs: Program[] = [];
    afterEach(() => {
      const faults = programs.flatMap((program) => program.faults);
      for (const program of programs.splice(0)) program.dispose();
      assert.deepEqual(faults, []);
    });
    async function entered(source = PROGRAM, options: RunOptions = {}): Promise<Program> {
      const program = await Program.start(python, source, {
        ...options,
        welcome: { stopOnEntry: true, ...options.welcome },
      });
      programs.push(program);
      writeFileSync(path.join(program.folder, 'late.py'), LATE);
      await program.next('stopped');
      return program;
    }
    const set = (program: Program, lines: LineBreakpoint[], file = 'program.py') =>
      program.ask('setLines', { path: path.join(program.folder, file), lines });
    /** Where it stands: "fetch:3". */
    async function place(program: Program, loop: number): Promise<string> {
      const { frames } = await program.ask('stack', { loop });
      const frame = frames.filter(({ user }) => user).at(-1);
      return `${frame?.name}:${frame?.line}`;
    }
    /** Continues, and says the texts of all stops until the program has ended. */
    async function stops(program: Program): Promise<string[]> {
      const told: string[] = [];
      for (;;) {
        await program.ask('continue', {});
        const stop = await Promise.race([program.next('stopped'), program.end().then(() => undefined)]).catch(
          () => undefined,
        );
        if (!stop) break;
        told.push(`${stop.breakpoints.join()} ${stop.text.replace(/^Paused on tick \d+: /, '')}`);
      }
      assert.equal(await program.end(), 0, program.stderr);
      assert.equal(program.stdout, 'over\n');
      return told;
    }

    it('stops in the middle of a callback, with its locals, where code is', async () => {
      const program = await entered();
      const { lines } = await set(program, [
        { id: 'blank', line: 4, condition: 'n == 1' },
        { id: 'def', line: 7 },
        { id: 'none', line: 99 },
      ]);
      assert.deepEqual(
        lines.map(({ id, verified, line }) => [id, verified, line]),
        [
          ['blank', true, 5],
          ['def', true, 8],
          ['none', false, 99],
        ],
      );
      assert.match(lines[2].message ?? '', /no code at this line/);
      await program.ask('continue', {});
      const stop = await program.next('stopped');
      assert.deepEqual([stop.reason, stop.at, stop.breakpoints], ['breakpoint', 'inside', ['blank']]);
      assert.match(stop.text, /^Paused on tick \d+: program\.py:5, n == 1$/);
      const { frames } = await program.ask('stack', { loop: stop.loop });
      const frame = frames.at(-1);
      assert.equal(`${frame?.name}:${frame?.line}`, 'fetch:5');
      const { variables } = await program.ask('locals', { frame: frame?.id ?? 0 });
      assert.deepEqual(
        variables.map(({ name, value }) => `${name}=${value}`),
        ['n=1', 'twice=2'],
      );
      const value = await program.ask('evaluate', {
        expression: 'twice + n',
        frame: frame?.id,
        context: 'watch',
      });
      assert.equal(value.value, '3');
      assert.deepEqual(await stops(program), ['def program.py:8']);
    });

    it('obeys conditions, hit counts and log messages; two at one line give one stop', async () => {
      const program = await entered();
      await set(program, [
        { id: 'a', line: 3, hitCondition: '>= 2' },
        { id: 'b', line: 3, condition: 'any(n == each for each in [2])' },
        { id: 'c', line: 6, logMessage: 'got {twice}' },
        { id: 'd', line: 8, condition: 'bell.nothing' },
      ]);
      assert.deepEqual(await stops(program), [
        'a program.py:3',
        'a,b program.py:3, any(n == each for each in [2])',
        "d program.py:8, its condition bell.nothing failed with AttributeError: 'str' object has no attribute 'nothing'",
      ]);
      const logs = program.messages.flatMap((message) => (message.type === 'log' ? [message.text] : []));
      assert.deepEqual(logs, ['got 0', 'got 2', 'got 4']);
    });

    it('verifies code that loads later, and takes lines away again', async () => {
      const program = await entered();
      const { lines } = await set(program, [{ id: 'late', line: 2 }], 'late.py');
      assert.match(lines[0].message ?? '', /not loaded this file yet/);
      await set(program, [{ id: 'gone', line: 3 }]);
      await set(program, []);
      assert.deepEqual(await stops(program), ['late late.py:2']);
      const told = program.messages.flatMap((message) => (message.type === 'lines' ? message.lines : []));
      assert.deepEqual(told, [{ id: 'late', verified: true, line: 2 }]);
    });

    it('steps by lines within the callback, and by callbacks where it ends', async () => {
      const program = await entered();
      await set(program, [{ id: 'a', line: 13, hitCondition: '1' }]);
      await program.ask('continue', {});
      const { loop } = await program.next('stopped');
      const went = [await place(program, loop)];
      for (const kind of ['lineInto', 'lineOver', 'lineOver', 'lineOver'] as const) {
        const stop = await program.step({ kind });
        assert.equal(stop.reason, 'step');
        went.push(`${stop.at} ${await place(program, loop)}`);
      }
      // sleep(0) suspends the task: the callback ends there.
      assert.deepEqual(went, ['main:13', 'inside fetch:3', 'inside fetch:5', 'gate fetch:5', 'gate fetch:5']);
    });
    it('has lines from the welcome on, and refuses what cannot be', async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'tickscope-lines-'));
      try {
        const file = path.join(folder, 'own.py');
        writeFileSync(
          file,
          PROGRAM.replace('import late', 'late = sys').replace('late.called(total)', "'over'"),
        );
        const lines = [
          { id: 'a', line: 8 },
          { id: 'long', line: 8, condition: '1+'.repeat(5000) + '1' },
          { id: 'wrong', line: 8, condition: 'n ==' },
        ];
        const program = await Program.start(python, '', {
          command: [file],
          welcome: { lines: [{ path: file, lines }] },
        });
        programs.push(program);
        const { lines: told } = await program.next('lines');
        assert.deepEqual(
          told.map(({ id, verified }) => [id, verified]),
          [
            ['a', true],
            ['long', false],
            ['wrong', false],
          ],
        );
        assert.match(told[1].message ?? '', /has 10001 characters/);
        assert.match(told[2].message ?? '', /not a Python expression/);
        const stop = await program.next('stopped');
        assert.deepEqual(stop.breakpoints, ['a']);
        assert.deepEqual(await stops(program), []);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });

    it('steps out to the caller', async () => {
      const source = `import asyncio
def inner(n):
    n += 1
    return n
async def main():
    two = inner(1)
    print('over')
asyncio.run(main())
`;
      const program = await entered(source);
      await set(program, [{ id: 'a', line: 3 }]);
      await program.ask('continue', {});
      const stop = await program.next('stopped');
      assert.equal(await place(program, stop.loop), 'inner:3');
      const out = await program.step({ kind: 'lineOut' });
      assert.deepEqual([out.at, await place(program, out.loop)], ['inside', 'main:7']);
      assert.deepEqual(await stops(program), []);
    });
    it('steps into the first line of the callback about to run', async () => {
      const program = await entered();
      const first = await program.step({ kind: 'lineInto' });
      const went = [`${first.at} ${await place(program, first.loop)}`];
      for (const kind of ['lineOver', 'lineOver', 'lineInto', 'lineOut', 'lineOver'] as const) {
        const stop = await program.step({ kind });
        went.push(`${stop.at} ${await place(program, first.loop)}`);
      }
      assert.deepEqual(went.slice(0, 4), [
        'inside main:11',
        'inside main:12',
        'inside main:13',
        'inside fetch:3',
      ]);
      assert.match(went[4], /^gate/);
    });
  });
