/** The JSON messages of the wire (FRAME.JSON). Rare by nature: everything frequent is a record. */
import type { Level, LoopId, Target, TaskId, TickBreakpoint } from '../adapter/contract';

export interface Hello {
  type: 'hello';
  protocol: number;
  /** The one-time token that the launcher put into the program's environment. */
  token: string;
  target: Target;
  /** For people: "CPython 3.11.7". */
  runtime: string;
  /** [3, 11, 7] */
  version: number[];
  /** Version of the agent: equals the adapter's, or the adapter says that they differ. */
  agent: string;
  pid: number;
  /** time.monotonic() and time.time() read together, in seconds. */
  monotonic: number;
  wall: number;
  argv: string[];
}

/** The answer to `hello`. The program waits for it (10 s at most) before its first line runs. */
export interface Welcome {
  type: 'welcome';
  stopOnEntry: boolean;
  breakpoints: TickBreakpoint[];
  keepUvloop: boolean;
  subProcess: boolean;
  /** Breakpoints on lines that are set before the program's first line runs, as by `setLines`. */
  lines?: { path: string; lines: LineBreakpoint[] }[];
  /** How much is recorded from the start; full when absent. */
  level?: Level;
  /** Callbacks that run for longer, s, are told of by `sample`; 0.1 when absent. */
  slowCallback?: number;
  /** An attached program is never slowed: records are dropped instead of waiting for the adapter. */
  attached: boolean;
}
/** The adapter closes the connection after it; the agent stays out of the program's way. */
export interface Refuse {
  type: 'refuse';
  message: string;
}

export interface LoopChanged {
  type: 'loop';
  loop: LoopId;
  name: string;
  thread: string;
  state: 'idle' | 'running' | 'closed';
  /** Raw monotonic seconds. */
  t: number;
  /** loop.time() at t, in seconds: what the loop's clock showed. */
  clock: number;
  /** Present when less than everything is seen of this loop: a sentence. */
  fidelity?: string;
}

export type StopReason = 'entry' | 'step' | 'pause' | 'breakpoint' | 'exception';
/**
 * The loop stands. All its records up to this moment were sent before, QUEUED for every handle in ready among them.
 * Other loops may stop afterwards at their next gate: each says so with `also`.
 */
export interface Stopped {
  type: 'stopped';
  loop: LoopId;
  reason: StopReason;
  /** For people: "Paused on tick 42: ready > 10". */
  text: string;
  /** Ids of the breakpoints that stopped it, '' or [] when none. */
  breakpoints: string[];
  /** `gate`: before a callback (or, with none left, before the poll); `poll`: asleep in select; `inside`: in the middle of a callback. */
  at: 'gate' | 'poll' | 'inside';
  /** What is about to run or is running: a task, or the code of a plain callback; 0 for none. */
  actor: number;
  /** Node: the resource whose callback it is (nodeEvents.ts), or -promise for a promise step; absent: none. */
  resource?: number;
  /** Raw monotonic seconds; the loop's clock stands from here. */
  t: number;
  /** True when this loop stopped because another one did. */
  also: boolean;
}
export interface Resumed {
  type: 'resumed';
  loop: LoopId;
  t: number;
}
/** A log point spoke, or a condition could not be evaluated and no stop is wanted. */
export interface Log {
  type: 'log';
  loop: LoopId;
  breakpoint: string;
  text: string;
}
/** Something about the agent itself that the user should know; the program goes on. `fault`: an observer was taken out. */
export interface Notice {
  type: 'notice';
  severity: 'information' | 'warning' | 'fault';
  text: string;
}
export interface Reply {
  type: 'reply';
  id: number;
  /** Present on success. */
  body?: unknown;
  /** Present on failure: a sentence. */
  error?: string;
}
/**
 * Node: what was read of the program at one moment, when somebody asked: its tasks, and what its
 * resources say of themselves. It replaces what was read before. Sent before the reply that it is for.
 */
export interface Snapshot {
  type: 'snapshot';
  loop: LoopId;
  /** Raw monotonic seconds. */
  t: number;
  tasks: SnapshotTask[];
  resources: SnapshotResource[];
  /** Present when less than all could be read: a sentence. */
  fidelity?: string;
}
/** An async function's call that has not settled. */
export interface SnapshotTask {
  task: TaskId;
  /** The function's name, as chains give it. */
  name: string;
  /** Where it is suspended: the line of its `await`; '' and 0 not known. */
  path: string;
  line: number;
  /** The tasks that await it. */
  awaitedBy: TaskId[];
  /** What it waits for: kinds of the contract's WaitReason. `object`: a resource's id (`resource` true) or a promise's number of our own. */
  reason: {
    kind: string;
    text: string;
    object: number;
    resource: boolean;
    owner: TaskId;
    path: string;
    line: number;
  };
  /** Its own promise's number in nodeEvents.ts, where level full has numbered it; else 0. */
  promise: number;
}
export interface SnapshotResource {
  id: number;
  type: string;
  /** For people: "127.0.0.1:8080 ← 127.0.0.1:51234", "sleep 60". '' nothing to say. */
  text: string;
  /** -1 none. */
  fd: number;
  /** The user's line that it came from, or the function that it will call; '' and 0 not known. */
  path: string;
  line: number;
  /** The process does not exit while it is there. */
  keepsAlive: boolean;
  /** A timer: due at this time of raw monotonic seconds, and then every `repeat` s (0: once). */
  when?: number;
  repeat?: number;
}
/** The agent's share of the CPU time that the process took since the last such message (0.12: 12 %), measured. Once a second at most, and at stops. */
export interface Cost {
  type: 'cost';
  share: number;
}
/**
 * The runtime itself reported something of a loop: a coroutine that nobody awaited, a task destroyed while pending, an
 * exception that nobody retrieved.
 */
