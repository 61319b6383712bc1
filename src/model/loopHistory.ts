/** The history of a loop of asyncio's shape: its events (wire/events.ts) as rows, and what is told beside them. */
import type { EventSink, ReasonEvent } from '../wire/events';
import type { Definitions } from './definitions';
import { History } from './history';
import { NO_TIMEOUT, OP, packDue } from './log';
import { LoopState, type Checkpoint } from './state';

/** Captured wait reasons that are kept for the past. */
const REASONS_KEPT = 100_000;

export interface Reason extends ReasonEvent {
  /** Loop time, in s, when it was read. */
  time: number;
}

export class LoopHistory extends History<Checkpoint, LoopState> implements EventSink {
  /** Callbacks whose actor was told before they ran: number in ready to actor. */
  readonly queuedActors = new Map<number, number>();
  /** QUEUED events since the last stop, by index in ready; placed when the stop is told (see taskLoop.ts). */
  queuedSince: [index: number, actor: number][] = [];
  /** Addresses by fd, as last told. */
  readonly fdTexts = new Map<number, string>();
  /** What `when` of this loop's timers is ahead of our loop time, in s: not 0 where a loop has a clock of its own. */
  clockAhead = 0;

  /** What was read of each wait, oldest first: counts in it may change while the wait lasts. */
  private readonly reasons = new Map<number, Reason[]>();

  constructor(
    readonly loop: number,
    private readonly definitions: Definitions,
    limitBytes: number,
  ) {
    super(() => new LoopState(definitions), limitBytes);
  }

  override tickOf(before: number): number {
    return before + 1;
  }
  /** Which callbacks in ready came from other threads is told right after they came. */
  protected override completes(op: number): boolean {
    return op === OP.HANDED_IN;
  }

