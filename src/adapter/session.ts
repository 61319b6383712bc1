/** One debug session: every request of the Debug Adapter Protocol, answered. */
import { ProtocolServer } from '@vscode/debugadapter/lib/protocol';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Breakpoints } from './breakpoints';
import { Changes } from './changes';
import type { LaunchArguments } from './contract';
import { Custom } from './custom';
import { Debuggee, runHere, type Runner } from './debuggee';
import { exceptionInfo } from './exceptionInfo';
import { FILTERS } from './filters';
import { Lines } from './lines';
import { RequestError } from './requestError';
import { sentenceOf } from './sentenceOf';
import { Stack } from './stack';
import { Stepping, type StepArguments } from './stepping';
import { loopThread, threadOf, threadsOf, type ThreadOf } from './threads';
import { Variables } from './variables';
import { Watch } from './watch';
import { HELD_MS, type AskForSession } from '../launch/children';
import { checkLaunchArguments, type CheckedLaunch } from '../launch/launchArguments';
import { childName, planChild, planLaunch } from '../launch/plan';
import type { Plan } from '../launch/program';
import { TerminalProcess } from '../launch/terminal';
import type { LineStep, LoopChanged, Stopped } from '../wire/messages';

/** How long a terminal of the editor's may take to open, ms. */
const TERMINAL_MS = 30_000;
const ERROR_ID = 1;
/** The editor asks these by itself, now and then late, of frames that are gone; it shows refusals where it asked. */
const SHOWN_IN_PLACE = new Set(['threads', 'stackTrace', 'scopes', 'variables', 'evaluate', 'exceptionInfo']);

type Request = (args: never) => unknown;

export class Session extends ProtocolServer {
  readonly breakpoints: Breakpoints;
  private readonly lines: Lines;
  readonly stepping: Stepping;
  /** The protocol's number of the breakpoint that was made last. */
  private lastBreakpoint = 0;
  private readonly stack = new Stack();
  private readonly variables = new Variables();
  private readonly changes = new Changes((body) => this.event('tickscope/changed', body));
  private readonly custom: Custom;

  private client: Partial<DebugProtocol.InitializeRequestArguments> = {};
  private launchArguments: CheckedLaunch | undefined;
  private configured = false;
  private program: Debuggee | undefined;
  private watch: Watch | undefined;
  /** Its process may be alive. */
  private alive = false;
  /** The editor left and wants the program to run to its own end. */
  private letGo = false;
  private whenGone: (() => void)[] = [];
  private readonly loopsShown = new Set<number>();

  /** `closed`: the editor let the session go; called once, when all that it started has ended. */
  constructor(private readonly closed: () => void = () => undefined) {
    super();
    this.on('error', () => undefined); // a message that is no message gets no answer
    const current = () => this.program;
    const changed = (breakpoint: DebugProtocol.Breakpoint) =>
      this.event('breakpoint', { reason: 'changed', breakpoint: this.counted(breakpoint) });
    const said = (text: string) => this.output('important', `${text}\n`);
    const nextNumber = () => ++this.lastBreakpoint;
    const set = () => this.watch?.soon();
    this.breakpoints = new Breakpoints({ current, changed, said, set }, nextNumber);
    this.lines = new Lines({ current, changed }, nextNumber);
    this.stepping = new Stepping({
      debuggee: () => this.debuggee(),
      runTo: (place) => this.breakpoints.runTo(place),
      runsOn: (threadId, announce) => {
        this.forgetFrames();
        if (announce) this.event('continued', { threadId, allThreadsContinued: true });
      },
      stoodElsewhere: (threadId, text) => {
        this.event('stopped', { reason: 'step', description: text, text, threadId, allThreadsStopped: true });
        this.changes.now(this.debuggee());
      },
      looksElsewhere: () => {
        this.forgetFrames();
        this.event('invalidated', { areas: ['all'] });
        this.changes.now(this.debuggee());
      },
    });
    this.custom = new Custom(this);
  }

  /** Throws RequestError when nothing is debugged. */
  debuggee(): Debuggee {
    if (!this.program) throw new RequestError('No program is being debugged; launch one first.');
    return this.program;
  }
  current(): Debuggee | undefined {
    return this.program;
  }

