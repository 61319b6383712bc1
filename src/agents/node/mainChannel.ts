/** A thread's end of the way to the helper: see channel.ts. */
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { ChainFrame, Command, Reply, Welcome } from '../../wire/messages';
import { Refusal, type Agent, type Answer, type Channel, type Install, type Said } from './channel';
import { performanceNow, startOfThread } from './clock';
import {
  CONTROL,
  cost,
  GREETING,
  HOOK,
  type Hook,
  type Order,
  type Posted,
  type Shared,
  type StartedWorker,
} from './control';
import { LINE, LineHits, type AskedLine } from './lineHits';
import { firstIdOf, Numbers } from './numbers';
import { MAIN_LOOP, type Place } from './place';
import { WordRing } from './ring';

/** How long the adapter may take to answer, ms. */
const GREETING_MS = 10_000;
/** KiB that may be on their way before the program has to wait for the adapter. */
const AHEAD = 16 * 1024;
/** How long the helper may make no progress before it is taken for dead, ms. */
const STALLED_MS = 5000;
/** Beats are counted anew after so many: an Int32 has room for them. */
const MOST_BEATS = 2 ** 30;

const INSIDE =
  'The program is in the middle of a callback that takes long: who waits for what can be read after it.';
const { wait, load, store } = Atomics;

/** What is taken for granted until the adapter has answered, where nothing has to be known before the program's first line. */
const EAGER: Welcome = {
  type: 'welcome',
  stopOnEntry: false,
  breakpoints: [],
  keepUvloop: false,
  subProcess: false,
  attached: false,
};

/** What a program gets that no adapter welcomed: it is left alone. */
const NO_ADAPTER: Welcome = {
  type: 'welcome',
  stopOnEntry: false,
  breakpoints: [],
  keepUvloop: true,
  subProcess: false,
  attached: true,
};

export class MainChannel implements Channel {
  /** The adapter's welcome is not waited for: nothing in it matters before the program's first line. */
  eager = false;
  private agent: Agent | undefined;
  private greeting: Welcome | undefined;
  /** KiB posted so far, as an Int32. */
  private posted = 0;
  private failed = false;
  /** The program stands in the middle of a callback. */
  private inside = false;
  private beats = 0;
  private readonly lineHits = new LineHits((breakpoint, text) => {
    const loop = this.agent?.running()?.loop;
    if (loop !== undefined) this.say({ type: 'log', loop, breakpoint, text });
  });
  readonly ring: WordRing | undefined;
  readonly numbers: Numbers;
  readonly firstId: number;
  private readonly control: Int32Array;
  /** What this thread's clock is behind the main thread's, ms. */
  private readonly behind: number;

  /**
   * `install`: puts the agent in, at the latest when a command asks for it. `address`: of the adapter, to be named where it
   * does not answer; a Worker's silence is nothing to speak of.
   */
  constructor(
    shared: Shared,
    private readonly port: MessagePort,
    readonly place: Place,
    private install: Install | undefined,
    private readonly address?: string,
  ) {
    this.control = new Int32Array(shared.control);
    this.ring = shared.ring && new WordRing(shared.ring, () => this.gone);
    this.numbers = new Numbers(place.numbers, place.loop);
    this.firstId = firstIdOf(place.loop);
    this.behind = this.isMain ? 0 : startOfThread() - place.start;
    port.on('message', (order: Order) => this.ordered(order));
    // It is there for us and keeps nothing alive.
    port.unref();
    const hook: Hook = (what, argument) => this.hooked(what, argument);
    const reached = (asked: AskedLine[]) => this.reached(asked);
    Object.defineProperty(Atomics.notify, Symbol.for(HOOK), { value: hook });
    Object.defineProperty(Atomics.notify, Symbol.for(LINE), { value: reached });
  }

  /** Puts the agent in, if it is not. Never throws. */
  begin(): void {
    const { install } = this;
    this.install = undefined;
    if (!install) return;
    try {
      const agent = install(this);
      if (this.gone || this.failed) agent.leave();
      else this.agent = agent;
    } catch (error) {
      this.fault(error);
    }
  }

  /** Blocks until the adapter has answered, which has had the time of the program's own start for it. */
  get welcome(): Welcome {
    if (this.greeting) return this.greeting;
    if (this.eager) return EAGER;
    wait(this.control, CONTROL.GREETING, GREETING.NONE, GREETING_MS);
    const order = receiveMessageOnPort(this.port) as { message: Order } | undefined;
    this.greeted(order?.message);
    return this.greeting ?? NO_ADAPTER;
  }

