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
  if (loop.hostWork > 0 || process.getActiveResourcesInfo().length > own + outputs()) return false;
  return !process
    .eventNames()
    .some((name) => typeof name === 'string' && /^SIG[A-Z]/.test(name) && isWaited(name));
}

/** Node's own list. */
const { _getActiveHandles: activeHandles } = process as unknown as { _getActiveHandles(): object[] };

/** How many of what is active are the standard output and error, which bring nothing. */
function outputs(): number {
  return activeHandles.call(process).filter((handle) => {
    const { _handle: held } = handle as { _handle?: { fd?: number; reading?: boolean } | null };
    return (held?.fd === 1 || held?.fd === 2) && held.reading !== true;
  }).length;
}

/** What a Runner does on Ctrl-C is to end it all; the program's own handlers may bring work. */
function isWaited(signal: string): boolean {
  return process.listeners(signal as NodeJS.Signals).some(({ name }) => name !== 'interrupted');
}
