/** Breakpoints on source lines: as the editor sets them, file by file, and what the program's code makes of them. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { isAbsolute } from 'node:path';
import type { Debuggee } from './debuggee';
import { textsRefusal } from '../breakpoints/tickBreakpoint';
import { freeId } from '../breakpoints/words';
import type { Commands, LineAnswer, LineBreakpoint } from '../wire/messages';

/** Those of one file. */
export type FileLines = Commands['setLines'][0];

export interface LinesHost {
  current(): Debuggee | undefined;
  /** The program's code says otherwise than it was said when it was set. */
  changed(breakpoint: DebugProtocol.Breakpoint): void;
}

const WAITS = 'The program has not loaded this code yet.';
const NO_FILE = 'This text is no file on a disk, so no code of the program can be known to come from it.';

/** Lines here are counted from 1, as everywhere; what the client counts from is the session's to know. */
export class Lines {
  private readonly files = new Map<string, LineBreakpoint[]>();
  /** The protocol's numbers, by id: the same for the whole session. */
  private readonly numbers = new Map<string, number>();
  private readonly sources = new Map<string, DebugProtocol.Source>();

  constructor(
    private readonly host: LinesHost,
    private readonly nextNumber: () => number,
  ) {}

  /** What the program is welcomed with: its first line may have one. */
  get wanted(): FileLines[] {
    return [...this.files].map(([path, lines]) => ({ path, lines })).filter(({ lines }) => lines.length > 0);
  }

  /** Replaces those of one file, in the program, too, when it runs. Answers in the order in which they were given. */
  async set(
    source: DebugProtocol.Source,
    given: readonly DebugProtocol.SourceBreakpoint[],
  ): Promise<DebugProtocol.Breakpoint[]> {
    const { path } = source;
    if (path === undefined || !isAbsolute(path) || (source.sourceReference ?? 0) > 0)
      return given.map(({ line }) => ({ verified: false, line, source, message: NO_FILE }));
    const before = this.files.get(path);
    const made: LineBreakpoint[] = [];
    const refused = new Map<string, string>();
    const ids = given.map(({ line, condition, hitCondition, logMessage }) => {
      const id = freeId(`${path}:${line}`, made);
      made.push({ id, line, condition, hitCondition, logMessage });
      if (!this.numbers.has(id)) this.numbers.set(id, this.nextNumber());
      const why = textsRefusal({ condition, hitCondition, logMessage });
      if (why !== undefined) refused.set(id, why);
      return id;
    });
    const possible = made.filter(({ id }) => !refused.has(id));
    this.files.set(path, possible);
    this.sources.set(path, source);
    const answers = possible.length > 0 || before?.length ? await this.send(path, possible) : [];
    return ids.map((id, index) => {
      const message = refused.get(id);
      const answer = answers.find((each) => each.id === id);
      if (message === undefined && answer) return this.said(answer);
      const { line } = given[index];
      return { id: this.numbers.get(id), verified: false, line, source, message: message ?? WAITS };
    });
  }

  /** Lines at which the program can stop, from `from` to `to`; none before it has loaded the code. */
  async possible(
    { path, sourceReference }: DebugProtocol.Source,
    from: number,
    to: number,
  ): Promise<number[]> {
    const debuggee = this.host.current();
    if (!debuggee?.connected || path === undefined || !isAbsolute(path) || sourceReference) return [];
    return (await debuggee.request('possibleLines', { path, from, to })).lines;
  }

  /** The program has connected: what it makes of those that it was welcomed with. */
  async connected(): Promise<void> {
    for (const { path, lines } of this.wanted) this.told(await this.send(path, lines));
  }

  /** Code was loaded, or is there no more. */
  told(answers: readonly LineAnswer[]): void {
    for (const answer of answers) if (this.numbers.has(answer.id)) this.host.changed(this.said(answer));
  }

  /** The protocol's numbers of those that have one. */
  numbersOf(ids: readonly string[]): number[] {
    return ids.flatMap((id) => this.numbers.get(id) ?? []);
  }

  /** Where the whole is refused, that is what each of them says. */
  private async send(path: string, lines: LineBreakpoint[]): Promise<LineAnswer[]> {
    const debuggee = this.host.current();
    if (!debuggee?.connected) return [];
    try {
      return (await debuggee.request('setLines', { path, lines })).lines;
    } catch (error) {
      return lines.map(({ id, line }) => ({ id, line, verified: false, message: (error as Error).message }));
    }
  }

  private said({ id, verified, line, message }: LineAnswer): DebugProtocol.Breakpoint {
    const path = id.slice(0, id.lastIndexOf(':'));
    const source = this.sources.get(path);
    return {
      id: this.numbers.get(id),
      verified,
      line,
      ...(source && { source }),
      ...(message && { message }),
    };
  }
}
