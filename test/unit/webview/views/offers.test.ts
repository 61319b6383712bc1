import assert from 'node:assert/strict';
import { refusal } from '../../../../src/breakpoints/tickBreakpoint';
import type { AnyRow } from '../../../../webview/store';
import { contextOf, offersOf } from '../../../../webview/views/offers';

const row = (more: object) => ({ id: 1, name: 'beat', ...more }) as AnyRow;
const places = (...args: Parameters<typeof offersOf>) => offersOf(...args).map(({ place }) => place);

describe('offers of breakpoints', () => {
  it('of a task stop before its steps, by its name as it is', () => {
    assert.deepEqual(places('waiting', row({ name: 'get[1]*', task: 7 }), undefined), [
      { place: 'callback', task: 'get[[]1][*]' },
    ]);
    assert.deepEqual(places('waiting', row({ task: 7 }), undefined, 'node'), [], 'no task has a name there');
  });

  it('of a timer stop when it is due, for the task that it is about', () => {
    const [, timer] = places('timers', row({ name: 'sleep → worker-1', task: 7 }), undefined);
    assert.deepEqual(timer, { place: 'timer', on: 'due', task: 'worker-1' });
    assert.deepEqual(places('timers', row({ name: 'poll' }), undefined), [
      { place: 'timer', on: 'due', function: 'poll' },
    ]);
  });

  it('of a plain callback stop before it, in its file', () => {
    const source = { path: '/app/web[1].py', line: 3 };
    assert.deepEqual(places('callbacks', row({ source }), 42), [
      { place: 'callback', function: 'beat', file: 'web[[]1].py' },
      { place: 'tick', at: 42 },
    ]);
  });

  it('of what is not known yet there are none', () => {
    assert.deepEqual(places('ready', row({ name: '(not known until it runs)' }), undefined), []);
    assert.deepEqual(places('task', undefined, 0), []);
  });

  it('can all be set, and are told to the menu with what it is for', () => {
    const offers = offersOf('timers', row({ task: 7 }), 3);
    for (const { place } of offers) assert.equal(refusal({ ...place, id: 'b' }), undefined);
    const context = contextOf(offers, 7);
    assert.equal(context.tickscopeTask, 7);
    assert.equal(context.tickscopeStopAtTimer, true);
    assert.equal(context.tickscopeStopBeforeCallback, undefined);
    assert.deepEqual(context.tickscopeOffers.StopAtTick, { place: 'tick', at: 3 });
    assert.deepEqual(contextOf([], undefined), { preventDefaultContextMenuItems: true, tickscopeOffers: {} });
  });
});
