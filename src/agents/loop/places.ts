/**
 * Stopping at callbacks, tasks, timers, sources and slow callbacks. Who is concerned is found out once for each code and
 * task; where nothing is set, the recorder asks for nothing of this.
 */
import { basename } from 'node:path';
import type { TimerHandle } from '../../loop/events';
import type { Handle } from '../../loop/events';
import type { At, Found, Point } from '../v8/breakpoints';
import { pointsAt } from '../v8/breakpoints';
import { errorText } from '../v8/words';
import type { AnyFunction } from '../v8/functions';
import type { Definitions } from './definitions';
import { namesAt, type About } from './facts';
import { inside, isFuture, type AnyTask } from './library';
import type { Loops } from './loops';
import type { LoopState } from './loopState';

type TaskEvent = At<'task'>['on'];
/** What happens to a task, `callback` for any callback, `exception` for an exception that nobody awaits. */
type Event = TaskEvent | 'callback' | 'exception';

const SAID: Readonly<Record<Exclude<TaskEvent, 'failed'>, string>> = {
  created: 'was created',
  started: 'is about to start',
  resumed: 'is about to resume',
  suspended: 'was suspended',
  done: 'ended',
  cancelled: 'was cancelled',
};
const AFTER: readonly Event[] = ['suspended', 'done', 'failed', 'cancelled', 'exception'];

/** Who it is about: a task, or the code of a plain callback. */
interface Who extends About {
  code: number;
  /** `ring (app.ts:2)`, or `of task get 1 (fetch, app.ts:7)`. */
  text: string;
}

export class Places {
  /** Something may stop before a callback. */
  before = false;
  /** Something wants to hear how callbacks ended. */
  after = false;
  /** Callbacks that take longer than this while they run are wanted, s. */
  during = Infinity;
  /** An exception that nobody retrieved is wanted. */
  unretrieved = false;
  private concerning: { point: Point; on: Event }[] = [];
  private creating = false;
  private timers: { point: Point; at: At<'timer'> }[] = [];
  private sources: { point: Point; at: At<'io'> }[] = [];
  private slow: { point: Point; at: At<'slow'> }[] = [];
  private stalls: Point[] = [];
  private reports: Point[] = [];
  /** By the number of a code or a task: 1 is of no concern before it runs, 2 after it ran, 3 never. */
  private ruledOut = new Uint8Array(1024);

  /** `say`: log points speak. */
  constructor(
    private readonly loops: Loops,
    private readonly definitions: Definitions,
    private readonly say: (loop: number, breakpoint: string, text: string) => void,
  ) {}

  /** Replaces the breakpoints. Those on ticks and growth are the gate's. */
  set(points: readonly Point[]): void {
    this.ruledOut.fill(0);
    for (const { codes } of points) codes.clear();
    this.concerning = [
      ...pointsAt(points, 'callback').map(({ point }) => ({ point, on: 'callback' as const })),
      ...pointsAt(points, 'task').map(({ point, at }) => ({ point, on: at.on })),
      ...points
        .filter(({ breakpoint }) => breakpoint.place === 'exception')
        .map((point) => ({ point, on: 'exception' as const })),
    ];
    const events = this.concerning.map(({ on }) => on);
    this.timers = pointsAt(points, 'timer');
    this.sources = pointsAt(points, 'io');
    this.slow = pointsAt(points, 'slow');
    this.stalls = points.filter(({ breakpoint }) => breakpoint.place === 'stall');
    this.reports = points.filter(({ breakpoint }) => breakpoint.place === 'never-retrieved');
    this.before = events.some((on) => on === 'callback' || on === 'started' || on === 'resumed');
    this.creating = events.includes('created');
    const slow = this.slow.filter(({ at }) => at.when === 'after');
    const timed = this.timers.some(({ at }) => at.on === 'scheduled' || at.on === 'cancelled');
    this.after = this.creating || timed || slow.length > 0 || events.some((on) => AFTER.includes(on));
    this.during = Math.min(
      ...this.slow.filter(({ at }) => at.when === 'during').map(({ at }) => at.ms / 1000),
      Infinity,
    );
    this.unretrieved = this.reports.length > 0;
  }

  get any(): boolean {
    return (
      this.concerning.length + this.timers.length + this.sources.length + this.slow.length > 0 ||
      this.stalls.length + this.reports.length > 0
    );
  }

  // ---- what the recorder tells

  /** A task was given its number. Which function it is a call of nearly always tells that nothing is for it. */
  introduced(actor: number, code: number): void {
    if (!this.concerning.some(({ point }) => this.sees(point, code))) this.rule(actor, 3);
  }

  created(state: LoopState, task: AnyTask): void {
    if (!this.creating) return;
    const code = this.definitions.coroutine(task);
    if (this.concerning.some(({ point, on }) => on === 'created' && this.sees(point, code)))
      // It may be given its name later.
      state.heard.push((found) => this.reach(state, found, ['created'], code, task));
  }

