/** Calls of Node's that answer by a callback, as futures of the loop. */
import { lookup, type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { EventLoop } from './baseEvents';
import type { Future } from './futures';
import { toOSError } from './osErrors';
import { shared } from './shared';

export type Answer<T> = (error: unknown, value?: T) => void;

/** A future for what `call` answers; whoever waits for it is woken by the poll that finds the answer. */
export function hostCall<T>(loop: EventLoop, call: (answer: Answer<T>) => void): Future<T> {
  const future = loop.createFuture<T>();
  let answered = false;
  loop.hostWork++;
  call((error, value) => {
    if (answered) return;
    answered = true;
    loop.hostWork--;
    loop.ioArrived(-1, 0, () => {
      if (future.done()) return;
      if (error != null) future.setException(toOSError(error));
      else future.setResult(value as T);
    });
  });
  return future;
}

let jobs = 0;

/** Numbers for the observer, of jobs on other threads. */
export function nextJob(): number {
  return ++jobs;
}

/** An address to connect to or to listen on. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly family: 4 | 6;
}

/** The address if `host` is a number already (`base_events._ipaddr_info`); then nothing is asked of the system. */
export function numericAddress(host: string, port: number): Address | undefined {
  const family = isIP(host);
  return family === 0 ? undefined : { host, port, family: family as 4 | 6 };
}

/** The addresses of a host, asked of the system on another thread, as asyncio does (`loop.getaddrinfo`). Fails with `gaierror`. */
export function getaddrinfo(
  loop: EventLoop,
  host: string,
  port: number,
  family: 0 | 4 | 6,
): Future<Address[]> {
  const job = nextJob();
  const future = hostCall<Address[]>(loop, (answer) => {
    lookup(host, { all: true, family }, (error: Error | null, found: LookupAddress[]) => {
      shared.observer?.jobEnded(loop, job, error === null ? 'returned' : 'raised');
      answer(
        error,
        found?.map(({ address, family }) => ({ host: address, port, family: family as 4 | 6 })),
      );
    });
  });
  shared.observer?.jobBegan(loop, job, 'getaddrinfo', future as Future<unknown>);
  return future;
}
