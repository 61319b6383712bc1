/** Which of the program's threads this is, and what it has in common with the others. */
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, threadId } from 'node:worker_threads';
import type { LoopId } from '../../adapter/contract';
import type { Given } from './hide';

export const MAIN_LOOP = 1;

export interface Place {
  /** Of Node's own loop on this thread. */
  loop: LoopId;
  /** For people: "main", "resize.mjs". */
  name: string;
  /** For people: "main", "worker-3". */
  thread: string;
  /** The file that it runs, '' for a text. */
  program: string;
  /** Shared by all threads: see numbers.ts. */
  numbers: SharedArrayBuffer;
  /** What the launcher gave to this process, for those that it starts. */
  given: Given;
  /** When the main thread's `performance.now()` was 0, in ms of the system's clock. */
  start: number;
}

/** The file that a Worker was given. `text`: it was given what to run. */
export function programOf(file: string | URL, text: boolean): string {
  if (text) return '';
  try {
    return typeof file === 'string' ? resolve(file) : fileURLToPath(file);
  } catch {
    return ''; // a data: URL, or nothing that Node takes
  }
}

/** The name and thread of a program here, as the program numbers its threads. */
export function namesHere(program: string): Pick<Place, 'name' | 'thread'> {
  if (isMainThread) return { name: 'main', thread: 'main' };
  return { name: basename(program) || '(eval)', thread: `worker-${threadId}` };
}
