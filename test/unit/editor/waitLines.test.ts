import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TaskRow, WaitingRow, WaitReason } from '../../../src/adapter/contract';
import { hoverText, markText, waitLines } from '../../../src/editor/waitLines';

const path = '/work/bank.py';

function aTask(task: number, ageMs: number, line: number | undefined, more: Partial<TaskRow> = {}): TaskRow {
  const reason: WaitReason = { kind: 'lock', text: 'lock db' };
  if (line !== undefined) reason.source = { path, line };
  return {
    task,
    name: `Task-${task}`,
    state: 'waiting',
    coroutine: 'transfer',
    source: { path, line: 1 },
    reason,
    sinceTick: 7,
    ageMs,
    steps: 1,
    busyMs: 0,
    readyMs: 0,
    waitingMs: ageMs,
    ...more,
  };
}

describe('waitLines', () => {
  it('counts at each line who waits there, the longest first', () => {
    const rows = [aTask(1, 300, 40), aTask(2, 3200, 40), aTask(3, 50, 61)];
    const lines = waitLines(path, rows, false);
    assert.deepEqual([...lines.keys()].sort(), [40, 61]);
    assert.equal(markText(lines.get(40)!), '⏳ 2 wait here, longest 3.2 s');
    assert.equal(markText(lines.get(61)!), '⏳ 1 waits here, 50 ms');
    assert.deepEqual(
      lines.get(40)!.tasks.map(({ task }) => task),
      [2, 1],
    );
  });

  it('leaves out who waits elsewhere, does not wait, was not read, or is no task', () => {
    const elsewhere = aTask(1, 1, 40);
    elsewhere.reason!.source = { path: `${path}x`, line: 40 };
    const socket: WaitingRow = {
      id: 9,
      name: 'accept',
      reason: { kind: 'accept', text: 'fd 7', source: { path, line: 40 } },
      sinceTick: 1,
      ageMs: 1,
    };
    const rows = [elsewhere, aTask(2, 1, 40, { state: 'ready' }), aTask(3, 1, undefined), socket];
    assert.equal(waitLines(path, rows, false).size, 0);
  });

  it('says so where there were more tasks than it was told of', () => {
    const line = waitLines(path, [aTask(1, 65_000, 40)], true).get(40)!;
    assert.equal(markText(line), '⏳ 1 or more wait here, longest 1 min 5 s');
    assert.match(hoverText(line, 'x'), /1 or more tasks wait here/);
  });

  it('counts all and lists the ten that wait longest', () => {
    const ages = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(ages, (every) => {
        const rows = every.map((age, index) => aTask(index + 1, age, 40));
        const line = waitLines(path, rows, false).get(40)!;
        assert.equal(line.count, every.length);
        const longest = [...every].sort((x, y) => y - x).slice(0, 10);
        assert.deepEqual(
          line.tasks.map(({ ageMs }) => ageMs),
          longest,
        );
        assert.equal(
          /and (\d+) others/.exec(hoverText(line, 'x'))?.[1] ?? '0',
          String(every.length - longest.length),
        );
      }),
    );
  });
});

describe('hoverText', () => {
  it('lists each task as a link to the command, with what it waits for and since when', () => {
    const line = waitLines(path, [aTask(12, 3200, 40)], false).get(40)!;
    const [title, , entry] = hoverText(line, 'tickscope.showTask').split('\n');
    assert.equal(title, '**1 task waits here**');
    assert.equal(
      entry,
      '- [Task\\-12](command:tickscope.showTask?%5B12%5D "Show in the Tickscope panel"): lock db; 3.2 s, since tick 7',
    );
  });

  it('takes nothing of the program for markup', () => {
    const name = 'a](command:evil) <b>\n# title';
    const line = waitLines(path, [aTask(1, 0, 40, { name })], false).get(40)!;
    const lines = hoverText(line, 'x').split('\n');
    assert.equal(lines.length, 3);
    assert.ok(
      lines[2].startsWith('- [a\\]\\(command\\:evil\\) \\<b\\> \\# title](command:x?%5B1%5D '),
      lines[2],
    );
  });
});
