/** Values of the program while it stands: what frames see, what objects hold, and the user's expressions. */
import type { ChainFrame, Command, Variable } from '../../wire/messages';
import { FIRST_HELPER_ID, Refusal } from '../node/channel';
import { textOf, typeOf } from '../node/remoteValues';
import type { Frame } from './frame';
import type { Inspector, Remote } from './inspector';

export const NEEDS_STOP = 'The program is running; pause it to see values.';
const GONE = 'the program has run on since.';
const MOST = 500;

/** Runs an expression in the sight of some scopes, innermost first, which can be read but not written. */
const IN_SCOPES = `function (receiver, expression, $0, $1, $2, $3, $4, $5) {
  const read = (scope) => new Proxy(scope ? scope.object : {}, {
    set(_, name) {
      throw new TypeError('"' + String(name) + '" cannot be changed: V8 lets the variables of suspended code be read only');
    },
  });
  with (read($5)) with (read($4)) with (read($3)) with (read($2)) with (read($1)) with (read($0)) {
    return (function () { return eval(arguments[0]); }).call(receiver, expression);
  }
}`;

export class Values {
  private readonly frames: Frame[] = [];
  private readonly references: { objectId?: string; rows?: Variable[] }[] = [];

  /** `before`: numbers of frames and references begin after it. */
  constructor(
    private readonly inspector: Inspector,
    private readonly before = 0,
  ) {}

  /** The program runs on: numbers of frames and values are void. */
  forget(): void {
    this.frames.length = 0;
    this.references.length = 0;
  }

  /** For the wire. `keep`: the frame can be asked about until the program runs on. */
  described(frame: Frame, keep: boolean): ChainFrame {
    const { name, path, line, user } = frame;
    const id = keep && this.frames.length < FIRST_HELPER_ID ? this.before + this.frames.push(frame) : 0;
    return { id, name, path, line, user };
  }

  /** What is asked of values by number; undefined: the command asks something else. Throws Refusal. */
  answer(command: Command): { variables: Variable[] } | undefined {
    if (command.command === 'locals') return { variables: this.locals(command.arguments.frame) };
    if (command.command !== 'variables') return undefined;
    const { ref, start, count, filter } = command.arguments;
    return { variables: this.variables(ref, start, count || undefined, filter) };
  }

  frame(id: number): Frame {
    const frame = this.frames[id - this.before - 1];
    if (frame === undefined) throw new Refusal(`That frame is gone: ${GONE}`);
    return frame;
  }

  locals(id: number): Variable[] {
    const frame = this.frame(id);
    if (frame.generator !== undefined) return this.ofGenerator(frame.generator);
    const closures = frame.fn === undefined ? [] : this.scopesOf(frame.fn);
    return closures.flatMap((scope) => this.rowOfScope(scope));
  }

  variables(ref: number, start = 0, count = MOST, filter?: 'indexed' | 'named'): Variable[] {
    const held = this.references[ref - this.before - 1];
    if (held === undefined) throw new Refusal(`That value is gone: ${GONE}`);
    if (held.rows !== undefined) return held.rows.slice(start, start + count);
    const rows = this.propertiesOf(held.objectId as string);
    const indexed = (row: Variable) => /^\d+$/.test(row.name);
    const wanted =
      filter === undefined ? rows : rows.filter((row) => indexed(row) === (filter === 'indexed'));
    return wanted.slice(start, start + count);
  }

  variable(name: string, value: unknown): Variable {
    return this.row(name, this.inspector.remote(value, true));
  }

  /** In the frame, or where the program's globals are. Throws Refusal. */
  evaluate(expression: string, frame: Frame | undefined, context: string): Variable {
    const answer =
      frame?.generator !== undefined || frame?.fn !== undefined
        ? this.inFrame(expression, frame)
        : this.inspector.evaluate(expression);
    const { result, exceptionDetails } = answer;
    if (exceptionDetails !== undefined)
      throw new Refusal(this.sentence(expression, result, exceptionDetails));
    if (context === 'clipboard' && result.type === 'string')
      return this.word(expression, String(result.value));
    return this.row(expression, result);
  }