  // ---- requests ----

  private readonly requests: Record<string, Request> = {
    initialize: (args: DebugProtocol.InitializeRequestArguments) => this.initialize(args),
    launch: (args: unknown) => this.launch(args),
    attach: () => {
      throw new RequestError('Attaching to a running program is not built yet; launch it instead.');
    },
    configurationDone: () => {
      this.configured = true;
      // Its own troubles are told as output: the answer is not about them.
      this.startWhenReady();
    },
    restart: (args: { arguments?: unknown } | undefined) => this.restart(args?.arguments),
    terminate: () => this.terminate(),
    disconnect: (args: DebugProtocol.DisconnectArguments | undefined) => this.disconnect(args ?? {}),

    threads: async () => {
      await this.custom.read();
      const { program } = this;
      return { threads: program ? threadsOf(program.model, await program.findings.stuckTasks()) : [] };
    },
    stackTrace: (args: DebugProtocol.StackTraceArguments) => this.stackTrace(args),
    scopes: ({ frameId }: DebugProtocol.ScopesArguments) => ({
      scopes: this.variables.scopes(this.stack.frameOf(frameId)),
    }),
    variables: async (args: DebugProtocol.VariablesArguments) => ({
      variables: await this.variables.variables(this.debuggee(), args),
    }),
    evaluate: (args: DebugProtocol.EvaluateArguments) => {
      const frame = args.frameId === undefined ? undefined : this.stack.frameOf(args.frameId);
      const past = frame?.past !== undefined || this.stepping.cursor !== undefined;
      return this.variables.evaluate(this.debuggee(), args, frame, past);
    },
    exceptionInfo: () => exceptionInfo(this.debuggee()),

    continue: async ({ threadId }: DebugProtocol.ContinueArguments) => {
      await this.stepping.continue(threadId);
      return { allThreadsContinued: true };
    },
    pause: async () => {
      await this.stepping.pause();
      this.changes.now(this.debuggee());
    },
    next: (args: DebugProtocol.NextArguments) => this.stepThread(args.threadId, 'callback', 'lineOver'),
    stepIn: (args: DebugProtocol.StepInArguments) => this.stepThread(args.threadId, 'callback', 'lineInto'),
    stepOut: (args: DebugProtocol.StepOutArguments) => this.stepThread(args.threadId, 'tick', 'lineOut'),
    stepBack: (args: DebugProtocol.StepBackArguments) => this.stepThread(args.threadId, 'backCallback'),
    reverseContinue: ({ threadId }: DebugProtocol.ReverseContinueArguments) =>
      this.stepping.rewind(this.thread(threadId).loop),

    setBreakpoints: (args: DebugProtocol.SetBreakpointsArguments) => this.setLines(args),
    breakpointLocations: (args: DebugProtocol.BreakpointLocationsArguments) => this.possibleLines(args),
    setFunctionBreakpoints: async (args: DebugProtocol.SetFunctionBreakpointsArguments) => ({
      breakpoints: await this.breakpoints.setFunctions(args.breakpoints ?? []),
    }),
    setExceptionBreakpoints: async (args: DebugProtocol.SetExceptionBreakpointsArguments) => ({
      breakpoints: await this.breakpoints.setFilters(args),
    }),
    cancel: () => undefined,
  };

  /** Every request is answered, whatever happens on the way. */
  protected override dispatchRequest(request: DebugProtocol.Request): void {
    void this.answer(request);
  }

  private async answer(request: DebugProtocol.Request): Promise<void> {
    const { command } = request;
    const response: DebugProtocol.Response = {
      seq: 0,
      type: 'response',
      request_seq: request.seq,
      command,
      success: true,
    };
    try {
      const handler: Request | undefined = Object.hasOwn(this.requests, command)
        ? this.requests[command]
        : Object.hasOwn(this.custom.requests, command)
          ? this.custom.requests[command as keyof Custom['requests']]
          : undefined;
      if (!handler) throw new RequestError(`Tickscope does not know the request "${command}".`);
      const body = await handler((request.arguments ?? {}) as never);
      if (body !== undefined) response.body = body;
    } catch (error) {
      const message = sentenceOf(error, command);
      response.success = false;
      response.message = message;
      response.body = { error: { id: ERROR_ID, format: message, showUser: !SHOWN_IN_PLACE.has(command) } };
    }
    this.sendResponse(response);
    if (command === 'initialize' && response.success) this.event('initialized');
    if (command === 'disconnect') this.closed();
  }

