/**
 * Events: what the decoders make of an agent's records, one vocabulary for all targets, and the only thing that the
 * model knows of a program. Each method is one event; its loop is the one that the sink stands for. To cost little,
 * an event may say several things at once: `ran` is a callback's begin, its end, and how many it scheduled.
 *
 * Times are seconds of the loop's own clock, which stands while the program is stopped. Objects are 32-bit keys of
 * live things (0 none); handles likewise. `actor` is a task or the code of a plain callback; `n` is the length of ready
 * right after the event.
 */
export interface EventSink {
  /** The poll returned and what is due is in ready. `timeout`: s, -1 for ever. */
  tick(timeout: number, time: number, n: number): void;
  /** The callback at the head of ready ran until `time`. `result`: RESULT, or the object that the task now waits for. */
  ran(actor: number, result: number, time: number, n: number): void;
  /** A cancelled callback left the head of ready without running. */
  skipped(n: number): void;
  io(fd: number, mask: number, added: number): void;
  timerScheduled(handle: number, when: number, code: number, object: number, actor: number): void;
  timerCancelled(handle: number): void;
  timerDue(handle: number): void;
  /** The tick that follows runs only the timer that is due, ahead of what stands in ready. */
  ahead(): void;
  taskCreated(actor: number, parent: number, code: number, name: string): void;
  taskRenamed(actor: number, name: string): void;
  /** A task ran its first step inside the callback that created it. */
  ranEagerly(actor: number, result: number): void;
  /** The callback now at ready[index] was handed in by another thread. */
  /** The line (a code) from which the callback at ready[index] was scheduled; index as in `queued`. */
  scheduledAt(index: number, place: number): void;
  timerScheduledAt(handle: number, place: number): void;
  taskCreatedAt(actor: number, place: number): void;
  handedIn(index: number, thread: string): void;
  watched(fd: number, mask: number, code: number, owned: boolean, text: string): void;
  unwatched(fd: number, mask: number): void;
  signal(name: string): void;
  jobBegan(job: number, name: string, object: number, actor: number): void;
  jobEnded(job: number, outcome: number): void;
  processBegan(pid: number, text: string): void;
  processEnded(pid: number, status: number): void;
  failed(actor: number, text: string): void;
  lockAcquired(object: number, actor: number): void;
  lockReleased(object: number): void;
  /** Told at a stop: who runs ready[index]. A callback that has left ready but whose `ran` is still to come is index 0. */
  queued(index: number, actor: number): void;
  reason(reason: ReasonEvent): void;
  lost(count: number): void;
}

/** What a suspended task waits for, read from its live frames. `waiter`: the `ran` result that it explains. */
export interface ReasonEvent {
  actor: number;
  waiter: number;
  kind: string;
  text: string;
  object: number;
  /** The task that can end the wait; 0: none known. */
  owner: number;
  /** The user's own line; '' and 0 when there is none. */
  path: string;
  line: number;
}

/** A definition of the process: a function or coroutine. */
export interface CodeDefinition {
  code: number;
  name: string;
  path: string;
  line: number;
  /** ROLE of schema.ts. */
  role: number;
}
