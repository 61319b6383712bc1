/** What the editor shows where the program stands for an exception, or for something that the analysis found. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Debuggee } from './debuggee';
import { RequestError } from './requestError';

/** Rejects with RequestError where it stands for neither. */
export async function exceptionInfo(
  debuggee: Debuggee,
): Promise<DebugProtocol.ExceptionInfoResponse['body']> {
  const { stop } = debuggee;
  if (stop?.finding) {
    const { kind, sentence } = stop.finding;
    const details = { typeName: kind, message: sentence };
    return { exceptionId: kind, description: sentence, breakMode: 'always', details };
  }
  if (stop?.reason !== 'exception') throw new RequestError('The program is not stopped at an exception.');
  const { type, message, traceback } = await debuggee.request('exception', { loop: stop.loop });
  return {
    exceptionId: type,
    description: message,
    breakMode: 'userUnhandled',
    details: { typeName: type, message, stackTrace: traceback },
  };
}
