/** The gallery of plain Node programs. */
import { abandoned, deadlock, galleryOf, late, orphan, slow, spinning, starved, stuck } from './javascript';

const SLOW = { slowCallbackMs: 1000 };

galleryOf('node', {
  'abandonedAwait.mjs': {
    after: /cleared/,
    found: [orphan(['ask'], /^ask waits for a promise since .*; nobody settles it; main waits for it\.$/)],
  },
  'backPressure.mjs': {
    after: /filling/,
    found: [
      abandoned(
        ['fill'],
        /^fill waits for room to write to a PassThrough since .*backPressure\.mjs:12\); nobody reads from it, and nobody awaits fill\.$/,
      ),
    ],
  },
  // Where the system tells whether a thread computes.
  ...(process.platform === 'linux' && {
    'blockedHandler.mjs': {
      after: /answered/,
      also: SLOW,
      found: [
        slow(
          [],
          /^A callback ran for .* without giving the loop back; it was in render \(blockedHandler\.mjs:\d+\) when it was looked at\.$/,
        ),
      ],
    },
  }),
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
    found: [
      abandoned(
        ['serve'],
        /^serve waits for "ready" of an EventEmitter since .*eventNeverEmitted\.mjs:9\); nobody emits it, and nobody awaits serve\.$/,
      ),
    ],
  },
  'lateTimer.mjs': {
    after: /chime/,
    also: SLOW,
    found: [
      slow([], /^hog ran for .* without giving the loop back/),
      late(
        [],
        /^The timer of chime \(lateTimer\.mjs:\d+\) was 1\.\d s late in tick \d+: hog ran meanwhile \(lateTimer\.mjs:\d+\)\.$/,
      ),
    ],
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
  'nextTickStarvation.mjs': {
    after: /polled/,
    found: [
      starved(
        /^Nothing else could run for .* in tick \d+: nextTicks and microtasks scheduled one another, \d+ in a row, the last of them poll \(nextTickStarvation\.mjs:\d+\)\.$/,
      ),
    ],
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
  'sleepLate.mjs': {
    after: /rang/,
    also: SLOW,
    found: [
      slow([], /^hog ran for .* without giving the loop back/),
      late([], /^A timer was 1\.\d s late in tick \d+: hog ran meanwhile \(sleepLate\.mjs:\d+\)\.$/),
    ],
  },
  'spinning.mjs': {
    after: /waiting/,
    found: [
      spinning(
        [],
        /^untilReady \(spinning\.mjs:\d+\) has been run by setImmediate \d+ times in a row within .*: it waits by running\.$/,
      ),
    ],
  },
  'spinningAwait.mjs': {
    after: /taking/,
    found: [spinning([], /^Code that awaits setImmediate has been run by it \d+ times in a row/)],
  },
  'starvation.mjs': {
    after: /working/,
    found: [
      starved(/^work stood in ready for .* before it ran in tick \d+ \(starvation\.mjs:\d+\): too many/),
    ],
  },
});
