/** Two copies of this library in one program are one: what one makes is what the other means. */

/**
 * Makes `instanceof` true for instances of the same class of every copy. `name` is the class's, as bundlers may change
 * that. Subclasses keep the plain meaning.
 */
export function acrossCopies(name: string, type: abstract new (...args: never[]) => object): void {
  const mark = Symbol.for(`tickscope.asyncio.${name}`);
  Object.defineProperty(type.prototype, mark, { value: true });
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== type) return Function.prototype[Symbol.hasInstance].call(this as object, value);
      return typeof value === 'object' && value !== null && mark in value;
    },
  });
}
