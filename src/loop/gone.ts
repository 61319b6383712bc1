import { inspect } from 'node:util';

/** Stands for an object that the collector has taken; says what it was. */
export class Gone {
  /** `observed`: the debugger's number for it. */
  constructor(
    private readonly text: string,
    readonly observed: number,
  ) {}

  toString(): string {
    return this.text;
  }

  [inspect.custom](): string {
    return this.text;
  }
}
