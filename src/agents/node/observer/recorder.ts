/**
 * What runs on every resource and every callback of a plain Node program: the hooks of `async_hooks`, and what they write.
 * Kept short. The clock is read once or twice for each callback; libuv's count of iterations where a new one may have begun.
 *
 * How the other parts of the observer plug in:
 *  - `resources` is what is live.
 *  - `gate`, when true (or the user wants to pause), has `gates.before` called before each callback is told as begun; `gates`
 *    may stand there, and calls `stood` afterwards; so it may in `gates.after`, where `gateAfter` asks for that. What was
 *    recorded until then has reached the helper once `flush` returned and something is said.
 *  - `tick`, `current`, `last`, `since` say where the loop is.
 *  - whatever the agent does that makes resources of its own goes through `aside`.
 */
import { createHook, executionAsyncResource } from 'node:async_hooks';
import type { Level } from '../../../adapter/contract';
import type { Channel } from '../channel';
import type { Definitions } from './definitions';
import { enableWithoutPromises } from './promiseHooks';
import { isHeld, Resources } from './resources';
import { Words } from './words';
import type { WordRing } from '../ring';

/** The main module's number, which is Node's own for what the program's start makes. */
export const MAIN = 1;

/** What stops callbacks. */
export interface Gates {
  /** Before an outermost callback, whose begin was not told yet; its tick was. Called while `recorder.gate` is true. */
  before(id: number, type: string, resource: object | undefined): void;
  /** After one, whose end was told; it took so long, s. Called while `recorder.gateAfter` is true. */
  after(id: number, type: string, took: number): void;
}

/** What hears of timers as they are made and cleared. */
export interface TimerWatch {
  scheduled(id: number, timer: object): void;
  cancelled(id: number): void;
}

interface TimerResource {
  _idleStart: number | null;
  _idleTimeout: number;
  _repeat: number | null;
  _onTimeout: unknown;
  _destroyed: boolean;
}

export class Recorder {
  readonly resources = new Resources();
  /** Tests `gates` before each callback. */
  gate = false;
  gateAfter = false;
  gates: Gates | undefined;
  timerWatch: TimerWatch | undefined;
  /** The callback about to begin is the first of its tick. */
  first = false;
  /** libuv's count of iterations + 1, without those that were ours alone. */
  tick = 1;
  /** The callback that runs; 0 none. */
  current = 0;
  /** The callback that ended last: its microtasks may be running. */
  last = 0;
  /** Raw s at which the running callback began. */
  since = 0;
  level: Level = 'macro';

  /** How many of the agent's own doings are under way. */
  private asides = 0;
  /** Callbacks that began and have not ended, ours too. */
  private depth = 0;
  /** libuv's count at the last callback. */
  private iteration = 0;
  /** Iterations that were ours alone. */
  private hidden = 0;
  /** The iteration has run no callback of the program's yet. */
  private oursAlone = false;
  private failing = false;
  /** The last id made when the last callback ended: a TickObject up to here runs right after it. */
  private madeAtEnd = 0;
  private lastMade = 0;
  private readonly words: Words;
  private readonly hook;
  private readonly typeNumbers = new Map<string, number>();

  constructor(
    private readonly channel: Channel,
    private readonly ring: WordRing,
    private readonly definitions: Definitions,
  ) {
    this.words = new Words(ring, this.now, this.define);
    this.hook = createHook({
      init: this.init,
      before: this.before,
      after: this.after,
      destroy: this.destroy,
      ...({ trackPromises: false } as object),
    });
  }

  /** Raw µs, whole. */
  readonly now = (): number => Math.floor(this.channel.now() * 1e6);

