/** The cursor, and every way in which the user moves: through the program, and through its history. */
import type { Cursor, LoopId, Requests, TaskId, TickPlace } from './contract';
import type { Debuggee } from './debuggee';
import { RequestError } from './requestError';
import { loopThread, taskThread, type ThreadOf } from './threads';
import { CommandError } from '../wire/connection';
import type { LineStep } from '../wire/messages';

export type StepArguments = Requests['tickscope/step'][0];
export type Place = Required<Cursor>;
interface ByLines {
  line?: LineStep;
}

export interface SteppingHost {
  /** Throws RequestError when nothing is debugged. */
  debuggee(): Debuggee;
  /** Where the program is to stop next, once. Rejects with RequestError when it cannot. */
  runTo(place: TickPlace): Promise<void>;
  /** What was shown of frames is gone. Sent to the editor only where it does not know by itself. */
  runsOn(threadId: number, announce: boolean): void;
  /** The cursor moved while the program stands: the native views are to follow. */
  stoodElsewhere(threadId: number, text: string): void;
  /** The cursor moved, and no native view stands anywhere. */
  looksElsewhere(): void;
}

export class Stepping {
  /** Undefined: at the head, where the program is. */
  cursor: Place | undefined;
  /** Which thread the next stop is to be shown on, when the user asked for it: that of a task. */
  private stopThread: number | undefined;
  /** Steps wait here for the stop of the one before; what ends the row of steps makes a new epoch. */
  private tail: Promise<void> = Promise.resolve();
  private epoch = 0;
  private settled: (() => void)[] = [];
  /** The stop of a step through history is told a turn later, so that the step is answered first. */
  private telling: Promise<void> = Promise.resolve();

  constructor(private readonly host: SteppingHost) {}

  // ---- told by the session ----

  /** The program stopped: everybody looks at it. Returns the thread that the stop is to be shown on. */
  stopped(loop: LoopId, isStep: boolean): number {
    this.cursor = undefined;
    const thread = isStep ? this.stopThread : undefined;
    this.stopThread = undefined;
    // A queued step was meant for where this stop is not.
    if (!isStep) this.epoch++;
    this.settle();
    return thread ?? loopThread(loop);
  }
  /** The program ended, or its stepping is over for another reason. */
  over(): void {
    this.epoch++;
    this.settle();
  }
  reset(): void {
    this.cursor = undefined;
    this.over();
  }

  // ---- asked by the user ----

  async continue(thread: number): Promise<void> {
    const debuggee = this.host.debuggee();
    this.over();
    const inPast = this.cursor !== undefined;
    this.cursor = undefined;
    if (debuggee.mode === 'paused') {
      await debuggee.resume('continue', {});
      this.host.runsOn(thread, false);
    } else if (inPast) this.host.looksElsewhere();
    else if (debuggee.mode === 'ended')
      throw new RequestError('The program has ended; start it again to go on.');
  }

  async pause(): Promise<void> {
    this.over();
    const debuggee = this.host.debuggee();
    if (debuggee.mode === 'ended')
      throw new RequestError('The program has ended; there is nothing to pause.');
    await debuggee.pause();
  }

  /**
   * `next` and its kin on a thread. On a task that is not about to run, a step by callbacks runs until it does. `line`: the
   * step by lines that it is where the program stands in the middle of a callback.
   */
  stepThread(thread: ThreadOf, kind: StepArguments['kind'], line?: LineStep): Promise<void> {
    const { loop } = thread;
    if (thread.kind === 'task' && kind === 'callback') {
      const { stop } = this.host.debuggee();
      if (this.cursor === undefined && stop?.actor !== thread.task)
        return this.step({ kind: 'task', task: thread.task, loop }, false);
    }
    return this.step({ kind, loop, line }, false);
  }

  /** Fulfilled when the step is under way or, in history, done. */
  step(args: StepArguments & ByLines, announce: boolean): Promise<void> {
    const { epoch } = this;
    const result = this.tail.then(() => {
      if (epoch !== this.epoch)
        throw new RequestError(
          'The program stopped elsewhere, or runs on, before this step began; step again.',
        );
      return this.stepNow(args, announce);
    });
    this.tail = result.then(
      () => this.whenStopped(),
      () => undefined,
    );
    return result;
  }

  seek(cursor: Cursor | undefined): void {
    const { model } = this.host.debuggee();
    this.moveTo(cursor === undefined ? undefined : model.resolve(cursor));
    this.host.looksElsewhere();
  }

  /** Back to where history begins. */
  rewind(loop: LoopId): void {
    const { model } = this.host.debuggee();
    const { firstTick, lastTick } = model.state({ loop });
    this.walkTo(model.resolve({ loop, tick: Math.min(firstTick, lastTick), callback: 0 }), false);
  }

  // ---- how ----

