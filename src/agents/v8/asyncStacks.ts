/**
 * Where a suspended async function stands, and who awaits it. V8 tells that for the microtask that runs, by following
 * promises to the functions that await them. So one is run, in a context with a queue of its own (nothing of the
 * program's runs meanwhile), whose only reaction is the very function that would resume the program's `await`; it then
 * fails, so that nothing is resumed and the program's promise is as it was. It costs some 30 µs. That it works is tried
 * before it is relied on: all this is V8's own business.
 */
import { createContext, runInContext, type Context } from 'node:vm';
import { pathOfUrl } from './inspector';

export interface AwaitFrame {
  name: string;
  path: string;
  line: number;
}

type Resolve = (value: unknown) => void;

const MOST_FRAMES = 200;
/** How many frames there are at most between what asks and the microtask that tells. */
const PROBING = 16;
/** What runs for us is known by its file. */
const OURS = { filename: __filename };

/** What runs synchronously is counted by V8's limit, and comes first: the program may stand deep in its own calls. */
const CAPTURE = `
  let frames = [];
  Error.stackTraceLimit = Infinity;
  Error.prepareStackTrace = (_, sites) => sites.length;
  Error.stackTraceLimit = new Error().stack + ${PROBING} + limit;
  Error.prepareStackTrace = (_, sites) => sites.filter((site) => site.isAsync()).slice(0, limit);
`;

const PROBE = `(resolve, limit) => {
  ${CAPTURE}
  const reacting = Promise.resolve().then(() => {
    frames = new Error().stack;
    throw undefined;
  });
  reacting.then(resolve).then(undefined, () => undefined);
  return () => frames;
}`;

/** The same for any pending promise: `Promise.all` leads V8 to what its constructor gave it for a promise. */
const PROBE_PROMISE = `(promise, limit) => {
  ${CAPTURE}
  const reacting = Promise.resolve().then(() => {
    frames = new Error().stack;
  });
  const Constructor = function (executor) {
    executor(() => undefined, () => undefined);
    return promise;
  };
  Constructor.resolve = (value) => value;
  Promise.all.call(Constructor, [reacting]);
  return () => frames;
}`;

export class AsyncStacks {
  private context: Context | undefined;
  private worksForPromises: boolean | undefined;
  private works: boolean | undefined;
  private resolveOwn: Resolve | undefined;

  /** `thenables`: `of` will be used, which is tried with an `await` that has been suspended since. */
  constructor(thenables = true) {
    if (!thenables) return;
    const thenable = { then: (resolve: Resolve) => (this.resolveOwn = resolve) };
    async function suspendedForEver(): Promise<void> {
      await thenable;
    }
    void suspendedForEver();
  }

  /** Innermost first. `resolve`: what V8 gave the awaited object to call. Empty where V8 does not tell. */
  of(resolve: Resolve): AwaitFrame[] {
    if (this.works === undefined && this.resolveOwn !== undefined) {
      const own = this.resolveOwn;
      this.works = this.probe(own).some(({ name }) => name === 'suspendedForEver');
    }
    return this.works === false ? [] : this.probe(resolve);
  }

  /**
   * Who awaits a pending promise, innermost first. Empty where V8 does not tell: nobody does, or several do. Takes some 50 µs;
   * the promise is as it was afterwards.
   */
  ofPromise(promise: object, limit = MOST_FRAMES): AwaitFrame[] {
    return this.tellsOfPromises ? this.probe(promise, limit, 'probePromise') : [];
  }

  /** Tried once, with a chain of our own. */
  get tellsOfPromises(): boolean {
    if (this.worksForPromises !== undefined) return this.worksForPromises;
    const awaited = new Promise(() => undefined);
    async function inner(): Promise<void> {
      await awaited;
    }
    async function outer(): Promise<void> {
      await inner();
    }
    void outer();
    const names = this.probe(awaited, MOST_FRAMES, 'probePromise').map(({ name }) => name);
    return (this.worksForPromises = names.join() === 'inner,outer');
  }

  private probe(resolve: Resolve | object, limit = MOST_FRAMES, probe = 'probe'): AwaitFrame[] {
    try {
      const context = (this.context ??= this.make());
      context.resolve = resolve;
      runInContext(`get = ${probe}(resolve, ${limit})`, context, OURS);
      context.resolve = undefined;
      return (context.get as () => NodeJS.CallSite[])().flatMap(frameOf);
    } catch {
      return [];
    }
  }

  private make(): Context {
    const context = createContext({}, { microtaskMode: 'afterEvaluate' });
    context.probe = runInContext(PROBE, context, OURS);
    context.probePromise = runInContext(PROBE_PROMISE, context, OURS);
    return context;
  }
}

function frameOf(site: NodeJS.CallSite): AwaitFrame[] {
  const path = site.getFileName();
  // Promise.all and its like have no place.
  if (path == null) return [];
  const type = site.getTypeName();
  const method = site.getMethodName() ?? site.getFunctionName();
  const name = method && type && type !== 'Object' && type !== 'Function' ? `${type}.${method}` : method;
  return [{ name: name || '(anonymous)', path: pathOfUrl(path), line: site.getLineNumber() ?? 0 }];
}
