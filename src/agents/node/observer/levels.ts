/** How much is recorded of a Node program. */
import type { Level } from '../../../adapter/contract';
import { Refusal } from '../channel';

/** The levels that there are for Node. */
export type NodeLevel = Exclude<Level, 'reduced'>;

/** Throws Refusal for a level that Node has not. */
export function checkedLevel(level: Level): NodeLevel {
  if (level === 'reduced')
    throw new Refusal('Node programs are recorded at the levels "macro", "full" and "stacks".');
  return level;
}
