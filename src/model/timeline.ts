/** How long each tick ran and waited, in buckets of equal numbers of ticks: what the ruler draws. */
import type { Timeline } from '../adapter/contract';
import { RESULT } from '../wire/schema';
import type { Folded, History, Point } from './history';
import { OP } from './log';

type Bucket = Timeline['buckets'][number];

/** `stops`: ticks at which a breakpoint stopped the program; `findings`: those that findings are about. */
export function timelineOf(
  history: History<Point, Folded>,
  from: number,
  to: number,
  count: number,
  stops: ReadonlySet<number>,
  findings: Iterable<number> = [],
): Timeline {
  const { firstTick, live } = history;
  const first = Math.max(from, firstTick);
  const last = Math.min(to, live.tick);
  const buckets: Bucket[] = [];
  const answer = { firstTick, lastTick: live.tick, buckets };
  if (first > last) return answer;
  const each = Math.max(1, Math.ceil((last - first + 1) / count));
  for (let tick = first; tick <= last; tick += each) {
    const ticks = Math.min(each, last - tick + 1);
    buckets.push({ tick, ticks, runMs: 0, waitMs: 0, callbacks: 0, marks: [] });
  }
  const mark = (bucket: Bucket, kind: Bucket['marks'][number]) => {
    if (!bucket.marks.includes(kind)) bucket.marks.push(kind);
  };
  const markAll = (ticks: Iterable<number>, kind: Bucket['marks'][number]) => {
    for (const tick of ticks)
      if (tick >= first && tick <= last) mark(buckets[Math.floor((tick - first) / each)], kind);
  };
  markAll(stops, 'breakpoint');
  markAll(findings, 'finding');
  const start = history.before(first);
  let { tick, time } = start;
  let bucket: Bucket | undefined;
  history.scan(start.row, (op, _n, a, b, _c, at) => {
    if (op === OP.TICK) {
      tick = history.tickOf(tick, a);
      if (tick > last) return true;
      bucket = tick < first ? undefined : buckets[Math.floor((tick - first) / each)];
      // Before the first tick nothing had begun that could have waited.
      if (bucket && tick > 1) bucket.waitMs += (at - time) * 1000;
      time = at;
    } else if (op === OP.BEGAN) time = at;
    else if (op === OP.RAN || op === OP.RAN_ON) {
      if (bucket) {
        bucket.runMs += (at - time) * 1000;
        if (op === OP.RAN) bucket.callbacks++;
        if (op === OP.RAN && b === RESULT.RAISED) mark(bucket, 'exception');
      }
      time = at;
    } else if (op === OP.LOST && bucket) mark(bucket, 'gap');
    return false;
  });
  return answer;
}
