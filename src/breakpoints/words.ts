/** What a breakpoint says of itself in one line, for lists and for the names of those that nobody named. */
import type { TickBreakpoint } from '../adapter/contract';

/** "tick 42", "task worker-* resumes", "timer of poll is due". */
export function wordsOf(breakpoint: TickBreakpoint): string {
  switch (breakpoint.place) {
    case 'tick':
      if (breakpoint.at !== undefined) return `tick ${breakpoint.at}`;
      return breakpoint.every === undefined || breakpoint.every === 1
        ? 'every tick'
        : `every ${breakpoint.every} ticks`;
    case 'callback': {
      const { function: name, file, task } = breakpoint;
      const what = name ?? (task === undefined ? 'every callback' : 'step');
      return `before ${[what, file && `in ${file}`, task && `of task ${task}`].filter(Boolean).join(' ')}`;
    }
    case 'task': {
      const { task, coroutine, on } = breakpoint;
      const who = [task, coroutine && `(${coroutine})`].filter(Boolean).join(' ');
      return `${who === '' ? 'a task' : `task ${who}`} ${TASK[on] ?? on}`;
    }
    case 'timer': {
      const { function: name, task, on, ms } = breakpoint;
      const who = [name, task && `of task ${task}`].filter(Boolean).join(' ');
      const late = on === 'late' && ms ? ` by more than ${time(ms)}` : '';
      return `${who === '' ? 'a timer' : `timer ${who}`} ${TIMER[on] ?? on}${late}`;
    }
    case 'io': {
      const { fd, peer } = breakpoint;
      const what = [fd !== undefined && `fd ${fd}`, peer].filter(Boolean).join(' with ');
      return `${what === '' ? 'anything' : what} becomes ready`;
    }
    case 'slow':
      return `callback longer than ${time(breakpoint.ms)}${breakpoint.when === 'during' ? ', while it runs' : ''}`;
    case 'growth':
      return `more than ${breakpoint.above} ${GROWN[breakpoint.queue] ?? breakpoint.queue}`;
    case 'stuck':
      return `task waits longer than ${time(breakpoint.ms)}`;
    case 'deadlock':
      return 'deadlock';
    case 'stall':
      return 'nothing can wake the loop';
    case 'exception':
      return 'exception that nobody awaits';
    case 'never-retrieved':
      return 'exception never retrieved';
  }
}

const TASK = {
  created: 'is created',
  started: 'first runs',
  resumed: 'resumes',
  suspended: 'suspends',
  done: 'ends',
  failed: 'fails',
  cancelled: 'is cancelled',
};
const TIMER = { due: 'is due', late: 'is late', scheduled: 'is scheduled', cancelled: 'is cancelled' };
const GROWN = { ready: 'in ready', waiting: 'waiting', timers: 'timers', tasks: 'tasks' };

function time(ms: number): string {
  return ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
}

/** `wanted`, or with a number behind it when there is one of that id. */
export function freeId(wanted: string, taken: Iterable<{ id: string }>): string {
  const ids = new Set([...taken].map(({ id }) => id));
  let id = wanted;
  for (let n = 2; ids.has(id); n++) id = `${wanted} (${n})`;
  return id;
}
