/**
 * What runs on every resource and every callback of a plain Node program: the hooks of `async_hooks`, and what they write.
 * Kept short. The clock is read once or twice for each callback; libuv's count of iterations where a new one may have begun.
 *
 * How the other parts of the observer plug in:
 *  - `resources` is what is live.
 *  - `gate`, when true (or the user wants to pause), has `gates.before` called before each callback is told as begun,
 *    `gateTicks` before the first of each tick; `gates`
 *    may stand there: it calls `flush` before it says so, and `stood` afterwards; so it may in `gates.after`, where `gateAfter`
 *    asks for that. What was recorded until then has reached the helper once `flush` returned and something is said.
 *  - `tick`, `current`, `last`, `since` say where the loop is.
 *  - whatever the agent does that makes resources of its own goes through `aside`.
 */
import { createHook, executionAsyncResource } from 'node:async_hooks';
import { isPromise } from 'node:util/types';
import type { Level } from '../../../adapter/contract';
import type { Channel } from '../channel';
import { MAIN_LOOP } from '../place';
import type { WordRing } from '../ring';
import type { Definitions } from './definitions';
import { isClosing } from './closing';
import { Meter, SAMPLE } from './cost';
import { enableWithoutPromises, hookCount, type HookFunctions } from './promiseHooks';
import { Promises } from './promises';
import type { Gates, TimerWatch } from './hooks';
import { Origins } from './origins';
import { isRare } from './rare';
import type { NodeLevel } from './levels';
import { isHeld, Resources } from './resources';
import { isCleared, Timers, type TimerResource } from './timers';
import { Turns } from './turns';
import { Words } from './words';

/** The main module's number, which is Node's own for what the program's start makes. */
export const MAIN = 1;

interface ImmediateResource {
  _onImmediate: unknown;
  _idleNext: unknown;
}

export class Recorder {
  readonly resources = new Resources();
  /** Tests `gates` before each callback; or before the first of each tick. */
  gate = false;
  gateTicks = false;
  gateAfter = false;
  /** Has the helper see that the main module runs, as it sees callbacks. */
  beats = false;
  gates: Gates | undefined;
  timerWatch: TimerWatch | undefined;
  /** The callback that runs; 0 none. */
  current = 0;
  private currentType = '';
  /** The callback that ended last: its microtasks may be running. */
  last = 0;
  /** Raw s at which the running callback began. */
  since = 0;
  level: Level = 'macro';
  private raised = false;
  readonly promises: Promises;

  /** How many of the agent's own doings are under way: what is made is its own. */
  asides = 0;
  /** Callbacks that began and have not ended, ours too. */
  private depth = 0;
  /** The outermost callback is ours. */
  private inOurs = false;
  /** It is a promise step, which somebody else's use of async_hooks has Node tell us of. */
  private inPromise = false;
  private hookCount = 0;
  /** Number of the text of the exception that left the running callback. */
  private failing = 0;
  /** The last id made when the last callback ended: a TickObject up to here runs right after it. */
  private madeAtEnd = 0;
  private lastMade = 0;
  /** An Immediate ended, and the next follows at once: its end is told with that one's begin. */
  private unended = 0;
  private readonly origins: Origins;
  private lastType = '';
  private lastTypeNumber = 0;
  private readonly words: Words;
  /** The main thread speaks for the process. */
  private readonly isMain: boolean;
  /** What we cost. */
  readonly meter: Meter;
  private readonly timers: Timers;
  private readonly turns: Turns;
  private readonly hook;

  constructor(
    private readonly channel: Channel,
    private readonly ring: WordRing,
    private readonly definitions: Definitions,
  ) {
    this.words = new Words(ring, this.now, this.define);
    this.timers = new Timers(this.words, this.resources, this.now, (act) => this.aside(act));
    this.turns = new Turns(this.words, this.now);
    this.isMain = channel.place.loop === MAIN_LOOP;
    this.meter = new Meter(ring);
    this.origins = new Origins(this.words, this.resources, definitions);
    this.promises = new Promises(channel, ring, this.words, this);
    this.hook = createHook({
      init: this.init,
      before: this.before,
      after: this.after,
      destroy: this.destroy,
      ...({ trackPromises: false } as object),
    });
  }