export interface Told {
  type: 'told';
  loop: LoopId;
  what: 'never-awaited' | 'destroyed-pending' | 'never-retrieved';
  /** 0: no task, or one that never got a number. */
  task: TaskId;
  /** The coroutine's, task's or exception's own words: "coroutine 'fetch' was never awaited". */
  text: string;
  /** The user's line that it is about; '' and 0 not known. */
  path: string;
  line: number;
  /** Raw monotonic seconds. */
  t: number;
}
/** A callback that has run for long was looked at by the agent's own thread: where it is. Twice a callback at most: soon before it is slow, and when it is. */
export interface Sample {
  type: 'sample';
  loop: LoopId;
  /** What runs: a task, or the code of a plain callback; Node: 0. */
  actor: number;
  /** How long it has run, s, at `t` (raw monotonic seconds). */
  elapsed: number;
  t: number;
  /** Outermost first; the last user frame is the line that blocks. */
  frames: { name: string; path: string; line: number; user: boolean }[];
}
/** What has become of breakpoints on lines meanwhile: the code that they are in was loaded, or is there no more. */
export interface Lines {
  type: 'lines';
  lines: LineAnswer[];
}
/** The interpreter is shutting down; nothing follows. */
export interface Goodbye {
  type: 'goodbye';
}
export type FromAgent =
  | Hello
  | LoopChanged
  | Stopped
  | Resumed
  | Log
  | Notice
  | Cost
  | Snapshot
  | Told
  | Sample
  | Lines
  | Reply
  | Goodbye;

// ---- commands: each is answered by one Reply with the same id ----

/** Innermost last. `id` names the frame for `scopes` and `evaluate` until the program runs on; 0: no live frame (C code). */
export interface ChainFrame {
  id: number;
  name: string;
  path: string;
  line: number;
  /** False for the standard library and site-packages. */
  user: boolean;
}
export interface Variable {
  name: string;
  value: string;
  type: string;
  /** > 0: has children, to be asked with `variables`; valid until the program runs on. */
  ref: number;
  /** Number of children where known: named (attributes, keys) and indexed. */
  named?: number;
  indexed?: number;
}
/** Stops in the middle of a callback, before the line runs. Lines are numbered from 1. */
export interface LineBreakpoint {
  /** Another than that of any breakpoint of any kind; `stopped` and `log` name it. */
  id: string;
  line: number;
  /** In the frame: its locals and globals. */
  condition?: string;
  hitCondition?: string;
  logMessage?: string;
}
export interface LineAnswer {
  id: string;
  verified: boolean;
  /** Where it stops: the first line from the wanted one on that has code. */
  line: number;
  /** Why it is not verified: a sentence. Code that is not loaded yet is said so, and verified by a `lines` message later. */
  message?: string;
}
/** Steps by the lines of the callback in which the program stands. */
export type LineStep = 'lineOver' | 'lineInto' | 'lineOut';
export interface Commands {
  pause: [Record<string, never>, Record<string, never>];
  continue: [Record<string, never>, Record<string, never>];
  /**
   * Runs on until the next stop of that kind, in that loop (the stopped one when absent). `runTo` takes tick, `task` takes task.
   * `lineOver`, `lineInto` and `lineOut` go by the user's lines within the callback in which it stands; where that ends or
   * suspends, they stop before the next callback. At a gate `lineInto` goes to the first of the user's lines that the next
   * callback runs (before the one after it when there is none); the other two are like `callback`.
   */
  step: [
    {
      kind: 'callback' | 'tick' | 'task' | 'runTo' | LineStep;
      loop?: LoopId;
      task?: TaskId;
      tick?: number;
    },
    Record<string, never>,
  ];
  setBreakpoints: [
    { breakpoints: TickBreakpoint[] },
    { breakpoints: { id: string; verified: boolean; message?: string }[] },
  ];
  /** Replaces the breakpoints on lines of one file (an absolute path, as the program's code has it); answers in the same order. */
  setLines: [{ path: string; lines: LineBreakpoint[] }, { lines: LineAnswer[] }];
  /** Lines of a file at which the program can stop, from `from` to `to`, both included; of code that it has loaded, in order. */
  possibleLines: [{ path: string; from: number; to: number }, { lines: number[] }];
  /** Await chain of a suspended task, outermost coroutine first; of the running task: its coroutine frames and then plain ones. */
  chain: [{ task: TaskId }, { frames: ChainFrame[] }];
  /** Frames of what the loop is about to run or is running, outermost first; from any state: a running loop is sampled. */
  stack: [
    { loop: LoopId },
    {
      frames: ChainFrame[];
      running: boolean;
      /** how long the current callback has run, s */ elapsed?: number;
    },
  ];
  /** Reads wait reasons of these tasks now (REASON records precede the reply); all suspended ones when absent, 1000 at most. */
  reasons: [{ tasks?: TaskId[] }, Record<string, never>];
  /**
   * Who waits for what and who can end it, read from the live program, stopped or not. REASON records of the tasks in the
   * answer precede it; of those that are not blocked, 1000 at most. `soon`: what takes long may be left for another question.
   */
  waits: [{ loop: LoopId; soon?: boolean }, Waits];
  /** Locals of a frame. Only while stopped. */
  locals: [{ frame: number }, { variables: Variable[] }];
  /** Facts of a task (name, coroutine, context variables, cancel requests, result…) and of a loop, as variables. Only while stopped. */
  inspect: [{ task?: TaskId; loop?: LoopId }, { variables: Variable[] }];
  variables: [
    { ref: number; start?: number; count?: number; filter?: 'indexed' | 'named' },
    { variables: Variable[] },
  ];
  /** In the frame (and in its task's context), or in the program's main module without one. Only while stopped. Statements allowed in `repl`. */
  evaluate: [
    {
      expression: string;
      frame?: number;
      task?: TaskId;
      context: 'hover' | 'watch' | 'repl' | 'variables' | 'clipboard';
    },
    Variable,
  ];
  /** How much is recorded from here on. An error says which levels the target has. */
  level: [{ level: Level }, Record<string, never>];
  /** The last command: takes the observers out. The program runs on without us, or ends (`terminate`). */
  detach: [{ terminate?: boolean }, Record<string, never>];
  /** The exception that the stop is about, with its traceback as text. */
  exception: [{ loop: LoopId }, { type: string; message: string; traceback: string }];
}

