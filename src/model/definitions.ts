/** What has a name for the whole life of a process: codes (functions, coroutines), tasks, and interned texts. */
import type { Source } from '../adapter/contract';
import type { CodeDefinition } from '../wire/events';
import { ROLE } from '../wire/schema';

const DEFAULT_NAME = /^Task-(\d{1,9})$/;

/** Texts by number, each kept once; 0 is ''. */
export class Texts {
  private readonly list: string[] = [''];
  private readonly index = new Map<string, number>([['', 0]]);

  number(text: string): number {
    let number = this.index.get(text);
    if (number === undefined) {
      number = this.list.length;
      this.list.push(text);
      this.index.set(text, number);
    }
    return number;
  }
  text(number: number): string {
    return this.list[number] ?? '';
  }
}

export class Definitions {
  readonly texts = new Texts();
  private readonly codes = new Map<number, CodeDefinition>();
  private roles = new Uint8Array(256);
  // By actor id; 0 in taskCode: no such task.
  private taskCode = new Uint32Array(256);
  private taskParent = new Uint32Array(256);
  private taskLoop = new Uint16Array(256);
  /** A code: the line on which it was created, where that was recorded. */
  private readonly taskPlaces = new Map<number, number>();
  /** A text's number, or -k for the default name "Task-k". */
  private taskName = new Int32Array(256);

  define(definition: CodeDefinition): void {
    this.codes.set(definition.code, definition);
    this.roles = grown(this.roles, definition.code);
    this.roles[definition.code] = definition.role;
  }

  defineTask(actor: number, parent: number, code: number, name: string, loop: number): void {
    this.taskCode = grown(this.taskCode, actor);
    this.taskParent = grown(this.taskParent, actor);
    this.taskName = grown(this.taskName, actor);
    this.taskLoop = grown(this.taskLoop, actor);
    this.taskCode[actor] = code;
    this.taskParent[actor] = parent;
    this.taskLoop[actor] = loop;
    this.nameTask(actor, name);
  }

  nameTask(actor: number, name: string): void {
    if (actor >= this.taskName.length) return;
    const match = DEFAULT_NAME.exec(name);
    this.taskName[actor] = match ? -Number(match[1]) : this.texts.number(name);
  }

  placeTask(actor: number, place: number): void {
    this.taskPlaces.set(actor, place);
  }
  /** The line on which the task was created; undefined where that was not recorded. */
  placeOfTask(actor: number): Source | undefined {
    const place = this.taskPlaces.get(actor);
    return place === undefined ? undefined : this.sourceOf(place);
  }

  isTask(actor: number): boolean {
    return actor < this.taskCode.length && this.taskCode[actor] !== 0;
  }
  taskNameOf(actor: number): string {
    if (!this.isTask(actor)) return `task ${actor}`;
    const name = this.taskName[actor];
    return name < 0 ? `Task-${-name}` : this.texts.text(name);
  }
  parentOf(actor: number): number {
    return this.isTask(actor) ? this.taskParent[actor] : 0;
  }
  loopOf(actor: number): number {
    return this.isTask(actor) ? this.taskLoop[actor] : 0;
  }
  roleOf(code: number): number {
    return code < this.roles.length ? this.roles[code] : ROLE.USER;
  }
  /** The function of a plain callback, or a task's coroutine. */
  codeOf(actor: number): CodeDefinition | undefined {
    return this.codes.get(this.isTask(actor) ? this.taskCode[actor] : actor);
  }
  nameOf(actor: number): string {
    return this.isTask(actor) ? this.taskNameOf(actor) : (this.codes.get(actor)?.name ?? `callback ${actor}`);
  }
  sourceOf(actor: number): Source | undefined {
    const code = this.codeOf(actor);
    return code && code.path !== '' && code.line > 0 ? { path: code.path, line: code.line } : undefined;
  }
}

export type Growable = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;
/** The array itself when `index` fits, else a longer copy. */
export function grown<A extends Growable>(array: A, index: number, fill = 0): A {
  if (index < array.length) return array;
  const longer = new (array.constructor as new (length: number) => A)(Math.max(index + 1, array.length * 2));
  longer.set(array);
  if (fill !== 0) longer.fill(fill, array.length);
  return longer;
}
