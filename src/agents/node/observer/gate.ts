/**
 * Stopping, stepping, continuing a plain Node program. Its thread stands before a callback (in the `before` hook), after
 * one, asleep (in the callback of the agent's own port) or, held by the helper, in the middle of one; and does what it is
 * asked meanwhile. Nothing of the program's runs while it stands, but what an evaluation runs by itself.
 */
import type { TickBreakpoint } from '../../../adapter/contract';
import type { ChainFrame, Commands, Stopped, StopReason } from '../../../wire/messages';
import { Found, isDue, made, pointsAt, type At, type Point } from '../../v8/breakpoints';
import { Refusal, type Answer, type Channel } from '../channel';
import { lineText, type LinesFound } from '../lineHits';
import { lengthOf } from './facts';
import type { FrozenTimers } from './frozenTimers';
import type { AsyncCall, AsyncCalls, CallEvent } from './asyncCalls';
import { LostExceptions } from './lostExceptions';
import { refusal, type Places } from './places';
import type { Gates } from './hooks';
import { MAIN, type Recorder } from './recorder';
import { StreamState } from './streamState';

/** What is about to run, or is running. */
export interface Running {
  id: number;
  type: string;
  resource: object | undefined;
  /** Of a promise step, where it is known: the async call that goes on. */
  call?: AsyncCall;
}

interface Plan {
  kind: 'callback' | 'tick' | 'runTo' | 'task';
  tick: number;
}

/** A pending async call that a step is about. */
export interface Stepped {
  name: string;
  path: string;
  line: number;
  /** The promise that it awaits. */
  awaits?: object;
}

export class Gate implements Gates {
  /** Answers questions while the program stands. */
  answer!: Answer;
  /** The program is about to stand. */
  stands: () => void = () => undefined;
  /** The program runs on: what was handed out is void. */
  forget: () => void = () => undefined;
  /** The stop at which it stands. */
  stop: Stopped | undefined;
  /** Finds a pending async call. Throws Refusal. */
  pending!: (task: number) => Stepped;
  /** The exception that the stop is about. */
  error: { value: unknown } | undefined;
  /** The callback before which it stands. */
  next: Running | undefined;
  private points: Point[] = [];
  private ticks: { point: Point; at: At<'tick'> }[] = [];
  private readonly streams = new StreamState();
  private plan: Plan | undefined;
  /** A step from here is not to stop at the next callback, which is where it stands. */
  private here = false;
  /** The async call that the next promise step is of. */
  private resumed: AsyncCall | undefined;
  /** The tick before which breakpoints on ticks were judged last. */
  private judged = 0;
  /** For the next callback: nearly always nothing is found. */
  private found = new Found();
  private readonly lost = new LostExceptions((error, what, rejected) => {
    this.places.unhandled(error, what, rejected);
    this.atOnce();
  });

  constructor(
    private readonly channel: Channel,
    private readonly loop: number,
    private readonly recorder: Recorder,
    private readonly places: Places,
    private readonly timers: FrozenTimers,
    private readonly calls: AsyncCalls,
    private readonly codeOf: (running: Running) => number,
  ) {
    calls.watch = {
      happened: (event, call, error) => {
        if (this.stop !== undefined || !this.places.happened(event, call, error)) return;
        // Before a step: that is a gate of its own.
        if (event !== 'resumed') this.callDid(event, call);
        else this.resumed = call;
      },
    };
  }

  // ---- where the program comes by

  /** Before the main module. */
  atStart(stopOnEntry: boolean): void {
    this.judged = 0;
    const main: Running = { id: MAIN, type: 'MAIN', resource: undefined };
    const found = new Found();
    this.judge(1, main, found);
    if (stopOnEntry)
      this.stand('entry', 'Paused on entry, before the first callback of tick 1', found.ids, 'gate', main);
    else if (found.ids.length > 0) this.foundBefore(found, main);
    else if (this.channel.pausing)
      this.stand('pause', "Paused before tick 1's first callback", [], 'gate', main);
  }

