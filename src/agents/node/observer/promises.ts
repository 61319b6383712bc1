/**
 * Level full: every promise made, settled, and each of its steps. Called by V8 itself on each, so what is here is kept
 * shorter still than the rest.
 */
import { promiseHooks } from 'node:v8';
import type { Channel } from '../channel';
import { PROMISE, WORD } from '../../../wire/nodeRecords';
import type { WordRing } from '../ring';
import type { HookFunctions } from './promiseHooks';
import { setPromiseHooks, othersUseHooks } from './promiseHooks';
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

  /** 0 for one that has none. */
  static of(promise: object): number {
    return #number in promise ? promise.#number : 0;
  }
}

/** The number of a promise (nodeEvents.ts); 0: it was not seen at level full. */
export function promiseNumber(promise: object): number {
  return Numbered.of(promise);
}

const MADE = WORD.PROMISE | (PROMISE.MADE << 4);
const SETTLED = WORD.PROMISE | (PROMISE.SETTLED << 4);
const BEGAN = WORD.PROMISE | (PROMISE.BEGAN << 4);
const FAR = 0x3ffffff;
/** After how many words the helper is shown what there is, where no callback ends. */
const SHOWN = 4096;

/** What the recorder knows that matters here. */
export interface PromiseHost {
  /** The agent makes promises of its own. */
  readonly ours: boolean;
  readonly gate: boolean;
  /** Before a step, whose begin was not told yet: may stand there. */
  stop(promise: number, of: object): void;
  flush(): void;
}

export class Promises {
  /** They are recorded. */
  on = false;
  private last = 0;
  /** The number of the promise whose step runs. */
  private step = 0;
  private shown = 0;
  private takeOut: (() => void) | undefined;
  private readonly functions: HookFunctions;

  constructor(
    private readonly channel: Channel,
    private readonly ring: WordRing,
    private readonly words: Words,
    private readonly host: PromiseHost,
  ) {
    this.functions = { init: this.init, before: this.before, after: this.after, settled: this.settled };
  }

  record(on: boolean): void {
    if (on === this.on) return;
    this.on = on;
    this.words.room();
    if (!on) this.endStep();
    this.words.level(on);
    this.apply();
  }

  /** Puts the hooks in, or takes them out, beside those of whoever else uses async_hooks. */
  apply(): void {
    this.takeOut?.();
    this.takeOut = undefined;
    if (!this.on) {
      if (!othersUseHooks()) setPromiseHooks(undefined);
    } else if (othersUseHooks() || !setPromiseHooks(this.functions))
      this.takeOut = promiseHooks.createHook(this.functions as never) as unknown as () => void;
  }

  /** The promise's number, which it gets now if it has none. */
  number(promise: object): number {
    return Numbered.of(promise) || this.introduce(promise);
  }

  private readonly init = (promise: object, parent: object | undefined): void => {
    if (this.host.ours) return;
    try {
      const { ring } = this;
      if (((ring.head - ring.limit) | 0) > 0) this.words.room();
      const from = parent === undefined ? 0 : this.number(parent);
      const number = ++this.last;
      new Numbered(promise, number);
      const back = from === 0 ? 0 : number - from;
      if (back < FAR) this.put(MADE | (back << 6));
      else this.words.promiseMade(back);
    } catch (error) {
      this.channel.fault(error);
    }
  };

  private readonly settled = (promise: object): void => {
    if (this.host.ours) return;
    try {
      const { ring } = this;
      if (((ring.head - ring.limit) | 0) > 0) this.words.room();
      const number = Numbered.of(promise) || this.introduce(promise);
      const back = this.last - number;
      if (back < FAR) this.put(SETTLED | (back << 6));
      else this.words.promiseSettled(back);
    } catch (error) {
      this.channel.fault(error);
    }
  };

  private readonly before = (promise: object): void => {
    if (this.host.ours) return;
    try {
      const { ring } = this;
      if (((ring.head - ring.limit) | 0) > 0) this.words.room();
      const number = Numbered.of(promise) || this.introduce(promise);
      if (this.host.gate || this.channel.pausing) {
        this.host.stop(number, promise);
        if (!this.on) return;
      }
      this.step = number;
      const back = this.last - number;
      if (back < FAR) this.put(BEGAN | (back << 6));
      else this.words.stepBegan(back);
    } catch (error) {
      this.channel.fault(error);
    }
  };

  private readonly after = (): void => {
    this.endStep();
  };

  private endStep(): void {
    if (this.step === 0) return;
    this.step = 0;
    this.words.stepEnded();
    if (((this.ring.head - this.shown) | 0) < SHOWN) return;
    this.host.flush();
    this.shown = this.ring.head;
  }

  /** One that was made while promises were not recorded. */
  private introduce(promise: object): number {
    const number = ++this.last;
    new Numbered(promise, number);
    this.put(MADE);
    return number;
  }

  private put(word: number): void {
    const { ring } = this;
    ring.words[ring.head & ring.mask] = word;
    ring.head = (ring.head + 1) | 0;
  }
}
