import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Debuggee } from '../../../src/adapter/debuggee';
import { type FileLines, Lines } from '../../../src/adapter/lines';
import type { LineAnswer } from '../../../src/wire/messages';

const PATH = '/app/web.py';
const source = { name: 'web.py', path: PATH };

describe('breakpoints on lines', () => {
  let sent: FileLines[];
  let changed: DebugProtocol.Breakpoint[];
  let program: Debuggee | undefined;
  let lines: Lines;

  beforeEach(() => {
    sent = [];
    changed = [];
    program = undefined;
    let number = 0;
    lines = new Lines({ current: () => program, changed: (each) => changed.push(each) }, () => ++number);
  });
  function connect(answer: (asked: FileLines) => LineAnswer[]): void {
    program = {
      connected: true,
      target: 'asyncio',
      request: async (_: string, asked: FileLines) => {
        sent.push(asked);
        return { lines: answer(asked) };
      },
    } as unknown as Debuggee;
  }
  /** The next line from each on has code. */
  const moved = (asked: FileLines) =>
    asked.lines.map(({ id, line }) => ({ id, verified: true, line: line + 1 }));

  it('wait for the program, which is welcomed with them, and are told what it makes of them', async () => {
    const set = await lines.set(source, [{ line: 3, condition: 'x > 1' }, { line: 9 }]);
    assert.deepEqual(
      set.map(({ id, verified, line }) => [id, verified, line]),
      [
        [1, false, 3],
        [2, false, 9],
      ],
    );
    for (const { message } of set)
      assert.match(message ?? '', /^The program has not loaded this code yet\.$/);
    assert.deepEqual(
      lines.wanted.map(({ path, lines: of }) => [path, of.map(({ line, condition }) => [line, condition])]),
      [
        [
          PATH,
          [
            [3, 'x > 1'],
            [9, undefined],
          ],
        ],
      ],
    );
    connect(moved);
    await lines.connected();
    assert.deepEqual(changed, [
      { id: 1, verified: true, line: 4, source },
      { id: 2, verified: true, line: 10, source },
    ]);
  });

  it('are verified when their code loads, and named by their numbers where one stops', async () => {
    connect(({ lines: asked }) =>
      asked.map(({ id, line }) => ({ id, line, verified: false, message: 'Not loaded.' })),
    );
    const [{ id, verified, message }] = await lines.set(source, [{ line: 3 }]);
    assert.deepEqual([verified, message], [false, 'Not loaded.']);
    const [{ id: sentId }] = sent[0].lines;
    lines.told([
      { id: sentId, verified: true, line: 3 },
      { id: 'of nobody', verified: true, line: 1 },
    ]);
    assert.deepEqual(changed, [{ id, verified: true, line: 3, source }]);
    assert.deepEqual(lines.numbersOf(['tick 3', sentId]), [id]);
  });

  it('are replaced file by file; none is told to the program, too, but not where there was none', async () => {
    connect(moved);
    await lines.set({ path: '/app/other.py' }, []);
    assert.equal(sent.length, 0);
    await lines.set(source, [{ line: 3 }]);
    await lines.set({ path: '/app/other.py' }, [{ line: 1 }]);
    await lines.set(source, []);
    assert.deepEqual(
      sent.map(({ path, lines: of }) => [path, of.length]),
      [
        [PATH, 1],
        ['/app/other.py', 1],
        [PATH, 0],
      ],
    );
    assert.deepEqual(
      lines.wanted.map(({ path }) => path),
      ['/app/other.py'],
    );
  });

  it('keep their numbers, so that the editor knows them again', async () => {
    const numbers = async (...of: number[]) =>
      (
        await lines.set(
          source,
          of.map((line) => ({ line })),
        )
      ).map(({ id }) => id);
    assert.deepEqual(await numbers(3, 9, 9), [1, 2, 3]);
    assert.deepEqual(await numbers(9, 12), [2, 4]);
  });

  it('say why they cannot be: by themselves, for their text, or as the program says', async () => {
    const [unnamed] = await lines.set({ name: 'Untitled-1' }, [{ line: 1 }]);
    assert.match(unnamed.message ?? '', /is no file on a disk/);
    program = {
      connected: true,
      target: 'asyncio',
      request: () => Promise.reject(new Error('This target stops at no lines.')),
    } as unknown as Debuggee;
    const [long, fine] = await lines.set(source, [
      { line: 1, condition: 'x'.repeat(10_000) },
      { line: 2, hitCondition: '% 2', logMessage: 'at {x}' },
    ]);
    assert.match(long.message ?? '', /condition has 10000 characters; it may have 4000/);
    assert.deepEqual([fine.verified, fine.message], [false, 'This target stops at no lines.']);
  });
});
