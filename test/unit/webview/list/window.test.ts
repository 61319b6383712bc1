import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PAGE, type RowsWindow, arrive, emptyWindow, refuse, wanted } from '../../../../webview/list/window';

interface Row {
  id: number;
}
const rows = (start: number, n: number): Row[] => Array.from({ length: n }, (_, i) => ({ id: start + i }));
const answer = (epoch: number, start: number, n: number, total: number) => ({
  epoch,
  start,
  total,
  rows: rows(start, n),
  at: 10,
  clockMs: 5,
});

describe('list/window', () => {
  it('asks for the whole pages around what is seen', () => {
    assert.deepEqual(wanted(emptyWindow<Row>(), { first: 0, last: 12 }, 1), { start: 0, count: PAGE });
    assert.deepEqual(wanted(emptyWindow<Row>(), { first: 60, last: 110 }, 1), { start: 50, count: 100 });
  });

  it('asks nothing for rows that are there, only the missing pages when scrolling on', () => {
    const window = arrive(emptyWindow<Row>(), answer(1, 0, 50, 10_000), false);
    assert.equal(wanted(window, { first: 3, last: 40 }, 1), undefined);
    assert.deepEqual(
      wanted(window, { first: 30, last: 70 }, 1),
      { start: 50, count: 100 },
      'and the page after',
    );
  });

  it('asks again for all that is seen when the moment is another', () => {
    const window = arrive(emptyWindow<Row>(), answer(1, 0, 50, 10_000), false);
    assert.deepEqual(wanted(window, { first: 3, last: 40 }, 2), { start: 0, count: 50 });
  });

  it('asks for nothing beyond the end', () => {
    const window = arrive(emptyWindow<Row>(), answer(1, 0, 7, 7), false);
    assert.equal(wanted(window, { first: 0, last: 90 }, 1), undefined);
  });

  it('adds rows of the same moment and drops those of a former one', () => {
    let window = arrive(emptyWindow<Row>(), answer(1, 0, 50, 200), false);
    window = arrive(window, answer(1, 50, 50, 200), false);
    assert.equal(window.rows.size, 100);
    window = arrive(window, answer(2, 50, 50, 180), false);
    assert.equal(window.rows.size, 50);
    assert.equal(window.rows.has(0), false);
    assert.equal(window.total, 180);
    assert.equal(arrive(window, answer(1, 0, 50, 200), false), window);
  });

  it('marks what entered since the moment before, and keeps the marks while more of it comes', () => {
    const before = arrive(emptyWindow<Row>(), { ...answer(1, 0, 0, 3), rows: rows(1, 3) }, true);
    assert.deepEqual([...before.entered], []);
    let after = arrive(before, { ...answer(2, 0, 0, 3), rows: [{ id: 2 }, { id: 3 }, { id: 9 }] }, true);
    assert.deepEqual([...after.entered], [9]);
    after = arrive(after, { ...answer(2, 3, 0, 4), rows: [{ id: 10 }] }, true);
    assert.deepEqual([...after.entered], [9]);
    assert.deepEqual([...arrive(before, answer(2, 7, 3, 10), false).entered], []);
  });

  it('keeps the rows when a request is refused, and asks again only in another moment', () => {
    const window = refuse(arrive(emptyWindow<Row>(), answer(1, 0, 50, 100), false), 2, 'No such moment.');
    assert.equal(window.error, 'No such moment.');
    assert.equal(window.rows.size, 50);
    assert.equal(wanted(window, { first: 0, last: 99 }, 2), undefined);
    assert.deepEqual(wanted(window, { first: 0, last: 10 }, 3), { start: 0, count: 50 });
    assert.equal(arrive(window, answer(3, 0, 50, 100), false).error, undefined);
  });

  it('gets all that is seen in a finite number of requests, whatever the adapter answers', () => {
    fc.assert(
      fc.property(
        fc.nat(5000),
        fc.nat(6000),
        fc.nat(120),
        fc.array(fc.nat(60), { maxLength: 8 }),
        (total, first, extent, sizes) => {
          let window: RowsWindow<Row> = emptyWindow<Row>();
          const visible = { first, last: first + extent };
          for (let asked = 0; ; asked++) {
            assert.ok(asked < 200, 'asks for ever');
            const span = wanted(window, visible, 1);
            if (!span) break;
            const given = Math.min(span.count, sizes[asked] ?? 50, Math.max(0, total - span.start));
            window = arrive(window, { ...answer(1, span.start, given, total) }, false);
          }
          for (let i = first; i <= Math.min(visible.last, window.total - 1); i++)
            assert.ok(window.rows.has(i));
        },
      ),
    );
  });
});