  /** The first of all orders. */
  private greeted(order: Order | undefined): void {
    if (order?.type === 'welcome') {
      this.greeting = order.welcome;
      return;
    }
    this.greeting = NO_ADAPTER;
    store(this.control, CONTROL.GONE, 1);
    this.agent?.leave();
    this.agent = undefined;
    if (this.address === undefined) return;
    const late = `Tickscope's debug adapter at ${this.address} did not answer within ${GREETING_MS / 1000} s; the program runs without it.`;
    const said = order?.type === 'refused' ? order.message : late;
    // A child that nobody wants is let go without a word.
    if (said !== '') process.stderr.write(`${said}\n`);
  }

  now(): number {
    return (performanceNow() + this.behind) / 1000;
  }

  micros(): number {
    return Math.floor((performanceNow() + this.behind) * 1000);
  }

  say(message: Said): void {
    this.write(JSON.stringify(message));
  }

  define(records: (number | string)[]): void {
    this.post(records);
  }

  records(loop: number, values: Float64Array): number {
    this.post({ loop, values }, values.buffer as ArrayBuffer);
    return this.ahead > AHEAD ? this.catchUp(AHEAD / 2) : 0;
  }

  get pausing(): boolean {
    return this.control[CONTROL.PAUSING] === 1;
  }

  beat(running: boolean): void {
    if (!running) {
      this.control[CONTROL.BEAT] = -this.beats;
      return;
    }
    this.beats = this.beats < MOST_BEATS ? this.beats + 1 : 1;
    this.control[CONTROL.BEAT] = this.beats;
  }

  forgetPause(): void {
    store(this.control, CONTROL.PAUSING, 0);
  }

  stand(answer: Answer): number {
    const { control } = this;
    const began = performanceNow();
    this.forgetPause();
    store(control, CONTROL.STANDING, 1);
    let going = false;
    while (!going && !this.gone) {
      const seen = load(control, CONTROL.COMMANDS);
      const order = this.next();
      if (order === undefined) wait(control, CONTROL.COMMANDS, seen);
      else if (order.type === 'command')
        this.answered(order.command, answer, () => {
          going = true;
          // Before the reply: whoever reads it may want to pause at once.
          store(control, CONTROL.STANDING, 0);
        });
    }
    store(control, CONTROL.STANDING, 0);
    return (performanceNow() - began) / 1000;
  }

  fault(error: unknown): void {
    if (this.failed) return;
    this.failed = true;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    try {
      this.agent?.leave();
    } catch {
      // It is out as far as it could be taken out.
    }
    this.agent = undefined;
    this.say({
      type: 'notice',
      severity: 'fault',
      text: `Tickscope's agent failed and was taken out; the program goes on without it. ${text}`,
    });
  }

  /** The thread is about to be gone: everything is sent, nothing follows. */
  finish(): void {
    this.eager = false;
    if (this.welcome === NO_ADAPTER) return;
    this.guard((agent) => (agent.exit === undefined ? agent.flush() : agent.exit()));
    if (this.isMain) this.say({ type: 'goodbye' });
    this.catchUp(0);
  }

  /** The thread has started a Worker that is to be debugged, too. */
  started(worker: StartedWorker): void {
    this.post({ started: worker }, worker.port);
  }

  private get isMain(): boolean {
    return this.place.loop === MAIN_LOOP;
  }
  /** Does what makes resources of ours, which are nothing to be seen. */
  aside<T>(act: () => T): T {
    return this.agent?.aside ? this.agent.aside(act) : act();
  }
  get gone(): boolean {
    return this.control[CONTROL.GONE] === 1;
  }
  /** KiB on their way. */
  private get ahead(): number {
    return (this.posted - load(this.control, CONTROL.SENT)) | 0;
  }

  private write(text: string): void {
    this.post({ text, head: this.ring?.published ?? 0 });
  }

  private post(message: Posted, transferred?: ArrayBuffer | MessagePort): void {
    if (this.gone) return;
    this.posted = (this.posted + cost(message)) | 0;
    this.port.postMessage(message, transferred ? [transferred] : undefined);
  }

  /** Blocks until no more than `left` KiB are on their way. Returns the seconds that it took. */
  private catchUp(left: number): number {
    const began = performanceNow();
    while (this.ahead > left && !this.gone) {
      const sent = load(this.control, CONTROL.SENT);
      if (((this.posted - sent) | 0) <= left) break;
      // A launched program waits for its adapter as long as that lives; a helper that is gone cannot say so.
      const waited = wait(this.control, CONTROL.SENT, sent, STALLED_MS);
      if (waited === 'timed-out' && left === 0) break;
    }
    return (performanceNow() - began) / 1000;
  }

  private next(): Order | undefined {
    if (!this.greeting && !this.eager) return void this.welcome;
    const order = (receiveMessageOnPort(this.port) as { message: Order } | undefined)?.message;
    if (order?.type !== 'welcome' && order?.type !== 'refused') return order;
    this.ordered(order);
    return this.next();
  }

