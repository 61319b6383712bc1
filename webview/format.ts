/** Words and numbers of the panel. Durations are milliseconds in, text out. */
import type {
  AliveRow,
  Cause,
  CallbackRow,
  Phase,
  ReadyRow,
  Source,
  WaitReason,
} from '../src/adapter/contract';

/** `40 µs`, `0.2 ms`, `120 ms`, `4.2 s`, `12 s`, `3 min 5 s`, `2 h 5 min`. Never negative. */
export function duration(ms: number): string {
  const t = Math.max(0, ms);
  if (t === 0) return '0 ms';
  if (t < 0.1) return `${Math.max(1, Math.round(t * 1000))} µs`;
  if (t < 9.95) return `${t.toFixed(1)} ms`;
  if (t < 999.5) return `${Math.round(t)} ms`;
  if (t < 9_950) return `${(t / 1000).toFixed(1)} s`;
  const seconds = Math.round(t / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${Math.floor(minutes / 60)} h`;
}

/** Time left until a deadline; a deadline that has passed is `due`. */
export function timeLeft(ms: number): string {
  return ms <= 0 ? 'due' : duration(ms);
}

/** The loop's clock, to the millisecond: `12.408 s`. */
export function clock(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

/** From five digits on in groups of three, parted by a thin space: ticks reach millions. */
export function count(n: number): string {
  if (n < 10_000) return String(n);
  return String(n).replace(/\B(?=(\d{3})+$)/g, '\u2009');
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** `bank.py:18`; the whole path belongs in a title. */
export function sourceText(source: Source): string {
  return `${source.path.split(/[\\/]/).pop()}:${source.line}`;
}

/** What put a callback into ready, as the words that follow its name. */
export function causeText(cause: Cause): string {
  switch (cause.kind) {
    case 'callback':
      return `queued by ${cause.name}`;
    case 'timer':
      return 'woken by timer';
    case 'io':
      return cause.fd === undefined || /\bfd\b/.test(cause.detail)
        ? cause.detail
        : `fd ${cause.fd} ${cause.detail}`;
    case 'signal':
      return `signal ${cause.name}`;
    case 'thread':
      return `handed in by thread ${cause.name}`;
    case 'start':
      return 'queued before the loop started';
    case 'byHand':
      return 'put here by hand';
    case 'unknown':
      return 'cause not known';
  }
}

/** The place that a cause points to: where it was scheduled, when that was recorded. */
export function causeSource(cause: Cause): Source | undefined {
  return cause.kind === 'callback' || cause.kind === 'timer' ? cause.source : undefined;
}

/** The reason of a wait as one phrase; says so when the owner can no longer end the wait. */
export function reasonText(reason: WaitReason): string {
  const text = reason.text || (reason.kind === 'notCaptured' ? 'reason not captured' : reason.kind);
  return reason.ownerEnded ? `${text} (its owner has ended)` : text;
}

const KINDS: Record<ReadyRow['kind'], string> = {
  soon: 'callback',
  step: 'task step',
  timer: 'timer',
  io: 'I/O',
  signal: 'signal',
  thread: 'from a thread',
  microtask: 'microtask',
  nextTick: 'process.nextTick',
  immediate: 'immediate',
  close: 'close',
  other: 'callback',
};

export function kindText(kind: ReadyRow['kind']): string {
  return KINDS[kind];
}

const PHASES: Record<Phase, string> = {
  idle: 'idle',
  poll: 'poll phase',
  timers: 'timers phase',
  ready: 'main module',
  microtasks: 'microtasks and nextTicks',
  check: 'check phase',
  close: 'close phase',
};

/** A phase of a Node tick. */
export function phaseText(phase: Phase): string {
  return PHASES[phase];
}

export function outcomeText(row: Pick<CallbackRow, 'outcome' | 'error'>): string {
  switch (row.outcome) {
    case 'returned':
      return 'returned';
    case 'suspended':
      return 'suspended';
    case 'done':
      return 'task done';
    case 'cancelled':
      return 'cancelled';
    case 'raised':
      return row.error ? `raised ${row.error}` : 'raised';
  }
}

/** "timer again, in 1.2 s" */
export function aliveText({ text, dueInMs }: AliveRow): string {
  return dueInMs === undefined ? text : `${text}, in ${timeLeft(dueInMs)}`;
}

/** A share in words: "12 %", "0.4 %", "less than 0.1 %". */
export function percent(share: number): string {
  const value = share * 100;
  if (value < 0.1) return 'less than 0.1 %';
  return `${value < 1 ? value.toFixed(1) : value.toFixed(0)} %`;
}
