/** Patterns of breakpoints, as Python's fnmatch has them: `*`, `?`, `[abc]`, `[!abc]`. Letters are UTF-16 units. */

/** One letter, any of some, or `*`. */
type Part = string | RegExp | typeof ANY;
const ANY = Symbol('*');

export class Glob {
  private readonly parts: readonly Part[];

  /** Throws RangeError for what is no pattern: its message is a sentence. */
  constructor(glob: string) {
    if (glob.trim() === '')
      throw new RangeError(`The pattern "${glob}" is empty; leave it out to match all.`);
    const parts: Part[] = [];
    for (let at = 0; at < glob.length; at++) {
      const letter = glob[at];
      if (letter === '*') parts.push(ANY);
      else if (letter === '?') parts.push(/./s);
      else if (letter === '[') {
        const end = classEnd(glob, at);
        parts.push(oneOf(glob, glob.slice(at + 1, end)));
        at = end;
      } else parts.push(letter);
    }
    this.parts = parts;
  }

  /** Takes time in proportion to both lengths at most: after a `*` that has found its end, those before it need no other. */
  test(text: string): boolean {
    const { parts } = this;
    let part = 0;
    let star = -1;
    let from = 0;
    for (let at = 0; at < text.length;) {
      const wanted = parts[part];
      if (wanted === ANY) {
        star = part++;
        from = at;
      } else if (wanted !== undefined && isOf(wanted as string | RegExp, text[at])) {
        part++;
        at++;
      } else if (star >= 0) {
        part = star + 1;
        at = ++from;
      } else return false;
    }
    while (parts[part] === ANY) part++;
    return part === parts.length;
  }
}

/** The pattern is for the whole qualified name, or for its last part. */
export function names(glob: Glob | undefined, name: string): boolean {
  return glob === undefined || glob.test(name) || glob.test(name.slice(name.lastIndexOf('.') + 1));
}

/** The pattern is for the whole path, or for its end from a separator on. */
export function isFile(glob: Glob | undefined, path: string): boolean {
  if (glob === undefined) return true;
  const plain = path.replaceAll('\\', '/');
  for (let from = 0; ;) {
    if (glob.test(plain.slice(from))) return true;
    const separator = plain.indexOf('/', from);
    if (separator < 0) return false;
    from = separator + 1;
  }
}

function isOf(part: string | RegExp, letter: string): boolean {
  return typeof part === 'string' ? part === letter : part.test(letter);
}

/** Where the "]" stands that ends the class; one right at its begin is one of its letters. */
function classEnd(glob: string, at: number): number {
  const first = glob[at + 1] === '!' ? at + 2 : at + 1;
  const end = glob.indexOf(']', first + 1);
  if (end < 0)
    throw new RangeError(
      `The pattern "${glob}" has a "[" without its "]"; write "[[]" for the character itself.`,
    );
  return end;
}

function oneOf(glob: string, letters: string): RegExp {
  const not = letters.startsWith('!');
  const said = (not ? letters.slice(1) : letters).replace(/[\\\]^[]/g, '\\$&');
  try {
    return new RegExp(`[${not ? '^' : ''}${said}]`, 's');
  } catch {
    throw new RangeError(`The pattern "${glob}" was not understood: [${letters}] is no range of letters.`);
  }
}