  private initialize(args: DebugProtocol.InitializeRequestArguments): DebugProtocol.Capabilities {
    this.client = args;
    return {
      supportsConfigurationDoneRequest: true,
      supportsEvaluateForHovers: true,
      supportsStepBack: true,
      supportsRestartRequest: true,
      supportsTerminateRequest: true,
      supportTerminateDebuggee: true,
      supportsExceptionInfoRequest: true,
      supportsFunctionBreakpoints: true,
      supportsConditionalBreakpoints: true,
      supportsHitConditionalBreakpoints: true,
      supportsLogPoints: true,
      supportsBreakpointLocationsRequest: true,
      supportsExceptionFilterOptions: true,
      exceptionBreakpointFilters: FILTERS,
      // A stack is asked for whole: only then can the editor open the first frame of the user's own.
      supportsDelayedStackTraceLoading: false,
      supportsClipboardContext: true,
      supportsSingleThreadExecutionRequests: false,
    };
  }

  /** Answered when the program can be run; it is run when the configuration is done, whichever comes last. */
  private async launch(said: unknown): Promise<void> {
    if (this.program) throw new RequestError('This session has its program already; start another session.');
    const launch = checkLaunchArguments(said);
    const program = await this.prepare(launch);
    this.launchArguments = launch;
    this.program = program;
    this.startWhenReady();
  }

  private async prepare(launch: CheckedLaunch): Promise<Debuggee> {
    const kind = launch.console === 'integratedTerminal' || launch.console === 'externalTerminal';
    if (kind && this.client.supportsRunInTerminalRequest !== true)
      throw new RequestError(
        `This editor cannot open a terminal for "console": "${launch.console}". Use "internalConsole".`,
      );
    const plan = launch.__child ? planChild(launch.__child, launch) : await planLaunch(launch);
    if (launch.record)
      this.output('important', 'Recording is not built yet; the program runs without being recorded.\n');
    const follow = launch.subProcess ? this.follower(launch, plan) : undefined;
    this.breakpoints.launched(launch.tickBreakpoints ?? [], launch);
    const program: Debuggee = new Debuggee(
      plan,
      launch,
      () => this.breakpoints.wanted,
      () => this.lines.wanted,
      {
        output: (category, text) => this.output(category, text),
        began: ({ pid }) =>
          this.event('process', {
            name: plan.name,
            systemProcessId: pid,
            isLocalProcess: true,
            startMethod: 'launch',
          }),
        loop: (message) => this.loopChanged(program, message),
        facts: () => {
          if (program !== this.program) return;
          this.changes.soon(program);
          watch.soon();
        },
        stopped: (message) => this.stopped(program, message),
        stoodToo: () => {
          if (program === this.program) this.changes.now(program);
        },
        found: () => {
          if (program === this.program) this.changes.now(program);
        },
        judged: (answers) => {
          this.breakpoints.told(answers);
          watch.soon();
          if (program === this.program) this.changes.now(program);
          return this.lines.connected();
        },
        lines: (answers) => this.lines.told(answers),
        understood: (message) => {
          if (!watch.isOurs(message)) return this.breakpoints.stopped(message);
          return watch.stopped(message).then((stop) => stop && this.breakpoints.stopped(stop));
        },
        runsOn: () => watch.soon(),
        spoke: (breakpoint) => {
          this.breakpoints.spoke(breakpoint);
          this.changes.soon(program);
        },
        ended: (code) => this.ended(program, code),
      },
      kind ? this.inTerminal(launch) : runHere,
      follow,
    );
    const watch = (this.watch = new Watch(program, {
      watched: () => (program === this.program ? this.breakpoints.watched : []),
      speaks: (breakpoint, text) => {
        this.breakpoints.spoke(breakpoint);
        this.output('console', `${text}\n`);
        this.changes.soon(program);
      },
    }));
    await program.listen();
    return program;
  }

