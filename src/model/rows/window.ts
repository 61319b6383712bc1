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

export function windowOf<R extends object>(source: RowSource<R>, args: RowsArguments): Rows<R> {
  const start = args.start;
  const end = start + args.count;
  const states = args.filter?.states;
  const reasons = args.filter?.reasons;
  const text = args.filter?.text?.toLowerCase();
  const filtered = Boolean(text) || (states?.length ?? 0) > 0 || (reasons?.length ?? 0) > 0;
  if (!filtered && args.sort === undefined) {
    const rows: R[] = [];
    for (let i = start; i < Math.min(end, source.length); i++) rows.push(source.row(i));
    return { total: source.length, rows };
  }
  let rows: R[] = [];
  for (let i = 0; i < source.length; i++) {
    const row = source.row(i);
    if (!filtered || matches(row as AnyRow, text, states, reasons)) rows.push(row);
  }
  if (args.sort !== undefined) rows = sorted(rows, args.sort.by, args.sort.descending === true);
  return { total: rows.length, rows: rows.slice(start, end) };
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
  if (rows.length > 0 && !rows.some((row) => by in row))
    throw new ModelError(`Rows cannot be sorted by "${by}": they have no such field.`);
  const keyed = rows.map((row) => ({ row, key: sortKey((row as AnyRow)[by]) }));
  keyed.sort((x, y) => compare(x.key, y.key));
  if (descending) keyed.reverse();
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
  return String(x).localeCompare(String(y), 'en');
}
