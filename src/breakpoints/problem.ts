import type { z } from 'zod';

/** The first thing that a schema found wrong, to be put into a sentence: `"args" is wrong: expected array`. */
export function firstProblem(error: z.ZodError): string {
  const issue = error.issues[0];
  const path = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  const what = issue.message.replace(/^Invalid (input|option): /, '');
  return path === '' ? `is wrong: ${what}` : `"${path.replace(/^\./, '')}" is wrong: ${what}`;
}
