/**
 * Keeps the store fresh: asks for the state when something changed, then for the rows in view.
 *
 * Invariants: at most one `state` request and one request per queue in flight; while the program runs
 * `state` is asked at most every `LIVE_MS`; an answer for another moment than the one now shown is dropped.
 */
import type { Cursor, Events, Requests, State } from '../src/adapter/contract';
import type { Ask } from './host';
import { type Range, wanted } from './list/window';
import { Looks } from './looks';
import { TaskRows } from './taskRows';
import { QUEUES, type QueueName, type RowOf, type Store, isPast, panelMode, viewKey } from './store';
import type { Timing } from './timing';

/** Milliseconds between two refreshes of a running program. */
export const LIVE_MS = 200;
/** A step is "running" for an instant: so long is waited for its stop before the panel shows it as running. */
export const STEP_MS = 300;
/** Milliseconds between two timelines of a running program. */
const TIMELINE_MS = 500;
/** Milliseconds between two looks at what is wrong with a running program, while the user looks at it. */
const LOOK_MS = 1000;
/** A program has to rest for so long, in ms, until it is asked why it does not exit: to answer interrupts it. */
const RESTS_MS = 1500;

type Body<C extends keyof Requests> = Requests[C][1];

export class Refresh {
  private session = 0;
  private asking = false;
  private again = false;
  /** The program stopped or the session changed: nothing is waited for. */
  private urgent = false;
  private cancelDue?: () => void;
  private dueAt = Infinity;
  private lastAsked = -Infinity;
  private readonly taskRows: TaskRows;
  private readonly rowsInFlight = new Set<QueueName>();
  private readonly visible: Record<QueueName, Range> = {
    ready: { first: 0, last: 0 },
    waiting: { first: 0, last: 0 },
    timers: { first: 0, last: 0 },
    callbacks: { first: 0, last: 0 },
  };
  private seeking = false;
  private seeks = 0;
  /** Something changed during a seek: to be asked for when the cursor has come to rest. */
  private afterSeek = false;
  private nextSeek?: { cursor?: Cursor };
  private taskInFlight = false;
  private taskKey = '';
  private timelineInFlight = false;
  private readonly looks: { reset(): void; pump(): void }[];
  /** Since when the tick has not changed, and what was asked of it. */
  private rest = { tick: -1, since: 0, asked: '' };
  private timelineRefused = false;
  private timelineAt = -Infinity;
  private timelineKey = '';
  private buckets = 0;
  private span?: { from: number; to: number };

  constructor(
    private readonly store: Store,
    private readonly ask: Ask,
    private readonly timing: Timing,
  ) {
    this.looks = [
      new Looks(
        {
          command: 'tickscope/findings',
          tab: 'findings',
          atStops: true,
          every: LOOK_MS,
          tell: (answer) => ({ type: 'findings', answer }),
        },
        store,
        ask,
        timing,
      ),
      new Looks(
        {
          command: 'tickscope/graph',
          tab: 'graph',
          atStops: false,
          every: LOOK_MS,
          tell: (answer) => ({ type: 'graph', answer }),
        },
        store,
        ask,
        timing,
      ),
    ];
    this.taskRows = new TaskRows(store, ask, timing);
  }

  /** Another session, or the same in another condition: answers to the old one no longer count. */
  sessionChanged(): void {
    this.session++;
    this.asking = this.seeking = this.taskInFlight = this.timelineInFlight = this.timelineRefused = false;
    this.rowsInFlight.clear();
    this.taskRows.sessionChanged();
    this.nextSeek = undefined;
    this.taskKey = this.timelineKey = '';
    for (const look of this.looks) look.reset();
    const kind = this.store.current.session.kind;
    if (kind === 'active' || kind === 'ended') this.refresh();
  }

  changed(body: Events['tickscope/changed']): void {
    const { state, session, asked } = this.store.current;
    if (session.kind !== 'active' && session.kind !== 'ended') return;
    const stood = state?.mode === 'paused';
    if (body.mode !== 'running' || !state || (stood && asked === 'continue')) this.refresh();
    else if (stood) this.schedule(STEP_MS);
    else this.schedule(LIVE_MS - (this.timing.now() - this.lastAsked));
  }

  refresh(): void {
    this.urgent = true;
    this.schedule(0);
  }

  /** The indices of rows on the screen; they are fetched when they are not there yet. */
  show(queue: QueueName, range: Range): void {
    this.visible[queue] = range;
    this.pumpRows(queue);
  }

  /** The lines of the table of tasks on the screen. */
  showTasks(range: Range): void {
    this.taskRows.show(range);
  }

