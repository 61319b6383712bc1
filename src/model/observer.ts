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
  /** Events were lost here. */
  lost(): void;
  /** `tick`: where the program was, as far as it was told. */
  told(message: Told, tick: number): void;
  sample(message: Sample, time: number, tick: number): void;
}

/** Makes the observer of a loop that comes up. */
export type Observe = (loop: LoopId, definitions: Definitions) => LoopObserver;
