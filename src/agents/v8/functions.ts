/**
 * Which function is it, and where does it stand? V8's own intrinsics tell two closures of one function from two
 * functions for a few nanoseconds; what they need is switched on for the moment in which these are compiled. Where that
 * does not work, the inspector is asked each time that a function object is new.
 */
import { setFlagsFromString } from 'node:v8';
import type { Inspector, Location } from './inspector';

export type AnyFunction = (...args: never[]) => unknown;

interface Intrinsics {
  /** -1 for what is no JavaScript. */
  scriptId(fn: AnyFunction): number;
  position(fn: AnyFunction): number;
}

export class Functions {
  private readonly intrinsics = compileIntrinsics();
  private readonly makers = new WeakMap<object, AnyFunction>();
  private readonly locations = new WeakMap<AnyFunction, Location | undefined>();

  constructor(private readonly inspector: Inspector) {}

  /** The same number for all closures of one function of a script; undefined where nobody can tell. */
  key(fn: AnyFunction): number | undefined {
    if (this.intrinsics === undefined) return undefined;
    const script = this.intrinsics.scriptId(fn);
    return script < 0 ? undefined : script * 2 ** 32 + this.intrinsics.position(fn);
  }

  /** Where it is written; undefined for native and bound functions. */
  location(fn: AnyFunction): Location | undefined {
    if (this.locations.has(fn)) return this.locations.get(fn);
    const location = this.inspector.briefly(() => {
      const { objectId } = this.inspector.remote(fn);
      const { internal } = this.inspector.properties(objectId as string);
      return this.inspector.location(internal.get('[[FunctionLocation]]'));
    });
    this.locations.set(fn, location);
    return location;
  }

  /** What a bound function calls in the end. */
  target(fn: AnyFunction): AnyFunction {
    return this.inspector.briefly(() => {
      for (let depth = 0; depth < 10; depth++) {
        const { objectId } = this.inspector.remote(fn);
        const bound = this.inspector.properties(objectId as string).internal.get('[[TargetFunction]]');
        if (bound?.objectId === undefined) break;
        fn = this.inspector.valueOf(bound.objectId) as AnyFunction;
      }
      return fn;
    });
  }

  /** The function of that name that a closure refers to: what one of Node's own calls in the end. */
  heldBy(fn: AnyFunction, names: readonly string[]): AnyFunction | undefined {
    return this.inspector.briefly(() => {
      const { objectId } = this.inspector.remote(fn);
      const scopes = this.inspector.properties(objectId as string).internal.get('[[Scopes]]');
      if (scopes?.objectId === undefined) return undefined;
      const [closure] = this.inspector.properties(scopes.objectId).own;
      if (closure?.value?.objectId === undefined || closure.value.description === 'Global') return undefined;
      for (const { name, value } of this.inspector.properties(closure.value.objectId).own)
        if (names.includes(name) && value?.type === 'function' && value.objectId !== undefined)
          return this.inspector.valueOf(value.objectId) as AnyFunction;
      return undefined;
    });
  }

  /** The function whose call made the generator. Each has a prototype of its own, so the inspector is asked once. */
  ofGenerator(generator: object): AnyFunction | undefined {
    const prototype = Object.getPrototypeOf(generator) as object;
    let fn = this.makers.get(prototype);
    if (fn === undefined) {
      fn = this.inspector.briefly(() => this.makerOf(generator));
      if (fn !== undefined) this.makers.set(prototype, fn);
    }
    return fn;
  }

  private makerOf(generator: object): AnyFunction | undefined {
    const { objectId } = this.inspector.remote(generator);
    const made = this.inspector.properties(objectId as string).internal.get('[[GeneratorFunction]]');
    return made?.objectId === undefined ? undefined : (this.inspector.valueOf(made.objectId) as AnyFunction);
  }
}

/** Undefined where V8 does not have them, or they do not mean what they did. */
function compileIntrinsics(): Intrinsics | undefined {
  try {
    setFlagsFromString('--allow-natives-syntax');
    try {
      const compile = (name: string) =>
        new Function('fn', `return %${name}(fn);`) as (fn: AnyFunction) => number;
      const found: Intrinsics = {
        scriptId: compile('FunctionGetScriptId'),
        position: compile('FunctionGetScriptSourcePosition'),
      };
      return tellApart(found) ? found : undefined;
    } finally {
      setFlagsFromString('--no-allow-natives-syntax');
    }
  } catch {
    return undefined;
  }
}

function tellApart({ scriptId, position }: Intrinsics): boolean {
  const make = () => () => make;
  const [one, same] = [make(), make()];
  return (
    scriptId(one) >= 0 &&
    scriptId(one) === scriptId(same) &&
    position(one) === position(same) &&
    position(one) !== position(make) &&
    scriptId(Array.prototype.map as AnyFunction) < 0
  );
}
