/**
 * Sees to it that a thread of the program attends to commands. It does by itself where it stands, and between two
 * macrotasks; a callback that takes longer is broken into, to answer or to stop in.
 */
import type { Command, LineAnswer, LineBreakpoint, LineStep, Reply } from '../../wire/messages';
import { FIRST_HELPER_ID, Refusal } from './channel';
import { CONTROL, type Order } from './control';
import { Inspected } from './inspected';
import { LineBreakpoints, urlsOf } from './lineBreakpoints';
import type { AnySession } from './workerSession';

/** How long the thread may take to attend by itself, ms. */
const GRACE_MS = 30;
/** The longest wait between two attempts to stop in code that no loop runs, ms. */
const LONGEST_MS = 1000;
/** How long callbacks that take long are left alone after one was looked into to tell of it, ms. */
const BETWEEN_SAMPLES_MS = 1000;
/** Frames of the agent that are stepped out of before another moment is chosen. */
const STEPS_OUT = 30;
/** How often a beat is looked at, ms. */
const SHORTEST_LOOK_MS = 5;
const LONGEST_LOOK_MS = 250;
/** After a callback: until it is taken to have no microtasks any more. */
const LOOKS_ASLEEP = 4;
/** Steps from Node's own code towards the program's. */
const STEPS_IN = 5;
/** Steps through what is not the user's, into the first line that is. */
const STEPS_FOREIGN = 200;

/** How long a thread that stands at a gate may take to be made ready for a step into a callback, ms. */
const ARMING_MS = 500;

export interface AttentionHost {
  order(order: Order): void;
  say(reply: Reply): void;
  /** Code with breakpoints on its lines was loaded. */
  found(answers: LineAnswer[]): void;
  /** Whether the thread computes now; false where that is not known. */
  computes(): boolean;
  /** The inspector on the thread. */
  session(): AnySession;
  /** Where the agents' own scripts lie. */
  readonly folder: string;
  /** The least id of frames and references that are the helper's. */
  readonly firstId: number;
}

