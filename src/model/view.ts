/** What one moment of one loop shows: the state, who stands in ready, and the time from which ages are counted. */
import type { Cause, Source, WaitReason } from '../adapter/contract';
import { ROLE } from '../wire/schema';
import type { Definitions } from './definitions';
import type { LoopHistory, Reason } from './loopHistory';
import { OP } from './log';
import { CAUSE, type ReadyEntry } from './ready';
import type { LoopState } from './state';
import { TASK } from './tasks';

/** The actor of a callback that was cancelled and left ready without running. */
export const CANCELLED = 0xffffffff;

export class View {
  /** Ready without the callback that is running: number in ready, actor (0 unknown), entry. */
  readonly ready: { id: number; actor: number; entry: ReadyEntry; nextTick: boolean }[] = [];
  /** The callback in whose middle the program stands. */
  readonly running: { id: number; actor: number; entry: ReadyEntry } | undefined;
  /** Tasks whose step stands in ready: actor to index in `ready`. */
  private readonly inReady = new Map<number, number>();
  private waitingInReady = 0;
  private timeouts: Map<number, number> | undefined;
  private sleepEnds: Map<number, number> | undefined;

  constructor(
    readonly history: LoopHistory,
    readonly definitions: Definitions,
    readonly state: LoopState,
    row: number,
    readonly isHead: boolean,
    /** Loop time in s from which ages and deadlines are counted. */
    readonly now: number,
    inside: number,
  ) {
    const actors = this.actorsInReady(row);
    for (let i = 0; i < actors.length; i++) {
      const id = state.taken + 1 + i;
      if (i === 0 && inside !== 0) {
        this.running = { id, actor: inside, entry: state.ready.entry(0) };
        continue;
      }
      const entry = i < state.ready.length ? state.ready.entry(i) : this.scheduledByRunning(inside);
      const actor = actors[i];
      if (state.tasks.slot(actor) >= 0) {
        if (!this.inReady.has(actor) && state.tasks.state[state.tasks.slot(actor)] === TASK.WAITING)
          this.waitingInReady++;
        this.inReady.set(actor, this.ready.length);
      }
      this.ready.push({ id, actor, entry, nextTick: i >= state.thisTick });
    }
  }

  /** What the callback in whose middle we stand has put into ready so far: told by QUEUED, not yet by an event. */
  private scheduledByRunning(inside: number): ReadyEntry {
    const { taken, tick, time } = this.state;
    return { kind: CAUSE.CALLBACK, a: taken + 1, b: inside, actor: 0, tick, since: time, site: 0 };
  }

  /** Who will run each entry of ready: told at a stop, known of timers, and else seen where it ran afterwards. */
  private actorsInReady(row: number): Uint32Array {
    const { state, history } = this;
    let length = state.ready.length;
    if (this.isHead) while (history.queuedActors.has(state.taken + 1 + length)) length++;
    const actors = new Uint32Array(length);
    let found = 0;
    let ahead = false;
    if (!this.isHead && length > 0)
      history.scan(row, (op, _n, a) => {
        if (op === OP.AHEAD) ahead = true;
        else if (ahead && (op === OP.RAN || op === OP.SKIPPED)) ahead = false;
        else if (op === OP.RAN) actors[found++] = a;
        else if (op === OP.SKIPPED) actors[found++] = CANCELLED;
        return found >= length;
      });
    for (let i = found; i < length; i++)
      actors[i] =
        history.queuedActors.get(state.taken + 1 + i) ??
        (i < state.ready.length ? state.ready.actorAt(i) : 0);
    return actors;
  }

  get waitingCount(): number {
    return this.state.tasks.waiting - this.waitingInReady + this.state.watches.size;
  }
  readyIndexOf(actor: number): number {
    return this.inReady.get(actor) ?? -1;
  }

  /** ms from the loop time `since` (s) to now. */
  age(since: number): number {
    return Math.max(0, (this.now - since) * 1000);
  }

