/** A handler that throws itself is reported to the default handler, with the context it was given. */
import { RuntimeError, ValueError, type ExceptionContext } from 'tickscope/asyncio';
import { log, virtualLoop } from '../../support';

const loop = virtualLoop();
loop.defaultExceptionHandler = (context) =>
  log(context.message, context.exception, (context.context as ExceptionContext).exception);

function fail(text: string): void {
  throw new ValueError(text);
}

function handler(): void {
  throw new RuntimeError('in the handler');
}

loop.setExceptionHandler(handler);
loop.callSoon(fail, 'in the callback');
loop.callSoon(() =>
  loop.callExceptionHandler({ message: 'by hand', exception: new ValueError('mine'), other: 3 }),
);
loop.callSoon(() => loop.stop());
await loop.runForever();
loop.setExceptionHandler(undefined);
loop.defaultExceptionHandler = (context) => log('default', context.message, context.exception);
loop.callExceptionHandler({ message: "nobody's" });
loop.close();
