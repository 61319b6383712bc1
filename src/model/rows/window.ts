/** From all rows of a queue to the window that was asked for: filter, sort, slice. */
import type { Rows, RowsArguments } from '../../adapter/contract';
import { ModelError } from '../modelError';

/** A queue in its own order, with rows made only when they are needed. */
export interface RowSource<R> {
  length: number;
  row(index: number): R;
}

/** Fields by which any queue can be sorted or found, beyond those that a row holds itself. */
type AnyRow = Record<string, unknown>;

/** Fields that a row may have or not: that none has one is no mistake of whoever asks. */
const SOMETIMES = new Set(['reason', 'source', 'task', 'parent', 'createdAt', 'timeoutInMs', 'repeatMs']);
/** worker-2 before worker-10. */
const ALPHABET = new Intl.Collator('en', { numeric: true });

/** Whether the rows are wanted in another order, or not all of them: then all have to be looked at. */
export function isArranged({ sort, filter, group }: RowsArguments): boolean {
  return sort !== undefined || group !== undefined || isFiltered(filter);
}

function isFiltered(filter: RowsArguments['filter']): boolean {
  return Boolean(filter?.text) || (filter?.states?.length ?? 0) > 0 || (filter?.reasons?.length ?? 0) > 0;
}

/** The rows in the queue's own order. */
export function windowOf<R>(source: RowSource<R>, { start, count }: RowsArguments): Rows<R> {
  const rows: R[] = [];
  for (let i = start; i < Math.min(start + count, source.length); i++) rows.push(source.row(i));
  return { total: source.length, rows };
}

export function slice<R>(rows: readonly R[], { start, count }: RowsArguments): Rows<R> {
  return { total: rows.length, rows: rows.slice(start, start + count) };
}

/** All rows that the filter lets pass, as sorted. */
export function arranged<R extends object>(source: RowSource<R>, { filter, sort }: RowsArguments): R[] {
  const text = filter?.text?.toLowerCase();
  const all = !isFiltered(filter);
  const rows: R[] = [];
  for (let i = 0; i < source.length; i++) {
    const row = source.row(i);
    if (all || matches(row as AnyRow, text, filter?.states, filter?.reasons)) rows.push(row);
  }
  return sort === undefined ? rows : sorted(rows, sort.by, sort.descending === true);
}

function matches(row: AnyRow, text: string | undefined, states?: string[], reasons?: string[]): boolean {
  if (states && states.length > 0 && 'state' in row && !states.includes(row.state as string)) return false;
  const reason = row.reason as { kind: string; text: string } | undefined;
  if (reasons && reasons.length > 0 && (reason === undefined || !reasons.includes(reason.kind))) return false;
  if (!text) return true;
  const source = row.source as { path: string } | undefined;
  return [row.name, row.coroutine, reason?.text, reason?.kind, source?.path].some(
    (part) => typeof part === 'string' && part.toLowerCase().includes(text),
  );
}

function sorted<R extends object>(rows: R[], by: string, descending: boolean): R[] {
  if (rows.length > 0 && !SOMETIMES.has(by) && !rows.some((row) => by in row))
    throw new ModelError(`Rows cannot be sorted by "${by}": they have no such field.`);
  const keyed = rows.map((row) => ({ row, key: sortKey((row as AnyRow)[by]) }));
  const sign = descending ? -1 : 1;
  // What has no such field comes last, whichever way the others go.
  keyed.sort((x, y) => Number(x.key === '') - Number(y.key === '') || sign * compare(x.key, y.key));
  return keyed.map(({ row }) => row);
}

function sortKey(value: unknown): number | string {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value === null || value === undefined) return '';
  const nested = value as { text?: string; path?: string; line?: number; kind?: string };
  if (nested.path !== undefined) return `${nested.path}:${String(nested.line ?? 0).padStart(9, '0')}`;
  return nested.text ?? nested.kind ?? '';
}

function compare(x: number | string, y: number | string): number {
  if (typeof x === 'number' && typeof y === 'number') return x - y;
  return ALPHABET.compare(String(x), String(y));
}
