/** The user's line in which something is made. */
import { sep } from 'node:path';
import type { Definitions } from './definitions';
import { isUser } from './definitions';
import { pathOfUrl } from '../../v8/inspector';
import { stackHere } from '../../v8/stack';

/** Frames that are looked through for the user's. */
const DEPTH = 30;

/** A line of the user's, and the function in which it stands. */
export interface Site {
  path: string;
  line: number;
  name: string;
}

/** The code of the innermost line of the user's on the stack; 0 where there is none. */
export function siteHere(definitions: Definitions): number {
  const site = lineHere();
  return site === undefined ? 0 : definitions.place(site.path, site.line, site.name);
}

/** The innermost line of the user's on the stack. */
export function lineHere(): Site | undefined {
  for (const frame of stackHere(DEPTH)) {
    const path = pathOfUrl(frame.getFileName() ?? '');
    if (!isUser(path) || path.startsWith('node:') || path.startsWith(OURS)) continue;
    return { path, line: frame.getLineNumber() ?? 0, name: frame.getFunctionName() || '(anonymous)' };
  }
  return undefined;
}

const OURS = __dirname + sep;