  cause(entry: ReadyEntry): Cause {
    const { texts } = this.definitions;
    switch (entry.kind) {
      case CAUSE.CALLBACK:
        return {
          kind: 'callback',
          callback: entry.a,
          tick: entry.tick,
          name: this.definitions.nameOf(entry.b),
          source: this.definitions.sourceOf(entry.site === 0 ? entry.b : entry.site),
        };
      case CAUSE.TIMER:
        return {
          kind: 'timer',
          scheduledTick: entry.a,
          source: this.definitions.sourceOf(entry.site === 0 ? entry.b : entry.site),
        };
      case CAUSE.IO: {
        const peer = this.history.fdTexts.get(entry.a);
        const what = entry.b === 2 ? 'writable' : entry.b === 1 ? 'readable' : 'readable and writable';
        return { kind: 'io', fd: entry.a, detail: `fd ${entry.a} ${what}${peer ? ` (${peer})` : ''}` };
      }
      case CAUSE.SIGNAL:
        return { kind: 'signal', name: texts.text(entry.a) };
      case CAUSE.THREAD:
        return { kind: 'thread', name: texts.text(entry.a) };
      case CAUSE.START:
        return { kind: 'start' };
      default:
        return { kind: 'unknown' };
    }
  }

  /** "sleep → ticker" for what ends a task's sleep or timeout, else the function's name. */
  timerName(code: number, task: number): string {
    const role = this.definitions.roleOf(code);
    const verb = role === ROLE.SLEEP ? 'sleep' : role === ROLE.TIMEOUT ? 'timeout' : undefined;
    if (verb === undefined) return this.definitions.nameOf(code);
    return task === 0 ? verb : `${verb} → ${this.definitions.taskNameOf(task)}`;
  }

  /** The soonest timeout of a task, as loop time in s. */
  timeoutOf(actor: number): number | undefined {
    if (this.timeouts === undefined) {
      this.timeouts = new Map();
      const { timers } = this.state;
      for (let slot = 0; slot < timers.slots; slot++) {
        if (timers.handle[slot] === 0 || timers.role[slot] !== ROLE.TIMEOUT || timers.actor[slot] === 0)
          continue;
        const before = this.timeouts.get(timers.actor[slot]);
        if (before === undefined || timers.when[slot] < before)
          this.timeouts.set(timers.actor[slot], timers.when[slot]);
      }
    }
    return this.timeouts.get(actor);
  }

  /** When the sleep that ends this future is due, as loop time in s; undefined: it is no more in the heap. */
  private sleepEnd(object: number): number | undefined {
    if (this.sleepEnds === undefined) {
      this.sleepEnds = new Map();
      const { timers } = this.state;
      for (let slot = 0; slot < timers.slots; slot++)
        if (timers.handle[slot] !== 0 && timers.role[slot] === ROLE.SLEEP)
          this.sleepEnds.set(timers.object[slot], timers.when[slot]);
    }
    return this.sleepEnds.get(object);
  }

  /** Where the task's own code stands: the line at which it was last seen to wait, else where it is defined. */
  taskSource(actor: number, slot: number): Source | undefined {
    const reason = this.captured(actor, slot);
    if (reason && reason.path !== '' && this.state.tasks.state[slot] < TASK.DONE)
      return { path: reason.path, line: reason.line };
    return this.definitions.sourceOf(actor);
  }

  private captured(actor: number, slot: number): Reason | undefined {
    return this.history.reasonOf(actor, this.state.tasks.steps[slot], this.state.time);
  }

  reason(actor: number, slot: number): WaitReason {
    const { tasks } = this.state;
    const object = tasks.object[slot];
    const captured = this.captured(actor, slot);
    if (captured !== undefined && captured.waiter === object) {
      const reason: WaitReason = { kind: captured.kind as WaitReason['kind'], text: captured.text };
      if (captured.object !== 0) reason.object = captured.object;
      // A lock may have changed hands since the wait was read.
      const isLock = captured.kind === 'lock';
      const owner = isLock ? this.state.locks.ownerOf(captured.object) : captured.owner;
      if (owner !== 0) {
        reason.owner = owner;
        if (isLock) reason.text += `, held by ${this.definitions.taskNameOf(owner)}`;
        const ownerSlot = tasks.slot(owner);
        if (ownerSlot < 0 || tasks.state[ownerSlot] >= TASK.DONE) reason.ownerEnded = true;
      }
      if (captured.path !== '') reason.source = { path: captured.path, line: captured.line };
      return reason;
    }
    if (tasks.state[slot] === TASK.SLEEPING) {
      const when = this.sleepEnd(object);
      const text =
        when === undefined ? 'sleep, now due' : `sleep, ${Math.max(0, when - this.now).toFixed(3)} s left`;
      return { kind: 'sleep', text, object };
    }
    return { kind: 'notCaptured', text: 'What it waited for was not read at that time.', object };
  }
}