  passes(id: number, type: string): boolean {
    if (this.stop !== undefined) return true;
    if (this.plan !== undefined || !this.places.pass(type, this.recorder.resources.codeOf(id))) return false;
    this.here = false;
    return true;
  }

  before(id: number, type: string, resource: object | undefined): void {
    if (this.stop !== undefined) return;
    if (type !== 'PROMISE') this.calls.turned();
    const { recorder, plan } = this;
    const { tick, first } = recorder;
    const running: Running = { id, type, resource };
    if (this.resumed !== undefined) running.call = this.resumed;
    this.resumed = undefined;
    const here = this.here && !first;
    this.here = false;
    const { found } = this;
    this.judge(tick, running, found);
    if (found.touched) this.found = new Found();
    if (found.ids.length > 0) return this.foundBefore(found, running);
    const text = first ? `Paused on tick ${tick}` : `Paused before a callback of tick ${tick}`;
    if (this.channel.pausing)
      this.stand('pause', first ? `Paused before tick ${tick}'s first callback` : text, [], 'gate', running);
    else if (plan !== undefined && !here && this.isReached(plan, tick, first, type))
      this.stand('step', this.sayStep(plan, tick, text), [], 'gate', running);
  }

  after(id: number, type: string, took: number): void {
    if (this.stop !== undefined) return;
    this.calls.turned();
    const found = new Found();
    this.places.after({ id, type, resource: undefined }, took, found);
    this.places.tell(found);
    if (found.ids.length > 0) this.foundAfter(found);
  }

  /** Something that breakpoints are for has just happened, outside of callbacks. */
  atOnce(): void {
    if (this.stop !== undefined) return;
    const found = new Found();
    this.places.tell(found);
    if (found.ids.length > 0) this.foundAfter(found, this.recorder.current === 0 ? 'gate' : 'inside');
  }

  /** Something happened to an async call, in the middle of what runs or right after its last step. */
  private callDid(event: CallEvent, call: AsyncCall): void {
    const found = new Found();
    this.places.tell(found);
    if (found.ids.length === 0) return;
    const { current, tick, resources, promises } = this.recorder;
    const step = promises.stepping();
    const inside = step !== 0 || current !== 0;
    const live = resources.get(current);
    const type = step === 0 ? (live?.type ?? '') : 'PROMISE';
    const running: Running = { id: step === 0 ? current : -step, type, resource: live?.resource, call };
    this.error = found.error;
    this.here = !inside;
    const over = event === 'done' || event === 'failed';
    this.stand(
      reasonOf(found),
      `Paused on tick ${tick}: ${found.text}`,
      found.ids,
      inside ? 'inside' : 'gate',
      inside && !over ? running : undefined,
    );
  }

  /** What the call of a step awaited has been settled. */
  private goesOn({ name, path, line }: Stepped, code: number): void {
    if (this.stop !== undefined || this.plan?.kind !== 'task') return;
    const text = `Paused on tick ${this.recorder.tick}, before ${name} goes on`;
    const call = { name, path, line, code };
    this.stand('step', text, [], 'gate', { id: 0, type: 'PROMISE', resource: undefined, call });
  }

  /** The user wants to pause, and no callback runs. Where one is about to, that stops. */
  pause(): void {
    if (this.stop === undefined && lengthOf('ready', this.recorder) === 0)
      this.stand('pause', `Paused while the loop slept, after tick ${this.recorder.tick}`, [], 'poll');
  }

  /** In the middle of the program's code: the helper holds the thread. */
  inside(frames: ChainFrame[]): boolean {
    if (this.stop !== undefined) return false;
    const { tick, current } = this.recorder;
    const name = frames.findLast(({ user }) => user)?.name;
    const where = name === undefined ? '' : `, in ${name}`;
    const what = current === 0 ? 'what a callback left to be done' : 'a callback';
    this.begin('pause', `Paused inside ${what} of tick ${tick}${where}`, [], 'inside', this.running());
    return true;
  }

