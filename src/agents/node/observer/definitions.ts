/** Numbers for code, tasks and texts: sent once, then only the number. */
import { DEFINE, ROLE } from '../../../wire/schema';
import type { AnyFunction, Functions } from '../../v8/functions';
import type { Numbers } from '../numbers';

/** Texts that are remembered at most; after that some are sent again. */
const MOST_TEXTS = 10_000;
const RECENT = 8;
/** Bound functions of one name that the inspector is asked about. */
const MOST_ASKED = 8;

const nobody = (): void => undefined;

export class Definitions {
  private readonly texts = new Map<string, number>();
  /** By Functions.key, or the name of what is no JavaScript. */
  private readonly codes = new Map<number | string, number>();
  private readonly codesByFunction = new WeakMap<AnyFunction, number>();
  private readonly asked = new Map<string, number>();
  private readonly places = new Map<string, number>();
  /** Those that were called back of late: a server goes round in a few of Node's own. */
  private readonly recent = new Array<AnyFunction>(RECENT).fill(nobody);
  private readonly recentCodes = new Array<number>(RECENT).fill(0);
  private replaced = 0;
  private closeCode = 0;
  private fresh: (number | string)[] = [];

  /** `numbers`: codes and tasks are one space, and tables are indexed by it: it has few gaps. */
  constructor(
    private readonly functions: Functions,
    private readonly numbers: Numbers,
  ) {}

  /** Definitions since the last call, to be sent before the records that use them. */
  take(): (number | string)[] | undefined {
    if (this.fresh.length === 0) return undefined;
    const fresh = this.fresh;
    this.fresh = [];
    return fresh;
  }

  /** Something waits to be taken. */
  get untold(): boolean {
    return this.fresh.length > 0;
  }

  /** A number for a task: out of the same space as codes. */
  newActor(): number {
    return this.numbers.actor();
  }

  text(text: string): number {
    let number = this.texts.get(text);
    if (number === undefined) {
      number = this.numbers.text();
      if (this.texts.size >= MOST_TEXTS) this.texts.clear();
      this.texts.set(text, number);
      this.fresh.push(DEFINE.TEXT.code, number, text);
    }
    return number;
  }

  /** The code of a function that is called back; 0 for what is no function. */
  callback(fn: unknown): number {
    const { recent } = this;
    for (let at = 0; at < RECENT; at++) if (recent[at] === fn) return this.recentCodes[at];
    if (typeof fn !== 'function') return 0;
    const code = this.code(fn as AnyFunction);
    const at = (this.replaced = (this.replaced + 1) % RECENT);
    recent[at] = fn as AnyFunction;
    this.recentCodes[at] = code;
    return code;
  }

  /** A line of a file, as a code: `name` is the function in which it stands. */
  place(path: string, line: number, name: string): number {
    const key = `${path}:${line}:${name}`;
    let code = this.places.get(key);
    if (code === undefined) {
      code = this.newActor();
      if (this.places.size >= MOST_TEXTS) this.places.clear();
      this.places.set(key, code);
      this.fresh.push(DEFINE.CODE.code, code, name, path, line, roleOf(path));
    }
    return code;
  }

  /** What ends the closing of a handle, whoever is told of it. */
  closing(): number {
    if (this.closeCode === 0) {
      this.closeCode = this.newActor();
      this.fresh.push(DEFINE.CODE.code, this.closeCode, 'close', '', 0, ROLE.CLOSE);
    }
    return this.closeCode;
  }

  /** What has no place in any script. */
  nameless(name: string): number {
    let code = this.codes.get(name);
    if (code === undefined) {
      code = this.newActor();
      this.codes.set(name, code);
      this.fresh.push(DEFINE.CODE.code, code, name, '', 0, ROLE.LIBRARY);
    }
    return code;
  }

  private code(fn: AnyFunction): number {
    const key = this.functions.key(fn);
    const known = key === undefined ? this.codesByFunction.get(fn) : this.codes.get(key);
    if (known !== undefined) return known;
    if (key === undefined && !this.mayAsk(fn)) return this.nameless(nameOf(fn));
    const target = key === undefined ? this.functions.target(fn) : fn;
    const code = target === fn ? this.define(fn, key) : this.code(target);
    if (key === undefined) this.codesByFunction.set(fn, code);
    return code;
  }

  /**
   * What is bound, or native, only the inspector knows. Where a function is bound anew each time it is handed in, that
   * would cost more than all the rest: after some of one name, the name has to do.
   */
  private mayAsk(fn: AnyFunction): boolean {
    const name = nameOf(fn);
    const asked = this.asked.get(name) ?? 0;
    if (asked >= MOST_ASKED) return false;
    if (this.asked.size >= MOST_TEXTS) this.asked.clear();
    this.asked.set(name, asked + 1);
    return true;
  }

  private define(fn: AnyFunction, key: number | undefined): number {
    const location = this.functions.location(fn);
    const name = nameOf(fn);
    if (location === undefined && key === undefined) return this.nameless(name);
    const path = location?.path ?? '';
    const code = this.newActor();
    if (key !== undefined) this.codes.set(key, code);
    this.fresh.push(DEFINE.CODE.code, code, name, path, location?.line ?? 0, roleOf(path));
    return code;
  }
}

/** Whether code of that file is neither Node's nor of an installed package. */
export function isUser(path: string): boolean {
  return path !== '' && !/[\\/]node_modules[\\/]/.test(path);
}

function roleOf(path: string): number {
  return isUser(path) ? ROLE.USER : ROLE.LIBRARY;
}

export function nameOf(fn: AnyFunction): string {
  return typeof fn.name === 'string' && fn.name !== '' ? fn.name.replace(/^bound /, '') : '(anonymous)';
}
