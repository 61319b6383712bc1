/** An exception in a callback goes to the exception handler, and the loop goes on. */
import { ValueError, type EventLoop, type ExceptionContext } from 'tickscope/asyncio';
import { log, virtualLoop } from '../../support';

const loop = virtualLoop();

function fail(text: string): void {
  throw new ValueError(text);
}

function handler(theLoop: EventLoop, context: ExceptionContext): void {
  log(theLoop === loop, context.message!.split('(')[0], context.exception, Object.keys(context).sort());
}

log(loop.getExceptionHandler());
loop.setExceptionHandler(handler);
log(loop.getExceptionHandler() === handler);
loop.callSoon(fail, 'soon');
loop.callSoon(log, 'goes on');
loop.callLater(1, fail, 'later');
loop.callLater(2, () => loop.stop());
await loop.runForever();
try {
  loop.setExceptionHandler(3 as unknown as undefined);
} catch (error) {
  log(error);
}
loop.close();
