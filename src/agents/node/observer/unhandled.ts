/**
 * Rejections that nobody handles and that therefore end the program, as Node tells those who only watch. Where the program
 * has a handler of its own for them, they are its own business.
 */
import type { LoopId } from '../../../adapter/contract';
import { errorText, thrownIn } from '../../v8/words';
import type { Channel } from '../channel';
import { isUser } from './definitions';

/** `threw`: hears of the others, that were thrown; `over`: nothing catches it. Returns what ends it. */
export function tellUnhandled(
  channel: Channel,
  loop: LoopId,
  threw: (text: string, over: boolean) => void,
): () => void {
  const told = (error: unknown, origin: string): void => {
    if (origin !== 'unhandledRejection')
      return threw(
        errorText(error),
        process.listenerCount('uncaughtException') === 0 && !process.hasUncaughtExceptionCaptureCallback(),
      );
    const { path, line } = thrownIn(error, isUser) ?? { path: '', line: 0 };
    const text = errorText(error);
    channel.say({ type: 'told', loop, what: 'never-retrieved', task: 0, text, path, line, t: channel.now() });
  };
  process.on('uncaughtExceptionMonitor', told);
  return () => void process.off('uncaughtExceptionMonitor', told);
}
