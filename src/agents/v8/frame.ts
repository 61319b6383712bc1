/** One frame of a chain or a stack, as an agent holds it: with what can be looked into. */
import type { AnyFunction } from './functions';

export interface Frame {
  name: string;
  path: string;
  line: number;
  user: boolean;
  /** What is suspended there, where it has scopes to be looked into. */
  generator?: Generator;
  /** Some function that is written in the same module. */
  fn?: AnyFunction;
}
