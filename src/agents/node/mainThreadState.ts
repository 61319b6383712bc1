/** What the system says of the process's main thread. */
import { readFileSync } from 'node:fs';

/** Whether it computes, or would if a processor were free. False where the system does not tell (all but Linux). */
export function mainThreadComputes(): boolean {
  try {
    const stat = readFileSync(`/proc/self/task/${process.pid}/stat`, 'latin1');
    // The program's name stands in parentheses, and may have some itself.
    return stat.startsWith(' R', stat.lastIndexOf(')') + 1);
  } catch {
    return false;
  }
}
