/** Whether nothing can bring a loop work any more. */
import type { EventLoop } from '../../loop/baseEvents';

/** It sleeps without a deadline, and neither what it waits for nor anything else that the process has under way can wake it. */
export function isStalled(loop: EventLoop): boolean {
  const { host } = loop.observable;
  if (!host.asleep || loop.idleFor() !== undefined) return false;
  // The timer in which it sleeps.
  return canNothingCome(loop, (host as unknown as { timer?: unknown }).timer === undefined ? 0 : 1);
}

/** `own`: how many resources are the loop's own sleep. */
export function canNothingCome(loop: EventLoop, own: number): boolean {
  if (loop.hostWork > 0 || process.getActiveResourcesInfo().length > own) return false;
  return !process
    .eventNames()
    .some((name) => typeof name === 'string' && /^SIG[A-Z]/.test(name) && isWaited(name));
}

/** What a Runner does on Ctrl-C is to end it all; the program's own handlers may bring work. */
function isWaited(signal: string): boolean {
  return process.listeners(signal as NodeJS.Signals).some(({ name }) => name !== 'interrupted');
}
