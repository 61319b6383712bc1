/** What is wrong with the program's tasks, who waits for whom, and where one task stands in that. */
import type { Finding, FindingKind, Graph, LaunchArguments, LoopId, Task, TaskId } from './contract';
import type { Debuggee } from './debuggee';
import { DURATIONS } from './filters';
import type { Place } from './stepping';
import { Incidents } from '../analysis/incidents';
import { type Moment, recordedWaits } from '../analysis/moment';
import { Waiting } from '../analysis/waiting';
import type { Definitions } from '../model/definitions';
import type { TasksAt } from '../model/loop';
import type { Stopped, Waits } from '../wire/messages';

/** Between questions to a running program, at least, ms; more where an answer takes long, so that it is not slowed by them. */
const EVERY_MS = 250;
/** Node has to be interrupted for it. */
const NODE_EVERY_MS = 2000;
/** An answer that took so long is not asked for again before this many times as long has passed; of a loop that sleeps, fewer. */
const REST = 10;
const ASLEEP_REST = 3;
/** How long an answer may be waited for, ms: a running program's, and that of one that stands or was never asked. */
const WAIT_MS = 1000;
const STANDING_WAIT_MS = 10_000;
/** The rest of an answer that came soon is asked for so much later, so that what else is asked of a stop is answered first, ms. */
const REST_AFTER_MS = 300;
/** After a refusal. */
const REFUSED_MS = 2000;
/** Proofs that are kept for when the program has gone on, or ended. */
const MOST_PROOFS = 200;

/** Findings about tasks that do not go on. */
const STUCK = new Set<FindingKind>(['deadlock', 'orphan', 'stuck', 'abandoned-await']);

/** Who waits for whom, as the program's agent read it. */
interface Reading {
  /** Undefined: it refused. */
  waits: Waits | undefined;
  stop: Stopped | undefined;
  /** When it was asked, on our clock, ms; how long the answer took. */
  asked: number;
  took: number;
}
interface Proof {
  loop: LoopId;
  finding: Finding;
  tick: number;
  callback: number;
  /** Since which tick each of its tasks has waited. */
  since: ReadonlyMap<TaskId, number>;
}
type At = { loop?: LoopId; cursor?: Place };

export class Findings {
  private readonly readings = new Map<LoopId, Reading>();
  /** By loop; negative: what is to be answered soon. */
  private readonly asking = new Map<number, Promise<Reading>>();
  private readonly proofs = new Map<string, Proof>();
  private last: { key: string; waiting: Waiting; moment: Moment } | undefined;
  /** Tasks that findings were about when somebody looked last, and since which tick they had waited. */
  private readonly concerned = new Map<LoopId, Map<TaskId, number>>();
  private readonly incidents = new Map<LoopId, Incidents>();
  private readonly slowCallbackMs: number;
  private readonly stuckAfterMs: number;

  constructor(
    private readonly debuggee: Debuggee,
    { slowCallbackMs = DURATIONS.slow, stuckAfterMs = DURATIONS.stuck }: LaunchArguments,
    /** More was found of where the program stands: what was answered before has to be asked for again. */
    private readonly told: () => void,
  ) {
    this.slowCallbackMs = slowCallbackMs;
    this.stuckAfterMs = stuckAfterMs;
  }

  /** Who is to be told of what happens on a loop. */
  observe(loop: LoopId, names: Definitions): Incidents {
    const incidents = new Incidents(names, this.debuggee.target, this.slowCallbackMs);
    this.incidents.set(loop, incidents);
    return incidents;
  }

  /** The worst first. */
  async findings(at: At): Promise<Finding[]> {
    await this.readSoon(at);
    const loop = this.loopOf(at);
    const { tick } = at.cursor ?? this.debuggee.model.head(loop);
    const happened = this.incidents.get(loop)?.findings(tick, this.isLive(at)) ?? [];
    return [...this.now(at, this.stuckAfterMs), ...happened];
  }

  /** What is wrong with waiting tasks, as far as the program was asked. */
  now(at: At, stuckAfterMs: number): Finding[] {
    const { waiting, moment } = this.looked(at);
    const found = [...waiting.findings, ...waiting.stuck(stuckAfterMs)];
    if (this.isLive(at)) {
      this.concern(this.loopOf(at), moment, found);
      return found;
    }
    const proved = this.provedAt(at, moment);
    const known = new Set(proved.map(({ id }) => id));
    return [...proved, ...found.filter(({ id }) => !known.has(id))];
  }

  async graph(at: At, task: TaskId | undefined): Promise<Graph> {
    await this.readSoon(at);
    const { graph, cycles } = this.looked(at).waiting;
    const { model } = this.debuggee;
    return graph.rows(cycles, (each) => model.actor(each).name, task);
  }

