/**
 * Stops on what only the analysis finds: deadlocks and tasks that are stuck. The program is asked only while such a
 * breakpoint is set; then the debugger pauses it, which works asleep, too, and says why.
 */
import type { Finding, LoopId, TickBreakpoint } from './contract';
import type { Debuggee, Stop } from './debuggee';
import { hitStops, parseHitCondition } from '../breakpoints/hitCondition';
import type { At } from '../breakpoints/tickBreakpoint';
import type { Stopped } from '../wire/messages';

/** Between two looks, ms, at least: while callbacks run, and when the loop has just fallen asleep. */
const EVERY_MS = 200;
const ASLEEP_MS = 20;
/** What nobody told of, a thread that ended, say, is noticed within that, ms. */
const UNTOLD_MS = 1000;

export type Watched = At<'stuck' | 'deadlock'>;
export function isWatched(breakpoint: TickBreakpoint): breakpoint is Watched {
  return breakpoint.place === 'stuck' || breakpoint.place === 'deadlock';
}

/** Findings that say that a task will wait for ever. */
const FOR_EVER: Finding['kind'][] = ['deadlock', 'orphan', 'abandoned-await'];

interface Hit {
  breakpoint: Watched;
  finding: Finding;
}

export interface WatchHost {
  /** Breakpoints of these places that are to stop the program. */
  watched(): Watched[];
  /** A log point speaks. */
  speaks(breakpoint: string, text: string): void;
}

export class Watch {
  private timer: NodeJS.Timeout | undefined;
  private looking = false;
  private looked = 0;
  private lookedAtAll = 0;
  private readonly seen = new Map<LoopId, number>();
  /** What the program is being paused for. */
  private pending: (Hit & { loop: LoopId })[] = [];
  /** Each finding stops each breakpoint once. */
  private readonly told = new Set<string>();
  private readonly hits = new Map<string, number>();

  constructor(
    private readonly debuggee: Debuggee,
    private readonly host: WatchHost,
  ) {}