  /** Asks for the details of the selected task, if they are not those shown. */
  selected(): void {
    this.pumpTask();
  }

  /** Asks for what the tab that was opened shows, if it is not there. */
  tabOpened(): void {
    for (const look of this.looks) look.pump();
    this.taskRows.pump();
  }

  /** What the ruler shows: ticks and how many bars fit. */
  showTimeline(from: number, to: number, buckets: number): void {
    this.span = { from, to };
    this.buckets = buckets;
    this.pumpTimeline();
  }

  /** Moves the cursor; while one move is under way only the latest of the next ones counts. */
  seek(cursor?: Cursor): void {
    this.nextSeek = { cursor };
    if (!this.seeking) void this.pumpSeek();
  }

  /** Steps that the editor has no command for: through the history of a program that has ended, or until a task runs. */
  async step(
    kind: Requests['tickscope/step'][0]['kind'],
    to: Pick<Requests['tickscope/step'][0], 'task'> = {},
  ): Promise<void> {
    const session = this.session;
    try {
      await this.ask('tickscope/step', { kind, loop: this.store.current.loop, ...to });
      this.store.dispatch({ type: 'notice' });
    } catch (error) {
      if (session === this.session) this.store.dispatch({ type: 'notice', text: sentence(error) });
    }
    if (session === this.session) this.refresh();
  }

  /** Of a frame or a value of the selected task; whoever shows them asks, and says why there are none. */
  readonly values = (asked: Requests['tickscope/values'][0]): Promise<Requests['tickscope/values'][1]> =>
    this.ask('tickscope/values', asked);

  /** How much the program's agent records from here on. */
  async setLevel(level: Requests['tickscope/setLevel'][0]['level']): Promise<void> {
    const session = this.session;
    try {
      await this.ask('tickscope/setLevel', { level });
      if (session === this.session) this.store.dispatch({ type: 'notice' });
    } catch (error) {
      if (session === this.session) this.store.dispatch({ type: 'notice', text: sentence(error) });
    }
    if (session === this.session) this.refresh();
  }

  private schedule(ms: number): void {
    const at = this.timing.now() + Math.max(0, ms);
    if (at >= this.dueAt && this.dueAt !== Infinity && ms > 0) return;
    this.cancelDue?.();
    this.cancelDue = undefined;
    this.dueAt = Infinity;
    if (ms <= 0) {
      void this.askState();
      return;
    }
    this.dueAt = at;
    this.cancelDue = this.timing.after(ms, () => {
      this.dueAt = Infinity;
      this.cancelDue = undefined;
      void this.askState();
    });
  }

  private async askState(): Promise<void> {
    // While the program runs, the rows of one moment are waited for before the next is asked for.
    const behind = this.rowsInFlight.size > 0 && panelMode(this.store.current) === 'running' && !this.urgent;
    if (this.asking || behind) {
      this.again = true;
      return;
    }
    this.urgent = false;
    this.asking = true;
    this.again = false;
    this.lastAsked = this.timing.now();
    const session = this.session;
    const { seeks, seeking } = this;
    try {
      const state = await this.ask('tickscope/state', { loop: this.store.current.loop });
      if (session !== this.session) return;
      this.asking = false;
      // A state asked before a seek was answered would jump back for an instant.
      if (!this.seeking && !seeking && seeks === this.seeks) this.take(state);
      else if (this.seeking) this.afterSeek = true;
      else this.urgent = this.again = true;
    } catch {
      // Before the program has a loop there is no state: `changed` will say when there is.
      if (session !== this.session) return;
      this.asking = false;
    }
    if (this.again) this.schedule(this.urgent || panelMode(this.store.current) !== 'running' ? 0 : LIVE_MS);
  }

  private take(state: State): void {
    this.store.dispatch({ type: 'state', state, at: this.timing.now() });
    for (const queue of QUEUES) this.pumpRows(queue);
    this.taskRows.pump();
    this.pumpTask();
    for (const look of this.looks) look.pump();
    this.pumpTimeline();
    this.pumpAlive(state);
  }

