/** The program that is debugged: its process, its agent, its model, and whether it runs. One per launch or restart. */
import type { Socket } from 'node:net';
import type { FindingKind, Level, LoopId, Mode, TickBreakpoint } from './contract';
import { Findings } from './findings';
import type { FileLines } from './lines';
import { listenForAgent, type Listening } from '../launch/address';
import { AGENT_VERSION } from '../launch/agents';
import { type AskForSession, callForChild, Children, ChildProcess } from '../launch/children';
import type { CheckedLaunch } from '../launch/launchArguments';
import { type Command, ProgramProcess } from '../launch/process';
import type { Plan } from '../launch/program';
import { Model } from '../model/model';
import { AgentConnection, CommandError, RefusedError } from '../wire/connection';
import type {
  CommandName,
  Commands,
  FromAgent,
  Hello,
  LineAnswer,
  LoopChanged,
  Reply,
  Stopped,
} from '../wire/messages';

/** How long the last facts may take to arrive once the process is gone, ms. */
const LAST_FACTS_MS = 1000;
/** A program that has not answered a pause for so long is said not to, ms. */
const SILENT_MS = 2000;

/** A stop as the user is told of it. */
export interface Stop extends Stopped {
  /** What it is about, where it is no single line or callback. */
  finding?: { kind: FindingKind; sentence: string };
}

export type OutputCategory = 'stdout' | 'stderr' | 'console' | 'important';

export interface DebuggeeListener {
  output(category: OutputCategory, text: string): void;
  began(hello: Hello): void;
  loop(message: LoopChanged): void;
  /** Records came in. */
  facts(): void;
  stopped(message: Stop): void;
  /** Another loop stands because of that stop. */
  stoodToo(): void;
  /** More findings are known of where it stands. */
  found(): void;
  /** What the program makes of the breakpoints that it was welcomed with. */
  judged(answers: Commands['setBreakpoints'][1]['breakpoints']): void | Promise<void>;
  /** What has become of breakpoints on lines. */
  lines(answers: LineAnswer[]): void;
  /** What stopped it, as the user is to know it. A promise where the program has to be asked; undefined: it is to go on. */
  understood(message: Stopped): Stop | Promise<Stop | undefined>;
  /** It runs on, or has said what it makes of the breakpoints. */
  runsOn(): void;
  /** A log point spoke. */
  spoke(breakpoint: string): void;
  /** The process is gone and all is told. Without a code: nobody could say (a terminal of the editor's). */
  ended(code: number | undefined): void;
}

/** What runs the command; tests and terminals have their own. */
export type Runner = (command: Command, program: ProgramEvents) => RunningProgram | Promise<RunningProgram>;
export interface RunningProgram {
  terminate(): void;
  kill(): void;
  /** Its agent said hello. */
  began?(pid: number): void;
  /** Its agent's connection ended. */
  agentGone?(): void;
}
export interface ProgramEvents {
  name: string;
  output(category: 'stdout' | 'stderr', text: string): void;
  failed(message: string): void;
  exited(code: number | undefined): void;
}

export const runHere: Runner = (command, program) => new ProgramProcess(command, program);

export class Debuggee {
  readonly model = new Model();
  readonly findings: Findings;
  mode: Mode = 'running';
  /** The stop that the user was told of, while the program stands. */
  stop: Stop | undefined;
  hello: Hello | undefined;
  /** The agent's share of the program's CPU time, as it said last. */
  cost: number | undefined;
  /** How much the agent is to record, where it sees all. */
  chosenLevel: Level;
  private agent: AgentConnection | undefined;
  private program: RunningProgram | undefined;
  private listening: Listening | undefined;
  /** The child process that this session called for. */
  private called: Socket | undefined;
  private children: Children | undefined;
  private refused = false;
  /** The user or the editor wants it to end: nothing about that is news. */
  private ending = false;
  /** The agent said goodbye, or its connection ended. */
  private agentGone = false;
  private exited = false;
  private lastFacts: (() => void) | undefined;
  /** What the program's raw monotonic clock is ahead of ours, s. */
  private clockAhead = 0;

