/** Stopping, stepping, continuing. The program's only thread stands here and does what it is asked meanwhile. */
import type { TickBreakpoint } from '../../adapter/contract';
import type { Handle } from '../../loop/events';
import type { ChainFrame, Commands, Stopped, StopReason } from '../../wire/messages';
import { RECORD } from '../../wire/schema';
import { Refusal, type Answer, type Channel } from '../node/channel';
import { lineText, type LinesFound } from '../node/lineHits';
import { Found, isDue, made, pointsAt, type At, type Point } from '../v8/breakpoints';
import { findTask } from './definitions';
import { lengthOf, namesAt, next } from './facts';
import { sharedState } from './library';
import type { Loops } from './loops';
import type { LoopState, Plan } from './loopState';
import type { Places } from './places';
import type { Recorder } from './recorder';
import { canNothingCome } from './stalled';

export class Gate {
  /** Something may have to stop before a tick's first callback, but for what was heard of. */
  atTicks = false;
  recorder!: Recorder;
  /** Answers questions while the program stands. */
  answer!: Answer;
  /** Called before a stop is told: reasons of waits. */
  explain!: (state: LoopState) => void;
  /** The program runs on: what was handed out is void. */
  forget!: () => void;
  /** The exception that the stop is about. */
  error: { value: unknown } | undefined;
  /** Of ticks: nearly always nothing is found. */
  private untouched = new Found();
  private points: Point[] = [];
  private ticks: { point: Point; at: At<'tick'> }[] = [];
  /** `grown`: the loops in which the queue is longer. */
  private growths: { point: Point; at: At<'growth'>; grown: WeakSet<LoopState> }[] = [];

  /** `entry`: the first tick of the first loop stops. */
  constructor(
    private readonly channel: Channel,
    private readonly loops: Loops,
    private readonly places: Places,
    private entry: boolean,
  ) {
    this.rearm();
  }

  /** The loop that stands. */
  get standing(): LoopState | undefined {
    return this.loops.all.find(({ stop }) => stop !== undefined);
  }

  // ---- where loops come by

  /** After the poll, before a tick's first callback. */
  tick(state: LoopState): void {
    state.begun = true;
    const { tick } = state;
    const { plan } = state;
    const { untouched: found } = this;
    this.check(state, found);
    const { ids } = found;
    if (found.touched) this.untouched = new Found();
    if (this.entry) {
      this.entry = false;
      this.stand(state, 'entry', `Paused on entry, before the first callback of tick ${tick}`, ids, 'gate');
    } else if (ids.length > 0)
      this.found(state, found, `Paused on tick ${tick}${found.text === '' ? '' : `: ${found.text}`}`);
    else if (this.channel.pausing)
      this.stand(state, 'pause', `Paused before tick ${tick}'s first callback`, ids, 'gate');
    else if (
      plan?.kind === 'tick' ||
      plan?.kind === 'callback' ||
      (plan?.kind === 'runTo' && tick >= (plan.tick as number))
    )
      this.stand(state, 'step', `Paused on tick ${tick}`, ids, 'gate');
  }

  /** Before a callback, whose handle is no longer in ready. */
  callback(state: LoopState, handle: Handle): void {
    const { plan } = state;
    const actor = this.recorder.actorOf(state, handle);
    const wanted = plan !== undefined || state.heard.length > 0 || this.channel.pausing;
    if (!wanted && this.places.pass(actor)) {
      state.begun = false;
      return;
    }
    this.mayStop(state, handle, actor, plan);
  }

  /** Apart from what nearly always is all: that is compiled into the loop. */
  private mayStop(state: LoopState, handle: Handle, actor: number, plan: Plan | undefined): void {
    const first = state.begun;
    state.begun = false;
    state.taken = handle;
    const text = `Paused before a callback of tick ${state.tick}`;
    const found = new Found();
    if (state.heard.length > 0) this.places.tell(state, found);
    if (this.places.before) this.places.callback(state, handle, actor, found);
    if (found.ids.length > 0)
      this.found(state, found, `Paused on tick ${state.tick}: ${found.text}`, 'gate', actor);
    else if (this.channel.pausing) this.stand(state, 'pause', text, [], 'gate', actor);
    else if ((plan?.kind === 'callback' && !first) || (plan?.kind === 'task' && plan.task === actor))
      this.stand(state, 'step', text, [], 'gate', actor);
    else if (plan === undefined && !this.places.before) this.rearm();
    state.taken = undefined;
  }

  /** After a callback that some breakpoint may be for. `began`: raw seconds. */
  ran(state: LoopState, handle: Handle, actor: number, began: number): void {
    const found = new Found();
    this.places.ran(state, handle, actor, began, found);
    this.places.tell(state, found);
    if (found.ids.length === 0) return;
    // A step from here is not to stop before the next callback, which is here.
    state.begun = true;
    this.found(state, found, `Paused on tick ${state.tick}: ${found.text}`);
  }

