/**
 * Level full: every promise made, settled, and each of its steps. Called by V8 itself on each, so what is here is kept
 * shorter still than the rest.
 */
import { promiseHooks } from 'node:v8';
import type { Channel } from '../channel';
import { PROMISE, WORD } from '../../../wire/nodeRecords';
import type { WordRing } from '../ring';
import { PROMISE_SAMPLE, type Meter } from './cost';
import type { HookFunctions } from './promiseHooks';
import { setPromiseHooks, othersUseHooks } from './promiseHooks';
import { lineHere, type Site } from './sites';
import type { Words } from './words';

/** Gives back what it is called with, in place of a new object. */
const Same = function (object: object) {
  return object;
} as unknown as new (object: object) => object;

/** Puts a promise's number into a private field of the promise: the program cannot see it, nor anything that inspects. */
class Numbered extends Same {
  #number: number;

  constructor(promise: object, number: number) {
    super(promise);
    this.#number = number;
  }

  /** 0 for one that has none: that is rare, and asking first would cost all others. */
  static of(promise: object): number {
    try {
      return (promise as Numbered).#number;
    } catch {
      return 0;
    }
  }
}

/** Of promises that the agent made: they are not told of. */
const OURS = -1;

/** The number of a promise (nodeEvents.ts); 0: it was not seen at level full. */
export function promiseNumber(promise: object): number {
  return Math.max(0, Numbered.of(promise));
}

const MADE = WORD.PROMISE | (PROMISE.MADE << 4);
const SETTLED = WORD.PROMISE | (PROMISE.SETTLED << 4);
const BEGAN = WORD.PROMISE | (PROMISE.BEGAN << 4);
const ENDED = WORD.PROMISE | (PROMISE.ENDED << 4);
const FAR = 0x3ffffff;

/** What the recorder knows that matters here. */
export interface PromiseHost {
  /** More than 0: what is made is the agent's own. */
  readonly asides: number;
  readonly gate: boolean;
  readonly meter: Meter;
  /** Before a step, whose begin was not told yet: may stand there. */
  stop(promise: number, of: object): void;
  /** The helper is to see what there is. */
  show(): void;
}

export class Promises {
  /** They are recorded. */
  on = false;
  /** The promise's number, which it gets now if it has none. */
  readonly number: (promise: object) => number;
  /** A step that was told as begun has ended. */
  private readonly endStep: () => void;
  private takeOut: (() => void) | undefined;
  private readonly functions: HookFunctions;
  private watch: HookFunctions | undefined;
  /** Where promises were made, at level stacks. */
  private readonly sites = new WeakMap<object, Site>();
  private capturing = false;
  /** The number of the promise whose step runs, 0 none. */
  readonly stepping: () => number;

