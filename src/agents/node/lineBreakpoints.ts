/**
 * Breakpoints on source lines of one thread, as V8's debugger holds them. Conditions, hits and messages are not V8's: each
 * of its breakpoints has a condition that hands what we want to know, as functions of that place, to `lineHits.ts`.
 */
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseHitCondition } from '../../breakpoints/hitCondition';
import type { LineAnswer, LineBreakpoint } from '../../wire/messages';
import { callsNothing, compiled, Invalid, pieces } from '../v8/conditions';
import type { Inspected } from './inspected';
import { LINE } from './lineHits';

const NOT_LOADED = 'The program has not loaded this code yet.';
const NO_CODE = 'There is no code at this line or below it.';

interface Placed {
  readonly points: readonly LineBreakpoint[];
  /** V8's name for it, while it is set. */
  id?: string;
  /** Where it stops; 0: nowhere yet. */
  line: number;
}

interface File {
  /** Of the URLs of its scripts. */
  readonly urls: RegExp;
  readonly places: Placed[];
}

export class LineBreakpoints {
  private readonly files = new Map<string, File>();

  get any(): boolean {
    return this.files.size > 0;
  }
  /** Whether a script has some. */
  has(url: string): boolean {
    return [...this.files.values()].some(({ urls }) => urls.test(url));
  }

  /** V8 forgets them by itself. */
  clear(): void {
    this.files.clear();
  }

  /** Replaces those of one file. `inspected`: undefined where there is nothing to be set, nor was before. */
  async set(
    path: string,
    lines: readonly LineBreakpoint[],
    inspected: Inspected | undefined,
  ): Promise<LineAnswer[]> {
    const before = this.files.get(path);
    const refused = new Map<string, string>();
    for (const point of lines) {
      const message = refusal(point);
      if (message !== undefined) refused.set(point.id, message);
    }
    const byLine = new Map<number, LineBreakpoint[]>();
    for (const point of lines)
      if (!refused.has(point.id)) byLine.set(point.line, [...(byLine.get(point.line) ?? []), point]);
    const places = [...byLine.values()].map((points): Placed => ({ points, line: 0 }));
    if (places.length === 0) this.files.delete(path);
    else this.files.set(path, { urls: urlsOf(path), places });
    if (inspected) {
      for (const { id } of before?.places ?? []) if (id !== undefined) await inspected.removeBreakpoint(id);
      const file = this.files.get(path);
      if (file) await this.placeFile(file, inspected);
    }
    const answers = this.answers(path, inspected);
    return lines.map(({ id, line }) => {
      const message = refused.get(id);
      if (message !== undefined) return { id, line, verified: false, message };
      return answers.find((answer) => answer.id === id) as LineAnswer;
    });
  }

  /** V8 has found the code of one of them. */
  resolved(id: string, line: number): LineAnswer[] {
    for (const { places } of this.files.values())
      for (const placed of places)
        if (placed.id === id && placed.line !== line) {
          placed.line = line;
          return placed.points.map((point) => ({ id: point.id, verified: true, line }));
        }
    return [];
  }

  private answers(path: string, inspected: Inspected | undefined): LineAnswer[] {
    const { places = [], urls = /^$/ } = this.files.get(path) ?? {};
    const message = inspected?.knows(urls) ? NO_CODE : NOT_LOADED;
    return places.flatMap(({ points, line }) =>
      points.map((point) =>
        line > 0
          ? { id: point.id, verified: true, line }
          : { id: point.id, verified: false, line: point.line, message },
      ),
    );
  }

  private async placeFile({ urls, places }: File, inspected: Inspected): Promise<void> {
    for (const placed of places) {
      const [{ line }] = placed.points;
      const { breakpointId, locations } = await inspected.setBreakpoint(
        urls.source,
        line,
        conditionOf(placed.points),
      );
      placed.id = breakpointId;
      placed.line = locations.length > 0 ? locations[0].lineNumber + 1 : 0;
    }
  }
}

/** Why it cannot be: a sentence. */
function refusal({ condition, hitCondition, logMessage }: LineBreakpoint): string | undefined {
  try {
    if (isText(condition)) compiled(condition, 'condition');
    for (const { expression } of pieces(logMessage ?? ''))
      if (expression !== undefined) compiled(expression, 'expression');
    if (isText(hitCondition) && parseHitCondition(hitCondition) === undefined)
      throw new Invalid(`The hit count "${hitCondition}" is not a number like "5", ">= 5" or "% 10".`);
    return undefined;
  } catch (error) {
    if (error instanceof Invalid) return error.message;
    throw error;
  }
}

/**
 * The files' own URLs. A module may be loaded more than once, by a query of its own; and under the path as it was given, or
 * the real one.
 */
export function urlsOf(path: string): RegExp {
  const paths = new Set([path]);
  try {
    paths.add(realpathSync(path));
  } catch {
    // There is no such file yet.
  }
  const urls = [...paths].flatMap((each) => [pathToFileURL(each).href, `file://${each}`]);
  return new RegExp(`^(?:${[...new Set(urls)].map(escaped).join('|')})(?:[?#].*)?$`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** What V8 evaluates in the frame; true stops. Other realms than the program's first have no agent: they stop. */
function conditionOf(points: readonly LineBreakpoint[]): string {
  const asked = points.map((point) => {
    const { id, condition, hitCondition, logMessage } = point;
    const fields = [`id: ${JSON.stringify(id)}`, `given: ${JSON.stringify(JSON.stringify(point))}`];
    if (isText(condition)) fields.push(`condition: ${expressionOf(condition)}`);
    if (isText(hitCondition)) fields.push(`hit: ${JSON.stringify(parseHitCondition(hitCondition))}`);
    if (isText(logMessage)) {
      const parts = pieces(logMessage).map(({ text, expression }) =>
        expression === undefined ? JSON.stringify(text) : expressionOf(expression),
      );
      fields.push(`message: [${parts.join(', ')}]`);
    }
    return `{ ${fields.join(', ')} }`;
  });
  return `(Atomics.notify[Symbol.for(${JSON.stringify(LINE)})] ?? (() => true))([${asked.join(', ')}])`;
}

/** See `Expression` in lineHits.ts. */
function expressionOf(source: string): string {
  const fields = [`source: ${JSON.stringify(source.trim())}`, `calls: ${!callsNothing(source)}`];
  return `{ ${fields.join(', ')}, value: () => (${source}\n) }`;
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}
