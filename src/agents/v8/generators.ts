/** Generators, told by their prototype: a program may change what its own say of themselves. */
const generatorPrototype = Object.getPrototypeOf(Object.getPrototypeOf((function* () {})())) as object;
const isPrototypeOf = Function.prototype.call.bind(Object.prototype.isPrototypeOf) as unknown as (
  prototype: object,
  value: unknown,
) => boolean;

export function isGenerator(value: unknown): value is Generator {
  return typeof value === 'object' && value !== null && isPrototypeOf(generatorPrototype, value);
}
