/** Several errors at once (`ExceptionGroup`). */

/**
 * What a TaskGroup throws when tasks of it failed. It is an AggregateError, too, so that `errors` and
 * Node's printing work; the message has the number of errors at its end, as Python prints it.
 */
export class ExceptionGroup extends AggregateError {
  override name = 'ExceptionGroup';
  readonly #text: string;

  /** `message`: without the number of errors (`ExceptionGroup.message`). */
  constructor(message: string, exceptions: readonly unknown[]) {
    super(exceptions, `${message} (${exceptions.length} sub-exception${exceptions.length === 1 ? '' : 's'})`);
    this.#text = message;
  }

  /** The errors, in the order in which they came (`ExceptionGroup.exceptions`). */
  get exceptions(): readonly unknown[] {
    return this.errors;
  }

  /** The part of which `matches` is true, groups in it included; undefined when there is none (`ExceptionGroup.subgroup`). */
  subgroup(matches: (error: unknown) => boolean): ExceptionGroup | undefined {
    return this.split(matches)[0];
  }

  /** What matches and the rest, each a group of the same shape or undefined (`ExceptionGroup.split`). */
  split(matches: (error: unknown) => boolean): [ExceptionGroup | undefined, ExceptionGroup | undefined] {
    if (matches(this)) return [this, undefined];
    const matching: unknown[] = [];
    const rest: unknown[] = [];
    for (const error of this.exceptions) {
      if (isGroup(error)) {
        const [match, other] = error.split(matches);
        if (match !== undefined) matching.push(match);
        if (other !== undefined) rest.push(other);
      } else (matches(error) ? matching : rest).push(error);
    }
    return [derive(this.#text, matching), derive(this.#text, rest)];
  }
}

function isGroup(error: unknown): error is ExceptionGroup {
  return error instanceof ExceptionGroup;
}

function derive(message: string, exceptions: unknown[]): ExceptionGroup | undefined {
  return exceptions.length === 0 ? undefined : new ExceptionGroup(message, exceptions);
}