  timer(state: LoopState, timer: TimerHandle, on: At<'timer'>['on']): void {
    if (this.timers.length === 0) return;
    if (!this.timers.some(({ at }) => at.on === on || (on === 'due' && at.on === 'late'))) return;
    const { task } = timer.loop.observable.running ?? {};
    // Cancelled, it will have let go of its callback.
    const { callback } = timer;
    const late = on === 'scheduled' ? timer.loop.time() - timer.deadline : undefined;
    state.heard.push((found) => this.timed(state, found, timer, callback as AnyFunction, on, task, late));
  }

  io(state: LoopState, fd: number, mask: number): void {
    for (const { point, at } of this.sources) {
      const text = this.loops.addressesOf(state.loop, fd);
      if ((at.fd !== undefined && at.fd !== fd) || (at.peer !== undefined && !point.meets(text))) continue;
      const who = text === '' ? `fd ${fd}` : `fd ${fd} (${text})`;
      const what = `${who} is ready to be ${mask === 2 ? 'written to' : 'read'}`;
      state.heard.push((found) => this.ask(state, found, point, undefined, what));
    }
  }

  /** The loop reported an exception. */
  reported(state: LoopState, message: string, error: unknown): void {
    for (const point of this.reports)
      state.heard.push((found) => {
        found.error ??= { value: error };
        this.ask(state, found, point, undefined, `${message} (${errorText(error)})`);
      });
  }

  /** A task went on between the loop's callbacks, and came to its end there. */
  endedOutside(state: LoopState, task: AnyTask): void {
    if (!this.after) return;
    const code = this.definitions.coroutine(task);
    state.heard.push((found) => this.reach(state, found, outcome(task), code, task));
  }

  /** Nothing is ready, nothing is scheduled, and nothing that the loop or its process has under way can wake it. */
  stalled(state: LoopState): void {
    for (const point of this.stalls)
      state.heard.push((found) =>
        this.ask(state, found, point, undefined, 'nothing can wake the loop again'),
      );
  }

  get wantsStalls(): boolean {
    return this.stalls.length > 0;
  }

  // ---- at gates

  /** What was heard since the last gate. */
  tell(state: LoopState, found: Found): void {
    if (state.heard.length === 0) return;
    const { heard } = state;
    state.heard = [];
    for (const tell of heard) tell(found);
  }

  /** Something may stop before callbacks, but nothing before this one's. */
  pass(actor: number): boolean {
    return this.before && (this.ruled(actor) & 1) !== 0;
  }

  /** A callback is about to run; its handle is no longer in ready. */
  callback(state: LoopState, handle: Handle, actor: number, found: Found): void {
    if ((this.ruled(actor) & 1) !== 0) return;
    const { task } = handle;
    const code = task === undefined ? actor : this.definitions.coroutine(task);
    const on = task === undefined ? [] : isUnstarted(task) ? ['started' as const] : ['resumed' as const];
    if (!this.reach(state, found, ['callback', ...on], code, task)) this.rule(actor, 1);
  }

  /** A callback has run since `began` (raw seconds). */
  ran(state: LoopState, handle: Handle, actor: number, began: number, found: Found): void {
    const { task } = handle;
    if (task !== undefined && (this.ruled(actor) & 2) === 0) {
      const code = this.definitions.coroutine(task);
      const events = outcome(task);
      if (events.includes('failed') && !isAwaited(task)) events.push('exception');
      if (!this.reach(state, found, events, code, task)) this.rule(actor, 2);
    }
    const took = state.last - began;
    for (const { point, at } of this.slow)
      if (at.when === 'after' && took * 1000 > at.ms) {
        const who = this.whoRuns(handle, actor);
        this.ask(state, found, point, who, `callback ${who.text} took ${(took * 1000).toFixed(0)} ms`);
      }
  }

  /** A callback has been running for so long, s, and still is. */
  runsLong(state: LoopState, handle: Handle, elapsed: number, found: Found): void {
    const ms = elapsed * 1000;
    for (const { point, at } of this.slow) {
      if (at.when !== 'during' || ms < at.ms) continue;
      const who = this.whoRuns(handle, 0);
      this.ask(state, found, point, who, `callback ${who.text} has been running for ${ms.toFixed(0)} ms`);
    }
  }

  /** False: no breakpoint is for this task or code at all. */
  private reach(
    state: LoopState,
    found: Found,
    events: readonly Event[],
    code: number,
    task: AnyTask | undefined,
  ): boolean {
    const name = task?.getName();
    let concerned = false;
    for (const { point, on } of this.concerning) {
      // What is about tasks is for no plain callback.
      if ((on !== 'callback' && task === undefined) || !this.sees(point, code) || !point.fits(name)) continue;
      concerned = true;
      if (!events.includes(on)) continue;
      if (on === 'exception') found.error ??= { value: task?.peekError() };
      this.ask(state, found, point, this.who(code, task), this.what(on, code, task));
    }
    return concerned;
  }