  constructor(
    readonly plan: Plan,
    private readonly launch: CheckedLaunch,
    private readonly breakpoints: () => TickBreakpoint[],
    private readonly lines: () => FileLines[],
    private readonly listener: DebuggeeListener,
    private readonly run: Runner = runHere,
    /** Child processes are followed, each by a session that this asks for. */
    private readonly follow?: AskForSession,
  ) {
    this.chosenLevel = plan.target === 'node' ? 'macro' : 'full';
    this.model.target = plan.target;
    this.findings = new Findings(this, launch, () => this.listener.found());
    this.model.observe = (loop, definitions) => this.findings.observe(loop, definitions);
  }

  /** Opens the socket, or calls for the child process that waits. Throws LaunchError. */
  async listen(): Promise<void> {
    const { __child: child } = this.launch;
    if (child) {
      this.called = await callForChild(child);
      this.listening = { ...child, close: () => undefined };
      return;
    }
    this.listening = await listenForAgent((socket) => void this.accept(socket));
    if (this.follow) this.children = new Children(this.listening.token, this.follow);
  }

  /** Runs the program. `listen` came before. */
  async start(): Promise<void> {
    const listening = this.listening as Listening;
    const { __child: child } = this.launch;
    if (child) {
      this.program = new ChildProcess(child.pid, (code) => void this.ended(code));
      return this.accept(this.called as Socket);
    }
    try {
      this.program = await this.run(
        this.plan.command(this.launch.noDebug ? undefined : listening, this.nothingToStopAt),
        {
          name: this.plan.name,
          output: (category, text) => this.listener.output(category, text),
          failed: (message) => this.failed(message),
          exited: (code) => void this.ended(code),
        },
      );
    } catch (error) {
      this.failed(error instanceof Error ? error.message : String(error));
    }
    if (this.ending) this.program?.kill();
  }

  /** The editor is led to the user's own lines, past the library's. */
  get justMyCode(): boolean {
    return this.launch.justMyCode !== false;
  }
  get target() {
    return this.hello?.target ?? this.plan.target;
  }
  /** Raw monotonic seconds of the program, as far as can be told from here. */
  private get now(): number {
    return performance.now() / 1000 + this.clockAhead;
  }
  /** What the model needs to let ages grow while the program runs. */
  tellTime(): void {
    this.model.now = this.mode === 'running' || this.mode === 'pausing' ? this.now : undefined;
  }
  level(loop: LoopId): Level {
    if (this.model.isReduced(loop)) return 'reduced';
    // A stop inside promise steps raises it by itself.
    return this.chosenLevel === 'macro' && this.model.recordsPromises(loop) ? 'full' : this.chosenLevel;
  }
  /** Rejects with CommandError when the target has no such level. */
  async setLevel(level: Level): Promise<void> {
    await this.request('level', { level });
    this.chosenLevel = level;
    this.cost = undefined;
  }

  /** Rejects with CommandError. */
  request<K extends CommandName>(command: K, args: Commands[K][0]): Promise<Commands[K][1]> {
    if (this.mode === 'ended') return Promise.reject(new CommandError('The program has ended.'));
    if (!this.agent || this.agentGone)
      return Promise.reject(
        new CommandError('The program is not connected to the debugger (yet); try again when it runs.'),
      );
    return this.agent.request(command, args);
  }
  get connected(): boolean {
    return this.agent !== undefined && !this.agentGone;
  }

  /** Lets the program run on; the mode says so at once, so that nothing is asked of frames that are about to go. */
  async resume<K extends 'continue' | 'step'>(command: K, args: Commands[K][0]): Promise<void> {
    const { stop, mode } = this;
    this.mode = 'running';
    this.stop = undefined;
    try {
      await this.request(command, args);
    } catch (error) {
      if (this.mode === 'running') {
        this.mode = mode;
        this.stop = stop;
      }
      throw error;
    }
  }

