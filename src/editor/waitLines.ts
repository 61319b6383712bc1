/** From rows of tasks to the lines at which they wait, and what the editor says there. */
import type { TaskId, TaskRow, WaitingRow } from '../adapter/contract';

/** Tasks that the hover of one line lists, at most. */
const MOST_LISTED = 10;

export interface WaitingTask {
  task: TaskId;
  name: string;
  /** What it waits for. */
  text: string;
  sinceTick: number;
  ageMs: number;
}
/** One line at which tasks wait. */
export interface WaitLine {
  count: number;
  /** The longest-waiting ones, longest first. */
  tasks: WaitingTask[];
  /** There were more tasks than were asked for: `count` is a lower bound. */
  partial: boolean;
}
/** Line (from 1) to who waits there. */
export type WaitLines = Map<number, WaitLine>;

/** The lines of the file at `path`. Tasks of which nobody has read where they wait are left out. */
export function waitLines(
  path: string,
  rows: readonly (TaskRow | WaitingRow)[],
  partial: boolean,
): WaitLines {
  const waiting = new Map<number, WaitingTask[]>();
  for (const row of rows) {
    const { task, name, reason, sinceTick, ageMs } = row;
    const source = reason?.source;
    if (task === undefined || !source || source.path !== path) continue;
    if ('state' in row && row.state !== 'waiting') continue;
    const waits = { task, name, text: reason.text, sinceTick, ageMs };
    const here = waiting.get(source.line);
    if (here) here.push(waits);
    else waiting.set(source.line, [waits]);
  }
  const lines: WaitLines = new Map();
  for (const [line, tasks] of waiting) {
    tasks.sort((x, y) => y.ageMs - x.ageMs || x.task - y.task);
    lines.set(line, { count: tasks.length, tasks: tasks.slice(0, MOST_LISTED), partial });
  }
  return lines;
}

/** "⏳ 12 wait here, longest 3.2 s" */
export function markText({ count, tasks, partial }: WaitLine): string {
  const longest = duration(tasks[0].ageMs);
  if (count === 1 && !partial) return `⏳ 1 waits here, ${longest}`;
  return `⏳ ${count}${partial ? ' or more' : ''} wait here, longest ${longest}`;
}

/** Markdown: a list of the tasks, each a link to `command`, which gets the task's number. */
export function hoverText({ count, tasks, partial }: WaitLine, command: string): string {
  const entries = tasks.map(({ task, name, text, sinceTick, ageMs }) => {
    const link = `[${escaped(name)}](command:${command}?${encodeURIComponent(JSON.stringify([task]))} "Show in the Tickscope panel")`;
    return `- ${link}: ${escaped(text)}; ${duration(ageMs)}, since tick ${sinceTick}`;
  });
  const more = count - tasks.length;
  if (more > 0) entries.push(`- and ${more}${partial ? ' or more' : ''} others`);
  const who = count === 1 && !partial ? '1 task waits' : `${count}${partial ? ' or more' : ''} tasks wait`;
  return `**${who} here**\n\n${entries.join('\n')}`;
}

function duration(ms: number): string {
  if (ms < 1000) return `${Math.floor(ms)} ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** Names and reasons are the program's own words: none of it is markup, nor a line of its own. */
function escaped(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()#+\-!|<>~&:]/g, '\\$&');
}
