/** Stopping, stepping, continuing. The program's only thread stands here and does what it is asked meanwhile. */
import type { TickBreakpoint } from '../../adapter/contract';
import type { Handle } from '../../loop/events';
import type { ChainFrame, Commands, Stopped, StopReason } from '../../wire/messages';
import { RECORD } from '../../wire/schema';
import { Refusal, type Answer, type Channel } from '../node/channel';
import { made, type TickPoint } from '../v8/breakpoints';
import { findTask } from './definitions';
import { namesAt, next } from './facts';
import { sharedState } from './library';
import type { Loops } from './loops';
import type { LoopState, Plan } from './loopState';
import type { Recorder } from './recorder';

export class Gate {
  /** Something may have to stop before a tick's first callback. */
  atTicks = false;
  recorder!: Recorder;
  /** Answers questions while the program stands. */
  answer!: Answer;
  /** Called before a stop is told: reasons of waits. */
  explain!: (state: LoopState) => void;
  /** The program runs on: what was handed out is void. */
  forget!: () => void;
  private points: TickPoint[] = [];

  /** `entry`: the first tick of the first loop stops. */
  constructor(
    private readonly channel: Channel,
    private readonly loops: Loops,
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
    const ids: string[] = [];
    const why: string[] = [];
    if (this.points.length > 0) this.check(state, ids, why);
    const { plan } = state;
    if (this.entry) {
      this.entry = false;
      this.stand(state, 'entry', `Paused on entry, before the first callback of tick ${tick}`, ids, 'gate');
    } else if (ids.length > 0) {
      const text = why.length > 0 ? `Paused on tick ${tick}: ${why.join('; ')}` : `Paused on tick ${tick}`;
      this.stand(state, 'breakpoint', text, ids, 'gate');
    } else if (this.channel.pausing)
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
    const actor = this.recorder.actorOf(state, handle);
    state.taken = handle;
    const first = state.begun;
    state.begun = false;
    const { plan } = state;
    const text = `Paused before a callback of tick ${state.tick}`;
    if (this.channel.pausing) this.stand(state, 'pause', text, [], 'gate', actor);
    else if ((plan?.kind === 'callback' && !first) || (plan?.kind === 'task' && plan.task === actor))
      this.stand(state, 'step', text, [], 'gate', actor);
    else if (plan === undefined) this.rearm();
    state.taken = undefined;
  }

  /** The loop is about to give the thread back. */
  asleep(state: LoopState): void {
    if (this.channel.pausing) this.pauseAsleep(state);
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
    const { points, answers } = made(given, this.points);
    this.points = points;
    this.rearm();
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
    this.rearm();
  }

  private planned(
    kind: Plan['kind'],
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
    return [state, { kind, tick }];
  }

  /** Switches the gates to what is wanted now. */
  private rearm(): void {
    const plans = this.loops.all.map(({ plan }) => plan?.kind).filter((kind) => kind !== undefined);
    const callbacks = this.channel.pausing || plans.some((kind) => kind === 'callback' || kind === 'task');
    this.atTicks = this.entry || this.points.length > 0 || plans.length > 0;
    if (this.recorder !== undefined) this.recorder.gate = callbacks;
  }

  private check(state: LoopState, ids: string[], why: string[]): void {
    const names = namesAt(state, this.loops);
    for (const point of this.points) {
      if (!point.isDue(state.tick)) continue;
      const { stop, said, failure } = point.reached(names);
      if (said !== undefined)
        this.channel.say({ type: 'log', loop: state.id, breakpoint: point.id, text: said });
      if (!stop) continue;
      ids.push(point.id);
      if (failure !== undefined) why.push(failure);
      else if (point.source !== '') why.push(point.source);
    }
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
