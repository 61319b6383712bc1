/** Who descends from whom, on systems with /proc. Elsewhere only the process group is known. */
import { readdirSync, readFileSync } from 'node:fs';

/** All living descendants, also those in a group or session of their own; [] where /proc is not to be had. */
export function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const [child, parent] of parents()) {
    const siblings = children.get(parent);
    if (siblings) siblings.push(child);
    else children.set(parent, [child]);
  }
  const found: number[] = [];
  const visit = (parent: number) => {
    for (const child of children.get(parent) ?? []) {
      found.push(child);
      visit(child);
    }
  };
  visit(pid);
  return found;
}

function* parents(): Generator<[pid: number, parent: number]> {
  let entries: string[];
  try {
    entries = readdirSync('/proc');
  } catch {
    return;
  }
  for (const entry of entries) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      // pid (name) state ppid …; the name may hold blanks and parentheses.
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      yield [Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])];
    } catch {
      // Ended meanwhile.
    }
  }
}