  constructor(
    channel: Channel,
    ring: WordRing,
    private readonly words: Words,
    private readonly host: PromiseHost,
  ) {
    // Variables of one closure: V8 finds them faster than fields.
    const { words: memory, mask } = ring;
    const { of } = Numbered;
    let last = 0;
    /** The number of the promise whose step runs. */
    let step = 0;
    this.stepping = () => step;
    const introduce = (promise: object): number => {
      new Numbered(promise, ++last);
      words.promiseMade(0);
      return last;
    };
    const number = (this.number = (promise) => of(promise) || introduce(promise));
    const endStep = (this.endStep = () => {
      if (step === 0) return;
      step = 0;
      memory[ring.head & mask] = ENDED;
      ring.head = (ring.head + 1) | 0;
      // The loop may sleep from here on.
      host.show();
    });
    const made = (promise: object, parent: object | undefined): void => {
      const from = parent === undefined ? 0 : number(parent);
      new Numbered(promise, ++last);
      const back = from <= 0 ? 0 : last - from;
      if (back >= FAR) return words.promiseMade(back);
      memory[ring.head & mask] = MADE | (back << 6);
      ring.head = (ring.head + 1) | 0;
    };
    const safely = (act: () => void): void => {
      try {
        act();
      } catch (error) {
        channel.fault(error);
      }
    };
    // What is rare stands apart: a `try`, or a closure that holds a parameter, would cost each call of a hook.
    const room = (): void => safely(() => words.room());
    const stop = (promise: object, stepped: number): void => safely(() => host.stop(stepped, promise));
    const madeTimed = (promise: object, parent: object | undefined): void =>
      host.meter.timePromise(() => made(promise, parent));
    this.functions = {
      init: (promise, parent) => {
        if (host.asides > 0) return void new Numbered(promise, OURS);
        if (((ring.head - ring.limit) | 0) > 0) room();
        if ((last & PROMISE_SAMPLE) === 0) madeTimed(promise, parent);
        else made(promise, parent);
      },
      before: (promise) => {
        if (host.asides > 0) return;
        if (((ring.head - ring.limit) | 0) > 0) room();
        const stepped = number(promise);
        if (stepped === OURS) return;
        if (host.gate || channel.pausing) {
          stop(promise, stepped);
          if (!this.on) return;
        }
        step = stepped;
        const back = last - stepped;
        if (back >= FAR) return words.stepBegan(back);
        memory[ring.head & mask] = BEGAN | (back << 6);
        ring.head = (ring.head + 1) | 0;
      },
      after: endStep,
      settled: (promise) => {
        if (host.asides > 0) return;
        if (((ring.head - ring.limit) | 0) > 0) room();
        const settled = number(promise);
        if (settled === OURS) return;
        const back = last - settled;
        if (back >= FAR) return words.promiseSettled(back);
        memory[ring.head & mask] = SETTLED | (back << 6);
        ring.head = (ring.head + 1) | 0;
      },
    };
  }

  record(on: boolean): void {
    if (on === this.on) return;
    this.on = on;
    this.words.room();
    if (!on) this.endStep();
    this.words.level(on);
    this.apply();
  }

  /** From here on it is kept, or not, where each is made: that takes many times what all the rest does. */
  capture(on: boolean): void {
    if (on === this.capturing) return;
    this.capturing = on;
    if (this.on) this.apply();
  }

  /** Where a promise was made; undefined: not known. */
  siteOf(promise: object): Site | undefined {
    return this.sites.get(promise);
  }

  /** Somebody else is told as well, after what was is recorded; but of steps before they may be stopped at. */
  watchedBy(watch: HookFunctions | undefined): void {
    if (watch === this.watch) return;
    this.watch = watch;
    if (this.on) this.apply();
  }

  private get hooks(): HookFunctions {
    const { watch, host, sites } = this;
    let { functions } = this;
    if (this.capturing) {
      const { init } = functions;
      const capturing = (promise: object, parent: object | undefined): void => {
        init(promise, parent);
        const site = host.asides > 0 ? undefined : lineHere();
        if (site !== undefined) sites.set(promise, site);
      };
      functions = { ...functions, init: capturing };
    }
    return watch === undefined ? functions : both(functions, watch);
  }

  /** Puts the hooks in, or takes them out, beside those of whoever else uses async_hooks. */
  apply(): void {
    this.takeOut?.();
    this.takeOut = undefined;
    if (!this.on) {
      if (!othersUseHooks()) setPromiseHooks(undefined);
    } else if (othersUseHooks() || !setPromiseHooks(this.hooks))
      this.takeOut = promiseHooks.createHook(this.hooks as never) as unknown as () => void;
  }
}

/** Before a step, the second is told first: the first may have to stop. */
function both(first: HookFunctions, second: HookFunctions): HookFunctions {
  return {
    init(promise, parent) {
      first.init(promise, parent);
      second.init(promise, parent);
    },
    before(promise) {
      second.before(promise);
      first.before(promise);
    },
    after(promise) {
      first.after(promise);
      second.after(promise);
    },
    settled(promise) {
      first.settled(promise);
      second.settled(promise);
    },
  };
}
