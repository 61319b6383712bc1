/**
 * The seam between the worker (this folder) and the agent of a target (`src/agents/loop`, …). Both run on the main
 * thread of the user's process; the helper thread, which owns the socket, is behind the channel.
 *
 * The worker calls `install(channel)` of the target's agent before the program's first line and keeps the Agent that
 * it returns. Every call in either direction is on the main thread.
 */
import type {
  ChainFrame,
  Command,
  Cost,
  Goodbye,
  Log,
  LoopChanged,
  Notice,
  Resumed,
  Sample,
  Snapshot,
  Stopped,
  Told,
  Welcome,
} from '../../wire/messages';
import type { LinesFound } from './lineHits';
import type { Numbers } from './numbers';
import type { Place } from './place';
import type { WordRing } from './ring';

/** What an agent says by itself. Hello and replies are the worker's. */
export type Said = Cost | LoopChanged | Stopped | Resumed | Log | Notice | Sample | Snapshot | Told | Goodbye;

/**
 * Ids of frames and references of variables from here on are the helper's (frames of a callback that was broken into);
 * agents give out smaller ones.
 */
export const FIRST_HELPER_ID = 2 ** 30;

/** A command cannot be done: `message` is the sentence for the user. Known by its name: each agent is a bundle of its own. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Answers one command: returns the reply's body, or throws Refusal. `go` lets the program run on once the reply was sent. */
export type Answer = (command: Command, go: () => void) => unknown;

/** A thread's end of the way to the adapter. */
export interface Channel {
  /** Which thread this is. */
  readonly place: Place;
  /** For codes, tasks and texts: no other thread of the process gives these. */
  readonly numbers: Numbers;
  /** Ids of frames and references of variables that the agent gives out come after this one. */
  readonly firstId: number;
  /** Where nothing has to be known before the program's first line, what is taken for granted; `welcomed` tells the rest. */
  readonly welcome: Welcome;
  /** Raw monotonic seconds: the clock of every `t` on the wire. The program cannot replace it. */
  now(): number;
  /** Likewise raw µs, whole: of these V8 makes no objects where it hands them on. */
  micros(): number;
  /** One JSON message, in order with definitions and records. */
  say(message: Said): void;
  /** DEFINE records (CODE, TEXT), flat, before the records that use them. */
  define(records: (number | string)[]): void;
  /**
   * Records of one loop. `values` is given away: its buffer is detached, so it must not be a view of anything else.
   * Blocks while the adapter is too far behind, and returns the seconds that it blocked (0 nearly always), which are to
   * be taken off the loop's clock.
   */
  records(loop: number, values: Float64Array): number;
  /** Where the agent of plain Node programs writes the words of its loop; undefined for other targets. What is said comes after the words that were published before. */
  readonly ring?: WordRing;
  /** The user asked to pause and nothing has stopped since. One plain read of shared memory, for the hot path. */
  readonly pausing: boolean;
  /** A callback begins, or (false) ended and none follows at once: the helper sees by it which take long. */
  beat(running: boolean): void;
  /** Takes a pause back: `continue` came before any stop. `stand` does it by itself. */
  forgetPause(): void;
  /**
   * Stands here and answers commands until one calls `go`, or the connection ends. Returns the seconds that it stood.
   * Say `stopped` (and send the records before it) first, and `resumed` afterwards.
   */
  stand(answer: Answer): number;
  /** The agent failed: it is taken out (`leave`), the user is told once, and the program goes on. Never throws. */
  fault(error: unknown): void;
}

/** The agent of a target, as the worker knows it. Whatever it throws is a fault, but for Refusal out of `answer`. */
export interface Agent {
  /**
   * Answers a command while the program runs (between two macrotasks, or broken into a callback that takes long), or
   * while it stands inside a callback. In the latter case alone `go` is given, and does something, for `continue` and `step`.
   * `stack`, and `locals`, `variables`, `evaluate` of the helper's frames, do not come here while broken into.
   */
  answer: Answer;
  /** The user wants to pause and the thread is between two macrotasks: a loop that is asleep stands now, at `poll`. */
  pause(): void;
  /**
   * The thread was broken into, in the middle of the user's code, to stop there. Sends what is in the buffers, says
   * `stopped` (at `inside`) and returns true; false when no loop is in a callback: then the program runs on, and its
   * next gate stops. Returns at once: the helper holds the thread and serves the frames. `frames`: outermost first.
   */
  inside(frames: ChainFrame[]): boolean;
  /**
   * A callback has taken long, and was broken into: stops there as `inside` does if a breakpoint wants that, and returns true;
   * else false. Without it nothing is broken into for that.
   */
  runsLong?(frames: ChainFrame[]): boolean;
  /**
   * The program has come to a line where breakpoints (`found`) or a step by lines want it to stop: does so as `inside` does.
   * False when no loop is in a callback.
   */
  atLine?(frames: ChainFrame[], found: LinesFound | undefined): boolean;
  /** The stop inside is over: says `resumed`. `stood`: seconds. */
  outside(stood: number): void;
  /** The running callback, in the words of Sample; undefined when none runs. */
  running(): Pick<Sample, 'loop' | 'actor' | 'elapsed' | 't'> | undefined;
  /** The adapter's own words, where the program did not wait for them. */
  welcomed?(welcome: Welcome): void;
  /** Sends what is in the buffers: the program is about to exit, or somebody looks. */
  flush(): void;
  /** Instead of it where the thread is about to be gone, maybe in the middle of a callback. */
  exit?(): void;
  /** Runs what makes resources of the worker's own: these are left out. */
  aside?<T>(act: () => T): T;
  /** Takes every observer out; nothing is said afterwards. */
  leave(): void;
}

/** What the module of a target exports. */
export type Install = (channel: Channel) => Agent;
