import { newEventLoop } from '../../../src/loop/baseEvents';
import { VirtualClock } from '../../../src/loop/clock';
import type { CoroutineLike } from '../../../src/loop/coroutines';
import { Runner } from '../../../src/loop/runners';

/** Runs a program on a virtual clock that starts at 0. */
export async function virtually<T>(main: CoroutineLike<T>): Promise<T> {
  const runner = new Runner({ loopFactory: () => newEventLoop({ clock: new VirtualClock() }) });
  try {
    return await runner.run(main);
  } finally {
    await runner.close();
  }
}