  /** Begins to record; the program's main module is the first callback, and has not begun. `file`: '' for none. */
  start(file: string): void {
    this.words.time = 0;
    this.words.tick(1, this.now());
    const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1) || '(main)';
    const code = this.definitions.place(file, file === '' ? 0 : 1, name);
    this.words.made(MAIN, this.definitions.text('MAIN'), 0, code);
    this.resources.add(MAIN, 'MAIN', 0, 1, undefined);
    enableWithoutPromises(this.hook);
  }

  /** The main module begins. */
  beginMain(): void {
    const time = this.now();
    this.words.began(MAIN, time);
    this.since = time / 1e6;
    this.current = MAIN;
    this.depth = 1;
    this.aside(() => process.nextTick(this.endMain));
    this.flush();
  }

  private readonly endMain = (): void => {
    if (this.current !== MAIN) return;
    this.end(MAIN, true);
    this.resources.remove(MAIN);
    // We are in a callback of our own.
    this.depth = 1;
  };

  /** Does what makes resources that are not the program's. */
  aside<T>(act: () => T): T {
    this.asides++;
    try {
      return act();
    } finally {
      this.asides--;
    }
  }

  /** Everything recorded so far may be read by the helper. */
  flush(): void {
    this.define();
    this.ring.publish();
  }

  /** The program stood from `from` on (raw s), and with it the loop's clock. */
  stood(from: number, seconds: number): void {
    this.words.paused(Math.floor(from * 1e6), Math.floor((from + seconds) * 1e6));
  }

  /** An exception left the running callback, that nobody caught. */
  failed(): void {
    this.failing = true;
  }

  /** Takes the hooks out. */
  leave(): void {
    this.hook.disable();
  }

  private readonly define = (): void => {
    const fresh = this.definitions.take();
    if (fresh !== undefined) this.aside(() => this.channel.define(fresh));
  };

  // ---- the hooks

  private readonly init = (id: number, type: string, trigger: number, resource: object): void => {
    if (this.asides > 0) return;
    try {
      const { words } = this;
      words.room();
      this.lastMade = id;
      const held = isHeld(type);
      this.resources.add(id, type, trigger, this.tick, held ? resource : undefined);
      words.made(id, this.typeNumber(type), trigger, this.codeOf(type, resource));
      if (type === 'Timeout') {
        const timer = resource as TimerResource;
        words.timer(id, this.now(), Math.trunc(timer._idleTimeout), timer._repeat ?? 0);
        this.timerWatch?.scheduled(id, resource);
      }
    } catch (error) {
      this.channel.fault(error);
    }
  };

  private readonly before = (id: number): void => {
    if (this.depth++ > 0) return;
    try {
      const type = this.resources.typeOf(id);
      if (type === '') return this.ours();
      const { words } = this;
      words.room();
      let time = words.time;
      if (type !== 'TickObject' || id > this.madeAtEnd) {
        time = Math.max(this.now(), time);
        const iteration = loopCount();
        if (iteration !== this.iteration || this.oursAlone) this.turn(iteration, time);
      }
      if (this.gate || this.channel.pausing) {
        this.flush();
        this.gates?.before(id, type, executionAsyncResource());
        time = Math.max(time, words.time);
      }
      this.current = id;
      this.first = false;
      this.since = time / 1e6;
      words.began(id, time);
    } catch (error) {
      this.channel.fault(error);
    }
  };

  private readonly after = (id: number): void => {
    if (--this.depth > 0) return;
    this.depth = 0;
    if (this.current === 0) return;
    try {
      const type = this.resources.typeOf(id);
      const once = type === 'TickObject' || type === 'Immediate';
      this.end(id, once);
      if (once) this.resources.remove(id);
      if (this.definitions.untold) this.define();
      this.ring.publish();
      if (this.gateAfter) this.gates?.after(id, type, this.words.time / 1e6 - this.since);
    } catch (error) {
      this.channel.fault(error);
    }
  };

  private readonly destroy = (id: number): void => {
    try {
      const type = this.timerWatch === undefined ? '' : this.resources.typeOf(id);
      const timer = type === 'Timeout' ? (this.resources.get(id)?.resource as TimerResource) : undefined;
      if (!this.resources.remove(id)) return;
      this.words.room();
      this.words.gone(id);
      // Node sets this when a timer is cleared, and not when it has fired.
      if (timer?._idleTimeout === -1) this.timerWatch?.cancelled(id);
    } catch (error) {
      this.channel.fault(error);
    }
  };

  private end(id: number, last: boolean): void {
    this.words.ended(this.now(), this.failing, last);
    this.failing = false;
    this.current = 0;
    this.last = id;
    this.madeAtEnd = this.lastMade;
  }

  /** A callback of ours. */
  private ours(): void {
    const iteration = loopCount();
    if (iteration === this.iteration) return;
    this.iteration = iteration;
    this.oursAlone = true;
    this.hidden++;
  }

  /** The first callback of the program's in an iteration. */
  private turn(iteration: number, time: number): void {
    if (iteration === this.iteration) this.hidden--;
    this.oursAlone = false;
    this.iteration = iteration;
    const tick = iteration + 1 - this.hidden;
    if (tick === this.tick) return;
    this.tick = tick;
    this.first = true;
    this.words.tick(tick, time);
  }

  private codeOf(type: string, resource: object): number {
    if (type === 'TickObject')
      return this.definitions.callback((resource as { callback?: unknown }).callback);
    if (type === 'Timeout') return this.definitions.callback((resource as TimerResource)._onTimeout);
    if (type === 'Immediate')
      return this.definitions.callback((resource as { _onImmediate?: unknown })._onImmediate);
    return 0;
  }

  private typeNumber(type: string): number {
    let number = this.typeNumbers.get(type);
    if (number === undefined) {
      number = this.definitions.text(type);
      this.typeNumbers.set(type, number);
    }
    return number;
  }
}

const { nodeTiming } = performance as unknown as { nodeTiming: { uvMetricsInfo: { loopCount: number } } };

/** libuv's own count of iterations. */
function loopCount(): number {
  return nodeTiming.uvMetricsInfo.loopCount;
}