  /** A callback, or what it left to be done, has taken long, and the helper holds the thread. */
  runsLong(frames: ChainFrame[]): boolean {
    const { tick, since } = this.recorder;
    if (this.stop !== undefined) return false;
    const running = this.running();
    const found = new Found();
    this.places.runsLong(running, this.channel.now() - since, found);
    if (found.ids.length === 0) return false;
    const name = frames.findLast(({ user }) => user)?.name ?? '';
    const where = name === '' ? '' : `, in ${name}`;
    this.begin('breakpoint', `Paused on tick ${tick}: ${found.text}${where}`, found.ids, 'inside', running);
    return true;
  }

  /** A breakpoint on a line, or a step by lines, wants to stop here: the helper holds the thread. */
  atLine(frames: ChainFrame[], found: LinesFound | undefined): boolean {
    if (this.stop !== undefined) return false;
    const text = `Paused on tick ${this.recorder.tick}: ${lineText(frames, found)}`;
    this.begin(found ? 'breakpoint' : 'step', text, found?.ids ?? [], 'inside', this.running());
    return true;
  }

  /** The callback that runs, or whose microtasks do. */
  private running(): Running {
    const { current, last, resources } = this.recorder;
    const id = current || last;
    const live = resources.get(id);
    return { id, type: live?.type ?? '', resource: live?.resource };
  }

  outside(stood: number): void {
    if (this.stop !== undefined) this.end(stood);
  }

  // ---- what the user wants

  setPoints(given: readonly TickBreakpoint[]): Commands['setBreakpoints'][1] {
    const { points, answers } = made(given, this.points, refusal);
    this.points = points;
    this.arm(points.filter(({ enabled }) => enabled));
    return { breakpoints: answers };
  }

  continue(go: () => void): Record<string, never> {
    if (this.stop === undefined) this.channel.forgetPause();
    go();
    return {};
  }

  /** Throws Refusal. */
  step({ kind, tick, task }: Commands['step'][0], go: () => void): Record<string, never> {
    if (this.stop === undefined) throw new Refusal('The program is running; pause it before stepping.');
    if (kind === 'runTo' && !(Number.isInteger(tick) && (tick as number) > this.recorder.tick))
      throw new Refusal(`The loop is at tick ${this.recorder.tick} already; it cannot run to tick ${tick}.`);
    if (kind === 'task') this.awaitTask(task ?? 0);
    const plain = kind === 'tick' || kind === 'runTo' || kind === 'task' ? kind : 'callback';
    this.plan = { kind: plain, tick: tick ?? 0 };
    go();
    return {};
  }

  private awaitTask(task: number): void {
    const call = this.pending(task);
    if (call.awaits === undefined)
      throw new Refusal('What that async call awaits cannot be told in this program, nor when it goes on.');
    const code = this.places.codeOf(call);
    this.calls.goesOn(call.awaits, () => this.goesOn(call, code));
  }

  /** Nothing stops any more. */
  open(): void {
    this.points = [];
    this.plan = undefined;
    this.arm([]);
  }

  private isReached({ kind, tick: wanted }: Plan, tick: number, first: boolean, type: string): boolean {
    switch (kind) {
      case 'callback':
        // Steps are as fine as the level that was chosen.
        return type !== 'PROMISE' || this.recorder.level !== 'macro';
      case 'task':
        return false;
      case 'tick':
        return first;
      case 'runTo':
        return tick >= wanted;
    }
  }

  private sayStep({ kind, tick: wanted }: Plan, tick: number, text: string): string {
    if (kind !== 'runTo' || tick === wanted) return text;
    return `Paused on tick ${tick}: no callback ran in tick ${wanted}${tick - wanted > 1 ? ` to ${tick - 1}` : ''}`;
  }

  private arm(points: readonly Point[]): void {
    this.ticks = pointsAt(points, 'tick');
    this.places.set(points);
    this.judged = this.recorder.tick;
    this.rearm();
  }