  /** Facts came in, the program runs on, or breakpoints were set. */
  soon(): void {
    const { mode, connected, model } = this.debuggee;
    if (mode === 'ended' || this.host.watched().length === 0) return this.close();
    if (mode !== 'running' || !connected) return;
    const since = performance.now() - this.looked;
    const sleeps = model.loopIds.some((loop) => model.counts(loop).ready === 0 && this.isNews(loop));
    this.after(Math.max(0, (sleeps ? ASLEEP_MS : EVERY_MS) - since));
  }
  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.due = Infinity;
  }

  private due = Infinity;
  private after(ms: number): void {
    const due = performance.now() + ms;
    if (this.timer && this.due <= due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.due = Infinity;
      void this.look();
    }, ms);
    this.timer.unref();
  }

  private isNews(loop: LoopId): boolean {
    return this.seen.get(loop) !== this.debuggee.model.version(loop);
  }

  private async look(): Promise<void> {
    const { debuggee } = this;
    if (this.looking || debuggee.mode !== 'running' || this.host.watched().length === 0) return;
    this.looking = true;
    this.looked = performance.now();
    const all = this.looked - this.lookedAtAll >= UNTOLD_MS;
    if (all) this.lookedAtAll = this.looked;
    try {
      for (const loop of debuggee.model.loopIds) {
        if (!all && !this.isNews(loop)) continue;
        // A task is stuck for a while without any news, but somebody has to wait.
        if (debuggee.model.counts(loop).tasks === 0 && debuggee.target !== 'node') continue;
        const version = debuggee.model.version(loop);
        const asleep = debuggee.model.counts(loop).ready === 0;
        if (await debuggee.findings.read({ loop }, ASLEEP_MS, asleep)) this.seen.set(loop, version);
        if (debuggee.mode !== 'running') return;
        this.pending.push(...this.found(loop).map((hit) => ({ ...hit, loop })));
      }
      if (this.pending.length > 0) await debuggee.request('pause', {});
    } catch {
      // It ended meanwhile, or cannot be paused now: what was found is found again.
      this.pending = [];
    } finally {
      this.looking = false;
    }
    if (this.pending.length === 0 && this.debuggee.mode === 'running') this.after(EVERY_MS);
  }

  private found(loop: LoopId): Hit[] {
    const { findings } = this.debuggee;
    return this.host.watched().flatMap((breakpoint) => {
      const ms = breakpoint.place === 'stuck' ? breakpoint.ms : Infinity;
      const kinds: Finding['kind'][] = breakpoint.place === 'stuck' ? [...FOR_EVER, 'stuck'] : ['deadlock'];
      return findings
        .now({ loop }, ms)
        .filter(({ kind, id }) => kinds.includes(kind) && !this.told.has(key(breakpoint, id)))
        .map((finding) => ({ breakpoint, finding }));
    });
  }

  /** Whether the program may stand because of us. */
  isOurs({ reason, also }: Stopped): boolean {
    const ours = this.pending.length > 0 && reason === 'pause' && !also;
    // It stopped for something else: what was found is found again when it runs on.
    if (!ours && !also) this.pending = [];
    return ours;
  }

  /** It stands because of us: what the user is to know of it. Undefined: nothing, by the breakpoints' conditions. */
  async stopped(message: Stopped): Promise<Stop | undefined> {
    const pending = this.pending.splice(0);
    const stopping: (Hit & { failure?: string })[] = [];
    for (const hit of pending) {
      const { breakpoint, finding, loop } = hit;
      this.told.add(key(breakpoint, finding.id));
      const asked = await this.asked(hit, loop);
      if (asked.stops) stopping.push({ ...hit, failure: asked.failure });
    }
    const [first] = stopping;
    if (!first) return undefined;
    const what = first.finding.kind === 'deadlock' ? 'deadlock' : 'stuck task';
    const { sentence, kind } = first.finding;
    return {
      ...message,
      reason: 'breakpoint',
      text: `Paused on ${what}: ${sentence}${first.failure ? ` (${first.failure})` : ''}`,
      breakpoints: [...new Set(stopping.map(({ breakpoint }) => breakpoint.id))],
      finding: { kind, sentence },
    };
  }

  /** Condition, hit count and log message, as the program's agent treats those of its own places. */
  private async asked(
    { breakpoint, finding }: Hit,
    loop: LoopId,
  ): Promise<{ stops: boolean; failure?: string }> {
    const { id, condition, hitCondition, logMessage } = breakpoint;
    if (condition?.trim()) {
      const name = this.debuggee.target === 'asyncio' ? 'bool' : 'Boolean';
      try {
        if (!/^true$/i.test(await this.value(condition, finding, loop, name))) return { stops: false };
      } catch (error) {
        return { stops: true, failure: `its condition ${condition} failed with ${messageOf(error)}` };
      }
    }
    const hits = (this.hits.get(id) ?? 0) + 1;
    this.hits.set(id, hits);
    const counted = parseHitCondition(hitCondition ?? '');
    if (counted && !hitStops(counted, hits)) return { stops: false };
    if (!logMessage) return { stops: true };
    this.host.speaks(id, await this.spoken(logMessage, finding, loop));
    return { stops: false };
  }

  private async spoken(message: string, finding: Finding, loop: LoopId): Promise<string> {
    let text = '';
    for (const part of message.split(/(\{[^{}]*\})/)) {
      if (!/^\{.*\}$/s.test(part)) text += part;
      else {
        const name = this.debuggee.target === 'asyncio' ? 'str' : 'String';
        const value = await this.value(part.slice(1, -1), finding, loop, name).catch(
          (error: unknown) => `<${messageOf(error)}>`,
        );
        text += /^(['"]).*\1$/s.test(value) ? value.slice(1, -1) : value;
      }
    }
    return text;
  }

  /** In the program, with the names of conditions: `task` is the first that the finding is about. */
  private async value(expression: string, { tasks }: Finding, loop: LoopId, made: string): Promise<string> {
    const { model, target } = this.debuggee;
    const { ready, waiting, timers } = model.counts(loop);
    const row = model.tasksAt({ loop, cursor: model.head(loop) }).row(tasks[0]);
    const names = 'tick, ready, waiting, timers, task, callback';
    const none = target === 'asyncio' ? 'None' : 'null';
    const texts = [row?.name, row?.coroutine].map((text) =>
      text === undefined ? none : JSON.stringify(text),
    );
    const values = [model.head(loop).tick, ready, waiting, timers, ...texts].join(', ');
    const call =
      target === 'asyncio'
        ? `${made}((lambda ${names}: (\n${expression}\n))(${values}))`
        : `${made}(((${names}) => (\n${expression}\n))(${values}))`;
    return (await this.debuggee.request('evaluate', { expression: call, context: 'watch' })).value;
  }
}

function key(breakpoint: Watched, finding: string): string {
  return `${breakpoint.id} ${breakpoint.place === 'stuck' ? breakpoint.ms : ''} ${finding}`;
}
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
