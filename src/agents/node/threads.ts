/**
 * The program's threads, which are one program to the adapter: who answers which command, and that all stand when one
 * does.
 */
import type { Command, Commands, LineAnswer, Reply, Stopped, Welcome } from '../../wire/messages';
import { isOf, ownerOf } from './numbers';
import type { ProgramThread } from './programThread';

/** A command that was handed on. */
interface Asked {
  readonly by: Set<ProgramThread>;
  /** All are to answer, not just the first. */
  readonly all: boolean;
}

/** The id of commands that are the helper's own. */
const OWN = 0;
const CONTINUE = { type: 'command', command: 'continue', arguments: {} } as const;

/** How long V8's debugger may take to set breakpoints on lines, ms. */
const PATIENCE_MS = 2000;
/** What takes long where nothing is said, s. */
const SLOW_CALLBACK = 0.1;
const BUSY = 'The program has been busy for 2 seconds; this is looked at as soon as its code lets it.';

export class Threads {
  private readonly all = new Map<number, ProgramThread>();
  private readonly asked = new Map<number, Asked>();
  /** The user wants to pause, and nothing has stopped since. */
  private pausing = false;
  /** The thread whose stop the adapter was told of, while the program stands. It may have been ended meanwhile. */
  private stopped: ProgramThread | undefined;
  /** Those that said that they stand, and were not told to go on. */
  private readonly standing = new Set<ProgramThread>();
  /** The command after which the others go on, too. */
  private stepping: number | undefined;
  private welcome: Welcome | undefined;

  constructor(
    private readonly main: ProgramThread,
    private readonly numbers: SharedArrayBuffer,
    private readonly reply: (reply: Reply) => void,
    /** Code with breakpoints on its lines was found. */
    private readonly found: (lines: LineAnswer[]) => void,
  ) {
    this.all.set(main.loop, main);
  }

  [Symbol.iterator](): Iterator<ProgramThread> {
    return this.all.values();
  }

  /** The adapter has answered. Fulfilled when the program may begin: what stops its first line is set. */
  async begin(welcome: Welcome): Promise<void> {
    this.welcome = welcome;
    await this.setAll(this.main);
    this.main.welcome(welcome);
    this.watchSlow();
  }

  /** A Worker has been started. */
  async add(thread: ProgramThread): Promise<void> {
    this.all.set(thread.loop, thread);
    await this.setAll(thread);
    // What is an entry is the main thread's alone.
    thread.welcome({ ...(this.welcome as Welcome), stopOnEntry: false });
    this.watchSlow();
    if (this.stopped || this.pausing) thread.attention.stopSoon();
  }

  /** It has ended. */
  remove(thread: ProgramThread): void {
    this.all.delete(thread.loop);
    this.standing.delete(thread);
    for (const [id, { by }] of this.asked) {
      if (!by.delete(thread) || by.size > 0) continue;
      this.asked.delete(id);
      this.reply({ type: 'reply', id, error: 'The thread ended before it answered.' });
    }
  }

  commanded(command: Command): void {
    switch (command.command) {
      case 'pause':
        return this.pause(command.id);
      case 'continue':
        return this.resume(command);
      case 'step':
        return this.step(command);
      case 'setBreakpoints':
      case 'level':
        this.remember(command);
        return this.ask(command, [...this.all.values()]);
      case 'setLines':
        return void this.setLines(command);
      case 'possibleLines':
        return void this.possibleLines(command);
      case 'detach':
        return this.detach(command);
      case 'reasons': {
        const { tasks } = command.arguments;
        const concerned = tasks ? new Set(tasks.map((task) => this.ofTask(task))) : this.all.values();
        return this.ask(command, [...concerned], true);
      }
      default:
        return this.ask(command, [this.concerned(command)]);
    }
  }