  async pause(): Promise<void> {
    if (this.mode !== 'running') return;
    if (!this.agent && !this.launch.noDebug) {
      // Asked of it as soon as it connects: the program may run before that.
      this.mode = 'pausing';
      return;
    }
    const answered = this.request('pause', {});
    const silent = await takesLonger(SILENT_MS, answered);
    // It may have stopped meanwhile.
    if (this.mode === 'running') this.mode = 'pausing';
    if (!silent) return;
    answered.catch(() => undefined);
    this.listener.output(
      'important',
      `${this.plan.name} has not answered for ${SILENT_MS / 1000} s: it is inside something that lets nothing else run, ` +
        'native code perhaps. It stops as soon as that returns; "Stop" ends it at once.\n',
    );
  }

  /** As Ctrl-C would, and for good after a while. A stopped program is let go for that. */
  terminate(): void {
    this.release();
    this.program?.terminate();
  }
  kill(): void {
    this.ending = true;
    this.listening?.close();
    this.program?.kill();
    this.agent?.close();
    this.called?.destroy();
    if (this.program === undefined) this.mode = 'ended';
  }
  /** No more stops: it runs to its own end. */
  release(): void {
    this.ending = true;
    if (!this.agent || this.agentGone) return;
    const ignore = () => undefined;
    void this.agent.request('setBreakpoints', { breakpoints: [] }).catch(ignore);
    for (const { path } of this.lines())
      void this.agent.request('setLines', { path, lines: [] }).catch(ignore);
    if (this.mode === 'paused') {
      this.mode = 'running';
      this.stop = undefined;
      void this.agent.request('continue', {}).catch(ignore);
    }
  }

  private async accept(socket: Socket): Promise<void> {
    if (this.agent && this.children) return this.children.take(socket);
    if (this.agent || this.ending) {
      socket.destroy();
      return;
    }
    try {
      const expected = { token: (this.listening as Listening).token, agent: AGENT_VERSION };
      const agent = await AgentConnection.accept(
        socket,
        expected,
        (hello) => {
          this.hello = hello;
          this.model.target = hello.target;
          this.clockAhead = hello.monotonic - performance.now() / 1000;
          this.program?.began?.(hello.pid);
          this.listener.began(hello);
          return {
            type: 'welcome',
            stopOnEntry: this.launch.stopOnEntry === true,
            breakpoints: this.breakpoints(),
            lines: this.lines(),
            keepUvloop: this.launch.keepUvloop === true,
            level: this.chosenLevel,
            ...(this.launch.slowCallbackMs && { slowCallback: this.launch.slowCallbackMs / 1000 }),
            // Else a child that found our variables would dial a session that takes one program only.
            subProcess: this.children !== undefined || this.called !== undefined,
            attached: false,
          };
        },
        {
          define: (payload, kind) => this.model.define(payload, kind),
          records: (payload, kind) => {
            this.model.records(payload, kind);
            this.listener.facts();
          },
          message: (message) => this.message(message),
          closed: (why) => this.agentClosed(why),
        },
      );
      if (!agent) {
        // Nobody else will dial in a child's place.
        if (socket === this.called) this.program?.agentGone?.();
        return;
      }
      this.agent = agent;
      if (this.mode === 'pausing') void this.request('pause', {}).catch(() => undefined);
      // One program, one connection: nobody else is to come in, and nothing is to stay in the file system.
      if (!this.children) this.listening?.close();
      await this.checkBreakpoints();
    } catch (error) {
      this.refused = true;
      const why =
        error instanceof RefusedError ? error.message : `The program's connection failed: ${String(error)}.`;
      this.listener.output('important', `${why} The program was ended.\n`);
      this.program?.kill();
    }
  }

  /** The program may begin before it was welcomed. */
  private get nothingToStopAt(): boolean {
    return (
      this.launch.stopOnEntry !== true &&
      this.launch.subProcess !== true &&
      this.breakpoints().length === 0 &&
      this.lines().length === 0 &&
      this.chosenLevel === 'macro'
    );
  }

