import assert from 'node:assert/strict';
import { type Place, plan } from '../../../webview/motion';

const place = (column: string, y = 0): Place => ({ column, box: { x: 0, y, width: 100, height: 42 } });

describe('motion', () => {
  it('moves an entry that is in another queue than before', () => {
    const { moves, appeared } = plan(
      new Map([['task 1', place('timers', 7)]]),
      new Map([['task 1', place('ready', 9)]]),
      new Set(['task 1']),
    );
    assert.deepEqual(moves, [{ key: 'task 1', from: place('', 7).box, to: place('', 9).box }]);
    assert.deepEqual(appeared, []);
  });

  it('leaves alone what only moved up in its queue or came into view by scrolling', () => {
    const { moves, appeared } = plan(
      new Map([['task 1', place('ready', 50)]]),
      new Map([
        ['task 1', place('ready', 0)],
        ['task 2', place('ready', 50)],
      ]),
      new Set(),
    );
    assert.deepEqual(moves, []);
    assert.deepEqual(appeared, []);
  });

  it('lights up what was nowhere before', () => {
    assert.deepEqual(
      plan(new Map(), new Map([['callback 4', place('ready')]]), new Set(['callback 4'])).appeared,
      ['callback 4'],
    );
  });

  it('lets nothing fly when too much moves at once', () => {
    const keys = Array.from({ length: 40 }, (_, i) => `task ${i}`);
    const { moves } = plan(
      new Map(keys.map((key) => [key, place('timers')])),
      new Map(keys.map((key) => [key, place('ready')])),
      new Set(keys),
    );
    assert.deepEqual(moves, []);
  });
});
