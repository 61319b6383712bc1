/** What the programs share: a log that reads the same from Python and from TypeScript, and a virtual clock. */
import { newEventLoop, run, Task, VirtualClock, type CoroutineLike, type EventLoop } from 'tickscope/asyncio';

let lines: string[] = [];

export function log(...values: unknown[]): void {
  lines.push(values.map(text).join(' ') + '\n');
}

/** All that was logged since the last call. */
export function takeLog(): string {
  const taken = lines.join('');
  lines = [];
  return taken;
}

/** A value in words that both languages can say: Python's words for them, an error by type and message. */
export function text(value: unknown): string {
  if (value === undefined || value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(Math.round(value * 1e6) / 1e6);
  if (value instanceof Uint8Array) return `b${quoted(Buffer.from(value).toString('latin1'))}`;
  if (value instanceof Error) return errorText(value);
  if (value instanceof Task) return value.getName();
  if (Array.isArray(value)) return `[${value.map(text).join(', ')}]`;
  if (value instanceof Set) return `{${[...value].map(text).sort().join(', ')}}`;
  return String(value);
}

/** As Python's `repr` writes a short ASCII text. */
function quoted(value: string): string {
  const escaped = value
    .replace(/\\/g, '\\\\')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')

    .replace(/[\x00-\x1f\x7f-\xa0]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return value.includes("'") && !value.includes('"') ? `"${escaped}"` : `'${escaped.replace(/'/g, "\\'")}'`;
}

function errorText(error: Error): string {
  if (error instanceof AggregateError) {
    const message = error.message.replace(/ \(\d+ sub-exceptions?\)$/, '');
    return `${error.name}: ${message} ${text(error.errors)}`;
  }
  return error.message ? `${error.name}: ${error.message}` : error.name;
}

/** A loop whose time begins at 0 and jumps to the next timer. */
export function virtualLoop(): EventLoop {
  return newEventLoop({ clock: new VirtualClock() });
}

/** `asyncio.run` on a virtual clock. */
export function runVirtual<T>(main: CoroutineLike<T>): Promise<T> {
  return run(main, { loopFactory: virtualLoop });
}
