/** Where in its own code the program is. To look takes some µs, so it is done so many times at once, and from then on so often in a second. */
import { pathOfUrl } from '../v8/inspector';
import { stackHere } from '../v8/stack';

/** A line of the user's. */
export interface Place {
  path: string;
  line: number;
}

/** Frames that are looked through for the user's: the library's are above it. */
const DEPTH = 8;

export class Whereabouts {
  private left: number;
  private last = 0;

  /** `looks`: at once, and in a second. */
  constructor(private readonly looks: number) {
    this.left = looks;
  }

  /** `told`: who was told, above which nothing is looked at. `time`: s. Undefined: it is not known, or it would cost too much to look. */
  here(
    time: number,
    told: (...args: never[]) => unknown,
    isUser: (path: string) => boolean,
  ): Place | undefined {
    if (time !== this.last) {
      this.left = Math.min(this.looks, this.left + Math.max(0, time - this.last) * this.looks);
      this.last = time;
    }
    if (this.left < 1) return undefined;
    this.left--;
    for (const frame of stackHere(DEPTH, told)) {
      const path = pathOfUrl(frame.getFileName() ?? '');
      if (isUser(path)) return { path, line: frame.getLineNumber() ?? 0 };
    }
    return undefined;
  }
}
