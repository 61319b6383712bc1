import assert from 'node:assert/strict';
import type { Requests, State } from '../../../src/adapter/contract';
import type { Ask } from '../../../webview/host';
import { LIVE_MS, Refresh, STEP_MS } from '../../../webview/refresh';
import type { Timing } from '../../../webview/timing';
import { Store, panelMode } from '../../../webview/store';
import { aState, active, readyAt } from './samples';

/** Time that passes only when told. */
class VirtualTime implements Timing {
  private time = 1000;
  private readonly due: { at: number; run: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + ms, run };
    this.due.push(timer);
    return () => {
      const at = this.due.indexOf(timer);
      if (at >= 0) this.due.splice(at, 1);
    };
  }

  async pass(ms: number): Promise<void> {
    this.time += ms;
    for (const timer of this.due.filter((each) => each.at <= this.time)) {
      this.due.splice(this.due.indexOf(timer), 1);
      timer.run();
    }
    await settled();
  }
}

interface Asked {
  command: keyof Requests;
  args: Record<string, unknown>;
  answer(body: unknown): Promise<void>;
  refuse(message: string): Promise<void>;
}

/** Lets every promise that can go on do so. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function setUp() {
  const asked: Asked[] = [];
  const ask = ((command: keyof Requests, args: Record<string, unknown>) =>
    new Promise((resolve, reject) => {
      asked.push({
        command,
        args,
        answer: (body) => (resolve(body as never), settled()),
        refuse: (message) => (reject(new Error(message)), settled()),
      });
    })) as Ask;
  const time = new VirtualTime();
  const store = new Store();
  const refresh = new Refresh(store, ask, time);
  const open = (command: string) => asked.filter((each) => each.command === command);
  /** Takes the request out, so that it is answered once. */
  const take = (command: string, queue?: string): Asked => {
    const at = asked.findIndex((each) => each.command === command && (!queue || each.args.queue === queue));
    assert.ok(at >= 0, `nobody asked ${command} ${queue ?? ''}`);
    return asked.splice(at, 1)[0];
  };
  const answerRows = async () => {
    for (const queue of ['ready', 'waiting', 'timers', 'callbacks'])
      await take('tickscope/rows', queue).answer({ total: 0, rows: [] });
  };
  const changed = (mode: State['mode']) =>
    refresh.changed({ loop: 1, tick: 5, counts: aState().counts, mode });
  const start = async (changes: Partial<State>) => {
    store.dispatch(active);
    refresh.sessionChanged();
    await take('tickscope/state').answer(aState(changes));
    await answerRows();
    if (open('tickscope/findings').length) await take('tickscope/findings').answer({ findings: [] });
  };
  return { asked, open, take, answerRows, changed, start, time, store, refresh };
}

