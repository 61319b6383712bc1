/** The gallery of programs on the TypeScript loop. */
import { ANY, type Expected } from './play';
import { deadlock, galleryOf, late, orphan, slow, spinning, stall, stuck } from './javascript';

const reported = (kind: Expected['kind'], tasks: string[], sentence: RegExp): Expected => ({
  kind,
  certainty: 'proved',
  tasks,
  sentence,
});

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
  'conditionNested.ts': {
    after: /open/,
    found: [
      deadlock(
        ['take', 'add'],
        /^take waits for condition filled that only add could notify since .*:10\), which waits for lock shelf held by take \(taken at conditionNested\.ts:8, waits at conditionNested\.ts:17\); neither can go on; Task-1 waits for them\.$/,
      ),
    ],
  },
  'connectHangs.ts': {
    after: /connecting/,
    found: [
      stuck(
        ['connect'],
        /^connect waits for a connection to 127\.0\.0\.1:\d+ since .*:14\); .* so far; Task-1 waits for it\.$/,
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
  'destroyedPending.ts': {
    after: /visited/,
    found: [
      reported(
        'destroyed-pending',
        ['listen'],
        /^listen was destroyed before it had ended: nothing referred to it any more\.$/,
      ),
    ],
  },
  'executorBlocks.ts': {
    after: /in a thread/,
    found: [
      stuck(['job'], /^job waits for a job in an executor \(work\) since .* so far; Task-1 waits for it\.$/),
    ],
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
  'growingQueue.ts': {
    after: /arriving/,
    found: [
      {
        kind: 'growing-queue',
        certainty: 'suspected',
        tasks: [],
        sentence: /^Ready grew from \d+ to \d+ callbacks between tick \d+ and tick \d+, within \d+ s/,
      },
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
        /^report waits for lock ledger held by import \(taken at lockHolderFailed\.ts:7\) since .*:13\); import has ended without releasing it; Task-1 waits for it\.$/,
      ),
    ],
  },
  'lockOrder.ts': {
    after: /transferring/,
    found: [
      deadlock(
        ['alice-to-bob', 'bob-to-alice'],
        /^alice-to-bob waits for lock bob\.lock held by bob-to-alice \(taken at lockOrder\.ts:10\) since .*:12\), which waits for lock alice\.lock held by alice-to-bob .*; neither can go on; Task-1 waits for them\.$/,
      ),
    ],
  },
  'lockTwice.ts': {
    after: /asking/,
    found: [
      deadlock(
        ['reader'],
        /^reader waits for lock cache\.lock, which it holds itself, since .*; it can never go on; Task-1 waits for it\.$/,
      ),
    ],
  },
  'neverAwaited.ts': {
    after: /saved/,
    found: [
      reported(
        'never-awaited',
        [],
        /^Coroutine 'save' was never awaited, so it never ran \(neverAwaited\.ts:14\)(?:; [23] times so far)?\.$/,
      ),
    ],
  },
  'neverRetrieved.ts': {
    after: /handled/,
    found: [
      reported(
        'never-retrieved',
        ['notify'],
        /^Nobody ever asked for the exception of notify: TypeError: ann has no phone \(neverRetrieved\.ts:6\)\.$/,
      ),
    ],
  },
  'ownFriend.ts': {
    after: /building/,
    found: [
      deadlock(
        ['roof', 'walls', 'floor'],
        /^roof waits for task walls since .*:8\), which waits for task floor .*, which waits for task roof .*; none of them can go on; Task-1 waits for them\.$/,
      ),
    ],
  },
  'queueFull.ts': {
    after: /consumer failed/,
    found: [
      orphan(
        ['producer'],
        /^producer waits for room in queue jobs \(2 inside\) since .*:5\); nobody takes anything out; Task-1 waits for it\.$/,
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
        /^work-2 waits for semaphore places held by work-0 and work-1 since .*:5\); work-0 and work-1 have ended without releasing it; Task-1 waits for it\.$/,
      ),
    ],
  },
  'semaphoreOrder.ts': {
    after: /started/,
    found: [
      deadlock(
        ['render', 'archive'],
        /^render waits for semaphore disk held by archive \(taken at semaphoreOrder\.ts:16\) since .*:10\), which waits for semaphore cpu held by render \(taken at semaphoreOrder\.ts:8, waits at semaphoreOrder\.ts:19\); neither can go on; Task-1 waits for them\.$/,
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
        /^plato waits for lock (?:\w+ )?held by hume \(taken at threeLocks\.ts:\d+\) since .*, which waits for lock (?:\w+ )?held by kant .*, which waits for lock (?:\w+ )?held by plato .*; none of them can go on; Task-1/,
      ),
    ],
  },
  'writeSilent.ts': {
    after: /uploading/,
    found: [
      stuck(
        ['upload'],
        /^upload waits for room to write to 127\.0\.0\.1:\d+ since .*:10\); .* so far; Task-1 waits for it\.$/,
      ),
    ],
  },
});
