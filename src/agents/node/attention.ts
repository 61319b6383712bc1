/**
 * Sees to it that a thread of the program attends to commands. It does by itself where it stands, and between two
 * macrotasks; a callback that takes longer is broken into, to answer or to stop in.
 */
import type { Command, Reply } from '../../wire/messages';
import { FIRST_HELPER_ID, Refusal } from './channel';
import { CONTROL, type Order } from './control';
import { Inspected } from './inspected';
import type { AnySession } from './workerSession';

/** How long the thread may take to attend by itself, ms. */
const GRACE_MS = 30;
/** The longest wait between two attempts to stop in code that no loop runs, ms. */
const LONGEST_MS = 1000;
/** Frames of the agent that are stepped out of before another moment is chosen. */
const STEPS_OUT = 30;
/** How often a beat is looked at, ms. */
const SHORTEST_LOOK_MS = 5;
const LONGEST_LOOK_MS = 250;
/** Steps from Node's own code towards the program's. */
const STEPS_IN = 5;

export interface AttentionHost {
  order(order: Order): void;
  say(reply: Reply): void;
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
  private inspected: Inspected | undefined;
  /** When the stop inside began, ms; undefined while there is none. */
  private held: number | undefined;
  private patience = GRACE_MS;
  private timer: NodeJS.Timeout | undefined;
  private stepsOut = 0;
  private stepsIn = 0;
  private slowTimer: NodeJS.Timeout | undefined;
  /** The beat of a callback that takes long; 0 none. */
  private slow = 0;
  /** The beat of the last one that was looked into. */
  private lookedAt = 0;
  /** Commands of a stop inside are served one after another. */
  private tail: Promise<void> = Promise.resolve();

  constructor(
    private readonly control: Int32Array,
    private readonly host: AttentionHost,
  ) {}

  commanded(command: Command): void {
    if (this.held !== undefined) {
      this.tail = this.tail.then(() => this.inside(command));
      return;
    }
    this.pending.add(command.id);
    this.host.order({ type: 'command', command });
    this.lookLater(GRACE_MS);
  }

  /** The thread has answered. */
  answered(id: number): void {
    this.pending.delete(id);
  }

  /** Callbacks that run longer than that, ms, are to be looked into while they run; undefined: none are. */
  watchSlow(ms: number | undefined): void {
    clearInterval(this.slowTimer);
    this.slowTimer = undefined;
    if (ms === undefined) return;
    let beat = 0;
    let since = 0;
    this.slowTimer = setInterval(
      () => {
        const now = performance.now();
        const current = Atomics.load(this.control, CONTROL.BEAT);
        if (current !== beat || current === 0 || this.standing) {
          beat = current;
          since = now;
        } else if (now - since >= ms && this.lookedAt !== beat && !this.inspected) {
          this.slow = beat;
          this.breakIn();
        }
      },
      Math.min(Math.max(ms / 4, SHORTEST_LOOK_MS), LONGEST_LOOK_MS),
    );
  }

  /** The connection has ended: nobody is held any more. */
  over(): void {
    clearTimeout(this.timer);
    this.watchSlow(undefined);
    this.pending.clear();
    this.letGo();
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
    if (this.timer || this.inspected) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.wanted) this.breakIn();
    }, ms);
  }

  private breakIn(): void {
    this.stepsOut = this.stepsIn = 0;
    try {
      const { folder, firstId } = this.host;
      this.inspected = new Inspected(this.host.session(), folder, firstId, () => void this.paused());
    } catch {
      return; // no inspector in this Node: the thread attends when it can
    }
    void this.inspected.breakIn().catch(() => this.letGo());
  }

  /** The thread is held, somewhere. */
  private async paused(): Promise<void> {
    const { inspected } = this;
    if (!inspected || this.held !== undefined) return;
    try {
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
      const told = JSON.stringify(frames);
      if (this.pausing && (await inspected.hook('inside', told))) {
        this.held = performance.now();
        this.patience = GRACE_MS;
        await this.orders(told);
        return;
      }
      if (this.runsSlowly) {
        this.lookedAt = this.slow;
        this.slow = 0;
        if (await inspected.hook('slow', told)) {
          this.held = performance.now();
          return await this.orders(told);
        }
      }
      await inspected.hook('orders', told);
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
    this.inspected = undefined;
    this.held = undefined;
    if (!inspected) return;
    void inspected.resume().catch(() => undefined);
    inspected.close();
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
    await this.orders(JSON.stringify(inspected.frames()));
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

  /** Has the thread answer what it was given; it may be let go thereby. */
  private async orders(frames: string): Promise<void> {
    const { inspected, held } = this;
    if (!inspected || held === undefined) return;
    if (!(await inspected.hook('orders', frames))) return;
    await inspected.hook('outside', String((performance.now() - held) / 1000));
    this.letGo();
  }
}
