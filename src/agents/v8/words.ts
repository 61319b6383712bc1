/** Values of the program in a few words. */
import { inspect } from 'node:util';
import { pathOfUrl } from './inspector';

const LONGEST = 500;

/** An error as its name and message. Never throws. */
export function errorText(error: unknown): string {
  try {
    if (!(error instanceof Error)) return `Error: ${shown(error)}`;
    const { name, message } = error;
    const said = message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message;
    return said === '' ? name : `${name}: ${said}`;
  } catch {
    return 'Error';
  }
}

/** The user's line that an error comes from, by its stack. Never throws. */
export function thrownIn(
  error: unknown,
  isUser: (path: string) => boolean,
): { path: string; line: number } | undefined {
  try {
    if (!(error instanceof Error)) return undefined;
    const stack = Object.getOwnPropertyDescriptor(error, 'stack')?.value ?? error.stack;
    for (const at of String(stack).split('\n')) {
      const [, url, line] = /^ +at (?:.*\()?(.+?):(\d+):\d+\)?$/.exec(at) ?? [];
      const path = url === undefined ? '' : pathOfUrl(url);
      if (isUser(path)) return { path, line: Number(line) };
    }
  } catch {
    // A stack of the program's own making.
  }
  return undefined;
}

/** An error, or whatever was thrown, for people. Never throws. */
export function described(error: unknown): { type: string; message: string; traceback: string } {
  try {
    if (!(error instanceof Error)) return { type: typeof error, message: shown(error), traceback: '' };
    const { name, message, stack = '' } = error;
    return { type: String(name), message: String(message), traceback: String(stack) };
  } catch {
    return { type: 'Error', message: '', traceback: '' };
  }
}

/** A value as it is shown in a log: texts as they are. May run the program's code, and throw what that throws. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value.length < 2000 ? value : `${value.slice(0, 2000)}…`;
  return inspect(value, { depth: 2, maxArrayLength: 12, maxStringLength: 400, breakLength: Infinity });
}
