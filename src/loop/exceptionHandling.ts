/** What a loop does with errors that nobody caught. */
import type { EventLoop } from './baseEvents';
import { leavesLoop } from './exceptions';
import { logger, repr } from './log';

/** What `callExceptionHandler` is told: asyncio's keys, camel-cased. */
export interface ExceptionContext {
  message?: string;
  exception?: unknown;
  future?: unknown;
  task?: unknown;
  handle?: unknown;
  /** Where the future or handle was made, in debug mode. */
  sourceTraceback?: string;
  [key: string]: unknown;
}

export type ExceptionHandler = (loop: EventLoop, context: ExceptionContext) => void;

/** The text of the default handler. `source`: where the handle that is running was made. */
export function describeContext(context: ExceptionContext, source: string | undefined): string {
  const shown: ExceptionContext = { ...context };
  if (shown.sourceTraceback === undefined && source !== undefined) shown.handleTraceback = source;
  const lines = [shown.message || 'Unhandled exception in event loop'];
  for (const key of Object.keys(shown).sort()) {
    if (key === 'message' || key === 'exception') continue;
    if (key === 'sourceTraceback') lines.push(`sourceTraceback: Object created at\n${shown[key]}`);
    else if (key === 'handleTraceback') lines.push(`handleTraceback: Handle created at\n${shown[key]}`);
    else lines.push(`${key}: ${repr(shown[key])}`);
  }
  return lines.join('\n');
}

/** Calls the handler, undefined for the default; one that throws is reported by the default. */
export function handleException(
  loop: EventLoop,
  handler: ExceptionHandler | undefined,
  context: ExceptionContext,
): void {
  if (handler === undefined) {
    byDefault(loop, context, 'Exception in default exception handler');
    return;
  }
  try {
    handler(loop, context);
  } catch (error) {
    if (leavesLoop(error)) throw error;
    byDefault(
      loop,
      { message: 'Unhandled error in exception handler', exception: error, context },
      'Exception in default exception handler while handling an unexpected error in custom exception handler',
    );
  }
}

/** A subclass may have a default handler that throws. */
function byDefault(loop: EventLoop, context: ExceptionContext, failure: string): void {
  try {
    loop.defaultExceptionHandler(context);
  } catch (error) {
    if (leavesLoop(error)) throw error;
    logger.error(failure, error);
  }
}
