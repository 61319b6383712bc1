/**
 * V8's inspector on this very thread, where every question is answered at once: what JavaScript itself does not tell of
 * functions, generators and scopes. Connected only while it is needed; `Debugger` is enabled for a moment alone, because
 * the program is slow meanwhile.
 */
import type * as Inspection from 'node:inspector';
import type { Debugger, Runtime, Session } from 'node:inspector';
import { fileURLToPath } from 'node:url';

const HELD = 'tickscope.held';
const GROUP = 'tickscope';

export type Remote = Runtime.RemoteObject;

export interface Properties {
  own: Runtime.PropertyDescriptor[];
  internal: Map<string, Remote>;
}

export interface Location {
  path: string;
  /** From 1. */
  line: number;
}

/** A refusal, for people: `node --test` is such a process. */
export class NoInspector extends Error {
  override readonly name = 'Refusal';

  constructor() {
    super(
      "Node runs this process without V8's inspector, as it does `node --test` itself: values and async calls cannot be read in it. The test files run in processes of their own.",
    );
  }
}

export class Inspector {
  /** It stays connected from one question to the next: the program stands. */
  held = false;
  private session: Session | undefined;
  /** Node was started without it. */
  private missing = false;
  private holderId = '';
  private readonly holder: { value: unknown } = { value: undefined };
  private readonly paths = new Map<string, string>();

  /** Whether there is one: without, all that is asked of it throws NoInspector. */
  get available(): boolean {
    if (this.session !== undefined || this.missing) return !this.missing;
    try {
      this.briefly(() => this.connect());
    } catch {
      // It says so the next time, too.
    }
    return !this.missing;
  }

  /** What the inspector says of a value. `preview`: with its first properties. */
  remote(value: unknown, preview = false): Remote {
    this.holder.value = value;
    this.connect();
    try {
      return this.call(this.holderId, 'function () { return this.value; }', [], preview).result;
    } finally {
      this.holder.value = undefined;
    }
  }

  properties(objectId: string, preview = false): Properties {
    const { result, internalProperties } = this.post<Runtime.GetPropertiesReturnType>(
      'Runtime.getProperties',
      { objectId, ownProperties: true, generatePreview: preview },
    );
    const internal = new Map<string, Remote>();
    for (const { name, value } of internalProperties ?? []) if (value) internal.set(name, value);
    return { own: result, internal };
  }

  /** Calls a function, given as text, on an object of the program. */
  call(
    objectId: string,
    functionDeclaration: string,
    args: Runtime.CallArgument[],
    preview = false,
  ): Runtime.CallFunctionOnReturnType {
    return this.post('Runtime.callFunctionOn', {
      objectId,
      functionDeclaration,
      arguments: args,
      objectGroup: GROUP,
      generatePreview: preview,
      silent: true,
    });
  }

  evaluate(expression: string): Runtime.EvaluateReturnType {
    return this.post('Runtime.evaluate', {
      expression,
      objectGroup: GROUP,
      generatePreview: true,
      silent: true,
    });
  }

  /** The value itself behind what the inspector said. */
  valueOf(objectId: string): unknown {
    let found: unknown;
    this.holder.value = (value: unknown) => (found = value);
    this.connect();
    this.call(this.holderId, 'function (value) { this.value(value); }', [{ objectId }]);
    this.holder.value = undefined;
    return found;
  }

  /** A place as [[FunctionLocation]] and [[GeneratorLocation]] give it. */
  location(place: Remote | undefined): Location | undefined {
    const at = place?.value as { scriptId: string; lineNumber: number } | undefined;
    if (at === undefined) return undefined;
    return { path: this.pathOf(at.scriptId), line: at.lineNumber + 1 };
  }

  /** Questions of which nothing is kept. */
  briefly<T>(ask: () => T): T {
    try {
      return ask();
    } finally {
      if (!this.held) this.rest();
    }
  }

  /** The program runs on: what was handed out is void. */
  rest(): void {
    const { session } = this;
    if (session === undefined) return;
    this.post('Runtime.releaseObjectGroup', { objectGroup: GROUP });
    // What Node makes meanwhile may lead back to here.
    this.session = undefined;
    session.disconnect();
  }

  /** Throws what the inspector says against it. */
  post<R = object>(method: string, params: object = {}): R {
    const session = this.connect();
    let failure: Error | null = null;
    let answer: unknown;
    session.post(method, params, (error, result) => {
      failure = error;
      answer = result;
    });
    if (failure) throw new Error((failure as Error).message);
    return answer as R;
  }

  /** For events of a domain. */
  on(event: string, listener: (message: { params: never }) => void): () => void {
    const session = this.connect();
    session.on(event as 'inspectorNotification', listener as never);
    return () => void session.off(event as 'inspectorNotification', listener as never);
  }

  /** Learns the paths of the scripts on the stack. `Debugger` would tell of all, and take 20 ms for it. */
  private lookAtStack(): void {
    this.post('Runtime.enable');
    const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit');
    try {
      Object.defineProperty(Error, 'stackTraceLimit', {
        value: LOOKED_AT,
        configurable: true,
        writable: true,
      });
      const { exceptionDetails } = this.evaluate('throw new Error()');
      for (const { scriptId, url } of exceptionDetails?.stackTrace?.callFrames ?? [])
        this.paths.set(scriptId, pathOfUrl(url));
    } finally {
      this.post('Runtime.disable');
      if (limit) Object.defineProperty(Error, 'stackTraceLimit', limit);
      else Reflect.deleteProperty(Error, 'stackTraceLimit');
    }
  }

  private connect(): Session {
    if (this.session !== undefined) return this.session;
    // Many programs end without it, and loading it takes milliseconds.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { Session } = require('node:inspector') as typeof Inspection;
    const session = new Session();
    try {
      session.connect();
    } catch {
      this.missing = true;
      throw new NoInspector();
    }
    this.session = session;
    // A place that every realm has and nobody lists; the name is there for this one moment.
    Object.defineProperty(Atomics.notify, Symbol.for(HELD), { value: this.holder, configurable: true });
    try {
      const expression = `Atomics.notify[Symbol.for(${JSON.stringify(HELD)})]`;
      this.holderId = this.post<Runtime.EvaluateReturnType>('Runtime.evaluate', { expression }).result
        .objectId as string;
    } finally {
      Reflect.deleteProperty(Atomics.notify, Symbol.for(HELD));
    }
    return session;
  }

  /** Absolute path of a script, '' for Node's own and for what has none. */
  pathOf(scriptId: string): string {
    let known = this.paths.get(scriptId);
    if (known !== undefined) return known;
    this.lookAtStack();
    known = this.paths.get(scriptId);
    if (known !== undefined) return known;
    const forget = this.on('Debugger.scriptParsed', (message) => {
      const { scriptId: id, url } = message.params as Debugger.ScriptParsedEventDataType;
      this.paths.set(id, pathOfUrl(url));
    });
    this.post('Debugger.enable');
    this.post('Debugger.disable');
    forget();
    if (!this.paths.has(scriptId)) this.paths.set(scriptId, '');
    return this.paths.get(scriptId) as string;
  }
}

/** Frames of the stack in which scripts are looked for: whoever hands a function in is mostly written beside it. */
const LOOKED_AT = 50;

export function pathOfUrl(url: string): string {
  if (url.startsWith('file:')) return fileURLToPath(url);
  return url.startsWith('node:') ? '' : url;
}
