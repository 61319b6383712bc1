/** Coroutines that were made and never awaited: their bodies never ran. */
import { capital, Reports } from './reported';

export function neverAwaited(): Reports {
  return new Reports(
    'never-awaited',
    ({ text }) =>
      `${capital(text)}${/never awaited/.test(text) ? '' : ' was never awaited'}, so it never ran`,
  );
}