  /** Child processes get sessions of their own, where that can be; else a sentence says that they are left alone. */
  private follower(launch: CheckedLaunch, plan: Plan): AskForSession | undefined {
    const alone = (why: string) =>
      void this.output('important', `${why}, so child processes are left alone, "subProcess" or not.\n`);
    if (launch.noDebug) return undefined;
    if (plan.target === 'loop')
      return alone('Tickscope follows the child processes of Python and plain Node programs only');
    if (this.client.supportsStartDebuggingRequest !== true)
      return alone('This editor cannot start the sessions that child processes would need');
    const { justMyCode, keepUvloop, stuckAfterMs, slowCallbackMs } = launch;
    return (__child, { argv }) =>
      new Promise((resolve) =>
        this.sendRequest(
          'startDebugging',
          {
            request: 'launch',
            configuration: {
              name: `${childName(argv, plan.target)} [pid ${__child.pid}]`,
              target: plan.target,
              ...{ justMyCode, keepUvloop, stuckAfterMs, slowCallbackMs },
              tickBreakpoints: this.breakpoints.ticks,
              __child,
            },
          },
          HELD_MS,
          ({ success }) => resolve(success),
        ),
      );
  }

  private startWhenReady(): void {
    if (!this.configured || !this.program || this.alive) return;
    this.alive = true;
    void this.program.start();
  }

  /** The same program again, in the same session; the editor may have changed its arguments. */
  private async restart(said: unknown): Promise<void> {
    const launch = said ? checkLaunchArguments(said) : this.launchArguments;
    if (!launch) throw new RequestError('There is no program to start again; launch one first.');
    if (launch.__child)
      throw new RequestError(
        'A child process cannot be started again by itself; restart the program that starts it.',
      );
    const old = this.program;
    // Nothing of the old one is news any more.
    this.program = undefined;
    old?.kill();
    await this.gone();
    for (const loop of this.loopsShown)
      this.event('thread', { reason: 'exited', threadId: loopThread(loop) });
    this.loopsShown.clear();
    this.stepping.reset();
    this.changes.reset();
    this.forgetFrames();
    this.program = await this.prepare(launch);
    if (old) this.program.chosenLevel = old.chosenLevel;
    this.launchArguments = launch;
    this.startWhenReady();
  }

  private terminate(): void {
    this.stepping.over();
    if (this.alive) this.program?.terminate();
    else this.event('terminated');
  }

  private async disconnect({ terminateDebuggee, restart }: DebugProtocol.DisconnectArguments): Promise<void> {
    this.stepping.over();
    if (terminateDebuggee === false && restart !== true) {
      this.letGo = true;
      this.program?.release();
    } else await this.end();
  }

  /** Ends all that this session started, but for a program that the editor let go: that is waited for. */
  async end(): Promise<void> {
    if (!this.letGo) this.program?.kill();
    await this.gone();
  }
  /** Fulfilled when no process of the session is left. */
  gone(): Promise<void> {
    return this.alive ? new Promise((resolve) => this.whenGone.push(resolve)) : Promise.resolve();
  }

  private inTerminal(launch: LaunchArguments): Runner {
    return async (command, program) => {
      const terminal = new TerminalProcess(program);
      const kind = launch.console === 'externalTerminal' ? 'external' : 'integrated';
      await terminal.start(
        command,
        kind,
        program.name,
        (args) =>
          new Promise((resolve) =>
            this.sendRequest(
              'runInTerminal',
              args,
              TERMINAL_MS,
              resolve as (response: DebugProtocol.Response) => void,
            ),
          ),
      );
      return terminal;
    };
  }

