/** What a closed loop refuses, and what a running one does. */
import { coroutine } from 'tickscope/asyncio';
import { log, virtualLoop } from '../../support';

async function attempt(action: () => unknown): Promise<void> {
  try {
    log('did', await action());
  } catch (error) {
    log(error);
  }
}

const loop = virtualLoop();
const inner = virtualLoop();

async function inside(): Promise<void> {
  await attempt(() => loop.close());
  const future = loop.createFuture();
  await attempt(() => loop.runUntilComplete(future));
  await attempt(() => inner.runUntilComplete(future));
  loop.stop();
}

const nothing = coroutine(function* nothing() {});

loop.callSoon(inside);
await loop.runForever();
loop.callSoon(log, 'never');
loop.callLater(1, log, 'never');
loop.close();
await attempt(() => loop.callSoon(log));
await attempt(() => loop.callLater(1, log));
await attempt(() => loop.callAt(1, log));
await attempt(() => loop.callSoonThreadsafe(log));
await attempt(() => loop.runForever());
const coro = nothing();
await attempt(() => loop.runUntilComplete(coro));
await attempt(() => loop.createTask(coro));
coro.close();
log(loop.isClosed(), loop.isRunning());
inner.close();
