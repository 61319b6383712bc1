import { inspect } from 'node:util';

/** Stands for an object that the collector has taken; says what it was. */
export class Gone {
  constructor(private readonly text: string) {}

  toString(): string {
    return this.text;
  }

  [inspect.custom](): string {
    return this.text;
  }
}
