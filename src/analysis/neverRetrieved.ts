/** Exceptions of tasks and futures that nobody ever asked for. */
import type { Definitions } from '../model/definitions';
import { capital, Reports } from './reported';

export function neverRetrieved(names: Definitions): Reports {
  return new Reports('never-retrieved', ({ text, task }) => {
    if (/never retrieved/.test(text)) return capital(text);
    const whose = task === 0 ? 'a future' : names.taskNameOf(task);
    return `Nobody ever asked for the exception of ${whose}: ${text.replace(/[.\s]+$/, '')}`;
  });
}
