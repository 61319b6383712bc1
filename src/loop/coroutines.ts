/**
 * Coroutines (`asyncio.coroutines`). Like Python's they do nothing until they are awaited or made a task of. A native
 * async function starts as soon as it is called, so there the coroutine is the function itself (`() => worker('a')`)
 * or what `coroutine(fn)` makes of it.
 */
import { inspect } from 'node:util';
import { acrossCopies } from './copies';
import { RuntimeError } from './exceptions';
import type { Future } from './futures';
import { noteCoroutine, noteStarted } from './neverAwaited';
import { shared } from './shared';
import { awaitSteps } from './strands';

/** What a generator function that is a coroutine returns: `function* worker(): Coroutine<number> { … }`. */
// `any` because what `yield*` passes through is between the task and the future at the other end.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Coroutine<T> = Generator<any, T, any>;

/** All that can be made a task of. */
export type CoroutineLike<T> =
  Coroutine<T> | CoroutineObject<T> | (() => PromiseLike<T> | Coroutine<T> | CoroutineObject<T> | Future<T>);

/** A coroutine that was called and not yet awaited: await it once, by `await` or `yield*`, or make a task of it. */
export class CoroutineObject<T> {
  /** The debugger's number for it. */
  observed = 0;
  /** Whether it was awaited, made a task of, or closed. */
  started = false;
  /** Set when the collector was asked to tell of its end. Internal. */
  watched: WeakRef<CoroutineObject<unknown>> | undefined = undefined;
  /** Where it was made, for a debugger. Internal. */
  readonly place: unknown = shared.observer?.coroutineMade?.();

  /**
   * `name`: for messages. `source`: a generator not yet started, or what starts a native async function; undefined where
   * a subclass brings its own iterator.
   */
  constructor(
    readonly name: string,
    private readonly source: Coroutine<T> | (() => PromiseLike<T>) | undefined,
    /** The function whose call it is, where `source` only starts it: for a debugger. */
    readonly target?: (...args: never[]) => unknown,
  ) {
    noteCoroutine(this);
  }

  /** Starts it: the generator, or the iterator of the native call. Internal. */
  begin(): Iterator<unknown, T, unknown> {
    if (this.started) throw new RuntimeError('cannot reuse already awaited coroutine');
    this.started = true;
    noteStarted(this);
    const source = this.source;
    return typeof source === 'function' ? new NativeCall(source) : source!;
  }

  [Symbol.iterator](): Iterator<unknown, T, unknown> {
    return this.begin();
  }

  /** For `await` in an async function; chain nothing to it, it returns no promise. */
  then(resolve?: ((value: T) => unknown) | null, reject?: ((error: unknown) => unknown) | null): void {
    let steps;
    try {
      steps = this.begin();
    } catch (error) {
      reject?.(error);
      return;
    }
    awaitSteps(steps, resolve ?? (() => undefined), reject ?? (() => undefined));
  }

  /** It will not be awaited, and that is no mistake (`coroutine.close`). */
  close(): void {
    this.started = true;
    noteStarted(this);
    if (typeof this.source !== 'function') this.source?.return(undefined as T);
  }

  toString(): string {
    return `<coroutine object ${this.name}>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** A native async function awaited by a generator: yields itself to the strand, which goes on when the promise is settled. */
export class NativeCall<T = unknown> implements Iterator<unknown, T, unknown> {
  declare promise: PromiseLike<void>;
  private outcome: { value: T } | { error: unknown } | undefined = undefined;
  constructor(readonly start: () => PromiseLike<T>) {}

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<unknown, T> {
    if (this.outcome !== undefined) {
      if ('error' in this.outcome) throw this.outcome.error;
      return { done: true, value: this.outcome.value };
    }
    this.promise = this.start().then(
      (value) => void (this.outcome = { value }),
      (error: unknown) => void (this.outcome = { error }),
    );
    return { done: false, value: this };
  }
}

acrossCopies('CoroutineObject', CoroutineObject);
acrossCopies('NativeCall', NativeCall);

export function isNativeCall(value: unknown): value is NativeCall {
  return value instanceof NativeCall;
}

/** Makes of a generator function or an async function one that, like Python's, does nothing until what it returns is awaited. */
export function coroutine<A extends unknown[], T>(
  fn: (...args: A) => Coroutine<T>,
): (...args: A) => CoroutineObject<T>;
export function coroutine<A extends unknown[], T>(
  fn: (...args: A) => PromiseLike<T>,
): (...args: A) => CoroutineObject<T>;
export function coroutine<A extends unknown[], T>(
  fn: (...args: A) => Coroutine<T> | PromiseLike<T>,
): (...args: A) => CoroutineObject<T> {
  const name = fn.name || 'anonymous';
  const lazy = isGeneratorFunction(fn)
    ? function (this: unknown, ...args: A) {
        return new CoroutineObject<T>(name, fn.apply(this, args) as Coroutine<T>);
      }
    : function (this: unknown, ...args: A) {
        return new CoroutineObject<T>(name, () => fn.apply(this, args) as PromiseLike<T>, fn);
      };
  Object.defineProperty(lazy, 'name', { value: name });
  coroutineFunctions.add(lazy);
  return lazy;
}

const coroutineFunctions = new WeakSet<object>();
const GeneratorFunction = function* () {}.constructor;
const AsyncFunction = (async () => {}).constructor;
const generatorPrototype = Object.getPrototypeOf(Object.getPrototypeOf((function* () {})())) as object;

function isGeneratorFunction(fn: unknown): boolean {
  return fn instanceof GeneratorFunction;
}

/** Whether `value` is a started or unstarted generator. */
export function isGenerator(value: unknown): value is Coroutine<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.prototype.isPrototypeOf.call(generatorPrototype, value)
  );
}

/** Whether `value` is a coroutine that can be awaited (`asyncio.iscoroutine`): a generator or what `coroutine` made. */
export function iscoroutine(value: unknown): value is Coroutine<unknown> | CoroutineObject<unknown> {
  return value instanceof CoroutineObject || isGenerator(value);
}

/** Whether calling `value` gives a coroutine (`asyncio.iscoroutinefunction`). */
export function iscoroutinefunction(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  return coroutineFunctions.has(value) || isGeneratorFunction(value) || value instanceof AsyncFunction;
}
