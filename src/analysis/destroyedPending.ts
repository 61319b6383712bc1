/** Tasks that were destroyed before they had ended: nothing referred to them any more. */
import type { Definitions } from '../model/definitions';
import { capital, Reports } from './reported';

export function destroyedPending(names: Definitions): Reports {
  return new Reports('destroyed-pending', ({ text, task }) => {
    if (task === 0)
      return `${capital(text)}${/destroyed/.test(text) ? '' : ' was destroyed before it had ended'}`;
    return `${names.taskNameOf(task)} was destroyed before it had ended: nothing referred to it any more`;
  });
}