describe('refresh', () => {
  it('asks for the state of a session, then for the rows of each queue, once', async () => {
    const { asked, start, store } = setUp();
    await start({});
    assert.equal(panelMode(store.current), 'paused');
    assert.deepEqual(asked, []);
  });

  it('waits for `changed` when there is no loop yet', async () => {
    const { take, changed, store, refresh, asked } = setUp();
    store.dispatch(active);
    refresh.sessionChanged();
    await take('tickscope/state').refuse('No loop yet.');
    assert.equal(panelMode(store.current), 'starting');
    assert.deepEqual(asked, []);
    changed('running');
    await take('tickscope/state').answer(aState({ mode: 'running' }));
    assert.equal(panelMode(store.current), 'running');
  });

  it('asks a running program at most five times a second, one state at a time', async () => {
    const { open, take, answerRows, changed, start, time } = setUp();
    await start({ mode: 'running' });
    let states = 0;
    for (let ms = 0; ms < 1000; ms += 10) {
      changed('running');
      assert.ok(open('tickscope/state').length <= 1);
      if (open('tickscope/state').length) {
        states++;
        await take('tickscope/state').answer(aState({ mode: 'running' }));
        await answerRows();
      }
      await time.pass(10);
    }
    assert.ok(states >= 3 && states <= 1000 / LIVE_MS, `${states} states`);
  });

  it('shows the last change of a program that then falls asleep', async () => {
    const { open, changed, start, time } = setUp();
    await start({ mode: 'running' });
    await time.pass(10);
    changed('running');
    assert.equal(open('tickscope/state').length, 0);
    await time.pass(LIVE_MS);
    assert.equal(open('tickscope/state').length, 1);
  });

  it('waits for slow rows of a running program before it asks for its next moment', async () => {
    const { open, take, answerRows, changed, start, time } = setUp();
    await start({ mode: 'running' });
    await time.pass(LIVE_MS);
    changed('running');
    await take('tickscope/state').answer(aState({ mode: 'running' }));
    await time.pass(LIVE_MS * 3);
    changed('running');
    assert.equal(open('tickscope/state').length, 0);
    await answerRows();
    await time.pass(LIVE_MS);
    assert.equal(open('tickscope/state').length, 1);
  });

  it('shows a stop at once, also behind slow rows', async () => {
    const { open, take, changed, start, time } = setUp();
    await start({ mode: 'running' });
    await time.pass(LIVE_MS);
    changed('running');
    await take('tickscope/state').answer(aState({ mode: 'running' }));
    changed('paused');
    assert.equal(open('tickscope/state').length, 1);
  });

  it('does not flicker to running for the instant of a step', async () => {
    const { open, take, changed, start, time, store } = setUp();
    await start({ mode: 'paused' });
    changed('running');
    await time.pass(STEP_MS / 2);
    assert.equal(open('tickscope/state').length, 0);
    changed('paused');
    await take('tickscope/state').answer(aState({ cursor: { loop: 1, tick: 6, callback: 0 }, lastTick: 6 }));
    assert.equal(store.current.state?.cursor.tick, 6);
    await time.pass(STEP_MS * 2);
    assert.equal(open('tickscope/state').length, 0);
  });

  it('shows at once that a program goes on that was told to', async () => {
    const { open, changed, start, store } = setUp();
    await start({ mode: 'paused' });
    store.dispatch({ type: 'control', action: 'continue' });
    changed('running');
    assert.equal(open('tickscope/state').length, 1);
  });

  it('drops rows of a moment that is no longer shown, and asks for those of the new one', async () => {
    const { take, changed, start, store } = setUp();
    await start({});
    changed('paused');
    await take('tickscope/state').answer(aState({ cursor: { loop: 1, tick: 5, callback: 1 } }));
    const late = take('tickscope/rows', 'ready');
    changed('paused');
    await take('tickscope/state').answer(aState({ cursor: { loop: 1, tick: 5, callback: 2 } }));
    await late.answer({ total: 1, rows: [readyAt(1)] });
    assert.equal(store.current.lists.ready.total, 0);
    await take('tickscope/rows', 'ready').answer({ total: 1, rows: [readyAt(2)] });
    assert.equal(store.current.lists.ready.rows.get(0)?.id, 2);
  });

  it('drops what another session answers', async () => {
    const { take, store, refresh } = setUp();
    store.dispatch(active);
    refresh.sessionChanged();
    const old = take('tickscope/state');
    store.dispatch({ type: 'session', session: { kind: 'starting', name: 'other.py' } });
    refresh.sessionChanged();
    await old.answer(aState());
    assert.equal(store.current.state, undefined);
  });

  it('names the cursor when it asks about the past', async () => {
    const { take, start, refresh } = setUp();
    await start({});
    const cursor = { loop: 1, tick: 2, callback: 1 };
    refresh.seek({ tick: 2, callback: 1 });
    await take('tickscope/seek').answer(aState({ live: false, cursor }));
    assert.deepEqual(take('tickscope/rows', 'waiting').args.cursor, cursor);
  });

  it('seeks one at a time while dragging, and ends where the drag ended', async () => {
    const { open, take, start, refresh, store } = setUp();
    await start({});
    for (const tick of [4, 3, 2]) refresh.seek({ tick });
    assert.equal(open('tickscope/seek').length, 1);
    await take('tickscope/seek').answer(aState({ live: false, cursor: { loop: 1, tick: 4, callback: 0 } }));
    const last = take('tickscope/seek');
    assert.deepEqual(last.args, { cursor: { tick: 2 } });
    await last.answer(aState({ live: false, cursor: { loop: 1, tick: 2, callback: 0 } }));
    assert.equal(open('tickscope/seek').length, 0);
    assert.equal(store.current.state?.cursor.tick, 2);
  });

  it('is not thrown back by a state that was asked before the seek', async () => {
    const { take, changed, start, refresh, store } = setUp();
    await start({});
    changed('paused');
    const stale = take('tickscope/state');
    refresh.seek({ tick: 2 });
    await take('tickscope/seek').answer(aState({ live: false, cursor: { loop: 1, tick: 2, callback: 0 } }));
    const before = store.current.state;
    await stale.answer(aState());
    assert.equal(store.current.state, before);
    await take('tickscope/state').answer(
      aState({ live: false, cursor: { loop: 1, tick: 2, callback: 0 }, lastTick: 7 }),
    );
    assert.equal(store.current.state?.lastTick, 7);
  });

  it('says why a seek was refused, until the next that is not', async () => {
    const { take, start, refresh, store } = setUp();
    await start({});
    refresh.seek({ tick: 99 });
    await take('tickscope/seek').refuse('There is no tick 99.');
    assert.equal(store.current.notice, 'There is no tick 99.');
    refresh.seek({ tick: 2 });
    await take('tickscope/seek').answer(aState({ live: false }));
    assert.equal(store.current.notice, undefined);
  });

  it('asks for the rows that scroll into view', async () => {
    const { take, changed, start, refresh } = setUp();
    await start({});
    changed('paused');
    await take('tickscope/state').answer(aState());
    const rows = Array.from({ length: 50 }, (_, i) => readyAt(i));
    await take('tickscope/rows', 'ready').answer({ total: 10_000, rows });
    refresh.show('ready', { first: 5120, last: 5140 });
    const { start: first, count } = take('tickscope/rows', 'ready').args;
    assert.deepEqual([first, count], [5050, 150], 'with the pages beside');
  });

  it('asks for the details of the selected task again when the moment is another', async () => {
    const { take, open, changed, start, refresh, store } = setUp();
    await start({});
    store.dispatch({ type: 'select', selection: { queue: 'waiting', id: 4, task: 4 } });
    refresh.selected();
    await take('tickscope/task').refuse('There is no task 4.');
    assert.deepEqual(store.current.task, { id: 4, error: 'There is no task 4.' });
    assert.equal(open('tickscope/task').length, 0);
    changed('paused');
    await take('tickscope/state').answer(aState());
    assert.equal(open('tickscope/task').length, 1);
  });

  it('asks once for a timeline that the adapter does not have', async () => {
    const { take, open, changed, start, refresh, store } = setUp();
    await start({});
    refresh.showTimeline(1, 5, 5);
    await take('tickscope/timeline').refuse('Not built yet.');
    refresh.showTimeline(1, 6, 6);
    changed('paused');
    await take('tickscope/state').answer(aState());
    assert.equal(open('tickscope/timeline').length, 0);
    assert.equal(store.current.notice, undefined);
  });

  it('asks a Node program why it does not exit, once it has rested a while, and again when it went on', async () => {
    const { refresh, store, time, open } = setUp();
    store.dispatch({ type: 'session', session: { kind: 'active', name: 'server.js', target: 'node' } });
    const rests = (lastTick: number) =>
      aState({
        target: 'node',
        mode: 'running',
        phase: 'poll',
        lastTick,
        cursor: { loop: 1, tick: lastTick, callback: 1 },
      });
    refresh.refresh();
    await open('tickscope/state').at(-1)!.answer(rests(5));
    for (const rows of open('tickscope/rows')) await rows.answer({ total: 0, rows: [] });
    await time.pass(1000);
    assert.equal(open('tickscope/alive').length, 0, 'it may go on at any moment');
    await time.pass(600);
    await open('tickscope/state').at(-1)!.answer(rests(5));
    assert.equal(open('tickscope/alive').length, 1);
    const rows = [{ id: 13, kind: 'accept' as const, text: 'server' }];
    await open('tickscope/alive')[0].answer({ rows });
    assert.deepEqual(store.current.alive, rows);
    refresh.refresh();
    await open('tickscope/state').at(-1)!.answer(rests(5));
    assert.equal(open('tickscope/alive').length, 1, 'nothing has changed');
    assert.deepEqual(store.current.alive, rows);
    refresh.refresh();
    await open('tickscope/state').at(-1)!.answer(rests(6));
    assert.equal(store.current.alive, undefined, 'it may be kept by others now');
  });

  it('asks at once when the program stands, and never of another target', async () => {
    const { refresh, store, open } = setUp();
    store.dispatch({ type: 'session', session: { kind: 'active', name: 'server.js', target: 'node' } });
    refresh.refresh();
    await open('tickscope/state')
      .at(-1)!
      .answer(aState({ phase: 'poll' }));
    assert.equal(open('tickscope/alive').length, 0);
    refresh.refresh();
    await open('tickscope/state')
      .at(-1)!
      .answer(aState({ target: 'node', phase: 'poll' }));
    assert.equal(open('tickscope/alive').length, 1);
  });

  it('asks once of a stop what is wrong, and no program that runs unless somebody looks', async () => {
    const { changed, open, take, answerRows, start, store, refresh, time } = setUp();
    await start({ mode: 'running' });
    assert.equal(open('tickscope/findings').length, 0);
    store.dispatch({ type: 'tab', tab: 'findings' });
    refresh.tabOpened();
    await take('tickscope/findings').answer({ findings: [] });
    await time.pass(LIVE_MS);
    changed('running');
    await take('tickscope/state').answer(aState({ mode: 'running' }));
    await answerRows();
    assert.equal(open('tickscope/findings').length, 0, 'it was looked at a moment ago');
    store.dispatch({ type: 'tab', tab: 'queues' });
    changed('paused');
    await take('tickscope/state').answer(aState({ mode: 'paused' }));
    await answerRows();
    await take('tickscope/findings').refuse('The program did not answer.');
    assert.deepEqual(store.current.findings, { error: 'The program did not answer.' });
    assert.equal(open('tickscope/findings').length, 0);
  });

  it('holds up nobody who steps quickly where it takes long to tell what is wrong', async () => {
    const { changed, open, take, answerRows, start, time } = setUp();
    await start({ mode: 'paused' });
    const step = async (tick: number) => {
      changed('paused');
      const cursor = { loop: 1, tick, callback: 0 };
      await take('tickscope/state').answer(aState({ mode: 'paused', cursor }));
      await answerRows();
    };
    await step(6);
    await time.pass(300);
    await take('tickscope/findings').answer({ findings: [] });
    for (let tick = 7; tick < 10; tick++) {
      await step(tick);
      await time.pass(290);
      assert.equal(open('tickscope/findings').length, 0);
    }
    await time.pass(10);
    await take('tickscope/findings').answer({ findings: [] });
  });
});