  private inFrame(expression: string, frame: Frame) {
    let receiver: Remote | undefined;
    let scopes: string[];
    if (frame.generator !== undefined) {
      const { objectId } = this.inspector.remote(frame.generator);
      const { internal } = this.inspector.properties(objectId as string);
      receiver = internal.get('[[GeneratorReceiver]]');
      scopes = this.scopesIn(internal.get('[[Scopes]]')).map(({ objectId: id }) => id as string);
    } else scopes = this.scopesOf(frame.fn!).map(({ objectId: id }) => id as string);
    const { objectId } = this.inspector.remote({});
    return this.inspector.call(
      objectId as string,
      IN_SCOPES,
      [
        receiver?.objectId === undefined ? {} : { objectId: receiver.objectId },
        { value: expression },
        ...scopes.slice(0, 6).map((id) => ({ objectId: id })),
      ],
      true,
    );
  }

  private sentence(
    expression: string,
    result: Remote,
    details: { exception?: Remote; text: string },
  ): string {
    const text = textOf(details.exception ?? result).split('\n')[0] || details.text;
    if (/\bawait\b/.test(expression) && text.startsWith('SyntaxError'))
      return 'await cannot be used here: the loop stands while the program is stopped.';
    return text;
  }

  private ofGenerator(generator: Generator): Variable[] {
    const { objectId } = this.inspector.remote(generator);
    const { internal } = this.inspector.properties(objectId as string);
    const receiver = internal.get('[[GeneratorReceiver]]');
    const rows: Variable[] = [];
    if (receiver !== undefined && receiver.type === 'object' && receiver.subtype !== 'null')
      rows.push(this.row('this', receiver));
    for (const scope of this.scopesIn(internal.get('[[Scopes]]'))) {
      if (/^(Local|Block|Catch)/.test(scope.description ?? ''))
        rows.push(...this.propertiesOf(scope.objectId as string));
      else rows.push(...this.rowOfScope(scope));
    }
    return rows;
  }

  private rowOfScope(scope: Remote): Variable[] {
    const row = this.row(`(${(scope.description ?? 'scope').toLowerCase()})`, scope);
    return [{ ...row, value: '', type: '' }];
  }

  /** Scopes around a function, innermost first, without the global one. */
  private scopesOf(fn: (...args: never[]) => unknown): Remote[] {
    const { objectId } = this.inspector.remote(fn);
    return this.scopesIn(this.inspector.properties(objectId as string).internal.get('[[Scopes]]'));
  }

  private scopesIn(list: Remote | undefined): Remote[] {
    if (list?.objectId === undefined) return [];
    return this.inspector
      .properties(list.objectId)
      .own.flatMap(({ value }) => (value?.objectId !== undefined ? [value] : []))
      .filter(({ description }) => description !== 'Global');
  }

  private propertiesOf(objectId: string): Variable[] {
    const { own, internal } = this.inspector.properties(objectId, true);
    const rows: Variable[] = [];
    for (const { name, value, get } of own) {
      if (value !== undefined) rows.push(this.row(name, value));
      else if (get !== undefined && get.type !== 'undefined')
        rows.push({ name, value: '(getter)', type: '', ref: 0 });
    }
    for (const [name, value] of internal) if (name === '[[Entries]]') rows.push(this.row(name, value));
    return rows;
  }

  private row(name: string, value: Remote): Variable {
    let ref = 0;
    if (value.objectId !== undefined) ref = this.before + this.references.push({ objectId: value.objectId });
    return { name, value: textOf(value), type: typeOf(value), ref };
  }

  /** An object of the library as it says itself. */
  said(name: string, value: { toString(): string }): Variable {
    return { ...this.variable(name, value), value: value.toString() };
  }

  word(name: string, value: string): Variable {
    return { name, value, type: 'string', ref: 0 };
  }

  list(name: string, things: readonly { toString(): string }[]): Variable {
    const rows = things.slice(0, MOST).map((thing, index) => this.said(`[${index}]`, thing));
    const ref = rows.length === 0 ? 0 : this.before + this.references.push({ rows });
    return { name, value: String(things.length), type: '', ref, named: rows.length };
  }
}