export class Attention {
  /** Commands that the thread was given and has not answered. */
  private readonly pending = new Set<number>();
  /** Connected while there are breakpoints on lines, or it is held, or about to be. */
  private inspected: Inspected | undefined;
  private readonly lines = new LineBreakpoints();
  private step: Step | undefined;
  /** It stands at a gate and is about to be held there: called then. */
  private arming: (() => void) | undefined;
  /** It is broken into. */
  private breaking = false;
  /** When the stop inside began, ms; undefined while there is none. */
  private held: number | undefined;
  private patience = GRACE_MS;
  private timer: NodeJS.Timeout | undefined;
  private stepsOut = 0;
  private stepsIn = 0;
  private slowTimer: NodeJS.Timeout | undefined;
  /** The beat of a callback that takes long, or after which microtasks do; 0 none. */
  private slow = 0;
  /** What it takes longer than, ms. */
  private slowMs = 0;
  /** What it is looked into for. */
  private mayStop = false;
  private toSample = false;
  /** The beat of the last one that was looked into, and what it had taken longer than, ms. */
  private looked = { beat: 0, ms: 0 };
  /** Commands of a stop inside are served one after another. */
  private tail: Promise<void> = Promise.resolve();
  /** Breakpoints on lines are set one file after another. */
  private setting: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly control: Int32Array,
    private readonly host: AttentionHost,
  ) {}

  commanded(command: Command): void {
    if (this.held !== undefined) {
      this.tail = this.tail.then(() => this.inside(command));
      return;
    }
    if (command.command === 'step' && command.arguments.kind === 'lineInto') {
      this.tail = this.tail.then(() => this.intoNext(command));
      return;
    }
    this.ordered(command);
  }

  private ordered(command: Command): void {
    this.pending.add(command.id);
    this.host.order({ type: 'command', command });
    this.lookLater(GRACE_MS);
  }

  /** The thread has answered. */
  answered(id: number): void {
    this.pending.delete(id);
  }

  /**
   * Callbacks that run longer than one of these, ms, are to be looked into while they run. `stop`: they may have to stop
   * there, if any. `sample`: they are told of, but not all: it holds the program up for a moment. Microtasks that run on
   * after a callback are part of it, as far as it is known that the thread computes.
   */
  watchSlow(stop: number, sample: number): void {
    this.watchNothing();
    const shortest = Math.min(stop, sample);
    if (shortest === Infinity) return;
    let beat = 0;
    let since = 0;
    let asleep = 0;
    let sampled = -Infinity;
    this.slowTimer = setInterval(
      () => {
        const now = performance.now();
        const current = Atomics.load(this.control, CONTROL.BEAT);
        const answering = Atomics.load(this.control, CONTROL.ANSWERING) === 1;
        if (current !== beat || answering || this.standing) {
          beat = current;
          since = now;
          asleep = 0;
          return;
        }
        const ended = beat <= 0;
        if (ended) {
          if (beat === 0 || asleep >= LOOKS_ASLEEP) return;
          if (!this.host.computes()) {
            since = now;
            asleep++;
            return;
          }
        }
        const done = this.looked.beat === beat ? this.looked.ms : 0;
        const isDue = (ms: number) => ms > done && now - since >= ms;
        const toSample = isDue(sample) && now - sampled >= BETWEEN_SAMPLES_MS;
        // What V8 stopped for would be taken for the end of a step.
        const stepping = this.step !== undefined || this.arming !== undefined;
        if (this.breaking || stepping || !(toSample || isDue(stop))) return;
        if (toSample) sampled = now;
        this.slow = beat;
        this.slowMs = Math.max(toSample ? sample : 0, isDue(stop) ? stop : 0);
        this.mayStop = isDue(stop);
        this.toSample = toSample;
        this.breakIn();
      },
      Math.min(Math.max(shortest / 4, SHORTEST_LOOK_MS), LONGEST_LOOK_MS),
    );
  }

  private watchNothing(): void {
    clearInterval(this.slowTimer);
    this.slowTimer = undefined;
  }

  /** The connection has ended: nobody is held any more. */
  over(): void {
    clearTimeout(this.timer);
    this.watchNothing();
    this.pending.clear();
    this.lines.clear();
    this.letGo();
    this.rest();
  }

  /** Replaces the breakpoints of one file. Answers at the latest when the thread runs JavaScript. */
  setLines(path: string, given: readonly LineBreakpoint[]): Promise<LineAnswer[]> {
    const set = this.setting.then(async () => {
      const inspected = given.length > 0 || this.lines.any ? this.connect() : undefined;
      await inspected?.enable();
      const answers = await this.lines.set(path, given, inspected);
      this.rest();
      return answers;
    });
    this.setting = set.catch(() => undefined);
    return set;
  }

  /** As the command of that name. Answers at the latest when the thread runs JavaScript. */
  possibleLines(path: string, from: number, to: number): Promise<number[]> {
    const found = this.setting.then(async () => {
      const inspected = this.connect();
      await inspected.enable();
      const lines = await inspected.possibleLines(urlsOf(path), from, to);
      this.rest();
      return lines;
    });
    this.setting = found.catch(() => undefined);
    return found;
  }

  /** It stands at a gate: no step by lines goes on. */
  stood(): void {
    this.step = undefined;
    this.rest();
  }

  /** It is to stop where it is. */
  pause(): void {
    if (this.standing) return;
    this.stopSoon();
    this.patience = GRACE_MS;
    this.lookLater(GRACE_MS);
  }

  /** It is to stop where it next comes by a gate: another thread stands. */
  stopSoon(): void {
    if (this.standing) return;
    Atomics.store(this.control, CONTROL.PAUSING, 1);
    this.host.order({ type: 'pause' });
  }

  forgetPause(): void {
    Atomics.store(this.control, CONTROL.PAUSING, 0);
  }

  /** At a gate, or held inside a callback. */
  get standing(): boolean {
    return this.held !== undefined || Atomics.load(this.control, CONTROL.STANDING) === 1;
  }

  private get pausing(): boolean {
    return Atomics.load(this.control, CONTROL.PAUSING) === 1;
  }
  /** Somebody waits for the thread, and it does not attend by itself. */
  private get wanted(): boolean {
    if (Atomics.load(this.control, CONTROL.STANDING) === 1) return false;
    return this.pausing || this.pending.size > 0 || this.runsSlowly;
  }
  /** The callback for which it was broken into still runs. */
  private get runsSlowly(): boolean {
    return this.slow !== 0 && this.slow === Atomics.load(this.control, CONTROL.BEAT);
  }

  private lookLater(ms: number): void {
    if (this.timer || this.breaking) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (!this.wanted || this.held !== undefined) return;
      // V8's debugger would only hold it up.
      if (Atomics.load(this.control, CONTROL.ANSWERING) === 1) this.lookLater(ms);
      else this.breakIn();
    }, ms);
  }

  private breakIn(): void {
    this.stepsOut = this.stepsIn = 0;
    let inspected;
    try {
      inspected = this.connect();
    } catch {
      return; // no inspector in this Node: the thread attends when it can
    }
    this.breaking = true;
    void inspected.breakIn().catch(() => this.letGo());
  }

  private connect(): Inspected {
    const { folder, firstId } = this.host;
    return (this.inspected ??= new Inspected(this.host.session(), folder, firstId, {
      paused: () => void this.paused(),
      resolved: (breakpoint, line) => {
        const answers = this.lines.resolved(breakpoint, line);
        if (answers.length > 0) this.host.found(answers);
      },
    }));
  }

  /** V8's debugger slows the program: it is there only while it is needed. */
  private rest(): void {
    const { inspected, held, breaking, step, arming, lines } = this;
    if (held !== undefined || breaking || step || arming || lines.any) return;
    this.inspected = undefined;
    inspected?.close();
  }

  /** The thread is held, somewhere. */
  private async paused(): Promise<void> {
    const { inspected } = this;
    if (!inspected || this.held !== undefined) return;
    try {
      if (this.arming) return this.arming();
      // A breakpoint in what an evaluation calls, or what is left of a step that ended at a gate.
      if (Atomics.load(this.control, CONTROL.STANDING) === 1) return this.letGo();
      if (this.lines.any && !inspected.inAgent) {
        await inspected.judge('decide', '');
        if (await inspected.hook('line', told(inspected))) return await this.hold(inspected);
      }
      if (this.step) return await this.stepped(inspected, this.step);
      if (!this.wanted) return this.letGo();
      if (inspected.inAgent) {
        if (this.stepsOut++ < STEPS_OUT) return await inspected.stepOut();
        return this.tryAgain();
      }
      const frames = inspected.frames();
      if (!frames.some(({ user }) => user)) {
        // Node is about to run some microtask: the next statement is in it.
        if (this.stepsIn++ < STEPS_IN) return await inspected.stepInto();
        return this.tryAgain();
      }
      const seen = JSON.stringify(frames);
      if (this.pausing && (await inspected.hook('inside', seen))) return await this.hold(inspected);
      if (this.runsSlowly) {
        this.looked = { beat: this.slow, ms: this.slowMs };
        this.slow = 0;
        if (this.toSample) await inspected.hook('sample', seen);
        if (this.mayStop && (await inspected.judge('slow', seen))) return await this.hold(inspected);
      }
      await inspected.hook('orders', seen);
      this.tryAgain();
    } catch {
      this.letGo();
    }
  }

  /** Lets the program run on, and comes back while somebody waits: less and less often. */
  private tryAgain(): void {
    this.letGo();
    if (!this.pausing && this.pending.size === 0) return;
    this.patience = Math.min(2 * this.patience, LONGEST_MS);
    this.lookLater(this.patience);
  }

  private letGo(): void {
    const { inspected } = this;
    this.held = undefined;
    this.breaking = false;
    void inspected?.resume().catch(() => undefined);
    this.rest();
  }

  /** It has stopped inside. */
  private async hold(inspected: Inspected): Promise<void> {
    this.held = performance.now();
    this.breaking = false;
    this.step = undefined;
    this.patience = GRACE_MS;
    await this.orders(told(inspected));
  }

  // ---- stopped inside a callback

  private async inside(command: Command): Promise<void> {
    const { inspected } = this;
    const { id } = command;
    // One of those before let it go.
    if (!inspected || this.held === undefined) return this.commanded(command);
    try {
      const body = await this.served(command, inspected);
      if (body !== undefined) return this.host.say({ type: 'reply', id, body });
    } catch (error) {
      const why = error instanceof Refusal ? error.message : `Tickscope's agent failed (${String(error)}).`;
      return this.host.say({ type: 'reply', id, error: why });
    }
    this.pending.add(id);
    this.host.order({ type: 'command', command });
    const kind = command.command === 'step' ? command.arguments.kind : undefined;
    await this.orders(told(inspected), isLineStep(kind) ? kind : undefined);
  }

  /** The reply's body; undefined where the agent is to answer. */
  private async served(command: Command, inspected: Inspected): Promise<object | undefined> {
    switch (command.command) {
      case 'locals': {
        const { frame } = command.arguments;
        return frame < FIRST_HELPER_ID ? undefined : { variables: await inspected.locals(frame) };
      }
      case 'variables': {
        const { ref, start, count } = command.arguments;
        return ref < FIRST_HELPER_ID
          ? undefined
          : { variables: await inspected.variables(ref, start, count) };
      }
      case 'evaluate': {
        const { frame = 0, expression } = command.arguments;
        return frame < FIRST_HELPER_ID ? undefined : await inspected.evaluate(frame, expression);
      }
      default:
        return undefined;
    }
  }

  /** Has the thread answer what it was given; it may be let go thereby, to go by lines where `kind` is given. */
  private async orders(frames: string, kind?: LineStep): Promise<void> {
    const { inspected, held } = this;
    if (!inspected || held === undefined) return;
    if (!(await inspected.hook('orders', frames))) return;
    await inspected.hook('outside', String((performance.now() - held) / 1000));
    if (!kind) return this.letGo();
    const { place, depth, url, user } = inspected.here;
    this.step = { kind, place, depth, foreign: 0 };
    this.held = undefined;
    await inspected.passByForeign(!user || this.lines.has(url));
    await this.stepOn(inspected, kind);
  }

  // ---- steps by lines

  private stepOn(inspected: Inspected, kind: LineStep): Promise<void> {
    switch (kind) {
      case 'lineOver':
        return inspected.stepOver();
      case 'lineInto':
        return inspected.stepInto();
      case 'lineOut':
        return inspected.stepOut();
    }
  }

  /** A step has come somewhere, before the next gate. */
  private async stepped(inspected: Inspected, step: Step): Promise<void> {
    const { place, depth, user } = inspected.here;
    this.breaking = false;
    if (!user && step.kind === 'lineInto' && ++step.foreign < STEPS_FOREIGN)
      return await inspected.stepInto();
    if (!user) return await inspected.stepOut();
    if (this.pending.size > 0) await inspected.hook('orders', told(inspected));
    // There may be several statements on a line.
    if (!this.pausing && place === step.place && depth === step.depth && step.kind !== 'lineOut')
      return await this.stepOn(inspected, step.kind);
    if (await inspected.hook('stepped', told(inspected))) return await this.hold(inspected);
    // Nothing of a loop's runs: the next gate is where it ends.
    this.letGo();
  }

  /** It stands before a callback: the first of the user's lines that this runs is to stop it. */
  private async intoNext(command: Command): Promise<void> {
    try {
      const inspected = this.connect();
      await inspected.enable();
      await inspected.passBy([]);
      const there = new Promise<void>((resolve) => {
        this.arming = resolve;
        setTimeout(resolve, ARMING_MS);
      });
      await inspected.pause();
      await there;
      this.arming = undefined;
      await inspected.passByForeign(false);
      this.step = { kind: 'lineInto', place: '', depth: 0, foreign: 0 };
      await inspected.stepInto();
    } catch {
      // Not held: its next gate is where the step ends.
      this.arming = undefined;
    }
    this.ordered(command);
  }
}

/** A step by lines, and where it began. */
interface Step {
  kind: LineStep;
  place: string;
  depth: number;
  /** Times that it came to what is not the user's. */
  foreign: number;
}

function isLineStep(kind: string | undefined): kind is LineStep {
  return kind === 'lineOver' || kind === 'lineInto' || kind === 'lineOut';
}

/** JSON of its frames. */
function told(inspected: Inspected): string {
  return JSON.stringify(inspected.frames());
}
