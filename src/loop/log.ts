/** What asyncio says on stderr: through its logger, and as warnings. */
import { inspect } from 'node:util';

/** The text of a value in a message, as Python's `repr` would be used: short, on one line. */
export function repr(value: unknown): string {
  if (value instanceof Error) return `${value.name}(${value.message === '' ? '' : inspect(value.message)})`;
  if (typeof value === 'function') return `<function ${value.name || 'anonymous'}>`;
  return inspect(value, { depth: 1, breakLength: Infinity, maxArrayLength: 6, maxStringLength: 80 });
}

/** `worker()`: how a callback is named in messages; its arguments only where `debug` lets them be told. */
export function formatCallback(
  callback: ((...args: never[]) => unknown) | undefined,
  args: readonly unknown[] = [],
  debug = false,
): string {
  const name = callback?.name || 'anonymous';
  return `${name}(${debug ? args.map(repr).join(', ') : ''})`;
}

/** asyncio's logger: one line or more on stderr, with the error's stack below. */
export const logger = {
  error(message: string, error?: unknown): void {
    write(error === undefined ? message : `${message}\n${traceback(error)}`);
  },
  warning(message: string): void {
    write(message);
  },
};

/** A warning as Python prints it: `RuntimeWarning: coroutine 'worker' was never awaited`. */
export function warn(
  category: 'RuntimeWarning' | 'ResourceWarning' | 'DeprecationWarning',
  message: string,
): void {
  write(`${category}: ${message}`);
}

/** Where the caller stands, without `skip` frames above it; for handles and futures made in debug mode. */
export function stackHere(skip: abstract new (...args: never[]) => unknown): string {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, skip);
  return (holder.stack ?? '').replace(/^Error\n/, '');
}

function traceback(error: unknown): string {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : repr(error);
}

function write(text: string): void {
  process.stderr.write(text + '\n');
}
