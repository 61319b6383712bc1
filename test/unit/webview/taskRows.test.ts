import assert from 'node:assert/strict';
import type { Requests, RowsArguments, TaskRow } from '../../../src/adapter/contract';
import type { Ask } from '../../../webview/host';
import { Store } from '../../../webview/store';
import { TaskRows } from '../../../webview/taskRows';
import { aState, active } from './samples';

const aRow: TaskRow = {
  task: 7,
  name: 'main',
  state: 'waiting',
  coroutine: 'main',
  sinceTick: 1,
  ageMs: 1,
  steps: 1,
  busyMs: 0,
  readyMs: 0,
  waitingMs: 1,
};

class Scene {
  readonly store = new Store();
  readonly asked: RowsArguments[] = [];
  private readonly answers: ((rows: TaskRow[] | Error) => void)[] = [];
  now = 0;
  due?: { at: number; run: () => void };
  readonly rows = new TaskRows(
    this.store,
    ((_command: keyof Requests, args: RowsArguments) => {
      this.asked.push(args);
      return new Promise((resolve, reject) =>
        this.answers.push((rows) =>
          rows instanceof Error ? reject(rows) : resolve({ total: rows.length, rows }),
        ),
      );
    }) as unknown as Ask,
    {
      now: () => this.now,
      after: (ms, run) => {
        this.due = { at: this.now + ms, run };
        return () => (this.due = undefined);
      },
    },
  );
  constructor(mode: 'paused' | 'running' = 'paused') {
    this.store.dispatch(active);
    this.state(mode);
    this.store.dispatch({ type: 'tab', tab: 'tasks' });
  }
  state(mode: 'paused' | 'running', tick = 5): void {
    const cursor = { loop: 1, tick, callback: 0 };
    this.store.dispatch({ type: 'state', state: aState({ mode, cursor, lastTick: tick }), at: this.now });
  }
  async answer(rows: TaskRow[] | Error = [aRow]): Promise<void> {
    this.answers.shift()!(rows);
    await new Promise(setImmediate);
  }
}

describe('rows of the table of tasks', () => {
  it('are asked for while the table is looked at, and not else', async () => {
    const scene = new Scene();
    scene.store.dispatch({ type: 'tab', tab: 'queues' });
    scene.rows.pump();
    assert.equal(scene.asked.length, 0);
    scene.store.dispatch({ type: 'tab', tab: 'tasks' });
    scene.rows.pump();
    assert.deepEqual(scene.asked[0], {
      queue: 'tasks',
      start: 0,
      count: 50,
      loop: 1,
      group: { by: 'stack', open: [] },
    });
    await scene.answer();
    assert.deepEqual(scene.store.current.tasks.rows.get(0), { ...aRow, id: 7 });
    scene.rows.pump();
    assert.equal(scene.asked.length, 1);
  });

  it('are dropped when another query is asked meanwhile, and what was shown stays until the answer', async () => {
    const scene = new Scene();
    scene.rows.pump();
    await scene.answer();
    scene.state('paused', 6);
    scene.rows.pump();
    const query = { text: 'client', sort: { by: 'name' }, open: [] };
    scene.store.dispatch({ type: 'taskQuery', query });
    scene.rows.pump();
    assert.equal(scene.asked.length, 2);
    await scene.answer([{ ...aRow, name: 'stale' }]);
    assert.equal(scene.store.current.tasks.rows.get(0)?.name, 'main');
    assert.deepEqual(scene.asked[2].filter, { text: 'client' });
    assert.deepEqual(scene.asked[2].sort, { by: 'name' });
    assert.equal(scene.asked[2].group, undefined);
    await scene.answer([{ ...aRow, name: 'client-1' }]);
    assert.equal(scene.store.current.tasks.rows.get(0)?.name, 'client-1');
  });

  it('leave an adapter that answers slowly twice as long in peace while the program runs', async () => {
    const scene = new Scene('running');
    scene.rows.pump();
    scene.now = 400;
    await scene.answer();
    scene.state('running', 6);
    scene.rows.pump();
    assert.equal(scene.asked.length, 1);
    assert.equal(scene.due?.at, 1200);
    scene.now = 1200;
    scene.due.run();
    assert.equal(scene.asked.length, 2);
  });

  it('say why they cannot be shown, and are asked for again at the next moment', async () => {
    const scene = new Scene();
    scene.rows.pump();
    await scene.answer(new Error('The program is not connected to the debugger (yet).'));
    assert.match(scene.store.current.tasks.error ?? '', /not connected/);
    scene.rows.pump();
    assert.equal(scene.asked.length, 1);
    scene.state('paused', 6);
    scene.rows.pump();
    await scene.answer();
    assert.equal(scene.store.current.tasks.error, undefined);
  });
});