  private async stepNow(args: StepArguments & ByLines, announce: boolean): Promise<void> {
    const debuggee = this.host.debuggee();
    const { model } = debuggee;
    const loop = args.loop ?? this.cursor?.loop ?? debuggee.stop?.loop ?? model.head().loop;
    const task = args.kind === 'task' ? needed(args.task, 'a task', 'task') : undefined;
    const { place } = args.kind === 'runTo' ? args : {};
    const tick = args.kind === 'runTo' && !place ? needed(args.tick, 'a tick', 'runTo') : undefined;
    if (task !== undefined) model.taskOf(task);
    const head = model.head(loop);
    const from = this.cursor?.loop === loop ? this.cursor : undefined;
    const { kind } = args;

    if (kind === 'backCallback' || kind === 'backTick') {
      const to = model.next(from ?? (debuggee.mode === 'running' ? model.shown(loop) : head), kind);
      if (!to) throw new RequestError('This is where the history begins; there is nothing before it.');
      return this.walkTo(to, announce);
    }
    // Where a place was reached, history does not know.
    if (place) this.moveTo(undefined);
    else if (from) {
      const to = this.forward(from, kind, task, tick);
      if (to) return this.walkTo(to, announce);
      // Further than history reaches: the program has to run for it, from where it is.
      this.moveTo(undefined);
    }
    if (tick !== undefined && (tick < head.tick || (tick === head.tick && head.callback === 0)))
      throw new RequestError(
        `Tick ${tick} has begun already: the program is in tick ${head.tick}. Seek to go back to it.`,
      );
    if (debuggee.mode === 'ended')
      throw new RequestError('The program has ended; its past can still be looked at, step back for that.');
    if (debuggee.mode !== 'paused') throw new RequestError('The program is running; pause it to step.');
    this.stopThread = task === undefined ? undefined : taskThread(task);
    const line = lineStep(debuggee, args.line);
    if (place) {
      await this.host.runTo(place);
      await debuggee.resume('continue', {});
    } else if (!line || !(await this.steppedByLine(debuggee, line, loop)))
      await debuggee.resume('step', { kind, loop, ...(task && { task }), ...(tick && { tick }) });
    this.host.runsOn(loopThread(loop), announce);
  }

  /** False where the program cannot do that, in a callback of C's, say. */
  private async steppedByLine(debuggee: Debuggee, kind: LineStep, loop: LoopId): Promise<boolean> {
    try {
      await debuggee.resume('step', { kind, loop });
      return true;
    } catch (error) {
      if (error instanceof CommandError) return false;
      throw error;
    }
  }

  /** The place in history that this step leads to; undefined when it lies beyond. */
  private forward(
    from: Place,
    kind: StepArguments['kind'],
    task: TaskId | undefined,
    tick: number | undefined,
  ): Place | undefined {
    const { model, stop } = this.host.debuggee();
    const head = model.head(from.loop);
    if (tick !== undefined) {
      if (tick <= from.tick)
        throw new RequestError(
          `Tick ${tick} lies before the one that is shown, ${from.tick}. Seek to go back to it.`,
        );
      return tick <= head.tick ? model.firstFrom({ loop: from.loop, tick, callback: 0 }) : undefined;
    }
    if (task === undefined) return model.next(from, kind === 'tick' ? 'tick' : 'callback') ?? head;
    // What runs next where the program stands is no history yet.
    return model.nextStepOf(task, from) ?? (stop?.actor === task ? head : undefined);
  }

  private walkTo(place: Place, announce: boolean): void {
    const debuggee = this.host.debuggee();
    this.moveTo(place);
    if (debuggee.mode !== 'paused') return this.host.looksElsewhere();
    const thread = loopThread(place.loop);
    this.host.runsOn(thread, announce);
    // Says nothing of the place: a seek tells the editor to ask for everything again, but not for this text.
    const text = 'Paused';
    this.telling = new Promise((told) =>
      setImmediate(() => {
        if (debuggee.mode === 'paused') this.host.stoodElsewhere(thread, text);
        told();
      }),
    );
  }

  private moveTo(place: Place | undefined): void {
    const head = place && this.host.debuggee().model.head(place.loop);
    this.cursor = place && head && same(place, head) ? undefined : place;
  }

  private async whenStopped(): Promise<void> {
    await this.telling;
    const { mode } = this.host.debuggee();
    if (mode === 'running' || mode === 'pausing')
      await new Promise<void>((resolve) => this.settled.push(resolve));
  }
  private settle(): void {
    for (const resolve of this.settled.splice(0)) resolve();
  }
}

/** Before a callback, only the step into its first line goes by lines. */
function lineStep({ stop }: Debuggee, wanted: LineStep | undefined): LineStep | undefined {
  return stop?.at === 'inside' || wanted === 'lineInto' ? wanted : undefined;
}

function same(a: Place, b: Place): boolean {
  return a.loop === b.loop && a.tick === b.tick && a.callback === b.callback;
}

function needed(value: number | undefined, what: string, kind: string): number {
  if (value === undefined)
    throw new RequestError(`A step of the kind "${kind}" needs ${what}: add "${what.slice(2)}".`);
  return value;
}