  /** Raw µs, whole. */
  readonly now = (): number => this.channel.micros();

  /** Begins to record; the program's main module is the first callback, and has not begun. `file`: '' for none. */
  start(file: string): void {
    this.words.tick(1, this.now());
    const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1) || '(main)';
    const code = this.definitions.place(file, file === '' ? 0 : 1, name);
    this.words.made(MAIN, this.definitions.text('MAIN'), 0, code);
    this.resources.add(MAIN, 'MAIN', 0, 1, undefined);
    enableWithoutPromises(this.hook);
    this.hookCount = hookCount();
  }

  /** From here on: macro, full or stacks. */
  setLevel(level: NodeLevel): void {
    this.level = level;
    this.promises.capture(level === 'stacks');
    this.promises.record(level !== 'macro' || this.raised);
  }

  /** Promises are recorded whatever the level is, as long as somebody listens to them. */
  raise(watch: HookFunctions | undefined): void {
    this.raised = watch !== undefined;
    this.promises.watchedBy(watch);
    this.promises.record(this.level !== 'macro' || this.raised);
  }

  /** What was written may be read by the helper, in the middle of a callback. */
  show(): void {
    if (this.definitions.untold) this.define();
    this.ring.publish();
  }

  /** Before a promise step, where something may have to stop. */
  stop(promise: number, of: object): void {
    this.gates?.before(-promise, 'PROMISE', of);
  }

  /** The main module begins. */
  beginMain(): void {
    const time = Math.max(this.now(), this.words.time);
    this.words.began(MAIN, time);
    this.since = time / 1e6;
    this.current = MAIN;
    this.currentType = 'MAIN';
    if (this.beats) this.channel.beat(true);
    this.depth = 1;
    // The first TickObject there is: it runs when the main module has come to its end.
    this.aside(() => process.nextTick(this.endMain));
    this.flush();
  }

  private readonly endMain = (): void => {
    if (this.current !== MAIN) return;
    this.end(MAIN, true);
    this.resources.remove(MAIN);
    this.origins.describe();
    this.flush();
    if (this.hookCount !== hookCount()) this.hooksChanged();
    // This is a callback, of ours.
    this.depth = 1;
    this.inOurs = true;
    this.asides++;
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

  /** Does what makes resources that are the program's, in the middle of our own doings. */
  asProgram<T>(act: () => T): T {
    const { asides } = this;
    this.asides = 0;
    try {
      return act();
    } finally {
      this.asides = asides;
    }
  }

  /** Everything recorded so far may be read by the helper. */
  flush(): void {
    this.endLate();
    this.timers.lookAtAll();
    this.define();
    this.ring.publish();
  }

  /** The thread is about to be gone: a callback that runs ends with it. */
  exit(): void {
    if (this.current !== 0) this.end(this.current, true);
    this.flush();
    this.turns.exit(this.now(), this.last !== 0);
    this.ring.publish();
  }

  /** libuv's count of iterations + 1, without those that were ours alone. */
  get tick(): number {
    return this.turns.tick;
  }

  /** The callback about to begin is the first of its tick. */
  get first(): boolean {
    return this.turns.first;
  }

  /** Node goes through its timers, and will look when the next is due. */
  get inTimers(): boolean {
    return this.turns.inTimers;
  }

  /**
   * The program stood from `from` on (raw s), and with it the loop's clock. `vain`: in how many s the loop will wake for a
   * timer that is not due any more; undefined: it will not.
   */
  stood(from: number, seconds: number, vain: number | undefined): void {
    this.meter.reset();
    this.turns.stood(vain);
    this.words.paused(Math.floor(from * 1e6), Math.floor((from + seconds) * 1e6));
  }

  /** An exception left the running callback, that nobody caught. `over`: the program ends of it. */
  failed(text: string, over: boolean): void {
    if (this.current === 0) return;
    this.failing = this.definitions.text(text);
    if (over) this.end(this.current, true);
    this.flush();
  }

  /** Takes the hooks out. */
  leave(): void {
    if (this.promises.on) this.promises.record(false);
    this.hook.disable();
  }

  private readonly define = (): void => {
    const fresh = this.definitions.take();
    if (fresh !== undefined) this.aside(() => this.channel.define(fresh));
  };

  // ---- the hooks

  private readonly init = (id: number, type: string, trigger: number, resource: object): void => {
    if (this.asides > 0 || type === 'PROMISE') return;
    if ((id & SAMPLE) === 0) this.madeTimed(id, type, trigger, resource);
    else this.made(id, type, trigger, resource);
  };

  // Closures stand in methods of their own: where one is written, each call of the hook would make room for what it holds.
  private madeTimed(id: number, type: string, trigger: number, resource: object): void {
    this.meter.time(() => this.made(id, type, trigger, resource));
  }

  private beginsTimed(id: number): void {
    this.meter.time(() => this.begins(id));
  }

  private endsTimed(id: number): void {
    this.meter.time(() => this.ends(id));
  }

  private made(id: number, type: string, trigger: number, resource: object): void {
    try {
      const { words } = this;
      words.room();
      this.lastMade = id;
      // In microtasks Node knows of no cause; they belong to the callback after which they run.
      if (trigger === 0 && this.current === 0) trigger = this.last;
      if (type !== this.lastType) this.useType(type);
      if (type === 'TickObject') {
        const code = this.definitions.callback((resource as { callback?: unknown }).callback);
        this.resources.tickObjects.push(id, trigger, this.turns.tick, resource, code);
        words.made(id, this.lastTypeNumber, trigger, code);
      } else if (type === 'Immediate') {
        const code = this.definitions.callback((resource as ImmediateResource)._onImmediate);
        this.resources.immediates.push(id, trigger, this.turns.tick, resource, code);
        words.made(id, this.lastTypeNumber, trigger, code);
      } else if (type === 'Timeout') {
        const timer = resource as TimerResource;
        const code = this.definitions.callback(timer._onTimeout);
        this.resources.add(id, type, trigger, this.turns.tick, resource, code);
        words.made(id, this.lastTypeNumber, trigger, code);
        this.timers.made(id, timer, this.current !== 0);
        this.timerWatch?.scheduled(id, resource);
      } else {
        this.resources.add(id, type, trigger, this.turns.tick, isHeld(type) ? resource : undefined);
        words.made(id, this.lastTypeNumber, trigger, 0);
        if (isRare(type)) this.origins.madeRarely(id, this.current);
      }
      if (this.level === 'stacks') this.origins.made(id, this.current);
      // After a callback, in its microtasks, nothing else may follow for long.
      if (this.current === 0) this.show();
    } catch (error) {
      this.channel.fault(error);
    }
  }

  private readonly before = (id: number): void => {
    if (this.depth++ > 0) return;
    if ((++this.meter.callbacks & SAMPLE) === 0) this.beginsTimed(id);
    else this.begins(id);
  };

  private begins(id: number): void {
    try {
      const { words, turns } = this;
      const type = this.resources.typeOf(id);
      if (type === '') return this.notTheirs();
      words.room();
      let time = words.time;
      const inOrder = type === 'TickObject' || type === 'Immediate';
      if (this.unended !== 0) {
        time = Math.max(this.now(), time);
        // What runs now follows it in the same phase, or is what it put before it.
        if (inOrder) this.endUnended(time);
        else {
          this.endLate();
          this.turned(type, id, time);
        }
      } else if (type !== 'TickObject' || id > this.madeAtEnd) {
        time = Math.max(this.now(), time);
        this.turned(type, id, time);
      }
      if (!inOrder && type !== 'Timeout' && isClosing(type, this.resources.objectOf(id)))
        words.named(id, this.definitions.closing());
      if (
        (this.gate && !this.gates?.passes(id, type)) ||
        (this.gateTicks && turns.first) ||
        this.channel.pausing
      ) {
        // From the first time that Node is asked for it, it keeps the resource of each callback.
        this.gates?.before(id, type, this.resources.objectOf(id) ?? executionAsyncResource());
        time = Math.max(time, words.time);
      }
      this.current = id;
      this.currentType = type;
      turns.first = false;
      this.since = time / 1e6;
      this.channel.beat(true);
      words.began(id, time);
    } catch (error) {
      this.channel.fault(error);
    }
  }

  private readonly after = (id: number): void => {
    if (--this.depth > 0) return;
    this.depth = 0;
    if (this.current === 0) return this.oursEnds();
    this.channel.beat(false);
    if ((this.meter.callbacks & SAMPLE) === 0) this.endsTimed(id);
    else this.ends(id);
    if (this.isMain && this.meter.due(this.words.time)) this.tellCost();
  };

  private ends(id: number): void {
    try {
      const { resources } = this;
      const type = this.currentType;
      if (type === 'TickObject') {
        resources.tickObjects.remove(id);
        this.end(id, true);
      } else if (type === 'Immediate') {
        const next = (resources.immediates.objectOf(id) as ImmediateResource)._idleNext;
        resources.immediates.remove(id);
        if (next && this.failing === 0 && !this.gateAfter) {
          this.unended = id;
          this.ended(id);
        } else this.end(id, true);
      } else if (type === 'Timeout') {
        const timer = resources.objectOf(id) as TimerResource;
        const over = timer._destroyed;
        if (over) resources.remove(id);
        this.end(id, over);
        if (!over) this.timers.look(id, timer);
      } else this.end(id, false);
      if (this.origins.undescribed) this.origins.describe();
      if (this.timers.count > 0) this.timers.lookNow();
      if (this.definitions.untold) this.define();
      this.ring.publish();
      if (this.hookCount !== hookCount()) this.hooksChanged();
      if (this.gateAfter) this.gates?.after(id, type, this.words.time / 1e6 - this.since);
    } catch (error) {
      this.channel.fault(error);
    }
  }

  /** What ends is a callback of ours, or a promise step. */
  private oursEnds(): void {
    if (this.inPromise) this.inPromise = false;
    else if (this.inOurs) {
      this.inOurs = false;
      this.asides--;
    }
  }

  private readonly destroy = (id: number): void => {
    try {
      const { resources } = this;
      const cleared =
        this.timerWatch !== undefined &&
        resources.typeOf(id) === 'Timeout' &&
        isCleared(resources.objectOf(id));
      if (!resources.remove(id)) return;
      this.words.room();
      this.words.gone(id);
      if (this.current === 0) this.show();
      if (cleared) this.timerWatch?.cancelled(id);
    } catch (error) {
      this.channel.fault(error);
    }
  };

  private end(id: number, last: boolean): void {
    this.words.ended(Math.max(this.now(), this.words.time), this.failing, last);
    this.failing = 0;
    this.ended(id);
  }

  private ended(id: number): void {
    this.current = 0;
    this.last = id;
    this.madeAtEnd = this.lastMade;
  }

  private endUnended(time: number): void {
    this.unended = 0;
    this.words.ended(time, 0, true);
  }

  /** The Immediate that was to follow was cleared: the one before ended at some time since. */
  private endLate(): void {
    if (this.unended === 0) return;
    const now = this.now();
    this.endUnended(Math.max(this.words.time, now - this.turns.idleSince()));
  }

  /** Before a callback that did not have to follow the last one at once: it may be the first of a tick. */
  private turned(type: string, id: number, time: number): void {
    const { turns } = this;
    if (type === 'Timeout') {
      const timer = this.resources.objectOf(id) as TimerResource;
      // It may have been armed anew since: what it was due for before would make it late.
      this.timers.look(id, timer);
      turns.timer(this.timers.due(timer), time, this.last !== 0);
    } else turns.other(type === 'TickObject', time, this.last !== 0);
  }

  /** A callback of ours, or of what Node had before: what it makes is not the program's, either. */
  private notTheirs(): void {
    if (isPromise(executionAsyncResource())) {
      this.inPromise = true;
      return;
    }
    this.inOurs = true;
    this.asides++;
    if (!this.turns.turning) return this.turns.interrupt();
    const time = this.now();
    this.endLate();
    this.turns.ours(time, this.last !== 0);
  }

  // ---- what is rarer

  private tellCost(): void {
    const share = this.meter.share(this.words.time);
    if (share !== undefined)
      this.aside(() => this.channel.say({ type: 'cost', share: Math.round(share * 1e4) / 1e4 }));
  }

  /** Somebody has enabled or disabled hooks, and Node has put in promise hooks as it needs them. */
  private hooksChanged(): void {
    this.hookCount = hookCount();
    this.promises.apply();
  }

  private useType(type: string): void {
    this.lastType = type;
    this.lastTypeNumber = this.definitions.text(type);
  }
}