  private async setLines(
    args: DebugProtocol.SetBreakpointsArguments,
  ): Promise<DebugProtocol.SetBreakpointsResponse['body']> {
    const from = this.firstLine;
    const given = args.breakpoints ?? args.lines?.map((line) => ({ line })) ?? [];
    const lines = given.map((each) => ({ ...each, line: each.line + 1 - from }));
    const answers = await this.lines.set(args.source, lines);
    return { breakpoints: answers.map((each) => this.counted(each)) };
  }
  private async possibleLines({
    source,
    line,
    endLine = line,
  }: DebugProtocol.BreakpointLocationsArguments): Promise<DebugProtocol.BreakpointLocationsResponse['body']> {
    const from = this.firstLine;
    const lines = await this.lines.possible(source, line + 1 - from, endLine + 1 - from);
    return { breakpoints: lines.map((each) => ({ line: each - 1 + from })) };
  }
  /** What the client counts lines from. */
  private get firstLine(): 0 | 1 {
    return this.client.linesStartAt1 === false ? 0 : 1;
  }
  private counted(breakpoint: DebugProtocol.Breakpoint): DebugProtocol.Breakpoint {
    const { line } = breakpoint;
    return line === undefined ? breakpoint : { ...breakpoint, line: line - 1 + this.firstLine };
  }

  private thread(threadId: number): ThreadOf {
    return threadOf(threadId, this.debuggee().model);
  }
  private stepThread(threadId: number, kind: StepArguments['kind'], line?: LineStep): Promise<void> {
    return this.stepping.stepThread(this.thread(threadId), kind, line);
  }

  private async stackTrace(
    args: DebugProtocol.StackTraceArguments,
  ): Promise<DebugProtocol.StackTraceResponse['body']> {
    const debuggee = this.debuggee();
    const { startFrame = 0, levels = 0 } = args;
    const all = await this.stack.trace(debuggee, this.thread(args.threadId), this.stepping.cursor);
    const stackFrames = all.slice(startFrame, levels > 0 ? startFrame + levels : undefined);
    if (this.client.linesStartAt1 === false) for (const frame of stackFrames) if (frame.source) frame.line--;
    if (this.client.columnsStartAt1 === false)
      for (const frame of stackFrames) if (frame.source) frame.column--;
    return { stackFrames, totalFrames: all.length };
  }

  // ---- what the program does ----

  private stopped(program: Debuggee, { loop, reason, text, breakpoints }: Stopped): void {
    if (program !== this.program) return;
    this.forgetFrames();
    const threadId = this.stepping.stopped(loop, reason === 'step');
    const hitBreakpointIds = [
      ...this.breakpoints.numbersOf(breakpoints),
      ...this.lines.numbersOf(breakpoints),
    ];
    this.event('stopped', {
      reason,
      description: text,
      text: breakpoints.length > 1 ? `${text} (breakpoints ${breakpoints.join(', ')})` : text,
      threadId,
      allThreadsStopped: true,
      ...(hitBreakpointIds.length > 0 && { hitBreakpointIds }),
    });
    this.changes.now(program);
  }

  private loopChanged(program: Debuggee, { loop, state }: LoopChanged): void {
    if (program !== this.program) return;
    const threadId = loopThread(loop);
    if (state === 'closed' ? this.loopsShown.delete(loop) : !this.loopsShown.has(loop)) {
      if (state !== 'closed') this.loopsShown.add(loop);
      this.event('thread', { reason: state === 'closed' ? 'exited' : 'started', threadId });
    }
    this.changes.soon(program);
  }

  private ended(program: Debuggee, code: number | undefined): void {
    this.alive = false;
    if (program === this.program) this.watch?.close();
    // A program that makes room for its next run ends in silence.
    if (program === this.program) {
      this.stepping.over();
      this.forgetFrames();
      this.changes.now(program);
      if (code !== undefined) this.event('exited', { exitCode: code });
      this.event('terminated');
    }
    for (const resolve of this.whenGone.splice(0)) resolve();
  }

  private forgetFrames(): void {
    this.stack.clear();
    this.variables.clear();
  }
  private output(category: string, output: string): void {
    this.event('output', { category, output });
  }
  private event(event: string, body?: object): void {
    this.sendEvent({ seq: 0, type: 'event', event, ...(body && { body }) });
  }
}
