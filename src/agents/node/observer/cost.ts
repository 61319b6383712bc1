/**
 * What the agent costs: its share of the CPU time that the process takes, measured while the program runs. Of what runs on
 * every callback one in so many is timed; what Node needs to call it the helper thread has timed, once; and that counts
 * what it takes itself. CPU time in µs throughout.
 */
import type { WordRing } from '../ring';

/** One of so many is timed: a power of two. */
const ONE_OF = 128;
export const SAMPLE = ONE_OF - 1;

/** Of promises. */
export const PROMISE_SAMPLE = 1023;

const EVERY = 1e6;
/** With less CPU time than this between two looks the share would be noise. */
const LEAST = 20_000;
/** Of a promise: init and settled, and for about half of them before and after. */
const PROMISE_HOOKS = 3;

// The program may replace it.
const now = performance.now.bind(performance);

export class Meter {
  /** Callbacks that began. */
  callbacks = 0;
  /** What was timed, µs, and for how many each stands. */
  private readonly samples: { took: number; count: number }[] = [];
  /** Counts beginnings anew. */
  private turn = 0;
  private lastCpu = processCpu();
  private lastHelper = 0;
  private lastCallbacks = 0;
  private looked = 0;

  constructor(private readonly ring: WordRing) {}

  /** Runs one of those that are timed, which stands for so many. */
  time(act: () => void, count = ONE_OF): void {
    const { turn } = this;
    const began = now();
    act();
    const ended = now();
    const clock = now() - ended;
    // Where the program stood meanwhile, it was not we who took the time.
    if (turn !== this.turn || this.samples.length > MOST_SAMPLES) return;
    this.samples.push({ took: Math.max(0, ended - began - clock) * 1000, count });
  }

  /** Likewise, of a promise that is made: its other hooks take about as much each. */
  timePromise(act: () => void): void {
    this.time(act, (PROMISE_SAMPLE + 1) * PROMISE_HOOKS);
  }

  /** Whether it is time for a look; `time`: raw µs. */
  due(time: number): boolean {
    return time - this.looked > EVERY;
  }

  /** The share since the last look; undefined: too little has run to say. */
  share(time: number): number | undefined {
    this.looked = time;
    const cpu = processCpu() - this.lastCpu;
    const { hookCost, consumerCpu } = this.ring;
    if (cpu < LEAST || hookCost === 0) return undefined;
    const calls = ((this.callbacks - this.lastCallbacks) * hookCost) / 1000;
    const ours = this.spent() + calls + (consumerCpu - this.lastHelper);
    this.reset();
    return Math.min(1, ours / cpu);
  }

  private spent(): number {
    const { samples } = this;
    if (samples.length === 0) return 0;
    const usual = samples.sort((a, b) => a.took - b.took).slice(0, Math.ceil(samples.length * USUAL));
    const count = samples.reduce((sum, sample) => sum + sample.count, 0);
    return (count * usual.reduce((sum, { took }) => sum + took, 0)) / usual.length;
  }

  /** Begins anew: while the program stood, what it took was not its own. */
  reset(): void {
    this.turn++;
    this.samples.length = 0;
    this.lastCallbacks = this.callbacks;
    this.lastHelper = this.ring.consumerCpu;
    this.lastCpu = processCpu();
  }
}

/** What an average says of so many samples, without those in which the thread had to stand back for others. */
const USUAL = 0.9;
const MOST_SAMPLES = 20_000;

function processCpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
