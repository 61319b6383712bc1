/** A bounded pool of threads (`concurrent.futures.ThreadPoolExecutor`, as asyncio uses it). */
import { availableParallelism } from 'node:os';
import { MessagePort, Worker } from 'node:worker_threads';
import type { EventLoop } from './baseEvents';
import { Handle } from './events';
import { RuntimeError, SystemExit, ValueError } from './exceptions';
import type { Future } from './futures';
import { nextJob } from './hostCalls';
import { Ring } from './ready';
import { shared } from './shared';
import { THREAD_WORKER, type FromThread, type ToThread } from './threadWorker';
import { handIn, moduleOf, type JobFunction, type ThreadJob } from './threads';

export interface ThreadPoolOptions {
  /** At most so many threads; absent, the number of processors and 4 more, at most 32. */
  maxWorkers?: number;
  /** Threads are called by this and a number; absent, `ThreadPoolExecutor`. */
  threadNamePrefix?: string;
}

interface Job {
  readonly number: number;
  readonly loop: EventLoop;
  readonly future: Future<unknown>;
  readonly request: Extract<ToThread, { module: string }>;
  state: 'queued' | 'running' | 'over';
}

type Outcome = { value: unknown } | { error: unknown };

/**
 * Runs jobs on threads of their own, one at a time on each, in the order of asking; threads are started as they are
 * needed. While a job runs the process does not end, as in Python.
 */
export class ThreadPoolExecutor {
  private readonly most: number;
  private readonly prefix: string;
  private readonly queue = new Ring<Job>();
  private readonly threads = new Set<Thread>();
  private readonly idle: Thread[] = [];
  private started = 0;
  private isShutdown = false;
  private ended: (() => void)[] = [];

  /** Throws ValueError unless `maxWorkers` is at least 1. */
  constructor(options: ThreadPoolOptions = {}) {
    this.most = options.maxWorkers ?? Math.min(32, availableParallelism() + 4);
    if (!(this.most >= 1)) throw new ValueError('max_workers must be greater than 0');
    this.prefix = options.threadNamePrefix ?? 'ThreadPoolExecutor';
  }

  /** For `loop.runInExecutor`. Throws RuntimeError after `shutdown`. Internal. */
  submit<F extends JobFunction>(
    loop: EventLoop,
    job: ThreadJob<F>,
    args: Parameters<F>,
  ): Future<Awaited<ReturnType<F>>> {
    const request = { module: moduleOf(job), name: job.export, args };
    if (this.isShutdown) throw new RuntimeError('cannot schedule new futures after shutdown');
    const future = loop.createFuture<unknown>();
    future.waitKind = 'executor';
    const queued: Job = { number: nextJob(), loop, future, request, state: 'queued' };
    loop.hostWork++;
    shared.observer?.jobBegan(loop, queued.number, job.export, future);
    const cancelled = (done: Future<unknown>) => {
      // One that runs cannot be stopped; its outcome is dropped.
      if (done.cancelled() && queued.state === 'queued') this.over(queued, 'cancelled');
    };
    future.addDoneCallback(cancelled);
    this.queue.push(queued);
    this.dispatch();
    return future as Future<Awaited<ReturnType<F>>>;
  }

  /**
   * Takes no more jobs; resolves when those it has are done and its threads have ended (`Executor.shutdown`).
   * `cancelFutures`: jobs that have not begun are cancelled.
   */
  shutdown(options: { cancelFutures?: boolean } = {}): Promise<void> {
    this.isShutdown = true;
    if (options.cancelFutures === true)
      for (let job = this.queue.shift(); job !== undefined; job = this.queue.shift()) {
        if (!job.loop.isClosed()) job.future.cancel();
        this.over(job, 'cancelled');
      }
    this.stopIdle();
    if (this.threads.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.ended.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  private dispatch(): void {
    while (this.queue.length > 0) {
      if (this.queue.at(0)!.state !== 'queued') {
        this.queue.shift();
        continue;
      }
      const thread = this.idle.pop() ?? this.start();
      if (thread === undefined) return;
      thread.run(this.queue.shift()!);
    }
    if (this.isShutdown) this.stopIdle();
  }

  private start(): Thread | undefined {
    if (this.threads.size >= this.most) return undefined;
    const thread = new Thread(
      `${this.prefix}_${this.started++}`,
      (job, outcome) => {
        this.settle(thread, job, outcome);
        this.idle.push(thread);
        this.dispatch();
      },
      (job, outcome) => {
        this.threads.delete(thread);
        const at = this.idle.indexOf(thread);
        if (at >= 0) this.idle.splice(at, 1);
        if (job !== undefined) this.settle(thread, job, outcome);
        this.dispatch();
        if (this.threads.size === 0 && this.isShutdown) for (const resolve of this.ended.splice(0)) resolve();
      },
    );
    this.threads.add(thread);
    return thread;
  }

  private settle(thread: Thread, job: Job, outcome: Outcome): void {
    this.over(job, 'error' in outcome ? 'raised' : 'returned');
    const { loop, future } = job;
    if (loop.isClosed()) return;
    const setState = () => {
      if (future.done()) return;
      if ('error' in outcome) future.setException(outcome.error);
      else future.setResult(outcome.value);
    };
    handIn(loop, thread.name, new Handle(setState, [], loop, undefined));
  }

  private over(job: Job, outcome: 'returned' | 'raised' | 'cancelled'): void {
    job.state = 'over';
    job.loop.hostWork--;
    shared.observer?.jobEnded(job.loop, job.number, outcome);
  }

  private stopIdle(): void {
    for (const thread of this.idle.splice(0)) thread.stop();
  }
}

/** One thread, which outlives its jobs. */
class Thread {
  private readonly worker: Worker;
  private job: Job | undefined;
  private error: unknown;

  constructor(
    readonly name: string,
    private readonly done: (job: Job, outcome: Outcome) => void,
    ended: (job: Job | undefined, outcome: Outcome) => void,
  ) {
    // Without execArgv it has the loaders that the main thread was started with.
    this.worker = new Worker(THREAD_WORKER, { eval: true, name, workerData: { name } });
    this.worker.unref();
    this.worker.on('message', (reply: FromThread) => {
      const job = this.job!;
      this.job = undefined;
      this.worker.unref();
      this.done(job, outcomeOf(reply));
    });
    this.worker.on('error', (error) => (this.error = error));
    this.worker.on('exit', (code) => {
      const job = this.job;
      this.job = undefined;
      // `process.exit` in a job is Python's `sys.exit` in one.
      ended(job, { error: this.error ?? new SystemExit(code) });
    });
  }

  run(job: Job): void {
    this.job = job;
    job.state = 'running';
    this.worker.ref();
    try {
      this.worker.postMessage(
        job.request,
        job.request.args.filter((arg) => arg instanceof MessagePort),
      );
    } catch (error) {
      // Not now: whoever asked has the future only afterwards.
      process.nextTick(() => {
        this.job = undefined;
        this.worker.unref();
        this.done(job, { error });
      });
    }
  }

  stop(): void {
    this.worker.postMessage({ stop: true } satisfies ToThread);
  }
}

/** The error as it was thrown, as far as copying keeps it. */
function outcomeOf(reply: FromThread): Outcome {
  if (!('error' in reply)) return reply;
  const { error, name, fields } = reply;
  if (error instanceof Error) {
    if (name !== undefined && error.name !== name)
      Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
    Object.assign(error, fields);
  }
  return { error };
}
