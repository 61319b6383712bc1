import assert from 'node:assert/strict';
import type { TaskGroup, TaskRow } from '../../../../src/adapter/contract';
import { grouped } from '../../../../src/model/rows/groups';
import { arranged } from '../../../../src/model/rows/window';

let last = 0;
function aTask(changes: Partial<TaskRow> = {}): TaskRow {
  const task = ++last;
  return {
    task,
    name: `worker-${task}`,
    state: 'waiting',
    coroutine: 'worker',
    source: { path: '/app/work.py', line: 44 },
    reason: { kind: 'semaphore', text: 'semaphore pool (0 free)' },
    sinceTick: 1,
    ageMs: task,
    steps: 1,
    busyMs: 2,
    readyMs: 3,
    waitingMs: 4,
    ...changes,
  };
}
const many = (n: number, changes?: Partial<TaskRow>) => Array.from({ length: n }, () => aTask(changes));
const said = (rows: (TaskRow | TaskGroup)[]) =>
  rows.map((row) => ('count' in row ? `${row.count} × ${row.name}` : row.name));

describe('tasks in groups', () => {
  beforeEach(() => (last = 0));

  it('folds equal stacks where the first of them stands, and leaves few as they are', () => {
    const rows = [...many(2, { coroutine: 'main' }), ...many(5), ...many(4, { coroutine: 'main' })];
    assert.deepEqual(said(grouped(rows.slice(0, 8), { by: 'stack' })), [
      'worker-1',
      'worker-2',
      '5 × worker',
      'worker-8',
    ]);
    assert.deepEqual(said(grouped(rows, { by: 'stack' })), ['6 × main', '5 × worker']);
  });

  it('tells of a group what its tasks have in common, the longest wait and the sums', () => {
    const [group] = grouped(many(6), { by: 'stack' }) as TaskGroup[];
    assert.deepEqual(
      { ...group, group: undefined },
      {
        group: undefined,
        name: 'worker',
        count: 6,
        open: false,
        waitsFor: 'semaphore pool (0 free)',
        source: { path: '/app/work.py', line: 44 },
        ageMs: 6,
        steps: 6,
        busyMs: 12,
        readyMs: 18,
        waitingMs: 24,
      },
    );
    const peers = many(5, { reason: { kind: 'read', text: '' } }).map((row, i) => ({
      ...row,
      reason: { kind: 'read' as const, text: `read fd ${i}` },
    }));
    assert.equal((grouped(peers, { by: 'stack' })[0] as TaskGroup).waitsFor, 'read');
  });

  it('folds those whose reason nobody has read with the others of their line', () => {
    const rows = [...many(3, { reason: { kind: 'notCaptured', text: 'reason not captured' } }), ...many(3)];
    const [group, ...others] = grouped(rows, { by: 'stack' }) as TaskGroup[];
    assert.deepEqual([group.count, group.waitsFor, others], [6, 'semaphore pool (0 free)', []]);
  });

  it('shows the tasks of open groups under them, and says of which group they are', () => {
    const rows = [...many(2), aTask({ state: 'ready', reason: undefined })];
    const shown = grouped(rows, { by: 'state', open: ['waiting'] });
    assert.deepEqual(said(shown), ['2 × waiting', 'worker-1', 'worker-2', '1 × ready']);
    assert.deepEqual(
      shown.map((row) => [row.group, 'open' in row && row.open]),
      [
        ['waiting', true],
        ['waiting', false],
        ['waiting', false],
        ['ready', false],
      ],
    );
  });

  it('groups by reason: what is shared by its name, the rest by its kind; by coroutine and by line', () => {
    const reason = (kind: 'lock' | 'read', text: string) => aTask({ reason: { kind, text } });
    const rows = [
      reason('lock', 'lock a'),
      reason('lock', 'lock b'),
      reason('read', 'read fd 4'),
      reason('read', 'read fd 5'),
      aTask({ reason: undefined, state: 'ready', source: undefined }),
    ];
    assert.deepEqual(said(grouped(rows, { by: 'reason' })), [
      '1 × lock a',
      '1 × lock b',
      '2 × read',
      '1 × not waiting',
    ]);
    assert.deepEqual(said(grouped(rows, { by: 'coroutine' })), ['5 × worker']);
    assert.deepEqual(said(grouped(rows, { by: 'line' })), ['4 × work.py:44', '1 × line not known']);
  });
});

describe('tasks as sorted', () => {
  beforeEach(() => (last = 0));
  const sortBy = (rows: TaskRow[], by: string, descending = false) =>
    arranged(
      { length: rows.length, row: (i) => rows[i] },
      { queue: 'tasks', start: 0, count: 9, sort: { by, descending } },
    ).map(({ task }) => task);

  it('puts numbers in names in their order', () => {
    assert.deepEqual(sortBy(many(11), 'name').slice(-2), [10, 11]);
  });

  it('puts those without a reason last, either way, and does not mind when none has one', () => {
    const rows = [aTask({ reason: undefined }), aTask(), aTask({ reason: { kind: 'lock', text: 'lock a' } })];
    assert.deepEqual(sortBy(rows, 'reason'), [3, 2, 1]);
    assert.deepEqual(sortBy(rows, 'reason', true), [2, 3, 1]);
    assert.deepEqual(sortBy([rows[0]], 'reason'), [1]);
  });
});