  private concerned(command: Command): ProgramThread {
    const { loop, task, frame, ref } = command.arguments as {
      loop?: number;
      task?: number;
      frame?: number;
      ref?: number;
    };
    const id = frame ?? ref;
    if (id !== undefined) return this.find((thread) => isOf(thread.loop, id));
    if (task !== undefined) return this.ofTask(task);
    if (loop !== undefined) return this.all.get(loop) ?? this.main;
    return this.all.get(this.stopped?.loop ?? 0) ?? this.main;
  }

  private ofTask(task: number): ProgramThread {
    return this.all.get(ownerOf(this.numbers, task)) ?? this.main;
  }
  private find(is: (thread: ProgramThread) => boolean): ProgramThread {
    return [...this.all.values()].find(is) ?? this.main;
  }

  private ask(command: Command, threads: ProgramThread[], all = false): void {
    this.asked.set(command.id, { by: new Set(threads), all });
    for (const thread of threads) thread.attention.commanded(command);
  }

  private remember(command: Command): void {
    if (command.command === 'setBreakpoints') {
      Object.assign(this.welcome as Welcome, { breakpoints: command.arguments.breakpoints });
      this.watchSlow();
    } else if (command.command === 'level')
      Object.assign(this.welcome as Welcome, { level: command.arguments.level });
  }

  // ---- breakpoints on lines: V8's debugger holds them, which the helper speaks to

  /** Before its first line. */
  private async setAll(thread: ProgramThread): Promise<void> {
    const set = (this.welcome?.lines ?? []).map(({ path, lines }) => thread.attention.setLines(path, lines));
    await within(Promise.allSettled(set), PATIENCE_MS);
  }

  private async setLines({ id, arguments: { path, lines } }: Command & { command: 'setLines' }) {
    const welcome = this.welcome as Welcome;
    welcome.lines = [...(welcome.lines ?? []).filter((file) => file.path !== path), { path, lines }];
    this.watchSlow();
    const set = [...this.all.values()].map(({ attention }) => attention.setLines(path, lines));
    const answered = await within(Promise.allSettled(set), PATIENCE_MS);
    if (answered === undefined) {
      const refused = lines.map(({ id, line }) => ({ id, line, verified: false, message: BUSY }));
      this.reply({ type: 'reply', id, body: { lines: refused } });
      // What becomes of them is told when it is known.
      for (const each of set) void each.then(this.found, () => undefined);
      return;
    }
    const all = answered.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const [failure] = answered.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
    const message = failure && `V8's debugger, which stops at lines, cannot be had: ${failure}.`;
    const told = lines.map(({ id, line }): LineAnswer => {
      const answers = all.flatMap((each) => each.filter((answer) => answer.id === id));
      return answers.find(({ verified }) => verified) ?? answers[0] ?? { id, line, verified: false, message };
    });
    this.reply({ type: 'reply', id, body: { lines: told } });
  }

  private async possibleLines({ id, arguments: { path, from, to } }: Command & { command: 'possibleLines' }) {
    const asked = [...this.all.values()].map(({ attention }) => attention.possibleLines(path, from, to));
    const answered = await within(Promise.allSettled(asked), PATIENCE_MS);
    if (answered === undefined) return this.reply({ type: 'reply', id, error: BUSY });
    const all = answered.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    this.reply({ type: 'reply', id, body: { lines: [...new Set(all)].sort((a, b) => a - b) } });
  }

  /** Only the helper can see that a callback takes long while it does. An attached program is not held up to tell where. */
  private watchSlow(): void {
    const durations = (this.welcome?.breakpoints ?? []).flatMap((breakpoint) =>
      breakpoint.place === 'slow' && breakpoint.when === 'during' && breakpoint.enabled !== false
        ? [breakpoint.ms]
        : [],
    );
    const { attached, breakpoints, lines = [], slowCallback = SLOW_CALLBACK } = this.welcome as Welcome;
    // V8 does not end an endless condition or message into which it was broken.
    const evaluates =
      breakpoints.some(({ condition, logMessage }) => condition ?? logMessage) ||
      lines.some((file) => file.lines.length > 0);
    const sample = attached || evaluates ? Infinity : slowCallback * 1000;
    for (const thread of this.all.values()) thread.attention.watchSlow(Math.min(...durations), sample);
  }

