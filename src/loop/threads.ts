/**
 * Work on other threads (`asyncio.threads`), and callbacks handed in by them. A function cannot be sent to another
 * thread of JavaScript; a job names one that its module exports.
 */
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel, threadId, type MessagePort } from 'node:worker_threads';
import type { EventLoop } from './baseEvents';
import { CoroutineObject, type Coroutine } from './coroutines';
import { getRunningLoop, Handle, type Callback } from './events';
import { shared } from './shared';
import { THREAD_NAME } from './threadWorker';

// `any`, because a job takes whatever its function takes.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type JobFunction = (...args: any[]) => unknown;

/**
 * A function for another thread: the module that exports it, by URL (`import.meta.url`) or absolute path, and its name.
 * Arguments and result are copied (structured clone); a MessagePort among the arguments is moved. An async function is
 * awaited there.
 */
export interface ThreadJob<F extends JobFunction = JobFunction> {
  readonly module: string | URL;
  readonly export: string;
  /** Never there: it carries the function's type. */
  readonly type?: F;
}

/** A job with its type: `threadJob<typeof parse>(import.meta.url, 'parse')`. */
export function threadJob<F extends JobFunction>(module: string | URL, name: string): ThreadJob<F> {
  return { module, export: name };
}

/** The URL of a job's module. Throws TypeError for what is no job. */
export function moduleOf(job: ThreadJob): string {
  if (typeof job !== 'object' || job === null || typeof job.export !== 'string')
    throw new TypeError(
      'a thread job is a module and the name of a function that it exports: ' +
        "{ module: import.meta.url, export: 'work' }; a function itself cannot be sent to another thread",
    );
  const module = String(job.module);
  if (/^(?:file|data|node):/.test(module)) return module;
  if (isAbsolute(module)) return pathToFileURL(module).href;
  throw new TypeError(`the module of a thread job must be a URL or an absolute path, not '${module}'`);
}

/** Runs a job on a thread of the loop's default executor; its result is the value (`asyncio.to_thread`). */
export function toThread<F extends JobFunction>(
  job: ThreadJob<F>,
  ...args: Parameters<F>
): CoroutineObject<Awaited<ReturnType<F>>> {
  return new CoroutineObject('toThread', inThread(job, args));
}

function* inThread<F extends JobFunction>(
  job: ThreadJob<F>,
  args: Parameters<F>,
): Coroutine<Awaited<ReturnType<F>>> {
  return yield* getRunningLoop().runInExecutor(undefined, job, ...args);
}

/** What a thread says through a handle. */
interface Call {
  readonly thread: string;
  readonly args: unknown[];
}

/**
 * Lets other threads call one callback of the loop (`loop.call_soon_threadsafe`). Send its `port` to a thread (as an
 * argument of a job, or by postMessage with the port in the transfer list), where `callSoonThreadsafe(port, ...args)`
 * uses it. The loop does not wait for it, and closes it at its own end.
 */
export class ThreadsafeHandle {
  /** For one other thread. */
  readonly port: MessagePort;
  private readonly own: MessagePort;

  /** Internal: made by `loop.threadsafeHandle`. */
  constructor(
    private readonly loop: EventLoop,
    callback: Callback,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.port = port2;
    this.own = port1;
    port1.on('message', ({ thread, args }: Call) =>
      handIn(loop, thread, new Handle(callback, args, loop, undefined)),
    );
    port1.on('close', () => loop.selector.closed(this));
    port1.unref();
    loop.selector.opened(this);
  }

  /** No thread can call any more. */
  close(): void {
    this.loop.selector.closed(this);
    this.own.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** The loop is closed. Internal. */
  abandon(): void {
    this.own.close();
  }
}

/** On another thread: has the callback of a ThreadsafeHandle called with copies of `args`, in its loop. */
export function callSoonThreadsafe(port: MessagePort, ...args: unknown[]): void {
  const own = (globalThis as { [THREAD_NAME]?: string })[THREAD_NAME];
  port.postMessage({ thread: own ?? `Thread-${threadId}`, args });
}

/** Puts a handle that comes from another thread into ready. */
export function handIn(loop: EventLoop, thread: string, handle: Handle): void {
  loop.ioArrived(-1, 0, () => {
    loop.ready.push(handle);
    shared.observer?.handedIn(loop, loop.ready.length - 1, thread);
  });
}
