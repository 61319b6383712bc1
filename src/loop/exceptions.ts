/** The errors of asyncio and those of Python's built-ins that asyncio raises, as classes of their own names. */
import { acrossCopies } from './copies';

/**
 * The task or future was cancelled (`asyncio.CancelledError`). In Python it is a BaseException, which `except Exception`
 * lets through; a JavaScript `catch` takes everything, so a handler that is not about cancellation must throw it on.
 */
export class CancelledError extends Error {
  override name = 'CancelledError';
}

/** A result was asked of a future that is not done, or set on one that is (`asyncio.InvalidStateError`). */
export class InvalidStateError extends Error {
  override name = 'InvalidStateError';
}

/** A time limit was exceeded (`TimeoutError`). */
export class TimeoutError extends Error {
  override name = 'TimeoutError';
}

/** The loop was used in a way or at a time that it cannot be used (`RuntimeError`). */
export class RuntimeError extends Error {
  override name = 'RuntimeError';
}

/** An argument of the right type has a value that makes no sense (`ValueError`). */
export class ValueError extends Error {
  override name = 'ValueError';
}

/** This operating system or stream cannot do what was asked (`NotImplementedError`). */
export class NotImplementedError extends Error {
  override name = 'NotImplementedError';
}

/** The user pressed Ctrl+C (`KeyboardInterrupt`). It leaves the loop at once instead of going to the exception handler. */
export class KeyboardInterrupt extends Error {
  override name = 'KeyboardInterrupt';
}

/** The program asks to end (`SystemExit`). It leaves the loop at once instead of going to the exception handler. */
export class SystemExit extends Error {
  override name = 'SystemExit';
  constructor(readonly code = 0) {
    super(String(code));
  }
}

/** A stream ended before what was asked for had been read (`asyncio.IncompleteReadError`). */
export class IncompleteReadError extends Error {
  override name = 'IncompleteReadError';
  /** `partial`: the bytes read until the end; `expected`: how many were asked for, undefined when unknown. */
  constructor(
    readonly partial: Uint8Array,
    readonly expected: number | undefined,
  ) {
    super(
      `${partial.length} bytes read on a total of ${expected === undefined ? 'undefined' : expected} expected bytes`,
    );
  }
}

/** The buffer's limit was reached before the separator was found (`asyncio.LimitOverrunError`). */
export class LimitOverrunError extends Error {
  override name = 'LimitOverrunError';
  /** `consumed`: how many bytes of the buffer were looked through. */
  constructor(
    message: string,
    readonly consumed: number,
  ) {
    super(message);
  }
}

/** The barrier was aborted or reset while tasks waited at it (`asyncio.BrokenBarrierError`). */
export class BrokenBarrierError extends RuntimeError {
  override name = 'BrokenBarrierError';
}

/**
 * What a callback of Node's own threw (`process.nextTick`) that happened to run inside a callback of the loop: it is
 * thrown on to Node as the uncaught error that it is, and the loop goes on at Node's next turn. Internal.
 */
export class HostFailure {
  constructor(readonly error: unknown) {}
}

for (const [name, type] of Object.entries({
  CancelledError,
  InvalidStateError,
  TimeoutError,
  RuntimeError,
  ValueError,
  NotImplementedError,
  KeyboardInterrupt,
  SystemExit,
  IncompleteReadError,
  LimitOverrunError,
  BrokenBarrierError,
  HostFailure,
}))
  acrossCopies(name, type);

/** Errors that leave the loop instead of being reported, as Python's handlers let them through. */
export function leavesLoop(error: unknown): boolean {
  return error instanceof KeyboardInterrupt || error instanceof SystemExit || error instanceof HostFailure;
}
