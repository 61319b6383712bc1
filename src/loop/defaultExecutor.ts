/** The executor that a loop makes for itself when it is first asked for one. */
import type { EventLoop } from './baseEvents';
import type { Coroutine } from './coroutines';
import { RuntimeError, TimeoutError } from './exceptions';
import { hostCall } from './hostCalls';
import { warn } from './log';
import { ThreadPoolExecutor } from './threadPool';
import { timeout } from './timeouts';

export class DefaultExecutor {
  private executor: ThreadPoolExecutor | undefined;
  private shutdownCalled = false;

  constructor(private readonly loop: EventLoop) {}

  /** Throws RuntimeError after `shutdown`. */
  get(): ThreadPoolExecutor {
    if (this.shutdownCalled) throw new RuntimeError('Executor shutdown has been called');
    return (this.executor ??= new ThreadPoolExecutor({ threadNamePrefix: 'asyncio' }));
  }

  /** `loop.set_default_executor`. */
  set(executor: ThreadPoolExecutor): void {
    if (!(executor instanceof ThreadPoolExecutor))
      throw new TypeError('executor must be ThreadPoolExecutor instance');
    this.executor = executor;
  }

  /** `loop.shutdown_default_executor`. */
  *shutdown(seconds: number | undefined): Coroutine<void> {
    this.shutdownCalled = true;
    const executor = this.executor;
    if (executor === undefined) return;
    const ended = hostCall<void>(
      this.loop,
      (answer) => void executor.shutdown().then(() => answer(undefined)),
    );
    try {
      yield* timeout(seconds).run(function* () {
        yield* ended;
      });
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      warn('RuntimeWarning', `The executor did not finishing joining its threads within ${seconds} seconds.`);
    }
  }

  /** The loop is closed: its threads end when they have done what they have. */
  close(): void {
    this.shutdownCalled = true;
    void this.executor?.shutdown();
    this.executor = undefined;
  }
}
