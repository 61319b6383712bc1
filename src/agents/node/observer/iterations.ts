/** Which of libuv's iterations are the program's: those for which the loop woke because of us alone are not counted. */
export class Iterations {
  /** libuv's count at the last callback. */
  last = 0;
  /** It has run no callback of the program's yet. */
  oursAlone = false;
  /** Those that were ours alone. */
  private hidden = 0;
  /** A message of ours was taken by hand: the loop wakes for it all the same, once, and finds nothing. */
  private stray = false;
  /** Raw µs at which Node's own timer wakes the loop in vain, because the timers were moved on; 0: it does not. */
  private vain = 0;

  /** The program stood. `vain`: undefined: Node's timer will find something due. */
  stood(vain: number | undefined): void {
    this.stray = true;
    if (vain !== undefined) this.vain = vain;
  }

  /** The first callback of the program's in it, at `time`; what was last told was at `told`, raw µs. Returns its tick. */
  theirs(iteration: number, time: number, told: number): number {
    if (this.oursAlone && iteration === this.last) this.hidden--;
    this.passed(iteration, time, told);
    this.oursAlone = false;
    this.last = iteration;
    return iteration + 1 - this.hidden;
  }

  /** A callback of ours is its first. */
  ours(iteration: number, time: number, told: number): void {
    this.passed(iteration, time, told);
    this.hidden++;
    this.last = iteration;
    this.oursAlone = true;
  }

  /** Iterations without a callback went by, before this one. */
  private passed(iteration: number, time: number, told: number): void {
    let empty = iteration - this.last - 1;
    if (this.stray && empty-- > 0) this.hidden++;
    if (iteration > this.last) this.stray = false;
    if (this.vain === 0 || time < this.vain) return;
    if (empty > 0 && told < this.vain) this.hidden++;
    this.vain = 0;
  }
}