  private pause(id: number): void {
    this.reply({ type: 'reply', id, body: {} });
    if (this.stopped) return;
    this.pausing = true;
    for (const thread of this.all.values()) thread.attention.pause();
  }

  private resume(command: Command): void {
    const standing = this.goOn();
    this.ask(command, standing.length > 0 ? standing : [this.main]);
  }

  /** Nobody is to stand any more: returns who does. */
  private goOn(): ProgramThread[] {
    this.pausing = false;
    this.stopped = undefined;
    for (const thread of this.all.values()) thread.attention.forgetPause();
    const standing = [...this.standing];
    this.standing.clear();
    return standing;
  }

  private step(command: Command): void {
    this.stepping = command.id;
    this.ask(command, [this.concerned(command)]);
  }

  /** It goes on, and the others with it. */
  private stepped(thread: ProgramThread): void {
    for (const other of this.goOn())
      if (other !== thread) other.attention.commanded({ ...CONTINUE, id: OWN });
  }

  private detach(command: Command & { command: 'detach' }): void {
    for (const thread of this.all.values())
      if (thread !== this.main)
        thread.attention.commanded({ ...command, id: OWN, arguments: {} as Commands['detach'][0] });
    this.ask(command, [this.main]);
  }

  // ---- what they say

  /** What the adapter is to hear of a message (JSON) of the thread's, if anything. */
  said(thread: ProgramThread, text: string): string | undefined {
    const [type] = /(?<=^\{"type":")\w+/.exec(text) ?? [];
    switch (type) {
      case 'reply': {
        const reply = JSON.parse(text) as Reply;
        thread.attention.answered(reply.id);
        return this.answered(thread, reply) ? text : undefined;
      }
      case 'stopped':
        return JSON.stringify(this.stood(thread, JSON.parse(text) as Stopped));
      case 'resumed':
        this.standing.delete(thread);
        if (this.stopped === thread) this.stopped = undefined;
        return text;
      case 'loop':
        thread.loopChanged = JSON.parse(text) as ProgramThread['loopChanged'];
        return text;
      default:
        return text;
    }
  }

  /** One stop is told at a time: threads that stop while another stands do so because of it. */
  private stood(thread: ProgramThread, stop: Stopped): Stopped {
    this.standing.add(thread);
    if (stop.at !== 'inside') thread.attention.stood();
    if (this.stopped === undefined && (this.pausing || stop.reason !== 'pause')) {
      this.pausing = false;
      this.stopped = thread;
      for (const other of this.all.values()) if (other !== thread) other.attention.stopSoon();
      return stop;
    }
    // The pause was taken back while it was about to stop.
    if (this.stopped === undefined) {
      this.standing.delete(thread);
      thread.attention.commanded({ ...CONTINUE, id: OWN });
    }
    return { ...stop, also: true };
  }

  /** A reply by way of the helper alone. */
  replied(thread: ProgramThread, reply: Reply): void {
    if (this.answered(thread, reply)) this.reply(reply);
  }

  /** Whether the adapter is to hear it. */
  private answered(thread: ProgramThread, reply: Reply): boolean {
    if (reply.id === this.stepping) {
      this.stepping = undefined;
      if (reply.error === undefined) this.stepped(thread);
    }
    const asked = this.asked.get(reply.id);
    if (!asked?.by.delete(thread)) return false;
    if (asked.all && asked.by.size > 0) return false;
    this.asked.delete(reply.id);
    return true;
  }
}

/** Undefined where it takes longer than `ms`. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, ms, undefined)));
  const first = await Promise.race([promise, late]);
  clearTimeout(timer);
  return first;
}