/** The wait-for relation at one moment. */
export interface Waits {
  /** Suspended tasks (without those that are asleep on a timer of their own and blocked by nothing else). */
  waits: Wait[];
  things: Thing[];
  /**
   * Why `blocked` is no proof: a sentence ("The program has more than … objects.", "main.py names all_tasks, so any task may be
   * cancelled by it."); absent where everything that can still run was followed.
   */
  unproved?: string;
  /** Who is blocked is left for another question that is not to be answered soon; few reasons are told. */
  more?: boolean;
  /** The loop sleeps and nothing can ever wake it: no timer, no watched descriptor, no other thread, no job, no handler of a signal. */
  stalled?: boolean;
  /** Queues without a bound that hold many items, the longest first. `name`: what the user's code calls it; '' not known. */
  queues?: { id: number; name: string; size: number }[];
}
export interface Wait {
  task: TaskId;
  /** What it waits for, by `Thing.id`, and the tasks it waits for; more than one with gather, wait and task groups. */
  things: number[];
  tasks: TaskId[];
  /** It goes on only when all of them have ended; false: one suffices. True where there is one. */
  all: boolean;
  /**
   * Nothing that can still run (ready, timers, watched descriptors, other threads, jobs, signal handlers of the user's, tasks that
   * themselves can be woken) reaches this task or what it waits for.
   */
  blocked: boolean;
  /** It waits for an object that nobody else was ever given, made in the await itself: "run for ever". Never a finding. */
  intended?: boolean;
  /** Nothing but what it waits for, which nobody else reaches, refers to the task: it may be destroyed at any moment. Of Node's async calls: nobody who can still run has the promise. */
  unreferenced?: boolean;
  /** A timer that ends the wait whatever happens (wait_for, timeout): raw monotonic seconds. */
  timeout?: number;
}
export interface Thing {
  /** The number that REASON records give for the object. */
  id: number;
  kind:
    'lock' | 'event' | 'condition' | 'semaphore' | 'queue' | 'future' | 'timer' | 'io' | 'job' | 'process';
  /** "lock db", "queue jobs (0 inside)", "socket 127.0.0.1:80", "process 812" */
  text: string;
  /** Who holds it (locks; semaphores where known); tasks that have ended among them. */
  holders: TaskId[];
  /** Somebody else may end the wait as well: a semaphore of which is known only who took its places. */
  loose?: boolean;
  /** Live tasks whose frames refer to it and that do not wait for it: they may end the wait. */
  setters: TaskId[];
  /** The user's line that made or took it last; '' and 0 not known. */
  path: string;
  line: number;
}
export type CommandName = keyof Commands;
export type Command = {
  [K in CommandName]: { type: 'command'; id: number; command: K; arguments: Commands[K][0] };
}[CommandName];
export type ToAgent = Welcome | Refuse | Command;
