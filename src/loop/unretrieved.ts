/**
 * Errors of futures that nobody has asked for. Python reports one when the future is destroyed; here that is when the
 * collector finds it gone, or when its loop is closed or the process ends, whichever is first.
 */
import type { EventLoop } from './baseEvents';
import type { Future } from './futures';
import { Gone } from './gone';
import { shared } from './shared';

/** All that is needed to report it without keeping the future alive. */
export interface Unretrieved {
  readonly loop: EventLoop;
  readonly message: string;
  readonly error: unknown;
  readonly text: string;
  readonly observed: number;
  readonly source: string | undefined;
  readonly future: WeakRef<Future<unknown>>;
}

const pending = new Set<Unretrieved>();
const collected = new FinalizationRegistry<Unretrieved>((record) => {
  if (pending.delete(record)) report(record);
});

export function noteUnretrieved(future: Future<never> | Future<unknown>, error: unknown): Unretrieved {
  // Until its text is made, V8 keeps what the frames were called on, the task itself among them, alive with the error.
  if (error instanceof Error) void error.stack;
  const record: Unretrieved = {
    loop: future.loop,
    message: `${future.name()} exception was never retrieved`,
    error,
    text: future.toString(),
    observed: future.observed,
    source: future.source,
    future: new WeakRef<Future<unknown>>(future as Future<unknown>),
  };
  if (pending.size === 0) process.once('exit', reportAll);
  pending.add(record);
  collected.register(future, record, record);
  return record;
}

export function forgetUnretrieved(record: Unretrieved): void {
  if (!pending.delete(record)) return;
  collected.unregister(record);
  if (pending.size === 0) process.removeListener('exit', reportAll);
}

/** The loop is being closed: no callback can ask any more. */
export function reportUnretrieved(loop: EventLoop): void {
  for (const record of [...pending]) {
    if (record.loop !== loop) continue;
    forgetUnretrieved(record);
    report(record);
  }
}

function reportAll(): void {
  for (const record of pending) report(record);
  pending.clear();
}

function report(record: Unretrieved): void {
  shared.observer?.unretrieved?.(record.loop, record.message, record.error);
  record.loop.callExceptionHandler({
    message: record.message,
    exception: record.error,
    future: record.future.deref() ?? new Gone(record.text, record.observed),
    ...(record.source === undefined ? {} : { sourceTraceback: record.source }),
  });
}
