/** The gallery of programs on the TypeScript loop. */
import { ANY } from './play';
import { deadlock, galleryOf, late, orphan, slow, spinning, stall, stuck } from './javascript';

galleryOf('loop', {
  'barrierShort.ts': {
    after: /ready/,
    found: [
      orphan(
        ['ann', 'bob'],
        /^ann waits for barrier line since .*:5\); nobody else comes; so does bob; Task-1 waits/,
      ),
    ],
  },
  'conditionNobody.ts': {
    after: /produced/,
    found: [
      orphan(
        ['consumer'],
        /^consumer waits for condition filled since .*:6\); nobody notifies it; Task-1 waits/,
      ),
    ],
  },
  'crossWait.ts': {
    after: /talking/,
    found: [
      deadlock(
        ['one', 'two'],
        /^one waits for an item of queue (?:\w+ )?\(0 inside\) that only two could put since .*, which waits for an item of queue (?:\w+ )?\(0 inside\) that only one could put .*; neither can go on; Task-1 waits/,
      ),
    ],
  },
  'executorBlocks.ts': {
    after: /in a thread/,
    found: [stuck(['job'], /^job waits for executor since .* so far; Task-1 waits for it\.$/)],
  },
  'futureLost.ts': {
    after: /cleared/,
    found: [
      orphan(
        ['asking'],
        /^asking waits for future (?:answer )?since .*:9\); nobody sets it; Task-1 waits for it\.$/,
      ),
    ],
  },
  'gatherChild.ts': {
    after: /downloading/,
    found: [
      orphan(['b'], /^b waits for event (?:arrived )?since .*:5\); nobody sets it; Task-1 waits for it\.$/),
    ],
  },
  'lateTimer.ts': {
    after: /chime/,
    also: { slowCallbackMs: 1000 },
    found: [
      slow(['hog'], /^hog, in task hog, ran for .* without giving the loop back/),
      late(ANY, /^The timer of chime .* late in tick \d+: hog, in task hog, ran meanwhile/),
    ],
  },
  'lockHolderFailed.ts': {
    after: /import failed/,
    found: [
      orphan(
        ['report'],
        /^report waits for lock ledger held by import since .*:13\); import has ended without releasing it; Task-1 waits for it\.$/,
      ),
    ],
  },
  'lockOrder.ts': {
    after: /transferring/,
    found: [
      deadlock(
        ['alice-to-bob', 'bob-to-alice'],
        /^alice-to-bob waits for lock lock held by bob-to-alice since .*:12\), which waits for lock lock held by alice-to-bob .*; neither can go on; Task-1 waits for them\.$/,
      ),
    ],
  },
  'lockTwice.ts': {
    after: /asking/,
    found: [
      deadlock(
        ['reader'],
        /^reader waits for lock lock, which it holds itself, since .*; it can never go on; Task-1 waits/,
      ),
    ],
  },
  'queueJoin.ts': {
    after: /did 3/,
    found: [
      orphan(
        ['Task-1', 'consumer'],
        /^Task-1 waits for the end of queue jobs \(3 unfinished\) since .*; nobody calls task_done; consumer waits for an item of queue jobs/,
      ),
    ],
  },
  'semaphoreLeak.ts': {
    after: /working/,
    found: [
      orphan(
        ['work-2'],
        /^work-2 waits for semaphore places since .*:5\); nobody releases it; Task-1 waits for it\.$/,
      ),
    ],
  },
  'silentPeer.ts': {
    after: /asked/,
    found: [
      stuck(
        ['fetch'],
        /^fetch waits for data from 127\.0\.0\.1:\d+ since .*:9\); .* so far; Task-1 waits for it\.$/,
      ),
    ],
  },
  'slowCallback.ts': {
    after: /computed/,
    also: { slowCallbackMs: 1000 },
    found: [slow(['compute'], /^compute, in task compute, ran for .* without giving the loop back/)],
  },
  'spinning.ts': {
    after: /polling/,
    found: [spinning(['poller'], /^poller has been run \d+ times in a row .*: it waits by running\.$/)],
  },
  'stalled.ts': {
    after: /waiting/,
    found: [orphan(['Task-1'], /^Task-1 waits for event opened since .*:8\); nobody sets it\.$/), stall],
  },
  'subprocessEndless.ts': {
    after: /building/,
    found: [stuck(['build'], /^build waits for process \d+ since .* so far; Task-1 waits for it\.$/)],
  },
  'threeLocks.ts': {
    after: /dining/,
    found: [
      deadlock(
        ['plato', 'hume', 'kant'],
        /^plato waits for lock (?:\w+ )?held by hume since .*, which waits for lock (?:\w+ )?held by kant .*, which waits for lock (?:\w+ )?held by plato .*; none of them can go on; Task-1/,
      ),
    ],
  },
});