  /** With the sentence that leads to whose fault it is, and who waits for whom. */
  async story(facts: Task, at: At): Promise<Task> {
    if (facts.state !== 'waiting') return facts;
    await this.readSoon(at);
    const { waiting } = this.looked(at);
    const { graph } = waiting;
    const { task } = facts;
    const wait = graph.wait(task);
    const holders = (wait?.things ?? []).flatMap((id) => graph.thing(id)?.holders ?? []);
    return {
      ...facts,
      awaitedBy: [...new Set([...facts.awaitedBy, ...graph.awaitersOf(task)])],
      awaiting: [...new Set([...facts.awaiting, ...(wait?.tasks ?? []), ...holders])],
      sentence: waiting.sentence(task) ?? facts.sentence,
    };
  }

  /** Those that findings are about: what happened, and what was proved. */
  ticks(loop: LoopId): Set<number> {
    const found = new Set<number>();
    const add = ({ ticks }: Finding) => ticks.forEach((tick) => found.add(tick));
    this.incidents.get(loop)?.findings(Infinity, false).forEach(add);
    for (const proof of this.proofs.values()) if (proof.loop === loop) add(proof.finding);
    return found;
  }

  /** Tasks that will or may never go on. Asked of the program where it was paused; steps are not made slower by it. */
  async stuckTasks(): Promise<Set<TaskId>> {
    const { model, stop } = this.debuggee;
    if (stop && (stop.reason === 'pause' || stop.finding)) await this.findings({ loop: stop.loop });
    const found = new Set<TaskId>();
    for (const [loop, concerned] of this.concerned) {
      const tasks = model.tasksAt({ loop, cursor: model.head(loop) });
      for (const [task, sinceTick] of concerned) {
        const row = tasks.row(task);
        if (row?.state === 'waiting' && row.sinceTick === sinceTick) found.add(task);
      }
    }
    return found;
  }

  /** Everything about waiting at one moment, as far as the program was asked. To be used at once. */
  private looked(at: At): { waiting: Waiting; moment: Moment } {
    const { model } = this.debuggee;
    const loop = this.loopOf(at);
    this.debuggee.tellTime();
    if (!this.isLive(at)) {
      const moment = this.moment(at);
      return { waiting: new Waiting(moment), moment };
    }
    const { tick, callback } = model.head(loop);
    const key = [
      loop,
      model.version(loop),
      this.readings.get(loop)?.asked,
      Math.floor((model.now ?? 0) * 10),
    ];
    if (this.last?.key !== key.join()) {
      const moment = this.moment(at);
      const waiting = new Waiting(moment);
      this.last = { key: key.join(), waiting, moment };
      this.keep(waiting.findings, moment, { loop, tick, callback });
    }
    return this.last;
  }

  private loopOf({ loop, cursor }: At): LoopId {
    return cursor?.loop ?? loop ?? this.debuggee.model.head().loop;
  }
  /** The moment is where the program is now. */
  private isLive({ cursor }: At): boolean {
    const { model, mode, connected } = this.debuggee;
    if (!connected || mode === 'ended') return false;
    if (!cursor) return true;
    const head = model.head(cursor.loop);
    return head.tick === cursor.tick && head.callback === cursor.callback;
  }

  private moment(at: At): Moment {
    const { model, target } = this.debuggee;
    const loop = this.loopOf(at);
    const cursor = at.cursor ?? model.head(loop);
    const tasks = model.tasksAt({ loop, cursor });
    const reading = this.isLive(at) ? this.readings.get(loop) : undefined;
    const stands = this.debuggee.mode === 'paused';
    const readBeforeMs = reading && !stands ? performance.now() - reading.asked : 0;
    const moment: Moment = {
      target,
      tick: cursor.tick,
      lossy: model.state({ cursor }).lossy,
      tasks,
      nameOf: (task) => model.actor(task).name,
      waits: reading?.waits ? stillTrue(reading.waits, tasks) : recordedWaits(tasks),
      readBeforeMs,
      heldMs: (ageMs) =>
        tasks.runningMs + (this.incidents.get(loop)?.held(ageMs / 1000, tasks.now) ?? 0) * 1000,
    };
    return moment;
  }

  // ---- asking ----

  /** Of a program that stands what takes it long may come later: then `told` is called. */
  private async readSoon(at: At): Promise<void> {
    const { debuggee } = this;
    const { stop, target, mode } = debuggee;
    if (mode !== 'paused' || target !== 'loop' || !this.isLive(at)) return void (await this.read(at));
    const loop = this.loopOf(at);
    if (this.readings.get(loop)?.stop === stop) return;
    const { waits } = await this.once(loop, true);
    if (!waits?.more) return;
    setTimeout(() => {
      const before = this.readings.get(loop);
      if (debuggee.stop !== stop || !this.isLive(at) || !before?.waits?.more) return;
      void this.once(loop, false).then(() => debuggee.stop === stop && this.told());
    }, REST_AFTER_MS);
  }

