/** Slices of one workload; prints the CPU seconds of each as JSON. `node workloads.mjs NAME SLICES` */

/** Nobody calls it: a breakpoint on its line never hits. */
export function never() {
  return 'never';
}

/** Awaits of what the loop or Node goes on with by itself, in `tasks` async functions at once. */
export const together = (tasks, one) => Promise.all(Array.from({ length: tasks }, one));

export async function slices(workloads) {
  const [name, count] = process.argv.slice(2);
  const seconds = [];
  // The first to get warm.
  for (let slice = 0; slice <= Number(count); slice++) {
    const before = process.cpuUsage();
    await workloads[name]();
    const { user, system } = process.cpuUsage(before);
    if (slice > 0) seconds.push((user + system) / 1e6);
  }
  console.log(JSON.stringify(seconds));
}
