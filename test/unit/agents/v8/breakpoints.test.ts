import assert from 'node:assert/strict';
import type { TickBreakpoint } from '../../../../src/adapter/contract';
import { Found, isDue, made, pointsAt, type Point } from '../../../../src/agents/v8/breakpoints';
import type { Names } from '../../../../src/agents/v8/conditions';

const AT: Names = { tick: 7, ready: 3, waiting: 0, timers: 2, task: null, callback: 'ring' };

function points(...given: object[]): Point[] {
  const breakpoints = given.map((one, index) => ({ id: String(index), ...one })) as TickBreakpoint[];
  const { points: all, answers } = made(breakpoints, [], () => undefined);
  assert.ok(
    answers.every(({ verified }) => verified),
    JSON.stringify(answers),
  );
  return all;
}

describe('breakpoints of the agents in JavaScript', () => {
  it('keep their hits when they are sent again unchanged', () => {
    const ring = { id: 'r', place: 'callback', function: 'ring', hitCondition: '>= 2' } as const;
    const [first] = made([ring], [], () => undefined).points;
    assert.equal(first.reached(AT).stop, false);
    const [again] = made([{ ...ring, enabled: false }], [first], () => undefined).points;
    assert.deepEqual([again.hits, again.enabled], [1, false]);
    const [other] = made([{ ...ring, function: 'r*' }], [first], () => undefined).points;
    assert.equal(other.hits, 0);
  });

  it('say why they cannot be', () => {
    const { points: none, answers } = made(
      [
        { id: 'a', place: 'stuck', ms: 1 },
        { id: 'b', place: 'tick', hitCondition: 'often' },
        { id: 'c', place: 'tick', logMessage: 'x'.repeat(4001) },
      ],
      [],
      ({ place }) => (place === 'stuck' ? 'Not here.' : undefined),
    );
    assert.deepEqual(none, []);
    assert.deepEqual(
      answers.map(({ message }) => message),
      [
        'Not here.',
        'The hit count "often" is not a number like "5", ">= 5" or "% 10".',
        'The log message has 4001 characters; it may have 4000.',
      ],
    );
  });

  it('are told together, with all that was reached and why', () => {
    const found = new Found();
    const logs: string[] = [];
    const [one, two, log, failing] = points(
      { place: 'tick', condition: 'tick > 5' },
      { place: 'tick' },
      { place: 'tick', logMessage: '{ready} ready' },
      { place: 'tick', condition: 'missing' },
    );
    for (const [point, what] of [
      [one, ''],
      [two, 'ready is 3'],
      [log, 'x'],
      [failing, 'ready is 3'],
    ] as const)
      found.ask(point, AT, what, (id, text) => logs.push(`${id} ${text}`));
    assert.deepEqual(found.ids, ['0', '1', '3']);
    assert.equal(
      found.text,
      'tick > 5; ready is 3, its condition missing failed with ReferenceError: missing is not defined',
    );
    assert.deepEqual(logs, ['2 3 ready']);
  });

  it('match names, files, tasks and addresses', () => {
    const [callback, io] = points(
      { place: 'callback', function: 'r*', file: 'app.?s', task: 'get *' },
      { place: 'io', peer: '10.0.*:80' },
    );
    assert.ok(callback.sees(1, 'ring', '/x/app.ts'));
    assert.ok(!callback.sees(2, 'sing', '/x/app.ts'));
    assert.ok(callback.fits('get 7') && !callback.fits('put 7') && !callback.fits(undefined));
    assert.ok(io.meets('127.0.0.1:9 - 10.0.0.3:80') && !io.meets('10.0.0.3:8080'));
    assert.deepEqual(
      pointsAt([callback, io], 'io').map(({ at }) => at.peer),
      ['10.0.*:80'],
    );
  });

  it('on ticks are due at one, at every so many, or at all', () => {
    const due = (at: object, tick: number) => isDue({ id: '', place: 'tick', ...at }, tick);
    assert.deepEqual([due({ at: 3 }, 3), due({ at: 3 }, 4)], [true, false]);
    assert.deepEqual([due({ every: 4 }, 8), due({ every: 4 }, 9)], [true, false]);
    assert.ok(due({}, 1));
  });
});
