/** Jobs for other threads; bundled for them by the test. */
import type { MessagePort } from 'node:worker_threads';
import { callSoonThreadsafe } from '../../../src/loop/threads';

export function add(a: number, b: number): number {
  return a + b;
}

export class OwnError extends Error {
  override name = 'OwnError';
  readonly detail = 5;
}

export function fails(): never {
  throw new OwnError('from another thread');
}

export async function failsLater(): Promise<never> {
  await Promise.resolve();
  throw new RangeError('later');
}

export function exits(code: number): void {
  process.exit(code);
}

export function returnsFunction(): () => void {
  return () => undefined;
}

export function says(port: MessagePort, words: string[]): number {
  for (const word of words) callSoonThreadsafe(port, word);
  port.close();
  return words.length;
}

/** Until as many of these run at once as the array has places. */
export function meet(shared: Int32Array, parties: number): number {
  const came = Atomics.add(shared, 0, 1) + 1;
  Atomics.notify(shared, 0);
  for (let now = came; now < parties; now = Atomics.load(shared, 0)) Atomics.wait(shared, 0, now, 1000);
  return came;
}

/** Until the flag is set. */
export function waitFor(flag: Int32Array): void {
  Atomics.wait(flag, 0, 0);
}