  /** Between two macrotasks. */
  private ordered(order: Order): void {
    if (order.type === 'welcome' || order.type === 'refused') {
      this.greeted(order);
      if (order.type === 'welcome') this.guard((agent) => agent.welcomed?.(order.welcome));
    } else if (order.type === 'command') this.answered(order.command, this.running, () => undefined);
    else if (order.type === 'pause' && this.pausing) this.guard((agent) => agent.pause());
  }

  private readonly running: Answer = (command, go) => {
    if (command.command === 'detach') return this.detach(command.arguments.terminate === true);
    this.begin();
    if (!this.agent) throw new Refusal("Tickscope's agent was taken out of the program; it cannot answer.");
    return this.agent.answer(command, go);
  };

  private detach(terminate: boolean): Record<string, never> {
    if (terminate) process.kill(process.pid, 'SIGTERM');
    else this.guard((agent) => agent.leave());
    this.agent = undefined;
    return {};
  }

  private answered(command: Command, answer: Answer, go: () => void): void {
    const before = load(this.control, CONTROL.ANSWERING);
    store(this.control, CONTROL.ANSWERING, 1);
    const reply = this.replyTo(command, command.command === 'detach' ? this.running : answer, go);
    store(this.control, CONTROL.ANSWERING, before);
    if (command.command === 'detach') go();
    this.write(JSON.stringify(reply));
  }

  private replyTo(command: Command, answer: Answer, go: () => void): Reply {
    const { id } = command;
    try {
      return { type: 'reply', id, body: answer(command, go) ?? {} };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (error instanceof Error && error.name === 'Refusal') return { type: 'reply', id, error: why };
      return {
        type: 'reply',
        id,
        error: `Tickscope's agent could not answer "${command.command}" (${why}).`,
      };
    }
  }

  /** The helper, through the inspector, in the middle of whatever runs. */
  private hooked(what: Parameters<Hook>[0], argument: string): boolean {
    switch (what) {
      case 'inside': {
        let stopped = false;
        this.guard((agent) => (stopped = agent.inside(JSON.parse(argument))));
        if (stopped) this.forgetPause();
        return (this.inside = stopped);
      }
      case 'slow': {
        let stopped = false;
        this.guard((agent) => (stopped = agent.runsLong?.(JSON.parse(argument) as ChainFrame[]) === true));
        return (this.inside = stopped);
      }
      case 'sample':
        this.guard((agent) => this.sample(agent, JSON.parse(argument) as ChainFrame[]));
        return true;
      case 'decide':
        this.lineHits.decideHeld();
        return true;
      case 'line':
      case 'stepped': {
        const found = this.lineHits.take();
        const wanted = found.ids.length > 0;
        if (what === 'line' && !wanted) return false;
        const frames = JSON.parse(argument) as ChainFrame[];
        let stopped = false;
        this.guard((agent) => (stopped = agent.atLine?.(frames, wanted ? found : undefined) === true));
        if (stopped) this.forgetPause();
        return (this.inside = stopped);
      }
      case 'outside':
        this.inside = false;
        this.guard((agent) => agent.outside(Number(argument)));
        return true;
      case 'orders': {
        const frames = JSON.parse(argument) as ChainFrame[];
        let going = false;
        for (let order = this.next(); order !== undefined; order = this.next())
          if (order.type === 'command') this.answered(order.command, this.busy(frames), () => (going = true));
        return going;
      }
    }
  }

  /** Tells where a callback that takes long is. What it is called comes first. */
  private sample(agent: Agent, frames: ChainFrame[]): void {
    const running = agent.running();
    if (running === undefined) return;
    agent.flush();
    const told = frames.map(({ name, path, line, user }) => ({ name, path, line, user }));
    this.say({ type: 'sample', ...running, frames: told });
  }

  /** V8 is at a line with breakpoints. False: it passes by, as it does where nothing of a loop's runs or the thread stands. */
  private reached(asked: AskedLine[]): boolean {
    if (load(this.control, CONTROL.STANDING) === 1 || this.agent?.running() === undefined) return false;
    try {
      return this.lineHits.reached(asked);
    } catch (error) {
      this.fault(error);
      return false;
    }
  }

  /** Answers in the middle of a callback, whose frames only the inspector knows. */
  private busy(frames: ChainFrame[]): Answer {
    return (command, go) => {
      if (command.command === 'waits' && !this.inside) return { waits: [], things: [], unproved: INSIDE };
      const running = command.command === 'stack' ? this.agent?.running() : undefined;
      if (command.command !== 'stack' || running?.loop !== command.arguments.loop)
        return this.running(command, go);
      return { frames, running: true, elapsed: running.elapsed };
    };
  }

  private guard(act: (agent: Agent) => void): void {
    if (!this.agent) return;
    try {
      act(this.agent);
    } catch (error) {
      this.fault(error);
    }
  }
}
