/** Python's `async with` is a function here, a generator's or an async one: what `run` of a timeout or a group takes. */
import { CoroutineObject, isGenerator, type Coroutine } from './coroutines';

/** The body of a block: a generator function or an async function. */
export type Body<A, T> = (context: A) => Coroutine<T> | PromiseLike<T>;

/** Runs the body, in the same step that asks for it, and gives its value. */
export function* runBody<A, T>(body: Body<A, T>, context: A): Coroutine<T> {
  const running = body(context);
  if (isGenerator(running)) return (yield* running) as T;
  return yield* new CoroutineObject(body.name || 'body', () => running as PromiseLike<T>);
}