  /** The loop is about to give the thread back. `timeout`: s, undefined for ever. */
  asleep(state: LoopState, timeout: number | undefined): void {
    if (this.places.wantsStalls && timeout === undefined && canNothingCome(state.loop, 0))
      this.places.stalled(state);
    if (state.heard.length > 0) this.foundAsleep(state);
    else if (this.channel.pausing) this.pauseAsleep(state);
  }

  /** Nobody has asked for an exception. It is heard of between two macrotasks, or when the loop is closed. */
  unretrieved(state: LoopState, message: string, error: unknown): void {
    this.places.reported(state, message, error);
    const running = sharedState().runningLoop === state.loop;
    if (running ? state.loop.observable.host.asleep : !isExiting()) this.foundAsleep(state);
  }

  /** The user wants to pause, and no callback runs. */
  pause(): void {
    const loop = sharedState().runningLoop;
    if (loop?.observable.host.asleep) this.pauseAsleep(this.loops.of(loop));
  }

  /** In the middle of a callback: the helper holds the thread. False when none runs. */
  inside(frames: ChainFrame[]): boolean {
    const state = this.runningState();
    if (state === undefined) return false;
    const { running } = state.loop.observable;
    const actor = running === undefined ? 0 : this.recorder.actorOf(state, running);
    const name = frames.findLast(({ user }) => user)?.name;
    const where = name === undefined ? '' : `, in ${name}`;
    this.begin(state, 'pause', `Paused inside a callback of tick ${state.tick}${where}`, [], 'inside', actor);
    return true;
  }

  /** A callback has taken long, and the helper holds the thread. */
  runsLong(frames: ChainFrame[]): boolean {
    const state = this.runningState();
    const running = state?.loop.observable.running;
    if (state === undefined || running === undefined || this.standing !== undefined) return false;
    const found = new Found();
    this.places.runsLong(state, running, state.now() - state.last, found);
    if (found.ids.length === 0) return false;
    const name = frames.findLast(({ user }) => user)?.name ?? '';
    const text = `Paused on tick ${state.tick}: ${found.text}${name === '' ? '' : `, in ${name}`}`;
    this.begin(state, 'breakpoint', text, found.ids, 'inside', this.recorder.actorOf(state, running));
    return true;
  }

  /** A breakpoint on a line, or a step by lines, wants to stop here: the helper holds the thread. */
  atLine(frames: ChainFrame[], found: LinesFound | undefined): boolean {
    const state = this.runningState();
    if (state === undefined || this.standing !== undefined) return false;
    const { running } = state.loop.observable;
    const actor = running === undefined ? 0 : this.recorder.actorOf(state, running);
    const text = `Paused on tick ${state.tick}: ${lineText(frames, found)}`;
    this.begin(state, found ? 'breakpoint' : 'step', text, found?.ids ?? [], 'inside', actor);
    return true;
  }

  outside(stood: number): void {
    const state = this.standing;
    if (state !== undefined) this.end(state, stood);
  }

  /** The loop in whose callback the thread is. */
  runningState(): LoopState | undefined {
    const loop = sharedState().runningLoop;
    return loop?.ticking ? this.loops.of(loop) : undefined;
  }

  // ---- what the user wants

  setPoints(given: readonly TickBreakpoint[]): Commands['setBreakpoints'][1] {
    const { points, answers } = made(given, this.points, refusal);
    this.points = points;
    this.arm(points.filter(({ enabled }) => enabled));
    return { breakpoints: answers };
  }

  continue(go: () => void): Record<string, never> {
    if (this.standing === undefined) this.channel.forgetPause();
    go();
    return {};
  }

  /** Throws Refusal. */
  step({ kind, loop, task, tick }: Commands['step'][0], go: () => void): Record<string, never> {
    if (this.standing === undefined) throw new Refusal('The program is running; pause it before stepping.');
    const [state, plan] = this.planned(kind, loop, task, tick);
    state.plan = plan;
    go();
    return {};
  }

  /** Nothing stops any more. */
  open(): void {
    this.points = [];
    this.entry = false;
    for (const state of this.loops.all) state.plan = undefined;
    this.arm([]);
  }

  private planned(
    kind: Commands['step'][0]['kind'],
    loop: number | undefined,
    task: number | undefined,
    tick: number | undefined,
  ): [LoopState, Plan] {
    const standing = this.standing as LoopState;
    const state = loop === undefined ? standing : this.loops.numbered(loop);
    if (state === undefined) throw new Refusal(`There is no loop ${loop}.`);
    if (kind === 'task') {
      const of = this.loops.all.find((each) => findTask(each.loop, task) !== undefined);
      if (of === undefined) throw new Refusal(`Task ${task} has ended, or there is none of that number.`);
      return [of, { kind, task }];
    }
    if (kind === 'runTo' && !(Number.isInteger(tick) && (tick as number) > state.tick))
      throw new Refusal(`The loop is at tick ${state.tick} already; it cannot run to tick ${tick}.`);
    // The helper goes by lines; the next callback is where that ends.
    return [state, { kind: kind === 'tick' || kind === 'runTo' ? kind : 'callback', tick }];
  }

