import assert from 'node:assert/strict';
import type { TaskLine, TaskQuery } from '../../../../webview/store';
import { COLUMNS, cellText, lineLabel, sortedBy, toggled } from '../../../../webview/views/taskColumns';

const query: TaskQuery = { text: '', open: ['a'] };
const times = { ageMs: 400, steps: 3, busyMs: 1, readyMs: 2, waitingMs: 3 };
const group: TaskLine = {
  id: 0,
  group: 'g',
  name: 'work',
  count: 200,
  open: false,
  waitsFor: 'lock a',
  ...times,
};

describe('columns of the table of tasks', () => {
  const column = (by: string) => COLUMNS.find((each) => each.by === by)!;

  it('sort text up and numbers down at first, then the other way, then not', () => {
    const once = sortedBy(query, column('name'));
    const twice = sortedBy(once, column('name'));
    assert.deepEqual(
      [once.sort, twice.sort],
      [
        { by: 'name', descending: false },
        { by: 'name', descending: true },
      ],
    );
    assert.equal(sortedBy(twice, column('name')).sort, undefined);
    assert.deepEqual(sortedBy(twice, column('steps')).sort, { by: 'steps', descending: true });
  });

  it('open and close groups', () => {
    assert.deepEqual(toggled(query, 'b').open, ['a', 'b']);
    assert.deepEqual(toggled(query, 'a').open, []);
  });

  it('say of a group how many it has and since when at most', () => {
    assert.equal(cellText(group, 'name', 0), '200 × work');
    assert.equal(cellText(group, 'ageMs', 200), '≤ 600 ms');
    assert.equal(cellText(group, 'reason', 0), 'lock a');
    assert.equal(cellText(group, 'state', 0), '');
  });

  it('are read out as one line, without those that Node does not tell of', () => {
    const line: TaskLine = {
      id: 1,
      task: 1,
      name: 'main',
      state: 'ready',
      coroutine: 'main',
      sinceTick: 1,
      ...times,
    };
    assert.equal(lineLabel(line, true, 0), 'ready, main, main, since 400 ms');
    assert.match(lineLabel(line, false, 0), /ran 1.0 ms, ready 2.0 ms, waited 3.0 ms, steps 3/);
  });
});
