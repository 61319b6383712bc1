import assert from 'node:assert/strict';
import type { State } from '../../../src/adapter/contract';
import {
  type Message,
  type PanelState,
  Store,
  headOf,
  initial,
  isComplete,
  isMoving,
  panelMode,
  reduce,
  viewKey,
} from '../../../webview/store';
import { aState, active, readyAt } from './samples';

const fold = (...messages: Message[]): PanelState => messages.reduce(reduce, initial);
const state = (changes: Partial<State> = {}): Message => ({ type: 'state', state: aState(changes), at: 0 });

describe('store', () => {
  it('shows what the session and the program do', () => {
    const modes: [Message[], string][] = [
      [[], 'none'],
      [[{ type: 'session', session: { kind: 'starting', name: 'a' } }], 'starting'],
      [[{ type: 'session', session: { kind: 'failed', name: 'a', message: 'No.' } }], 'failed'],
      [[active], 'starting'],
      [[active, state({ mode: 'running' })], 'running'],
      [[active, state({ mode: 'pausing' })], 'pausing'],
      [[active, state({ mode: 'paused' })], 'paused'],
      [[active, state({ mode: 'paused', live: false })], 'past'],
      [[active, state({ mode: 'running', live: false })], 'past'],
      [[active, state({ mode: 'ended' })], 'ended'],
      [[active, state({ mode: 'ended', live: false, lastTick: 9 })], 'past'],
    ];
    for (const [messages, mode] of modes) assert.equal(panelMode(fold(...messages)), mode);
  });

  it('keeps the breakpoints of the workspace, and the tab, whatever becomes of sessions', () => {
    const panel = fold(
      { type: 'breakpoints', breakpoints: [{ id: 'b', place: 'tick' }] },
      { type: 'tab', tab: 'breakpoints' },
      { type: 'session', session: { kind: 'starting', name: 'a' } },
      active,
      { type: 'session', session: { kind: 'none' } },
    );
    assert.deepEqual(
      panel.breakpoints.map(({ id }) => id),
      ['b'],
    );
    assert.equal(panel.tab, 'breakpoints');
  });

  it('is pausing from the press of the button until the program says otherwise', () => {
    const asked = fold(active, state({ mode: 'running' }), { type: 'control', action: 'pause' });
    assert.equal(panelMode(asked), 'pausing');
    assert.equal(panelMode(reduce(asked, state({ mode: 'running' }))), 'pausing');
    assert.equal(panelMode(reduce(asked, state({ mode: 'paused' }))), 'paused');
    const again = reduce(reduce(asked, state({ mode: 'paused' })), state({ mode: 'running' }));
    assert.equal(panelMode(again), 'running');
  });

  it('keeps what it shows when its session ends, and nothing when another starts', () => {
    const shown = fold(active, state());
    const ended = reduce(shown, {
      type: 'session',
      session: { kind: 'ended', name: 'bank.py', target: 'asyncio', exitCode: 3 },
    });
    assert.equal(ended.state, shown.state);
    assert.equal(panelMode(ended), 'ended');
    const next = reduce(ended, { type: 'session', session: { kind: 'starting', name: 'bank.py' } });
    assert.equal(next.state, undefined);
  });

  it('counts an epoch for each moment, but none while a past moment stays the same', () => {
    const past = fold(active, state({ live: false, lastTick: 9 }));
    const later = reduce(past, state({ live: false, lastTick: 12 }));
    assert.equal(later.epoch, past.epoch);
    assert.equal(later.state?.lastTick, 12);
    assert.equal(
      reduce(past, state({ live: false, cursor: { loop: 1, tick: 4, callback: 0 } })).epoch,
      past.epoch + 1,
    );
    const live = fold(active, state());
    assert.equal(reduce(live, state()).epoch, live.epoch + 1);
  });

  it('is complete when every list is of the newest epoch', () => {
    let panel = fold(active, state());
    for (const queue of ['ready', 'waiting', 'timers', 'callbacks'] as const) {
      assert.equal(isComplete(panel), false);
      panel = reduce(panel, {
        type: 'rows',
        queue,
        answer: { epoch: panel.epoch, start: 0, total: 0, rows: [], at: 0, clockMs: 0 },
      });
    }
    assert.equal(isComplete(panel), true);
    assert.equal(isComplete(reduce(panel, state())), false);
  });

  it('shows the callback that the cursor stands in or before apart from ready', () => {
    const at = (changes: Partial<State>, ...rows: ReturnType<typeof readyAt>[]) =>
      headOf(
        fold(active, state(changes), {
          type: 'rows',
          queue: 'ready',
          answer: { epoch: 1, start: 0, total: rows.length, rows, at: 0, clockMs: 0 },
        }),
      );
    const [seven, eight] = [readyAt(7), readyAt(8)];
    assert.deepEqual(at({}, seven, eight), { row: seven, now: false, listed: true });
    assert.deepEqual(at({ live: false, lastTick: 9 }, seven), { row: seven, now: false, listed: true });
    assert.deepEqual(at({ running: seven }, eight), { row: seven, now: true, listed: false });
    assert.deepEqual(at({ running: seven }, seven, eight), { row: seven, now: false, listed: true });
    assert.equal(at({}), undefined);
    assert.equal(at({}, { ...seven, nextTick: true }), undefined);
    assert.equal(at({ mode: 'running' }, seven), undefined);
    assert.equal(at({ mode: 'ended' }, seven), undefined);
  });

  it('follows the selected entry, and takes details only of the task that is selected', () => {
    const select = (task: number): Message => ({
      type: 'select',
      selection: { queue: 'ready', id: 7, task, row: readyAt(7) },
    });
    let panel = fold(active, state(), select(1));
    panel = reduce(panel, { type: 'task', answer: { id: 2, error: 'late' } });
    assert.equal(panel.task, undefined);
    panel = reduce(panel, { type: 'task', answer: { id: 1, error: 'There is no task 1.' } });
    assert.deepEqual(panel.task, { id: 1, error: 'There is no task 1.' });
    assert.equal(reduce(panel, select(2)).task, undefined);
    const newer = { ...readyAt(7), ageMs: 99 };
    panel = reduce(panel, {
      type: 'rows',
      queue: 'ready',
      answer: { epoch: 1, start: 0, total: 1, rows: [newer], at: 0, clockMs: 0 },
    });
    assert.equal(panel.selection?.row, newer);
  });

  it('tells moments apart, but not those of a running program', () => {
    const key = (changes: Partial<State>) => viewKey(fold(active, state(changes)));
    const tick = (t: number) => ({ cursor: { loop: 1, tick: t, callback: 0 } });
    assert.equal(key({ mode: 'running', ...tick(4) }), key({ mode: 'running', ...tick(9) }));
    assert.notEqual(key({ mode: 'paused', ...tick(4) }), key({ mode: 'paused', ...tick(9) }));
    assert.notEqual(key({ mode: 'running', ...tick(4) }), key({ mode: 'running', live: false, ...tick(4) }));
    assert.notEqual(key({ loop: 1 }), key({ loop: 2 }));
  });

  it('lets ages count on only while the shown moment is now', () => {
    assert.equal(isMoving(fold(active, state({ mode: 'running' }))), true);
    assert.equal(isMoving(fold(active, state({ mode: 'running', live: false }))), false);
    assert.equal(isMoving(fold(active, state({ mode: 'paused' }))), false);
  });

  it('drops the timeline of a program that was restarted', () => {
    const timeline = { firstTick: 1, lastTick: 5, buckets: [] };
    const panel = fold(active, state({ lastTick: 5 }), { type: 'timeline', timeline });
    assert.equal(reduce(panel, state({ lastTick: 8 })).timeline, timeline);
    assert.equal(reduce(panel, state({ lastTick: 1 })).timeline, undefined);
  });

  it('tells its observers of each change until they leave', () => {
    const store = new Store();
    const seen: string[] = [];
    const leave = store.observe((panel) => seen.push(panel.session.kind));
    store.dispatch(active);
    leave();
    store.dispatch({ type: 'session', session: { kind: 'none' } });
    assert.deepEqual(seen, ['active']);
  });
});