  private arm(points: readonly Point[]): void {
    this.ticks = pointsAt(points, 'tick');
    this.growths = pointsAt(points, 'growth').map((each) => ({ ...each, grown: new WeakSet() }));
    this.places.set(points);
    this.rearm();
  }

  /** Switches the gates to what is wanted now. */
  private rearm(): void {
    const plans = this.loops.all.map(({ plan }) => plan?.kind).filter((kind) => kind !== undefined);
    const callbacks =
      this.places.before ||
      this.channel.pausing ||
      plans.some((kind) => kind === 'callback' || kind === 'task');
    const places = this.places.any ? this.places : undefined;
    this.atTicks = this.entry || this.ticks.length + this.growths.length + plans.length > 0;
    if (this.recorder === undefined) return;
    this.recorder.gate = callbacks;
    this.recorder.places = places;
  }

  /** Asks the breakpoints for which a tick's begin is the place, and those that heard of something since the last gate. */
  private check(state: LoopState, found: Found): void {
    this.places.tell(state, found);
    if (this.ticks.length + this.growths.length === 0) return;
    const names = namesAt(state, this.loops);
    const say = (breakpoint: string, text: string) =>
      this.channel.say({ type: 'log', loop: state.id, breakpoint, text });
    for (const { point, at } of this.ticks) if (isDue(at, state.tick)) found.ask(point, names, '', say);
    for (const { point, at, grown } of this.growths) {
      const length = lengthOf(at.queue, names, state.loop);
      const before = grown.has(state);
      if (length <= at.above) grown.delete(state);
      else if (!before) {
        grown.add(state);
        found.ask(point, names, `${at.queue} is ${length}, above ${at.above}`, say);
      }
    }
  }

  private found(state: LoopState, found: Found, text: string, at: Stopped['at'] = 'gate', taken = 0): void {
    this.error = found.error;
    const reason = found.error === undefined ? 'breakpoint' : 'exception';
    this.stand(state, reason, text, found.ids, at, taken);
  }

  private foundAsleep(state: LoopState): void {
    const found = new Found();
    this.places.tell(state, found);
    if (found.ids.length > 0)
      this.found(state, found, `Paused after tick ${state.tick}: ${found.text}`, 'poll');
    else if (this.channel.pausing) this.pauseAsleep(state);
  }

  private pauseAsleep(state: LoopState): void {
    this.stand(state, 'pause', `Paused while the loop slept, after tick ${state.tick}`, [], 'poll');
  }

  private stand(
    state: LoopState,
    reason: StopReason,
    text: string,
    ids: string[],
    at: Stopped['at'],
    taken = 0,
  ): void {
    this.begin(state, reason, text, ids, at, taken);
    const stood = this.channel.stand(this.answer);
    this.end(state, stood);
  }

  private begin(
    state: LoopState,
    reason: StopReason,
    text: string,
    ids: string[],
    at: Stopped['at'],
    taken: number,
  ): void {
    for (const each of this.loops.all) each.plan = undefined;
    if (at !== 'gate') state.begun = false;
    const t = state.now();
    const first = at === 'gate' && taken === 0 ? next(state.loop) : undefined;
    const actor = first === undefined ? taken : this.recorder.actorOf(state, first);
    this.tellReady(state, taken);
    this.explain(state);
    this.loops.flush();
    const { id } = state;
    state.stop = { type: 'stopped', loop: id, reason, text, breakpoints: ids, at, actor, t, also: false };
    this.channel.say(state.stop);
  }

  private end(state: LoopState, stood: number): void {
    const from = (state.stop as Stopped).t;
    state.stop = undefined;
    this.error = undefined;
    this.forget();
    // Every loop's clock stood.
    for (const each of this.loops.all) each.stood(from, stood);
    this.channel.say({ type: 'resumed', loop: state.id, t: state.now() });
    this.rearm();
  }

  /** QUEUED for each handle in ready. `taken`: what was already taken from its head to run. */
  private tellReady(state: LoopState, taken: number): void {
    let index = 0;
    if (taken !== 0) state.write(RECORD.QUEUED.code, index++, taken);
    for (const handle of state.loop.ready) {
      if (!handle.cancelled()) state.write(RECORD.QUEUED.code, index, this.recorder.actorOf(state, handle));
      index++;
    }
  }
}

/** What this agent does not stop at: a sentence. */
function refusal({ place }: TickBreakpoint): string | undefined {
  if (place !== 'stuck' && place !== 'deadlock') return undefined;
  return `This version does not stop at the place "${place}" yet.`;
}

function isExiting(): boolean {
  return (process as { _exiting?: boolean })._exiting === true;
}
