/**
 * The timers' clock stands while the program does. Node has no word for that, but it reads its own lists anew each time: a
 * timer whose begin was moved on is due that much later, and a list that was moved on with all others keeps its place.
 */
import type { Resources } from './resources';

interface Timer {
  _idleStart: number | null;
  _idleTimeout: number;
  _idleNext: Timer | TimersList | null;
}

/** All timers of one duration, in a ring through it. */
interface TimersList {
  _idleNext: Timer | TimersList;
  /** When the first is due, ms of the timers' clock. */
  expiry: number;
  msecs: number;
}

const hrtime = process.hrtime.bigint.bind(process.hrtime);
const { setTimeout, clearTimeout } = globalThis;

export class FrozenTimers {
  /** What the timers' clock, which counts whole ms, is behind the machine's. */
  private readonly behind: number;
  /** Of a millisecond, left over from earlier stops. */
  private rest = 0;

  /** `aside`: makes resources that are nobody's. */
  constructor(
    private readonly resources: Resources,
    aside: <T>(act: () => T) => T,
  ) {
    // So long a timer wakes nobody.
    const start = aside(() => {
      const timer = setTimeout(() => undefined, 2 ** 31 - 1);
      clearTimeout(timer);
      return (timer as unknown as { _idleStart: number })._idleStart;
    });
    this.behind = machineMs() - start;
  }

  /** ms, whole. */
  now(): number {
    return machineMs() - this.behind;
  }

  /**
   * The program stood for so long, s, from `from` on (ms of the timers' clock). What was due by then stays due. Returns in
   * how many s Node may wake the loop in vain, because its own timer was set before; undefined when it does not.
   */
  stood(from: number, seconds: number): number | undefined {
    const passed = seconds * 1000 + this.rest;
    const ms = Math.floor(passed);
    this.rest = passed - ms;
    if (ms === 0) return undefined;
    let first = Infinity;
    for (const list of this.lists()) {
      for (let timer = list._idleNext; timer !== list; timer = (timer as Timer)._idleNext as Timer) {
        const { _idleStart: start, _idleTimeout: timeout } = timer as Timer;
        if (start !== null && start + timeout > from) (timer as Timer)._idleStart = start + ms;
      }
      if (list.expiry <= from) continue;
      first = Math.min(first, list.expiry);
      list.expiry += ms;
    }
    return first === Infinity ? undefined : Math.max(0, first - from - ms) / 1000;
  }

  private lists(): Set<TimersList> {
    const lists = new Set<TimersList>();
    const durations = new Set<number>();
    for (const { type, resource } of this.resources.live()) {
      if (type !== 'Timeout' || resource === undefined) continue;
      const timer = resource as Timer;
      if (durations.has(timer._idleTimeout)) continue;
      const list = listOf(timer);
      if (list === undefined) continue;
      durations.add(list.msecs);
      lists.add(list);
    }
    return lists;
  }
}

/** Undefined for a timer that is not armed. */
function listOf(timer: Timer): TimersList | undefined {
  let at: Timer | TimersList | null = timer._idleNext;
  while (at !== null && at !== timer) {
    if ('expiry' in at) return at;
    at = at._idleNext;
  }
  return undefined;
}

function machineMs(): number {
  return Number(hrtime() / 1_000_000n);
}
