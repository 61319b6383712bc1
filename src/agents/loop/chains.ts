/** Await chains: from a task's outermost coroutine to what suspended it, with lines. */
import type { AsyncStacks } from '../v8/asyncStacks';
import { calledIn, type Definitions, nameOf } from './definitions';
import type { AnyFunction, Functions } from '../v8/functions';
import type { HeapGraph } from '../v8/heapGraph';
import type { Inspector } from '../v8/inspector';
import { isGenerator } from '../v8/generators';
import type { Frame } from '../v8/frame';
import { coroutineInside, inside, type AnyTask, type StrandInside } from './library';

/** A chain longer than this is cut: a recursion of coroutines. */
const LONGEST = 500;

export class Chains {
  constructor(
    private readonly inspector: Inspector,
    private readonly functions: Functions,
    private readonly definitions: Definitions,
    private readonly stacks: AsyncStacks,
    private readonly heap: HeapGraph,
  ) {}

  /** Outermost first. `deep`: through every `yield*`, which may take a heap snapshot. */
  of(task: AnyTask, deep = true): Frame[] {
    const { main, last } = inside(task);
    const frames: Frame[] = [];
    const coro: unknown = task.getCoro();
    const fn = functionOf(coro);
    const native = last !== undefined && last.resolve !== undefined ? last : undefined;
    const outermost = isGenerator(main.steps) ? main.steps : unstarted(main, coro);
    if (outermost !== undefined) frames.push(...this.generators(outermost, deep));
    else if (main.steps === undefined && native === undefined && fn !== undefined && !task.native)
      frames.push(this.place(fn));
    if (native !== undefined) frames.push(...this.native(native, fn, deep));
    return frames.slice(0, LONGEST);
  }

  /** A plain callback that is about to run. */
  place(fn: AnyFunction): Frame {
    const target = this.functions.key(fn) === undefined ? this.functions.target(fn) : fn;
    const { path, line } = this.functions.location(target) ?? { path: '', line: 0 };
    return {
      name: calledIn(target) ?? nameOf(target),
      path,
      line,
      user: this.definitions.isUser(path),
      fn: target,
    };
  }

  /** One `await` in a native async function: V8 has the frames, and below them may be a coroutine of generators. */
  private native(strand: StrandInside, fn: AnyFunction | undefined, deep: boolean): Frame[] {
    const stack = this.stacks.of(strand.resolve as (value: unknown) => void);
    const frames = stack
      .map(({ name, path, line }) => ({ name, path, line, user: this.definitions.isUser(path), fn }))
      .reverse();
    if (isGenerator(strand.steps)) return [...frames, ...this.generators(strand.steps, deep)];
    return frames;
  }

  private generators(outermost: Generator, deep: boolean): Frame[] {
    const frames: Frame[] = [];
    let generator: Generator | undefined = outermost;
    while (generator !== undefined && frames.length < LONGEST) {
      const frame = this.generator(generator);
      if (frame === undefined) break;
      frames.push(frame);
      // What the library delegates to is its own business.
      generator = deep && frame.user ? this.heap.delegate(generator) : undefined;
    }
    return frames;
  }

  /** Undefined for one that is over. */
  private generator(generator: Generator): Frame | undefined {
    const { objectId } = this.inspector.remote(generator);
    const { internal } = this.inspector.properties(objectId as string);
    const location = this.inspector.location(internal.get('[[GeneratorLocation]]'));
    if (location === undefined || internal.get('[[GeneratorState]]')?.value === 'closed') return undefined;
    const fn = this.functions.ofGenerator(generator);
    const name = fn === undefined ? 'generator' : nameOf(fn);
    return { name, ...location, user: this.definitions.isUser(location.path), generator, fn };
  }
}

/** The generator of a coroutine whose first step is still to come. */
function unstarted(main: StrandInside, coro: unknown): Generator | undefined {
  if (main.steps !== undefined) return undefined;
  if (isGenerator(coro)) return coro;
  const { source } = typeof coro === 'function' ? {} : coroutineInside(coro);
  return isGenerator(source) ? source : undefined;
}

/** The user's function that the coroutine is a call of. */
function functionOf(coro: unknown): AnyFunction | undefined {
  if (typeof coro === 'function') return coro as AnyFunction;
  if (isGenerator(coro)) return undefined;
  const { source, target } = coroutineInside(coro);
  const fn = target ?? source;
  return typeof fn === 'function' ? (fn as AnyFunction) : undefined;
}
