/**
 * Raw monotonic time, in which every `t` on the wire is given. `performance.now()` counts from each thread's own start;
 * the system's clock tells by how much these differ.
 */

// The program may replace any of these; a debugger that follows a faked clock is of no use.
export const performanceNow = performance.now.bind(performance);
const hrtime = process.hrtime.bigint.bind(process.hrtime);

/** When this thread's `performance.now()` was 0, in ms of the system's clock. */
export function startOfThread(): number {
  const before = performanceNow();
  const system = Number(hrtime()) / 1e6;
  return system - (before + performanceNow()) / 2;
}