  private pumpRows(queue: QueueName): void {
    const panel = this.store.current;
    if (!panel.state || this.rowsInFlight.has(queue)) return;
    const span = wanted<RowOf[QueueName]>(panel.lists[queue], this.visible[queue], panel.epoch);
    if (!span) return;
    this.rowsInFlight.add(queue);
    const { session } = this;
    const { epoch } = panel;
    const { clockMs } = panel.state;
    const key = viewKey(panel);
    const loop = panel.state.loop;
    const cursor = isPast(panel.state) ? panel.state.cursor : undefined;
    this.ask('tickscope/rows', { queue, ...span, loop, cursor })
      .then(
        (body) => {
          if (session !== this.session || key !== viewKey(this.store.current)) return;
          const { rows, total } = body as { total: number; rows: RowOf[typeof queue][] };
          const answer = { epoch, start: span.start, total, rows, at: this.timing.now(), clockMs };
          this.store.dispatch({ type: 'rows', queue, answer } as Parameters<Store['dispatch']>[0]);
        },
        (error: unknown) => {
          if (session !== this.session || key !== viewKey(this.store.current)) return;
          this.store.dispatch({ type: 'rowsRefused', queue, epoch, message: sentence(error) });
        },
      )
      .finally(() => {
        if (session !== this.session) return;
        this.rowsInFlight.delete(queue);
        this.pumpRows(queue);
        if (this.again && !this.asking && !this.rowsInFlight.size)
          this.schedule(LIVE_MS - (this.timing.now() - this.lastAsked));
      });
  }

  private pumpTask(): void {
    const panel = this.store.current;
    const id = panel.selection?.task;
    if (id === undefined || !panel.state || this.taskInFlight) return;
    const key = `${this.session} ${id} ${panel.epoch}`;
    if (key === this.taskKey) return;
    this.taskKey = key;
    this.taskInFlight = true;
    const { session } = this;
    const cursor = isPast(panel.state) ? panel.state.cursor : undefined;
    this.ask('tickscope/task', { task: id, cursor })
      .then(
        (task) => this.store.dispatch({ type: 'task', answer: { id, task } }),
        (error: unknown) => this.store.dispatch({ type: 'task', answer: { id, error: sentence(error) } }),
      )
      .finally(() => {
        if (session !== this.session) return;
        this.taskInFlight = false;
        this.pumpTask();
      });
  }

  private pumpTimeline(): void {
    const panel = this.store.current;
    if (!panel.state || !this.span || this.timelineInFlight || this.timelineRefused || !this.buckets) return;
    const { from, to } = this.span;
    const key = `${panel.state.loop} ${from} ${to} ${this.buckets}`;
    const now = this.timing.now();
    const running = panel.state.mode === 'running';
    if ((key === this.timelineKey && panel.timeline) || (running && now - this.timelineAt < TIMELINE_MS))
      return;
    this.timelineKey = key;
    this.timelineAt = now;
    this.timelineInFlight = true;
    const { session } = this;
    this.ask('tickscope/timeline', { from, to, buckets: this.buckets, loop: panel.state.loop })
      .then(
        (timeline: Body<'tickscope/timeline'>) => {
          if (session === this.session) this.store.dispatch({ type: 'timeline', timeline });
        },
        () => {
          // An adapter without timelines is not asked again: the ruler stays a plain one.
          if (session === this.session) this.timelineRefused = true;
        },
      )
      .finally(() => {
        if (session !== this.session) return;
        this.timelineInFlight = false;
        this.pumpTimeline();
      });
  }

  /** Asked once of each rest, and of each stop between two ticks. */
  private pumpAlive({ target, mode, live, phase, loop, lastTick }: State): void {
    const now = this.timing.now();
    if (this.rest.tick !== lastTick) this.rest = { tick: lastTick, since: now, asked: '' };
    if (target !== 'node' || !live || phase !== 'poll' || (mode !== 'running' && mode !== 'paused')) return;
    const key = `${this.session} ${loop} ${lastTick} ${mode}`;
    if (this.rest.asked === key) return;
    const left = mode === 'paused' ? 0 : this.rest.since + RESTS_MS - now;
    if (left > 0) return this.schedule(left);
    this.rest.asked = key;
    const { session } = this;
    this.ask('tickscope/alive', { loop }).then(
      ({ rows }) => {
        if (session === this.session && this.rest.asked === key) this.store.dispatch({ type: 'alive', rows });
      },
      // It is no answer that anybody asked for.
      () => undefined,
    );
  }

  private async pumpSeek(): Promise<void> {
    const { session } = this;
    this.seeking = true;
    while (this.nextSeek && session === this.session) {
      this.seeks++;
      const target = this.nextSeek;
      this.nextSeek = undefined;
      try {
        const state = await this.ask('tickscope/seek', target);
        if (session !== this.session) return;
        this.store.dispatch({ type: 'notice' });
        this.take(state);
      } catch (error) {
        if (session !== this.session) return;
        this.store.dispatch({ type: 'notice', text: sentence(error) });
      }
    }
    if (session !== this.session) return;
    this.seeking = false;
    if (this.afterSeek) this.refresh();
    this.afterSeek = false;
  }
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