  private timed(
    state: LoopState,
    found: Found,
    timer: TimerHandle,
    callback: AnyFunction,
    on: At<'timer'>['on'],
    by: AnyTask | undefined,
    late = timer.loop.time() - timer.deadline,
  ): void {
    // A cancelled sleep has let go of its task, which is the one that cancelled it.
    const task = sleeperOf(timer) ?? (on === 'cancelled' && callback.name === SLEEP ? by : undefined);
    const code = task === undefined ? this.definitions.callback(callback) : this.definitions.coroutine(task);
    const who = this.who(code, task);
    for (const { point, at } of this.timers) {
      if (at.on !== on && !(at.on === 'late' && on === 'due' && late * 1000 > (at.ms ?? 0))) continue;
      if (!this.sees(point, code) || !point.fits(task?.getName())) continue;
      this.ask(state, found, point, who, `timer ${who.text} ${said(at.on, late)}`);
    }
  }

  private ask(state: LoopState, found: Found, point: Point, about: About | undefined, what: string): void {
    const names = namesAt(state, this.loops, about);
    found.ask(point, names, what, (breakpoint, text) => this.say(state.id, breakpoint, text));
  }

  private sees(point: Point, code: number): boolean {
    const { name, path } = this.definitions.known.get(code) ?? { name: '', path: '' };
    return point.sees(code, name, path);
  }

  private whoRuns(handle: Handle, actor: number): Who {
    const { task, callback } = handle;
    if (task !== undefined) {
      const who = this.who(this.definitions.coroutine(task), task);
      return { ...who, text: `${this.place(who.code)} of task ${task.getName()}` };
    }
    return this.who(
      callback === undefined ? actor : this.definitions.callback(callback as AnyFunction),
      undefined,
    );
  }

  private who(code: number, task: AnyTask | undefined): Who {
    const callback = this.definitions.known.get(code)?.name ?? '?';
    const text = task === undefined ? this.place(code) : `of ${this.taskText(code, task)}`;
    return { code, callback, task: task?.getName(), text };
  }

  /** `ring (app.ts:2)` */
  private place(code: number): string {
    const { name, path, line } = this.definitions.known.get(code) ?? { name: '?', path: '', line: 0 };
    return path === '' ? name : `${name} (${basename(path)}:${line})`;
  }

  /** `task get 1 (fetch, app.ts:7)` */
  private taskText(code: number, task: AnyTask): string {
    const { name, path, line } = this.definitions.known.get(code) ?? { name: '?', path: '', line: 0 };
    return `task ${task.getName()} (${name}${path === '' ? '' : `, ${basename(path)}:${line}`})`;
  }

  private what(on: Event, code: number, task: AnyTask | undefined): string {
    if (on === 'callback') {
      const text = `callback ${this.place(code)}`;
      return task === undefined ? text : `${text} of task ${task.getName()}`;
    }
    const text = this.taskText(code, task as AnyTask);
    if (on !== 'failed' && on !== 'exception') return `${text} ${SAID[on]}`;
    const failed = `${text} failed with ${errorText(task?.peekError())}`;
    return on === 'failed' ? failed : `${failed}, and nothing awaits it`;
  }

  private ruled(actor: number): number {
    const { ruledOut } = this;
    return actor < ruledOut.length ? ruledOut[actor] : 0;
  }

  private rule(actor: number, bit: number): void {
    if (actor >= this.ruledOut.length) {
      const larger = new Uint8Array(2 * actor);
      larger.set(this.ruledOut);
      this.ruledOut = larger;
    }
    this.ruledOut[actor] |= bit;
  }
}

/** The library's function that ends a sleep. */
const SLEEP = 'setResultUnlessCancelled';

/** The task that sleeps on a timer; undefined for a timer of another kind. */
function sleeperOf(timer: TimerHandle): AnyTask | undefined {
  const future: unknown = timer.args[0];
  if (!isFuture(future)) return undefined;
  const { callbacks = [] } = future as unknown as { callbacks?: { task?: AnyTask }[] };
  return callbacks.find(({ task }) => task !== undefined)?.task;
}

/** `late`: s after its deadline, negative before it. */
function said(on: At<'timer'>['on'], late: number): string {
  const ms = Math.abs(late * 1000).toFixed(0);
  switch (on) {
    case 'due':
      return 'is due';
    case 'late':
      return `is due ${ms} ms late`;
    case 'scheduled':
      return late < 0 ? `was scheduled, due in ${ms} ms` : 'was scheduled';
    case 'cancelled':
      return 'was cancelled';
  }
}

function isUnstarted(task: AnyTask): boolean {
  return inside(task).main.steps === undefined && !task.native;
}

function outcome(task: AnyTask): Event[] {
  if (!task.done()) return ['suspended'];
  if (task.cancelled()) return ['done', 'cancelled'];
  return task.failed() ? ['done', 'failed'] : ['done'];
}

/** Something was told that the task has ended which may ask for its result: what it awoke is in ready now. */
function isAwaited(task: AnyTask): boolean {
  for (const handle of task.loop.ready) {
    if (handle.args[0] === task) return true;
    if ((handle as unknown as { waiter?: unknown }).waiter === task) return true;
  }
  return false;
}
