/** Tasks that are suspended on promises which are not ours. */
import type { Task } from './tasks';

/** The task's native code awaits something of which the loop knows nothing. */
export function foreignSuspended(_task: Task<unknown>): void {}
