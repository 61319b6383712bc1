import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Cause } from '../../../src/adapter/contract';
import {
  causeSource,
  causeText,
  clock,
  count,
  duration,
  outcomeText,
  percent,
  plural,
  reasonText,
  sourceText,
  timeLeft,
} from '../../../webview/format';

describe('format', () => {
  it('writes shares in percent', () => {
    assert.deepEqual([0, 0.0004, 0.004, 0.068, 0.47, 1].map(percent), [
      'less than 0.1 %',
      'less than 0.1 %',
      '0.4 %',
      '7 %',
      '47 %',
      '100 %',
    ]);
  });

  it('writes durations with the unit that fits', () => {
    const written: [number, string][] = [
      [0, '0 ms'],
      [-3, '0 ms'],
      [0.0004, '1 µs'],
      [0.04, '40 µs'],
      [0.2, '0.2 ms'],
      [9.94, '9.9 ms'],
      [9.96, '10 ms'],
      [120, '120 ms'],
      [999.4, '999 ms'],
      [999.6, '1.0 s'],
      [4_200, '4.2 s'],
      [9_960, '10 s'],
      [12_000, '12 s'],
      [59_600, '1 min'],
      [185_000, '3 min 5 s'],
      [3_600_000, '1 h'],
      [7_500_000, '2 h 5 min'],
    ];
    for (const [ms, text] of written) assert.equal(duration(ms), text, `${ms} ms`);
  });

  it('never writes a number of four digits or more before a unit below hours', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3.6e6, noNaN: true }), (ms) => {
        for (const number of duration(ms).match(/\d+(\.\d+)?/g)!) assert.ok(Number(number) < 1000);
      }),
    );
  });

  it('says that a deadline has passed', () => {
    assert.equal(timeLeft(-0.5), 'due');
    assert.equal(timeLeft(0), 'due');
    assert.equal(timeLeft(1600), '1.6 s');
  });

  it('writes the clock to the millisecond and groups digits', () => {
    assert.equal(clock(12_408.2), '12.408 s');
    assert.equal(count(9842), '9842');
    assert.equal(count(1234567), '1\u2009234\u2009567');
    assert.equal(plural(1, 'callback'), '1 callback');
    assert.equal(plural(0, 'callback'), '0 callbacks');
  });

  it('shortens a path of either kind to its file', () => {
    assert.equal(sourceText({ path: '/home/ada/bank.py', line: 18 }), 'bank.py:18');
    assert.equal(sourceText({ path: 'C:\\ada\\bank.py', line: 3 }), 'bank.py:3');
  });

  it('has words for every cause', () => {
    const source = { path: '/a/b.py', line: 2 };
    const texts: [Cause, string][] = [
      [{ kind: 'callback', callback: 3, tick: 2, name: 'Task-1' }, 'queued by Task-1'],
      [{ kind: 'callback', callback: 3, tick: 2, name: 'transfer()' }, 'queued by transfer()'],
      [{ kind: 'timer', scheduledTick: 1 }, 'woken by timer'],
      [{ kind: 'io', fd: 9, detail: 'readable' }, 'fd 9 readable'],
      [{ kind: 'io', fd: 9, detail: 'fd 9 readable' }, 'fd 9 readable'],
      [{ kind: 'io', detail: 'pipe readable' }, 'pipe readable'],
      [{ kind: 'signal', name: 'SIGINT' }, 'signal SIGINT'],
      [{ kind: 'thread', name: 'worker' }, 'handed in by thread worker'],
      [{ kind: 'start' }, 'queued before the loop started'],
      [{ kind: 'byHand' }, 'put here by hand'],
      [{ kind: 'unknown' }, 'cause not known'],
    ];
    for (const [cause, text] of texts) assert.equal(causeText(cause), text);
    assert.equal(causeSource({ kind: 'timer', scheduledTick: 1, source }), source);
    assert.equal(causeSource({ kind: 'start' }), undefined);
  });

  it('says that the owner of what is waited for has ended, and that a reason was not captured', () => {
    assert.equal(reasonText({ kind: 'lock', text: 'lock db held by a' }), 'lock db held by a');
    assert.equal(
      reasonText({ kind: 'lock', text: 'lock db held by a', ownerEnded: true }),
      'lock db held by a (its owner has ended)',
    );
    assert.equal(reasonText({ kind: 'notCaptured', text: '' }), 'reason not captured');
    assert.equal(reasonText({ kind: 'future', text: '' }), 'future');
  });

  it('names the error of a callback that raised', () => {
    assert.equal(outcomeText({ outcome: 'raised', error: 'KeyError: 3' }), 'raised KeyError: 3');
    assert.equal(outcomeText({ outcome: 'done' }), 'task done');
  });
});
