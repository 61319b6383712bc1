/** Who sees what happens on a loop as it is told, before the state takes it in. Times are s of the loop's clock. */
import type { LoopId } from '../adapter/contract';
import type { Sample, Told } from '../wire/messages';
import type { Definitions } from './definitions';

export interface LoopObserver {
  /** The loop begins to run, or to run again. */
  began(time: number): void;
  /** A tick begins; `ready`: how many stand in ready. */
  tick(tick: number, time: number, ready: number): void;
  /**
   * A timer is due that had been meant for `when`; until `busyUntil` callbacks ran. `actor`: the task whose timer it is, 0 none;
   * `code`: its function.
   */
  due(tick: number, when: number, busyUntil: number, actor: number, code: number): void;
  /** A callback ran: since when it stood in ready, its begin and end. `actor`: a task or the code of a plain callback. */
  ran(tick: number, actor: number, result: number, since: number, start: number, end: number): void;
  /** Node: a callback that needs nothing but its turn (setImmediate, nextTick, microtask) stood in ready, and begins now. */
  stood?(tick: number, code: number, since: number, start: number): void;
  /** Node: so many nextTicks and microtasks have run in a row, and nothing else could. `code`: of the last one. */
  drained?(tick: number, code: number, count: number, since: number, end: number): void;
  /** Node: so many callbacks of setImmediate did nothing but schedule the next, the last of which begins. */
  relayed?(tick: number, code: number, steps: number, since: number, start: number): void;
  /** Events were lost here. */
  lost(): void;
  /** `tick`: where the program was, as far as it was told. */
  told(message: Told, tick: number): void;
  sample(message: Sample, time: number, tick: number): void;
}

/** Makes the observer of a loop that comes up. */
export type Observe = (loop: LoopId, definitions: Definitions) => LoopObserver;
