/** The gallery of plain Node programs. */
import { deadlock, galleryOf, orphan, slow, stuck } from './javascript';

const SLOW = { slowCallbackMs: 1000 };

galleryOf('node', {
  'abandonedAwait.mjs': {
    after: /cleared/,
    found: [orphan(['ask'], /^ask waits for a promise since .*; nobody settles it; main waits for it\.$/)],
  },
  'backPressure.mjs': {
    after: /filling/,
    found: [
      orphan(['fill'], /^fill waits for room to write to a PassThrough since .*; nobody can end that\.$/),
    ],
  },
  'blockedLoop.mjs': {
    after: /reported/,
    also: SLOW,
    found: [slow([], /^report ran for .* without giving the loop back.*blockedLoop\.mjs:\d+\)/)],
  },
  'childEndless.mjs': {
    after: /building/,
    found: [
      stuck(['build'], /^build waits for the end of .* \(pid \d+\) since .* so far; .* waits for it\.$/),
    ],
  },
  'eventNeverEmitted.mjs': {
    after: /starting/,
    found: [orphan(['serve'], /^serve waits for "ready" of an EventEmitter since .*; nobody sets it\.$/)],
  },
  'lateTimer.mjs': {
    after: /chime/,
    also: SLOW,
    found: [slow([], /^hog ran for .* without giving the loop back/)],
  },
  'microtaskStarvation.mjs': {
    after: /drained/,
    also: SLOW,
    found: [slow([], /^begin ran for .* without giving the loop back/)],
  },
  'mutexOrder.mjs': {
    after: /transferring/,
    found: [
      deadlock(
        ['acquire', 'acquire', 'work', 'work'],
        /^(?:acquire|work) waits for .*a promise that only work could settle .*; none of them can go on/,
      ),
    ],
  },
  'mutualAwait.mjs': {
    after: /loading/,
    found: [deadlock(['prices', 'rates'], /^\w+ waits for (?:prices|rates) since .*; neither can go on\.$/)],
  },
  'poolExhausted.mjs': {
    after: /failed/,
    found: [stuck(['take'], /^take waits for a promise since .* so far; query and main wait for it\.$/)],
  },
  'promiseAllChild.mjs': {
    after: /downloading/,
    found: [
      orphan(['download'], /^download waits for a promise since .*; nobody settles it; main waits for it\.$/),
    ],
  },
  'silentPeer.mjs': {
    after: /asked/,
    found: [stuck(['fetchIt'], /^fetchIt waits for data from 127\.0\.0\.1:.* so far; .* waits for it\.$/)],
  },
  'silentWrite.mjs': {
    after: /uploading/,
    found: [
      stuck(['upload'], /^upload waits for room to write to 127\.0\.0\.1:.* so far; .* waits for it\.$/),
    ],
  },
});