  /** Asks the program who waits for whom, where that is now, and may be asked again: else false. */
  async read(at: At, everyMs = EVERY_MS, asleep = false): Promise<boolean> {
    if (!this.isLive(at)) return false;
    const { debuggee } = this;
    const loop = this.loopOf(at);
    const before = this.readings.get(loop);
    const stands = debuggee.mode === 'paused';
    if (before) {
      if (stands && before.stop === debuggee.stop && !before.waits?.more) return false;
      const least = this.isNode && !asleep ? NODE_EVERY_MS : everyMs;
      const rest = before.waits ? Math.max(least, before.took * (asleep ? ASLEEP_REST : REST)) : REFUSED_MS;
      if (!stands && performance.now() - before.asked < rest) return false;
    }
    const asking = this.once(loop, false);
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise(
      (resolve) => (timer = setTimeout(resolve, stands || !before ? STANDING_WAIT_MS : WAIT_MS)),
    );
    await Promise.race([asking, enough]);
    clearTimeout(timer);
    return true;
  }
  private get isNode(): boolean {
    return this.debuggee.target === 'node';
  }

  /** Nobody asks while another who wants no less is waiting for the answer. */
  private once(loop: LoopId, soon: boolean): Promise<Reading> {
    const key = soon ? -loop : loop;
    let asking = this.asking.get(loop) ?? this.asking.get(key);
    if (!asking) {
      asking = this.ask(loop, soon).finally(() => this.asking.delete(key));
      this.asking.set(key, asking);
    }
    return asking;
  }

  private async ask(loop: LoopId, soon: boolean): Promise<Reading> {
    const { debuggee } = this;
    const { stop } = debuggee;
    const asked = performance.now();
    const waits = await debuggee.request('waits', { loop, ...(soon && { soon }) }).catch(() => undefined);
    const reading = { waits, stop, asked, took: performance.now() - asked };
    if (waits) this.tellQueues(loop, waits);
    // What was read of a program that stood then is of no moment any more where it has gone on.
    if (stop === debuggee.stop) this.readings.set(loop, reading);
    return reading;
  }

  /** How long they are now, by the loop's own clock, which stands while the program does. */
  private tellQueues(loop: LoopId, waits: Waits): void {
    const { model } = this.debuggee;
    const cursor = model.head(loop);
    this.incidents.get(loop)?.looked(waits, model.state({ cursor }).clockMs / 1000, cursor.tick);
  }

  // ---- what was proved ----

  private keep(findings: readonly Finding[], { tasks }: Moment, place: Place): void {
    for (const finding of findings) {
      if (finding.certainty !== 'proved' || this.proofs.has(`${place.loop} ${finding.id}`)) continue;
      const since = new Map(finding.tasks.map((task) => [task, tasks.row(task)?.sinceTick ?? 0]));
      this.proofs.set(`${place.loop} ${finding.id}`, { ...place, finding, since });
      if (this.proofs.size > MOST_PROOFS) this.proofs.delete(this.proofs.keys().next().value as string);
    }
  }

  /** What was proved then, and holds as long as its tasks wait on. */
  private provedAt(at: At, { tasks }: Moment): Finding[] {
    const { tick, callback } = at.cursor ?? this.debuggee.model.head(this.loopOf(at));
    const found: Finding[] = [];
    for (const proof of this.proofs.values()) {
      if (
        proof.loop !== this.loopOf(at) ||
        proof.tick > tick ||
        (proof.tick === tick && proof.callback > callback)
      )
        continue;
      const holds = [...proof.since].every(([task, since]) => {
        const row = tasks.row(task);
        return row?.state === 'waiting' && row.sinceTick === since;
      });
      if (holds) found.push(proof.finding);
    }
    return found;
  }

  private concern(loop: LoopId, { tasks }: Moment, found: readonly Finding[]): void {
    const concerned = new Map<TaskId, number>();
    for (const { kind, tasks: of } of found) {
      if (!STUCK.has(kind)) continue;
      for (const task of of) concerned.set(task, tasks.row(task)?.sinceTick ?? 0);
    }
    this.concerned.set(loop, concerned);
  }
}

/** A task that was blocked for ever and goes on shows that the program was read while it changed: nothing is proved then. */
function stillTrue(waits: Waits, { waiting }: TasksAt): Waits {
  const here = new Set(waiting);
  if (waits.waits.every(({ task, blocked }) => !blocked || here.has(task))) return waits;
  return {
    waits: waits.waits.map((wait) => ({ ...wait, blocked: false })),
    things: waits.things,
    unproved: 'The program ran on while it was read.',
  };
}
