import assert from 'node:assert/strict';
import type { ReadyRow, WaitingRow } from '../../../../src/adapter/contract';
import { phaseStarts, strip, stripRange } from '../../../../webview/views/strip';
import { aliveText } from '../../../../webview/format';
import { nothingReady, readyRow } from '../../../../webview/views/ready';
import { timerRow } from '../../../../webview/views/timers';
import { waitingRow } from '../../../../webview/views/waiting';
import { arrive, emptyWindow } from '../../../../webview/list/window';
import type { CallbackRow } from '../../../../src/adapter/contract';
import { readyAt } from '../samples';

const source = { path: '/a/bank.py', line: 18 };

describe('views: what an entry says', () => {
  it('ready: its age, its cause, and that it runs in the next tick', () => {
    const row: ReadyRow = {
      ...readyAt(4),
      ageMs: 0.2,
      cause: { kind: 'timer', scheduledTick: 2 },
      source,
      task: 9,
    };
    const now = readyRow(row, { aged: 0 });
    assert.deepEqual(
      [now.value, now.detail, now.dim, now.tone],
      ['0.2 ms', 'woken by timer', false, 'purple'],
    );
    assert.equal(now.source, source);
    assert.equal(readyRow(row, { aged: 1000 }).value, '1.0 s');
    const next = readyRow({ ...row, nextTick: true }, { aged: 1000 });
    assert.deepEqual([next.value, next.dim], ['next tick', true]);
  });

  it('waiting: how long, for what, and when it gives up', () => {
    const row: WaitingRow = {
      id: 3,
      task: 9,
      name: 'client-2',
      reason: { kind: 'read', text: 'read · fd 12', source },
      sinceTick: 2,
      ageMs: 2000,
      timeoutInMs: 1500,
    };
    const text = waitingRow(row, { aged: 500 });
    assert.deepEqual(
      [text.value, text.detail, text.tone],
      ['2.5 s', 'read · fd 12 · times out in 1.0 s', 'green'],
    );
    assert.equal(text.source, source, 'the place of the reason when the row has none');
    const stuck = waitingRow(
      { ...row, reason: { kind: 'lock', text: 'lock a', ownerEnded: true } },
      { aged: 0 },
    );
    assert.equal(stuck.tone, 'red');
  });

  it('timers: counting down to a deadline that stands', () => {
    const row = { id: 5, name: 'sleep → ticker', task: 9, dueInMs: 1600 };
    const early = timerRow(row, { aged: 0, clockMs: 12_408 });
    const later = timerRow(row, { aged: 600, clockMs: 12_408 });
    assert.deepEqual([early.value, later.value], ['1.6 s', '1.0 s']);
    assert.equal(early.detail, 'due at 14.008 s');
    assert.equal(later.detail, early.detail);
    assert.equal(timerRow(row, { aged: 1700, clockMs: 0 }).value, 'due');
    assert.equal(
      timerRow({ ...row, repeatMs: 500 }, { aged: 0, clockMs: 0 }).detail,
      'due at 1.600 s · every 500 ms',
    );
  });

  it('keys the same task alike in every queue, and a callback of no task by itself', () => {
    const timer = timerRow({ id: 5, name: 't', task: 9, dueInMs: 1 }, { aged: 0, clockMs: 0 });
    assert.equal(readyRow({ ...readyAt(4), task: 9 }, { aged: 0 }).key, timer.key);
    assert.notEqual(readyRow(readyAt(9), { aged: 0 }).key, timer.key);
  });

  it('callbacks: those near the cursor, and how many there are besides', () => {
    const ran = (index: number): CallbackRow => ({
      ...readyAt(100 + index),
      index,
      startMs: 0,
      runMs: 1,
      outcome: 'returned',
    });
    const { first, last } = stripRange(500);
    const rows = Array.from({ length: last - first + 1 }, (_, i) => ran(first + i + 1));
    const window = arrive(
      emptyWindow<CallbackRow>(),
      { epoch: 1, start: first, total: 1000, rows, at: 0, clockMs: 0 },
      false,
    );
    const drawn = strip(window, 500);
    assert.equal(drawn.before + drawn.shown.length + drawn.after, 1000);
    assert.equal(drawn.shown[0].index, drawn.before + 1);
    assert.equal(drawn.nextIndex, 501);
    assert.deepEqual(strip(emptyWindow<CallbackRow>(), 0), { shown: [], before: 0, after: 0, nextIndex: 1 });
  });

  it('Node: kinds by their colour, the main module by its name', () => {
    const tone = (kind: ReadyRow['kind']) => readyRow({ ...readyAt(4), kind }, { aged: 0 }).tone;
    assert.deepEqual(
      (['nextTick', 'microtask', 'immediate', 'timer', 'io', 'close', 'signal'] as const).map(tone),
      ['yellow', 'yellow', 'blue', 'purple', 'green', 'plain', 'orange'],
    );
    assert.equal(readyRow({ ...readyAt(1), kind: 'other' }, { aged: 0 }).detail, 'the main module');
    assert.equal(readyRow(readyAt(1), { aged: 0 }).detail, 'queued before the loop started');
  });

  it('Node: says what it waits for when nothing is ready', () => {
    const words = (waiting: number, timers: number) =>
      nothingReady({ target: 'node', phase: 'poll', counts: { ready: 0, waiting, timers, tasks: 0 } });
    assert.equal(words(2, 3), 'Nothing is ready; Node waits for I/O and the next timer.');
    assert.equal(words(0, 1), 'Nothing is ready; Node waits for a timer.');
    assert.equal(words(0, 0), 'Nothing is ready, and Node waits for nothing.');
    const counts = { ready: 0, waiting: 1, timers: 1, tasks: 0 };
    assert.equal(nothingReady({ target: 'asyncio', phase: 'poll', counts }), 'Nothing is ready to run.');
  });

  it('Node: marks what keeps the program from exiting', () => {
    const row: WaitingRow = {
      id: 3,
      name: 'server',
      reason: { kind: 'accept', text: 'a connection' },
      sinceTick: 1,
      ageMs: 0,
      keepsAlive: true,
    };
    assert.equal(waitingRow(row, { aged: 0 }).keepsAlive, true);
    assert.equal(waitingRow({ ...row, keepsAlive: undefined }, { aged: 0 }).keepsAlive, undefined);
    const timer = { id: 5, name: 't', dueInMs: 1, keepsAlive: false };
    assert.equal(timerRow(timer, { aged: 0, clockMs: 0 }).keepsAlive, false);
    const alive = { id: 1, kind: 'timer' as const, text: 'timer save' };
    assert.equal(aliveText(alive), 'timer save');
    assert.equal(aliveText({ ...alive, dueInMs: 1200 }), 'timer save, in 1.2 s');
  });

  it('Node: parts the callbacks of a tick by its phases; microtasks belong to the phase before', () => {
    const phases = ['ready', 'microtasks', 'poll', 'microtasks', 'poll', 'check', 'timers'] as const;
    const shown = phases.map((phase, i) => ({ index: i + 1, phase }) as CallbackRow);
    assert.deepEqual(
      [...phaseStarts(shown)],
      [
        [1, 'main'],
        [3, 'poll'],
        [6, 'check'],
        [7, 'timers'],
      ],
    );
    assert.equal(phaseStarts([{ index: 1 } as CallbackRow]).size, 0);
  });
});