  tick(timeout: number, time: number, n: number): void {
    const micros = timeout < 0 ? NO_TIMEOUT : Math.min(Math.round(timeout * 1e6), NO_TIMEOUT - 1);
    this.observer?.tick(this.live.tick + 1, time, n);
    this.timed(OP.TICK, n, micros, 0, time);
    this.settled();
  }
  ran(actor: number, result: number, time: number, n: number): void {
    if (this.observer) {
      const { ready, time: start, tick } = this.live;
      this.observer.ran(tick, actor, result, ready.length > 0 ? ready.sinceAt(0) : start, start, time);
    }
    this.timed(OP.RAN, n, actor, result, time);
    this.settled();
  }
  skipped(n: number): void {
    this.row(OP.SKIPPED, n, 0, 0, 0);
  }
  io(fd: number, mask: number, added: number): void {
    this.row(OP.IO, added, fd, mask, 0);
  }
  timerScheduled(handle: number, when: number, code: number, object: number, actor: number): void {
    this.row(OP.TIMER, code, handle, object, packDue(when - this.clockAhead - this.live.time));
    // A replay learns it from the step that follows; here it may be asked for in the middle of that step.
    const slot = this.live.timers.find(handle);
    if (slot >= 0) this.live.timers.actor[slot] = actor;
  }
  timerCancelled(handle: number): void {
    this.row(OP.TIMER_CANCELLED, 0, handle, 0, 0);
  }
  timerDue(handle: number): void {
    if (this.observer) {
      const { timers, tick, time } = this.live;
      const slot = timers.find(handle);
      if (slot >= 0)
        this.observer.due(tick + 1, timers.when[slot], time, timers.actor[slot], timers.code[slot]);
    }
    if (!this.log.append(OP.TIMERS_DUE, handle)) this.log.push(OP.TIMERS_DUE, 1, handle, 0, 0);
    this.live.apply(OP.TIMERS_DUE, 1, handle, 0, 0, 0);
  }
  scheduledAt(index: number, place: number): void {
    this.row(OP.SITE, place, index, 0, 0);
  }
  timerScheduledAt(handle: number, place: number): void {
    this.row(OP.TIMER_SITE, place, handle, 0, 0);
  }
  taskCreatedAt(actor: number, place: number): void {
    this.definitions.placeTask(actor, place);
  }
  ahead(): void {
    // Who was told to stand in ready is one place further back now.
    const told = [...this.queuedActors];
    this.queuedActors.clear();
    for (const [number, actor] of told)
      this.queuedActors.set(number > this.live.taken ? number + 1 : number, actor);
    this.row(OP.AHEAD, 0, 0, 0, 0);
  }
  taskCreated(actor: number, parent: number, code: number, name: string): void {
    this.definitions.defineTask(actor, parent, code, name, this.loop);
    this.row(OP.TASK, parent, actor, code, 0);
  }
  taskRenamed(actor: number, name: string): void {
    this.definitions.nameTask(actor, name);
  }
  ranEagerly(actor: number, result: number): void {
    this.row(OP.EAGER, 0, actor, result, 0);
  }
  handedIn(index: number, thread: string): void {
    this.row(OP.HANDED_IN, this.definitions.texts.number(thread), index, 0, 0);
  }
  watched(fd: number, mask: number, code: number, owned: boolean, text: string): void {
    if (text !== '') this.fdTexts.set(fd, text);
    else this.fdTexts.delete(fd);
    const number = this.definitions.texts.number(text);
    this.row(OP.WATCHED, code, ((fd << 2) | mask) >>> 0, owned ? 1 : 0, number);
  }
  unwatched(fd: number, mask: number): void {
    this.row(OP.UNWATCHED, 0, ((fd << 2) | mask) >>> 0, 0, 0);
  }
  signal(name: string): void {
    this.row(OP.SIGNAL, this.definitions.texts.number(name), 0, 0, 0);
  }
  jobBegan(job: number, name: string, object: number, actor: number): void {
    this.row(OP.JOB, this.definitions.texts.number(name), job, object, actor);
  }
  jobEnded(job: number, outcome: number): void {
    this.row(OP.JOB_ENDED, outcome, job, 0, 0);
  }
  processBegan(pid: number, text: string): void {
    this.row(OP.PROCESS, this.definitions.texts.number(text), pid, 0, 0);
  }
  processEnded(pid: number, status: number): void {
    this.row(OP.PROCESS_ENDED, 0, pid, status >>> 0, 0);
  }
  failed(actor: number, text: string): void {
    this.row(OP.FAILED, this.definitions.texts.number(text), actor, 0, 0);
  }
  lockAcquired(object: number, actor: number): void {
    this.row(OP.LOCK, 0, object, actor, 0);
  }
  lockReleased(object: number): void {
    this.row(OP.UNLOCK, 0, object, 0, 0);
  }
  lost(count: number): void {
    this.observer?.lost();
    this.row(OP.LOST, 0, count, 0, 0);
  }
  queued(index: number, actor: number): void {
    this.queuedSince.push([index, actor]);
    this.version++;
  }
  reason(event: ReasonEvent): void {
    const slot = this.live.tasks.slot(event.actor);
    this.version++;
    // A task that has moved on meanwhile: what was read explains nothing any more.
    if (slot < 0 || this.live.tasks.object[slot] !== event.waiter) return;
    if (this.reasons.size >= REASONS_KEPT) this.reasons.delete(this.reasons.keys().next().value as number);
    const key = reasonKey(event.actor, this.live.tasks.steps[slot]);
    const told = this.reasons.get(key) ?? [];
    this.reasons.delete(key);
    if (told.at(-1)?.text !== event.text) told.push({ ...event, time: this.live.time });
    this.reasons.set(key, told);
  }
  /** Why the task waited after its so-manieth step, as last read until `time` or, of that wait, first read later. */
  reasonOf(actor: number, steps: number, time: number): Reason | undefined {
    const told = this.reasons.get(reasonKey(actor, steps));
    return told?.findLast((reason) => reason.time <= time) ?? told?.[0];
  }

  protected override settled(): void {
    super.settled();
    if (this.queuedActors.size === 0) return;
    for (const number of this.queuedActors.keys())
      if (number <= this.live.taken) this.queuedActors.delete(number);
  }
}

function reasonKey(actor: number, steps: number): number {
  return actor * 0x8000000 + (steps % 0x8000000);
}
