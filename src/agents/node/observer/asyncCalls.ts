/**
 * Calls of async functions as they begin, are suspended, go on and end: told by V8's hooks of promises, only while
 * something asks. V8 tells of promises alone; which function one belongs to is seen on the stack at the moment it is made:
 * - on top, where the function begins, it is the promise that the call returns;
 * - on top further on, and derived from another, it is what goes on when the `await` is over (what V8 makes in between
 *   for a value that is no promise is derived from the call's own).
 * What runs now follows from that: a call runs from its begin or from a step of its `await` up to its next `await`, and
 * others that it calls run on top of it. Calls that were suspended when this began are not known. `goesOn` needs none
 * of it: the promise that is awaited is settled, and its reactions are put in the queue right then.
 */
import type { Runtime } from 'node:inspector';
import type { Inspector } from '../../v8/inspector';
import { pathOfUrl } from '../../v8/inspector';
import { isUser, type Definitions } from './definitions';
import type { HookFunctions } from './promiseHooks';
import { stackHere } from '../../v8/stack';

export interface AsyncCall {
  /** Of the function's first line. */
  code: number;
  name: string;
  path: string;
  /** Where it is: at first its function's, then that of its last `await`. */
  line: number;
}

/** What can be told of a call. A JavaScript function runs as soon as it is called: created is started. */
export type CallEvent = 'started' | 'suspended' | 'resumed' | 'done' | 'failed';

export interface CallWatch {
  /** `error`: of one that failed. May stand there. */
  happened(event: CallEvent, call: AsyncCall, error?: unknown): void;
}

interface Call extends AsyncCall {
  readonly own: object;
  /** Of whose code it is, and how deep on the stack it was when it began to run. */
  fn: string;
  depth: number;
}

interface Top {
  fn: string;
  name: string;
  path: string;
  line: number;
  column: number;
  firstLine: number;
  depth: number;
}

/** CallSite, as V8 has it since 9. */
type Site = NodeJS.CallSite & {
  getEnclosingLineNumber?(): number;
  getEnclosingColumnNumber?(): number;
};

/** Before the program could put its own in its place. */
const react = Promise.prototype.then;
const FULFILLED = Promise.resolve();
/** Deeper stacks are not told apart. */
const DEPTH = 100;

export class AsyncCalls implements HookFunctions {
  watch: CallWatch | undefined;
  private listening = false;
  private readonly byOwn = new WeakMap<object, Call>();
  private readonly awaits = new WeakMap<object, Call>();
  /** Who runs, innermost last. */
  private readonly running: Call[] = [];
  private ended: Call[] = [];
  /** Function → where its calls' own promises are made: at its begin. */
  private readonly begins = new Map<string, number>();
  private waited: { promise: object; then: () => void } | undefined;

  constructor(
    private readonly definitions: Definitions,
    private readonly inspector: Inspector,
    private readonly host: { readonly asides: number; aside<T>(act: () => T): T },
  ) {}

  /** Begins or ends to tell `watch` what happens. */
  listen(on: boolean): void {
    if (on === this.listening) return;
    this.listening = on;
    this.running.length = 0;
    this.ended = [];
  }

  /** A callback begins or has ended: of what was called in another nothing runs. */
  turned(): void {
    if (this.running.length > 0) this.running.length = 0;
    this.tellEnds();
  }

  /** Calls `then` right before the first reaction to the promise. */
  goesOn(promise: object, then: () => void): void {
    this.waited = { promise, then };
  }

  readonly init = (promise: object, parent: object | undefined): void => {
    if (this.host.asides > 0 || !this.listening) return;
    const top = this.host.aside(topHere);
    if (top === undefined) return;
    if (parent !== undefined) this.awaited(promise, parent, top);
    else if (this.isBegin(top)) this.begun(promise, top);
  };

  readonly before = (promise: object): void => {
    if (this.host.asides > 0 || !this.listening) return;
    const call = this.awaits.get(promise);
    this.running.length = 0;
    if (call === undefined) return;
    this.awaits.delete(promise);
    call.depth = 1;
    this.running.push(call);
    this.tell('resumed', call);
  };

  readonly after = (): void => this.turned();

