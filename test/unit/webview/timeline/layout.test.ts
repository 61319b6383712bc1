import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Timeline } from '../../../../src/adapter/contract';
import {
  WIDEST_CELL,
  bars,
  bucketsFor,
  labelGap,
  labelStep,
  labels,
  leftOf,
  marks,
  middleOf,
  pan,
  reveal,
  scaleOf,
  tickAt,
  zoom,
} from '../../../../webview/timeline/layout';

const view = fc
  .tuple(fc.integer({ min: 1, max: 2_000_000 }), fc.integer({ min: 0, max: 2_000_000 }))
  .map(([from, more]) => ({ from, to: from + more }));
const width = fc.integer({ min: 50, max: 3000 });

describe('timeline/layout', () => {
  it('does not spread few ticks over the whole ruler', () => {
    assert.equal(scaleOf({ from: 1, to: 3 }, 1000).cell, WIDEST_CELL);
    assert.equal(scaleOf({ from: 1, to: 200 }, 1000).cell, 5);
  });

  it('finds the tick whose cell is under the pointer, for every tick that is at least a pixel wide', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.nat(800),
        fc.nat(800),
        width,
        (from, more, pick, w) => {
          const scale = scaleOf({ from, to: from + more }, w);
          const tick = from + (pick % (more + 1));
          assert.equal(tickAt(scale, middleOf(scale, tick)), tick);
        },
      ),
    );
  });

  it('stays on the ruler when the pointer leaves it', () => {
    const scale = scaleOf({ from: 10, to: 20 }, 1000);
    assert.equal(tickAt(scale, -50), 10);
    assert.equal(tickAt(scale, 5000), 20);
  });

  it('labels round ticks with room between them', () => {
    fc.assert(
      fc.property(view, width, (v, w) => {
        const scale = scaleOf(v, w);
        const found = labels(scale, { first: 1, last: v.to });
        assert.ok(found.length <= w / labelGap(scale) + 2);
        assert.match(String(labelStep(scale)), /^[125]0*$/);
        for (const tick of found) assert.ok(tick >= v.from && tick <= v.to);
        for (let i = 1; i < found.length; i++)
          assert.ok(leftOf(scale, found[i]) - leftOf(scale, found[i - 1]) > labelGap(scale) - 0.1);
      }),
    );
  });

  it('marks each tick while they are apart, and never more than there are pixels', () => {
    assert.deepEqual(marks(scaleOf({ from: 4, to: 9 }, 300)), [4, 5, 6, 7, 8, 9]);
    fc.assert(
      fc.property(view, width, (v, w) => {
        assert.ok(marks(scaleOf(v, w)).length <= w / 2 + 2);
      }),
    );
  });

  it('zooms around the pointer and never leaves the history', () => {
    const bounds = { first: 1, last: 1000 };
    const near = zoom({ from: 1, to: 1000 }, bounds, 0.5, 750);
    assert.ok(near.from < 750 && near.to > 750 && near.to - near.from + 1 === 500);
    assert.deepEqual(zoom(near, bounds, 100, 750), { from: 1, to: 1000 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.nat(100_000),
        fc.array(fc.tuple(fc.double({ min: 0.1, max: 10, noNaN: true }), fc.nat(100_000)), { maxLength: 10 }),
        (first, more, steps) => {
          const all = { first, last: first + more };
          let shown = { from: all.first, to: all.last };
          for (const [factor, at] of steps) {
            shown = zoom(shown, all, factor, shown.from + (at % (shown.to - shown.from + 1)));
            assert.ok(shown.from >= all.first && shown.to <= all.last && shown.from <= shown.to);
          }
        },
      ),
    );
  });

  it('moves just so far that the cursor is seen', () => {
    const bounds = { first: 1, last: 100 };
    assert.deepEqual(reveal({ from: 20, to: 29 }, bounds, 25), { from: 20, to: 29 });
    assert.deepEqual(reveal({ from: 20, to: 29 }, bounds, 35), { from: 26, to: 35 });
    assert.deepEqual(reveal({ from: 20, to: 29 }, bounds, 3), { from: 3, to: 12 });
    assert.deepEqual(reveal({ from: 20, to: 29 }, { first: 60, last: 100 }, 70), { from: 61, to: 70 });
    assert.deepEqual(pan({ from: 20, to: 29 }, bounds, -400), { from: 1, to: 10 });
    assert.deepEqual(pan({ from: 20, to: 29 }, bounds, 400), { from: 91, to: 100 });
  });

  it('draws bars that fit, run under wait, the longest as high as there is room', () => {
    const bucket = (tick: number, runMs: number, waitMs: number) => ({
      tick,
      ticks: 1,
      runMs,
      waitMs,
      callbacks: 1,
      marks: [],
    });
    const timeline: Timeline = {
      firstTick: 1,
      lastTick: 3,
      buckets: [bucket(1, 100, 0), bucket(2, 10, 15), bucket(3, 0, 0)],
    };
    const [long, mixed, none] = bars(timeline, scaleOf({ from: 1, to: 3 }, 60), 50);
    assert.deepEqual([long.run, long.wait, long.x], [50, 0, 0]);
    assert.equal(mixed.run + mixed.wait, 25);
    assert.ok(mixed.run < mixed.wait);
    assert.equal(none.run, 1, 'a callback that took no time is still seen');
    assert.equal(mixed.x, 20);
  });

  it('draws only what is in view, and asks for no more bars than ticks or room', () => {
    const buckets = [10, 20, 30].map((tick) => ({
      tick,
      ticks: 10,
      runMs: 1,
      waitMs: 1,
      callbacks: 1,
      marks: [],
    }));
    const shown = bars({ firstTick: 10, lastTick: 39, buckets }, scaleOf({ from: 20, to: 29 }, 100), 50);
    assert.deepEqual(
      shown.map((bar) => bar.tick),
      [20],
    );
    assert.equal(bucketsFor({ from: 1, to: 12 }, 1000), 12);
    assert.equal(bucketsFor({ from: 1, to: 1_000_000 }, 1000), 200);
  });
});
