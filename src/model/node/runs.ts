/** When callbacks ran lately: how long the loop was busy with them. Times are s of the loop's clock. */

/** That are remembered; what is older counts as idle. */
const KEPT = 4096;

export class Runs {
  private readonly starts = new Float64Array(KEPT);
  private readonly ends = new Float64Array(KEPT);
  private count = 0;

  add(start: number, end: number): void {
    const at = this.count++ % KEPT;
    this.starts[at] = start;
    this.ends[at] = end;
  }
  /** The last one went on: its microtasks ran. */
  wentOn(end: number): void {
    if (this.count > 0) this.ends[(this.count - 1) % KEPT] = end;
  }

  /** How long callbacks ran between these times. */
  busy(from: number, to: number): number {
    let seconds = 0;
    for (const at of this.newestFirst()) {
      if (this.ends[at] <= from) break;
      seconds += Math.max(0, Math.min(this.ends[at], to) - Math.max(this.starts[at], from));
    }
    return seconds;
  }

  /** When the callback that began at this time, or soon before, had ended; of one long ago, what is known not to be too early. */
  endOf(start: number): number {
    let end = -Infinity;
    for (const at of this.newestFirst()) {
      end = this.ends[at];
      if (this.starts[at] <= start) break;
    }
    return end;
  }

  private *newestFirst(): Generator<number> {
    const last = Math.max(0, this.count - KEPT);
    for (let i = this.count - 1; i >= last; i--) yield i % KEPT;
  }
}
