/** Numbers for tasks, code, objects and texts: sent once, then only the number. */
import { DEFINE, ROLE } from '../../wire/schema';
import type { EventLoop } from '../../loop/baseEvents';
import { actorOf, FIRST_OWN_OBJECT, FIRST_TASK_OBJECT } from './numbers';
import { type AnyFunction, type Functions } from '../v8/functions';
import { isGenerator } from '../v8/generators';
import { coroutineInside, sharedState, type AnyFuture, type AnyTask } from './library';

/** A name, or what finds it out. */
type Naming = string | ((fn: AnyFunction) => string | undefined);

/** Texts that are remembered at most; after that some are sent again. */
const MOST_TEXTS = 10_000;

/** Code of the library that means something to the queues. */
const ROLES: Readonly<Record<string, number>> = {
  setResultUnlessCancelled: ROLE.SLEEP,
  expire: ROLE.TIMEOUT,
  release: ROLE.TIMEOUT,
  acceptConnection: ROLE.ACCEPT,
};

/** What is known of a code: `line` 0 and `path` '' for what has no place in any script. */
export interface Known {
  name: string;
  path: string;
  line: number;
}

export class Definitions {
  /** By the number of the code. */
  readonly known = new Map<number, Known>();
  /** Codes and tasks are one space, and tables are indexed by it: it has no gaps. */
  private lastActor = 0;
  private lastObject = FIRST_OWN_OBJECT - 1;
  private lastText = 0;
  private readonly texts = new Map<string, number>();
  /** By Functions.key, or the name of what is no JavaScript. */
  private readonly codes = new Map<number | string, number>();
  private readonly codesByFunction = new WeakMap<AnyFunction, number>();
  private lastFunction: AnyFunction | undefined;
  private lastCode = 0;
  private fresh: (number | string)[] = [];
  private libraryPath: string | undefined;

  constructor(private readonly functions: Functions) {}

  /** Definitions since the last call, to be sent before the records that use them. */
  take(): (number | string)[] | undefined {
    if (this.fresh.length === 0) return undefined;
    const fresh = this.fresh;
    this.fresh = [];
    return fresh;
  }

  text(text: string): number {
    const default_ = defaultName(text);
    if (default_ > 0) return -default_;
    let number = this.texts.get(text);
    if (number === undefined) {
      number = ++this.lastText;
      if (this.texts.size >= MOST_TEXTS) this.texts.clear();
      this.texts.set(text, number);
      this.fresh.push(DEFINE.TEXT.code, number, text);
    }
    return number;
  }

  newActor(): number {
    return ++this.lastActor;
  }

  /** After a thousand million, numbers are used again: few objects live that long. */
  newObject(): number {
    if (++this.lastObject === FIRST_TASK_OBJECT) this.lastObject = FIRST_OWN_OBJECT;
    return this.lastObject;
  }

  /** The number of a future or a task as what somebody waits for. */
  future(future: AnyFuture): number {
    return future.observed || (future.observed = this.newObject());
  }

  /** Any other object with a number of its own; 0 for one that has no room for it. */
  object(thing: object | undefined): number {
    if (thing === undefined) return 0;
    const held = thing as { observed?: number };
    if (typeof held.observed !== 'number') return 0;
    return held.observed || (held.observed = this.newObject());
  }

  /** The code of a plain callback. */
  callback(fn: AnyFunction): number {
    if (fn === this.lastFunction) return this.lastCode;
    const code = this.code(fn);
    this.lastFunction = fn;
    this.lastCode = code;
    return code;
  }

  /** The code of a task: the function that its coroutine is a call of. */
  coroutine(task: AnyTask): number {
    const coro: unknown = task.getCoro();
    if (typeof coro === 'function') return this.code(coro as AnyFunction, calledIn);
    if (isGenerator(coro)) return this.generator(coro);
    const { source, target, name } = coroutineInside(coro);
    if (typeof target === 'function') return this.code(target as AnyFunction);
    if (isGenerator(source)) return this.generator(source, name);
    if (typeof source === 'function') return this.code(source as AnyFunction, name);
    return this.nameless(name);
  }

  /** Whether code of that file is neither the library's, nor Node's, nor of an installed package. */
  isUser(path: string): boolean {
    return path !== '' && !this.isLibrary(path) && !/[\\/]node_modules[\\/]/.test(path);
  }

  isLibrary(path: string): boolean {
    if (this.libraryPath === undefined) {
      const { makeLoop } = sharedState();
      if (makeLoop === undefined) return false;
      this.libraryPath = this.functions.location(makeLoop)?.path ?? '';
    }
    return path === '' || path === this.libraryPath;
  }

  private generator(generator: Generator, name?: string): number {
    const fn = this.functions.ofGenerator(generator);
    return fn === undefined ? this.nameless(name ?? 'generator') : this.code(fn, name);
  }

  /** `name`: a better one than the function's. */
  private code(fn: AnyFunction, name?: Naming): number {
    const key = this.functions.key(fn);
    const known = key === undefined ? this.codesByFunction.get(fn) : this.codes.get(key);
    if (known !== undefined) return known;
    const target = key === undefined ? this.functions.target(fn) : fn;
    const code = target === fn ? this.define(fn, key, name) : this.code(target, name);
    if (key === undefined) this.codesByFunction.set(fn, code);
    return code;
  }

  private define(fn: AnyFunction, key: number | undefined, name: Naming | undefined): number {
    const location = this.functions.location(fn);
    const called = (typeof name === 'function' ? name(fn) : name) || nameOf(fn);
    if (location === undefined && key === undefined) return this.nameless(called);
    const { path, line } = location ?? { path: '', line: 0 };
    const role = this.isLibrary(path) ? (ROLES[fn.name] ?? ROLE.LIBRARY) : ROLE.USER;
    const code = this.newActor();
    if (key !== undefined) this.codes.set(key, code);
    this.known.set(code, { name: called, path, line });
    this.fresh.push(DEFINE.CODE.code, code, called, path, line, role);
    return code;
  }

  /** What has no place in any script. */
  nameless(name: string): number {
    let code = this.codes.get(name);
    if (code === undefined) {
      code = this.newActor();
      this.codes.set(name, code);
      this.known.set(code, { name, path: '', line: 0 });
      this.fresh.push(DEFINE.CODE.code, code, name, '', 0, ROLE.LIBRARY);
    }
    return code;
  }
}

export function nameOf(fn: AnyFunction): string {
  return typeof fn.name === 'string' && fn.name !== '' ? fn.name.replace(/^bound /, '') : '(anonymous)';
}

/** What an arrow function without a name does nothing but call: `() => worker('a')`. */
export function calledIn(fn: AnyFunction): string | undefined {
  if (fn.name) return undefined;
  return /^\(\)\s*=>\s*(?:this\.)?([\w$][\w$.]*)\s*\(/.exec(Function.prototype.toString.call(fn))?.[1];
}

/** k of `Task-k`, 0 for any other name. */
function defaultName(text: string): number {
  if (!text.startsWith('Task-') || text.length > 14) return 0;
  const number = Number(text.slice(5));
  return Number.isInteger(number) && number > 0 && text === `Task-${number}` ? number : 0;
}

/** Tasks of a loop that have a number. */
export function tasksOf(loop: EventLoop): AnyTask[] {
  return (sharedState().tasks?.of(loop) ?? []).filter((task) => task.observed !== 0);
}

/** A task of that number that has not ended. */
export function findTask(loop: EventLoop, actor: number | undefined): AnyTask | undefined {
  return actor === undefined ? undefined : tasksOf(loop).find((task) => actorOf(task) === actor);
}