  readonly settled = (promise: object): void => {
    if (promise === this.waited?.promise) this.now();
    if (this.host.asides > 0 || !this.listening) return;
    const call = this.byOwn.get(promise);
    if (call === undefined) return;
    const at = this.running.indexOf(call);
    if (at >= 0) this.running.length = at;
    // The promise is not settled yet.
    this.ended.push(call);
  };

  /** Tells of those whose promises have been settled by now. */
  private tellEnds(): void {
    if (this.ended.length === 0 || this.host.asides > 0) return;
    const { ended } = this;
    this.ended = [];
    // Without, nobody tells whether it failed.
    if (!this.inspector.available) return;
    for (const call of ended) {
      const { state, value } = this.host.aside(() => this.stateOf(call.own));
      if (state === 'rejected') this.watch?.happened('failed', call, value);
      else this.tell('done', call);
    }
  }

  private isBegin({ fn, line, column }: Top): boolean {
    const at = line * 1e6 + column;
    const begin = this.begins.get(fn);
    // The first of a function's that is seen is that of its begin: nothing comes before.
    if (begin === undefined || at < begin) this.begins.set(fn, at);
    return at === this.begins.get(fn);
  }

  private begun(own: object, { fn, depth, name, path, firstLine }: Top): void {
    const code = isUser(path) ? this.definitions.place(path, firstLine, name) : 0;
    const call: Call = { own, fn, depth, code, name, path, line: firstLine };
    this.byOwn.set(own, call);
    this.running.push(call);
    this.tell('started', call);
  }

  /** The stack tells who awaits: async generators do, too, and those above it have ended, by `return` of a promise. */
  private awaited(promise: object, parent: object, { fn, depth, line }: Top): void {
    const at = this.running.findLastIndex(
      (call) => call.fn === fn && (call.depth === depth || depth >= DEPTH),
    );
    if (at < 0) return;
    const call = this.running[at];
    // Made for a value that is no promise: what goes on is derived from this one.
    if (parent === call.own) return;
    this.running.length = at;
    call.line = line;
    this.awaits.set(promise, call);
    this.tell('suspended', call);
  }

  private tell(event: CallEvent, call: Call): void {
    if (call.code !== 0) this.watch?.happened(event, call);
  }

  /** What is awaited will be settled next, and who awaits it goes on after what is in the queue. */
  private now(): void {
    const { then } = this.waited as { then: () => void };
    this.waited = undefined;
    this.host.aside(() => Reflect.apply(react, FULFILLED, [() => this.host.aside(then)]));
  }

  private stateOf(promise: object): { state: unknown; value: unknown } {
    return this.inspector.briefly(() => {
      const { objectId } = this.inspector.remote(promise);
      const { internal } = this.inspector.properties(objectId as string);
      const result: Runtime.RemoteObject | undefined = internal.get('[[PromiseResult]]');
      const state: unknown = internal.get('[[PromiseState]]')?.value;
      const value: unknown =
        result?.objectId === undefined ? result?.value : this.inspector.valueOf(result.objectId);
      return { state, value };
    });
  }
}

/** The function that runs; undefined: one of V8's own, such as `then`. */
function topHere(): Top | undefined {
  // Without the hook and what calls it, and without those that await.
  const sites = (stackHere(DEPTH) as Site[]).filter((site) => !isOurs(site) && !site.isAsync());
  const top = sites.at(0);
  if (top === undefined || top.isNative()) return undefined;
  const [file, line, column] = [top.getFileName(), top.getLineNumber(), top.getColumnNumber()];
  if (file == null || line == null || column == null) return undefined;
  const [firstLine, firstColumn] = [
    top.getEnclosingLineNumber?.() ?? 0,
    top.getEnclosingColumnNumber?.() ?? 0,
  ];
  const name = top.getFunctionName() ?? '';
  return {
    fn: `${file}:${firstLine}:${firstColumn}:${name}`,
    name: name || '(anonymous)',
    path: file.startsWith('node:') ? '' : pathOfUrl(file),
    line,
    column,
    firstLine,
    depth: sites.length,
  };
}

/** Ours, or what of Node's calls us where others use its hooks, too. */
function isOurs(site: NodeJS.CallSite): boolean {
  const file = site.getFileName() ?? '';
  return /^node:internal\/(?:promise|async)_hooks$/.test(file) || pathOfUrl(file).startsWith(__dirname);
}
