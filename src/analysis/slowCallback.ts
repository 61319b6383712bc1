/** Callbacks that held up the loop, with the line that did, where the agent looked while they ran. */
import type { Finding, Source } from '../adapter/contract';
import type { Definitions } from '../model/definitions';
import type { Sample } from '../wire/messages';
import { again, Bounded, duration, Occurrences } from './occurrences';
import { at } from './sentence';

/** Slow callbacks that are remembered one by one, to see what else they delayed. */
const RECENT = 256;
/** Samples and callbacks are told by different clock readings, s. */
const SAME = 0.002;

interface Slow extends Occurrences {
  actor: number;
  line?: Source;
  /** The function in which it was found. */
  inside?: string;
}
interface Run {
  actor: number;
  start: number;
  end: number;
}

export class SlowCallbacks {
  private readonly found = new Bounded<Slow>();
  private readonly recent: Run[] = [];
  private sampled: { message: Sample; time: number; tick: number } | undefined;
  private lastEnd = -Infinity;

  /** `threshold`: s. `needsName`: callbacks without a function of the user's are not told. */
  constructor(
    private readonly names: Definitions,
    readonly threshold: number,
    private readonly needsName: boolean,
  ) {}

  ran(tick: number, actor: number, start: number, end: number): void {
    this.lastEnd = end;
    if (end - start < this.threshold) return;
    const sample = this.sampleOf(start, end);
    const last = this.recent.at(-1);
    if (last?.start === start && last.actor === actor) {
      // The same callback, whose microtasks are told now.
      last.end = end;
      return;
    }
    this.recent.push({ actor, start, end });
    if (this.recent.length > RECENT) this.recent.shift();
    const line = sample && userLine(sample);
    if (this.needsName && !line && this.names.sourceOf(actor) === undefined) return;
    const task = this.names.isTask(actor) ? actor : 0;
    const slow = this.of(actor, line?.name);
    slow.add({ tick, lasted: end - start, task });
    if (line) {
      slow.line = line.source;
      slow.inside = line.name;
    }
  }
  private of(actor: number, inside: string | undefined): Slow {
    const key = this.names.codeOf(actor)?.code ?? `${actor} ${inside}`;
    return this.found.get(key, () => Object.assign(new Occurrences(), { actor }));
  }

  sample(message: Sample, time: number, tick: number): void {
    this.sampled = { message, time, tick };
    // It was told of the callback before.
    const run = this.recent.findLast(({ start, end }) => time >= start - SAME && time <= end + SAME);
    const line = userLine(message);
    if (!run || !line || time > this.lastEnd) return;
    const slow = this.of(run.actor, line.name);
    slow.line = line.source;
    slow.inside = line.name;
  }
  private sampleOf(start: number, end: number): Sample | undefined {
    const { sampled } = this;
    return sampled && sampled.time >= start - SAME && sampled.time <= end + SAME
      ? sampled.message
      : undefined;
  }

  /** How long slow callbacks ran between these times, s, and the slowest of them. */
  between(from: number, to: number): { seconds: number; longest?: Run } {
    let seconds = 0;
    let longest: Run | undefined;
    for (let i = this.recent.length - 1; i >= 0; i--) {
      const run = this.recent[i];
      if (run.end <= from) break;
      const overlap = Math.min(run.end, to) - Math.max(run.start, from);
      if (overlap <= 0) continue;
      seconds += overlap;
      if (!longest || run.end - run.start > longest.end - longest.start) longest = run;
    }
    return { seconds, ...(longest && { longest }) };
  }

  /** "work, in task worker-1" */
  nameOf(actor: number, inside?: string): string {
    const { names } = this;
    const code = names.codeOf(actor)?.name ?? inside ?? names.nameOf(actor);
    return names.isTask(actor) ? `${code}, in task ${names.taskNameOf(actor)},` : code;
  }

  /** `inside`: the user's function in which it was found; then nobody needs the name of a callback of Node's own. */
  private subjectOf(actor: number, inside: string | undefined): string {
    const isNodes = this.needsName && this.names.sourceOf(actor) === undefined;
    return isNodes && inside !== undefined ? 'A callback' : this.nameOf(actor, inside);
  }

  /** `live`: the moment is now, so that what still runs is part of it. */
  findings(tick: number, live: boolean): Finding[] {
    const told = [...this.found.values()].flatMap((slow): Finding[] => {
      const until = slow.until(tick);
      if (!until) return [];
      const { count, worst, ticks, tasks } = until;
      const source = slow.line ?? this.names.sourceOf(slow.actor);
      const actor = worst.task === 0 ? slow.actor : worst.task;
      const where = slow.line
        ? `; it was in ${slow.inside}${at(slow.line)} when it was looked at`
        : at(source);
      return [
        {
          id: `slow-callback:${this.names.codeOf(slow.actor)?.code ?? slow.inside ?? slow.actor}`,
          kind: 'slow-callback',
          certainty: 'proved',
          sentence: `${this.subjectOf(actor, slow.inside)} ran for ${duration(worst.lasted)} in tick ${worst.tick} without giving the loop back${where}${again(count, worst)}.`,
          tasks,
          ticks,
          ...(source && { source }),
        },
      ];
    });
    return live ? [...told, ...this.running()] : told;
  }

  /** The callback that has run for long and has not ended yet. */
  private running(): Finding[] {
    const { sampled } = this;
    if (!sampled || sampled.time <= this.lastEnd + SAME || sampled.message.elapsed < this.threshold)
      return [];
    const { message, tick } = sampled;
    const line = userLine(message);
    if (this.needsName && !line) return [];
    const source = line?.source ?? this.names.sourceOf(message.actor);
    return [
      {
        id: `slow-callback:running`,
        kind: 'slow-callback',
        certainty: 'proved',
        sentence: `${this.subjectOf(message.actor, line?.name)} has run for more than ${duration(message.elapsed)} in tick ${tick} without giving the loop back${at(source)}.`,
        tasks: this.names.isTask(message.actor) ? [message.actor] : [],
        ticks: [tick],
        ...(source && { source }),
      },
    ];
  }
}

/** The innermost line of the user's own: the one that blocks, or that called what blocks. */
function userLine({ frames }: Sample): { name: string; source: Source } | undefined {
  const frame = frames.findLast(({ user, path }) => user && path !== '');
  return frame && { name: frame.name, source: { path: frame.path, line: frame.line } };
}
