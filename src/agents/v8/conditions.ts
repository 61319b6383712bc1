/** Expressions of breakpoints: compiled once, evaluated in the program, and given up where they do not end. */
import { Script } from 'node:vm';
import { shown } from './words';

/** The names that an expression can use besides the program's globals. */
export const NAMES = ['tick', 'ready', 'waiting', 'timers', 'task', 'callback'] as const;
export type Names = Record<(typeof NAMES)[number], unknown>;

/** A breakpoint cannot be set: `message` is the sentence for the user. */
export class Invalid extends Error {}

/** Characters of a condition, a log message or a pattern. */
export const LONGEST = 4000;
/** How long an expression may take, ms. */
export const PATIENCE_MS = 1000;

/** Throws what the expression throws, and Endless. */
export type Compiled = (names: Names) => unknown;

/** It was given up. */
export class Endless extends Error {
  override readonly name = 'Endless';
  constructor() {
    super(`it did not end within ${PATIENCE_MS / 1000} s and was given up`);
  }
}

/** Throws Invalid for what is no expression. In sloppy mode, so that the names can be told apart from globals by `with`. */
export function compiled(source: string, what: string): Compiled {
  let run: Compiled;
  try {
    // Parsed by itself first: "1) || (2" is no expression.
    new Function(`return ${source}\n;`);
    run = LAZY.test(source) ? inScope(source) : ofValues(source);
  } catch (error) {
    throw new Invalid(
      `The ${what} "${source}" is not a JavaScript expression (${(error as Error).message}).`,
    );
  }
  return callsNothing(source) ? run : (names) => bounded(() => run(names));
}

/** These are worked out when they are used. */
const LAZY = /\b(?:ready|waiting|timers|task|callback)\b/;

function inScope(source: string): Compiled {
  return new Function('$names', `with ($names) { return (${source}\n); }`) as Compiled;
}

/** V8 does not make `with` fast, and such a condition may be asked at every tick. */
function ofValues(source: string): Compiled {
  const run = new Function('tick', `return (${source}\n);`) as (tick: unknown) => unknown;
  return ({ tick }) => run(tick);
}

/** A log message: text, and what stands in its braces. */
export function parts(message: string): (string | Compiled)[] {
  return pieces(message).map(({ text, expression }) => {
    if (expression === undefined) return text;
    const value = compiled(expression, 'expression');
    return (names) => shown(value(names));
  });
}

/** A log message, piece by piece: text, or the expression of braces. */
export function pieces(message: string): { text: string; expression?: string }[] {
  return message
    .split(/(\{[^{}]*\})/)
    .map((text) => (/^\{.*\}$/s.test(text) ? { text, expression: text.slice(1, -1) } : { text }));
}

/** Without a call there is no loop (a getter of the program's own is taken to end). */
export function callsNothing(source: string): boolean {
  const code = source.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/gs, "''");
  return !/[`{]|=>|\b(?:new|function|class)\b|[\w$)\]}]\s*(?:\?\.\s*)?\(/.test(code);
}

const HOLDER = Symbol.for('tickscope.condition');
let script: Script | undefined;

/** Runs `act` with an end to it: else throws Endless. It costs some 0.2 ms: Node has another thread watch. */
export function bounded<T>(act: () => T): T {
  script ??= new Script("Atomics.notify[Symbol.for('tickscope.condition')]()");
  let value!: T;
  // A place that every realm has and nobody lists; the name is there for this one moment.
  Object.defineProperty(Atomics.notify, HOLDER, { value: () => (value = act()), configurable: true });
  try {
    script.runInThisContext({ timeout: PATIENCE_MS, displayErrors: false });
  } catch (error) {
    if ((error as { code?: unknown } | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new Endless();
    throw error;
  } finally {
    Reflect.deleteProperty(Atomics.notify, HOLDER);
  }
  return value;
}