  /** What was welcomed along is asked about once more: only the program can tell whether a condition parses. */
  private async checkBreakpoints(): Promise<void> {
    const breakpoints = this.breakpoints();
    const told =
      breakpoints.length > 0 &&
      (await this.request('setBreakpoints', { breakpoints }).catch(() => undefined));
    await this.listener.judged(told ? told.breakpoints : []);
  }

  private message(message: Exclude<FromAgent, Hello | Reply>): void {
    switch (message.type) {
      case 'loop':
        this.model.loopChanged(message);
        this.listener.loop(message);
        return;
      case 'stopped': {
        const stop = this.listener.understood(message);
        if (stop instanceof Promise) {
          this.model.stopped(message);
          void stop.then((judged) => this.stopped(judged ?? message, judged === undefined));
        } else this.stopped(stop, false);
        return;
      }
      case 'resumed':
        this.model.resumed(message);
        this.listener.runsOn();
        return this.listener.facts();
      case 'log':
        this.listener.spoke(message.breakpoint);
        this.listener.output('console', line(message.text));
        return;
      case 'notice':
        this.listener.output(message.severity === 'fault' ? 'important' : 'console', line(message.text));
        return;
      case 'snapshot':
        this.model.snapshot(message);
        return this.listener.facts();
      case 'cost':
        this.cost = message.share;
        return this.listener.facts();
      case 'told':
        this.model.told(message);
        return this.listener.facts();
      case 'sample':
        this.model.sample(message);
        return this.listener.facts();
      case 'lines':
        return this.listener.lines(message.lines);
      case 'goodbye':
        this.agentGone = true;
        return;
    }
  }

  /** `passes`: nobody is to know of it, unless somebody wants the program to stand meanwhile. */
  private stopped(stop: Stop, passes: boolean): void {
    if (this.agentGone) return;
    this.model.stopped(stop);
    if (stop.also) return this.listener.stoodToo();
    if (this.ending || (passes && this.mode === 'running')) {
      // It was on its way when the program was let go.
      void this.agent?.request('continue', {}).catch(() => undefined);
      return;
    }
    this.mode = 'paused';
    this.stop = stop;
    this.tellTime();
    this.listener.stopped(stop);
  }

  private agentClosed(why: string | undefined): void {
    const goodbye = this.agentGone;
    this.agentGone = true;
    this.lastFacts?.();
    this.program?.agentGone?.();
    if (this.exited || this.ending) return;
    // A program that is being killed closes its socket a moment before it is seen to have ended.
    if (this.mode !== 'ended') this.mode = 'running';
    this.stop = undefined;
    if (why !== undefined) this.listener.output('important', line(why));
    else if (!goodbye) this.listener.facts();
  }

  private failed(message: string): void {
    this.listening?.close();
    this.exited = true;
    this.mode = 'ended';
    this.listener.output('important', `${this.plan.name} could not be started: ${message}.\n`);
    this.listener.ended(undefined);
  }

  private async ended(code: number | undefined): Promise<void> {
    this.exited = true;
    this.listening?.close();
    if (this.agent && !this.agentGone) await this.factsAreIn();
    await this.children?.close(LAST_FACTS_MS);
    this.agent?.close();
    this.model.ended();
    this.mode = 'ended';
    this.stop = undefined;
    this.tellTime();
    if (!this.refused && !this.ending && !this.launch.noDebug && this.model.loopIds.length === 0)
      this.listener.output('console', this.noLoop());
    this.listener.ended(code);
  }

  private noLoop(): string {
    if (this.hello) return `${this.plan.name} ended without running an event loop.\n`;
    return (
      `${this.plan.name} ended without running an event loop that Tickscope could see: its agent was not loaded. ` +
      `${this.plan.whyNoAgent}\n`
    );
  }

  private factsAreIn(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LAST_FACTS_MS);
      this.lastFacts = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Whether it takes longer than so many ms. Rejects as the promise does. */
async function takesLonger(ms: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<true>((resolve) => (timer = setTimeout(resolve, ms, true)));
  try {
    return await Promise.race([promise.then(() => false), late]);
  } finally {
    clearTimeout(timer);
  }
}

function line(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
