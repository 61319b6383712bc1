import assert from 'node:assert/strict';
import type { TickPlace } from '../../../src/adapter/contract';
import { freeId, wordsOf } from '../../../src/breakpoints/words';

describe('words of a breakpoint', () => {
  it('say where it stops', () => {
    const said: [TickPlace, string][] = [
      [{ place: 'tick' }, 'every tick'],
      [{ place: 'tick', at: 42 }, 'tick 42'],
      [{ place: 'tick', every: 10 }, 'every 10 ticks'],
      [{ place: 'callback' }, 'before every callback'],
      [{ place: 'callback', function: 'f*', file: 'app.py' }, 'before f* in app.py'],
      [{ place: 'callback', task: 'w-*' }, 'before step of task w-*'],
      [{ place: 'task', on: 'done' }, 'a task ends'],
      [{ place: 'task', task: 'w', coroutine: 'c', on: 'resumed' }, 'task w (c) resumes'],
      [{ place: 'timer', on: 'due', function: 'poll' }, 'timer poll is due'],
      [{ place: 'timer', on: 'late', ms: 1500 }, 'a timer is late by more than 1.5 s'],
      [{ place: 'io' }, 'anything becomes ready'],
      [{ place: 'io', fd: 9, peer: '*:80' }, 'fd 9 with *:80 becomes ready'],
      [{ place: 'slow', ms: 100, when: 'during' }, 'callback longer than 100 ms, while it runs'],
      [{ place: 'growth', queue: 'ready', above: 10 }, 'more than 10 in ready'],
      [{ place: 'stuck', ms: 5000 }, 'task waits longer than 5 s'],
      [{ place: 'stall' }, 'nothing can wake the loop'],
    ];
    for (const [place, words] of said) assert.equal(wordsOf({ id: 'b', ...place }), words);
  });

  it('are told apart where two say the same', () => {
    assert.equal(freeId('tick 4', []), 'tick 4');
    assert.equal(freeId('tick 4', [{ id: 'tick 4' }, { id: 'tick 4 (2)' }]), 'tick 4 (3)');
  });
});
