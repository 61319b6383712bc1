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
  /** Of the whole script. */
  source(fn: AnyFunction): string;
}

export class Functions {
  private readonly intrinsics = compileIntrinsics();
  private readonly makers = new WeakMap<object, AnyFunction>();
  /** Where each line of a script ends, by the script's number. */
  private readonly lineEnds = new Map<number, number[]>();
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
    const location = this.written(fn) ?? this.asked(fn);
    this.locations.set(fn, location);
    return location;
  }

  /** By the intrinsics, for a hundredth of what the inspector takes: that is asked for each script once. */
  private written(fn: AnyFunction): Location | undefined {
    const script = this.intrinsics?.scriptId(fn) ?? -1;
    if (this.intrinsics === undefined || script < 0) return undefined;
    if (!this.inspector.available) return undefined;
    const path = this.inspector.briefly(() => this.inspector.pathOf(String(script)));
    let ends = this.lineEnds.get(script);
    if (ends === undefined) {
      ends = endsOfLines(this.intrinsics.source(fn));
      this.lineEnds.set(script, ends);
    }
    const position = this.intrinsics.position(fn);
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle] < position) low = middle + 1;
      else high = middle;
    }
    return { path, line: low + 1 };
  }

  private asked(fn: AnyFunction): Location | undefined {
    if (!this.inspector.available) return undefined;
    return this.inspector.briefly(() => {
      const { objectId } = this.inspector.remote(fn);
      const { internal } = this.inspector.properties(objectId as string);
      return this.inspector.location(internal.get('[[FunctionLocation]]'));
    });
  }

  /** What a bound function calls in the end. */
  target(fn: AnyFunction): AnyFunction {
    if (!this.inspector.available) return fn;
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
    if (!this.inspector.available) return undefined;
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
    const found: Intrinsics = {
      scriptId: intrinsic('FunctionGetScriptId'),
      position: intrinsic('FunctionGetScriptSourcePosition'),
      source: intrinsic('FunctionGetScriptSource'),
    };
    return tellApart(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function intrinsic<T>(name: string): (fn: AnyFunction) => T {
  const call = withNatives(() => new Function('fn', `return %${name}(fn);`) as (fn: AnyFunction) => T);
  return (fn) => {
    try {
      return call(fn);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      // V8 has thrown away what it had compiled, as it does with what is not called for long, and does so anew.
      return withNatives(() => call(fn));
    }
  };
}

function withNatives<T>(act: () => T): T {
  setFlagsFromString('--allow-natives-syntax');
  try {
    return act();
  } finally {
    setFlagsFromString('--no-allow-natives-syntax');
  }
}

function endsOfLines(source: string): number[] {
  const ends: number[] = [];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) ends.push(at);
  return ends;
}

function tellApart({ scriptId, position, source }: Intrinsics): boolean {
  const make = () => () => make;
  const [one, same] = [make(), make()];
  return (
    scriptId(one) >= 0 &&
    scriptId(one) === scriptId(same) &&
    position(one) === position(same) &&
    position(one) !== position(make) &&
    source(one).includes(endsOfLines.name) &&
    scriptId(Array.prototype.map as AnyFunction) < 0
  );
}