  /** Switches the gates to what is wanted now. */
  private rearm(): void {
    const { recorder, places } = this;
    recorder.gate = (this.plan !== undefined && this.plan.kind !== 'task') || places.before;
    recorder.gateTicks = this.ticks.length > 0 || places.beforeTicks;
    recorder.gateAfter = places.afterwards;
    recorder.beats = places.during < Infinity;
    recorder.timerWatch = places.timed ? places : undefined;
    this.lost.watch(places.wantsLost);
    const watches = places.wantsCalls || this.plan?.kind === 'task';
    this.calls.listen(places.wantsCalls);
    recorder.raise(watches ? this.calls : undefined);
  }

  /** Asks the breakpoints that are for this callback, or for the tick that begins with it. */
  private judge(tick: number, running: Running, found: Found): void {
    this.places.tell(found);
    if (tick > this.judged) {
      const since = this.judged;
      this.judged = tick;
      for (const { point, at } of this.ticks) {
        const due = dueSince(at, since, tick);
        if (due !== 0) this.places.ask(found, point, running, said(due, tick));
      }
      this.places.ticked(running, found);
    }
    this.places.callback(running, found);
  }

  private foundBefore(found: Found, next: Running): void {
    const { tick } = this.recorder;
    const text = found.text === '' ? `Paused on tick ${tick}` : `Paused on tick ${tick}: ${found.text}`;
    this.error = found.error;
    this.stand(reasonOf(found), text, found.ids, 'gate', next);
  }

  private foundAfter(found: Found, at: Stopped['at'] = 'gate'): void {
    this.error = found.error;
    this.here = true;
    const { current, resources, tick } = this.recorder;
    const live = at === 'inside' ? resources.get(current) : undefined;
    const running = live && { id: current, type: live.type, resource: live.resource };
    this.stand(reasonOf(found), `Paused on tick ${tick}: ${found.text}`, found.ids, at, running);
  }

  private stand(reason: StopReason, text: string, ids: string[], at: Stopped['at'], running?: Running): void {
    this.begin(reason, text, ids, at, running);
    this.end(this.channel.stand(this.answer));
  }

  private begin(
    reason: StopReason,
    text: string,
    ids: string[],
    at: Stopped['at'],
    running: Running | undefined,
  ): void {
    this.streams.keep();
    this.plan = undefined;
    if (at === 'gate' || running?.call !== undefined) this.next = running;
    this.stands();
    this.stop = {
      type: 'stopped',
      loop: this.loop,
      reason,
      text,
      breakpoints: ids,
      at,
      actor: running === undefined ? 0 : this.codeOf(running),
      ...(running === undefined || running.id === 0 ? {} : { resource: running.id }),
      t: this.channel.now(),
      also: false,
    };
    this.recorder.flush();
    this.channel.say(this.stop);
  }

  private end(stood: number): void {
    const { t: from, at } = this.stop as Stopped;
    this.stop = this.next = this.error = undefined;
    this.forget();
    // The time it took to stop and to go on is none of the program's, either.
    const passed = Math.max(stood, this.channel.now() - from);
    const vain = this.timers.stood(this.timers.now() - Math.round(passed * 1000), passed);
    this.recorder.stood(from, passed, at !== 'poll' && this.recorder.inTimers ? undefined : vain);
    this.recorder.flush();
    this.channel.say({ type: 'resumed', loop: this.loop, t: this.channel.now() });
    this.judged = Math.max(this.judged, this.recorder.tick);
    this.rearm();
    this.streams.restore();
  }
}

/** The tick for which a breakpoint stops at `tick`, when ticks after `since` and before it ran no callback; 0: it does not. */
function dueSince(at: At<'tick'>, since: number, tick: number): number {
  if (at.at !== undefined) return at.at > since && at.at <= tick ? at.at : 0;
  if (isDue(at, tick)) return tick;
  const last = tick - (tick % (at.every ?? 1));
  return last > since ? last : 0;
}

function said(due: number, tick: number): string {
  return due === tick ? '' : `no callback ran in tick ${due}`;
}

function reasonOf(found: Found): StopReason {
  return found.error === undefined ? 'breakpoint' : 'exception';
}
