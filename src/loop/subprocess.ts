/** Child processes as readers and writers (`asyncio.subprocess`). */
import { inspect } from 'node:util';
import type { EventLoop } from './baseEvents';
import type { ChildTransport, SubprocessOptions } from './baseSubprocess';
import { CoroutineObject, type Coroutine } from './coroutines';
import { getRunningLoop } from './events';
import type { Future } from './futures';
import { gather } from './gather';
import { BrokenPipeError, ConnectionResetError } from './osErrors';
import type { SubprocessProtocol } from './protocols';
import { StreamReader } from './streamReader';
import { FlowControlProtocol, StreamWriter, type StreamOptions } from './streams';
import type { BaseTransport, SubprocessTransport, Transport } from './transports';

/** Feeds the readers of a Process (`asyncio.subprocess.SubprocessStreamProtocol`). */
class SubprocessStreamProtocol extends FlowControlProtocol implements SubprocessProtocol {
  stdin: StreamWriter | undefined;
  stdout: StreamReader | undefined;
  stderr: StreamReader | undefined;
  private transport: SubprocessTransport | undefined;
  private exited = false;
  private readonly open = new Set<number>();
  private readonly stdinClosed: Future<void>;

  constructor(
    private readonly limit: number | undefined,
    loop: EventLoop,
  ) {
    super(loop);
    this.stdinClosed = loop.createFuture();
  }

  override connectionMade(base: BaseTransport): void {
    const transport = base as SubprocessTransport;
    this.transport = transport;
    this.stdout = this.readerOf(transport, 1);
    this.stderr = this.readerOf(transport, 2);
    const stdin = transport.getPipeTransport(0);
    if (stdin !== undefined) this.stdin = new StreamWriter(stdin, this, undefined, this.loop);
  }

  pipeDataReceived(fd: number, data: Buffer): void {
    this.reader(fd)?.feedData(data);
  }

  pipeConnectionLost(fd: number, error: unknown): void {
    if (fd === 0) {
      this.stdin?.close();
      this.connectionLost(error);
      if (error === undefined) this.stdinClosed.setResult(undefined);
      else {
        this.stdinClosed.setException(error);
        this.stdinClosed.retrieve();
      }
      return;
    }
    const reader = this.reader(fd);
    if (error === undefined) reader?.feedEof();
    else reader?.setException(error);
    this.open.delete(fd);
    this.maybeCloseTransport();
  }

  processExited(): void {
    this.exited = true;
    this.maybeCloseTransport();
  }

  override closeWaiter(): Future<void> {
    return this.stdinClosed;
  }

  private reader(fd: number): StreamReader | undefined {
    return fd === 1 ? this.stdout : this.stderr;
  }

  private readerOf(transport: SubprocessTransport, fd: number): StreamReader | undefined {
    const pipe = transport.getPipeTransport(fd);
    if (pipe === undefined) return undefined;
    const reader = new StreamReader({ limit: this.limit, loop: this.loop });
    reader.setTransport(pipe);
    this.open.add(fd);
    return reader;
  }

  private maybeCloseTransport(): void {
    if (this.open.size > 0 || !this.exited) return;
    this.transport?.close();
    this.transport = undefined;
  }
}

/** A child process (`asyncio.subprocess.Process`). */
export class Process {
  /** The debugger's number for it. */
  observed = 0;
  /** Present when stdin was PIPE. */
  readonly stdin: StreamWriter | undefined;
  /** Present when stdout was PIPE. */
  readonly stdout: StreamReader | undefined;
  /** Present when stderr was PIPE. */
  readonly stderr: StreamReader | undefined;
  /** The process id. */
  readonly pid: number;

  /** Internal: made by `createSubprocessExec` and `createSubprocessShell`. */
  constructor(
    private readonly transport: ChildTransport,
    protocol: SubprocessStreamProtocol,
  ) {
    this.stdin = protocol.stdin;
    this.stdout = protocol.stdout;
    this.stderr = protocol.stderr;
    this.pid = transport.getPid()!;
  }

  /** The exit status, negative for the signal that killed it; undefined while it runs. */
  get returncode(): number | undefined {
    return this.transport.getReturncode();
  }

  /** Waits for its end; the value is the exit status (`wait`). Read its pipes meanwhile, or it may wait for you. */
  wait(): CoroutineObject<number> {
    return new CoroutineObject('Process.wait', this.transport.wait());
  }

  /** Sends a signal; nothing happens when it has just ended (`send_signal`). Throws ProcessLookupError when it ended long ago. */
  sendSignal(signal: NodeJS.Signals | number): void {
    this.transport.sendSignal(signal);
  }

  /** Sends SIGTERM (`terminate`). */
  terminate(): void {
    this.transport.terminate();
  }

  /** Sends SIGKILL (`kill`). */
  kill(): void {
    this.transport.kill();
  }

  /**
   * Writes `input`, closes stdin, reads stdout and stderr to their ends and waits for the process; the value is
   * `[stdout, stderr]`, undefined for what is no pipe (`communicate`).
   */
  communicate(input?: Uint8Array): CoroutineObject<[stdout: Buffer | undefined, stderr: Buffer | undefined]> {
    return new CoroutineObject('Process.communicate', this.communicating(input));
  }

  toString(): string {
    return `<Process ${this.pid}>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  private *communicating(input?: Uint8Array): Coroutine<[Buffer | undefined, Buffer | undefined]> {
    const [, stdout, stderr] = (yield* gather(
      new CoroutineObject('feedStdin', this.stdin === undefined ? nothing() : feed(this.stdin, input)),
      new CoroutineObject('readStdout', this.stdout === undefined ? nothing() : this.readAll(this.stdout, 1)),
      new CoroutineObject('readStderr', this.stderr === undefined ? nothing() : this.readAll(this.stderr, 2)),
    )) as [undefined, Buffer | undefined, Buffer | undefined];
    yield* this.wait();
    return [stdout, stderr];
  }

  private *readAll(stream: StreamReader, fd: number): Coroutine<Buffer | undefined> {
    const pipe: Transport | undefined = this.transport.getPipeTransport(fd);
    const output = yield* stream.read();
    pipe?.close();
    return output;
  }
}

function* feed(stdin: StreamWriter, input: Uint8Array | undefined): Coroutine<undefined> {
  try {
    if (input !== undefined) stdin.write(input);
    yield* stdin.drain();
  } catch (error) {
    // A child need not read all of it.
    if (!(error instanceof BrokenPipeError || error instanceof ConnectionResetError)) throw error;
  }
  stdin.close();
  return undefined;
}

function* nothing(): Coroutine<undefined> {
  return undefined;
}

/** Starts a program (`asyncio.create_subprocess_exec`). Throws FileNotFoundError or PermissionError when it cannot be started. */
export function createSubprocessExec(
  program: string,
  args: readonly string[] = [],
  options: SubprocessOptions & StreamOptions = {},
): CoroutineObject<Process> {
  return new CoroutineObject(
    'createSubprocessExec',
    starting(options.limit, (loop, factory) => loop.subprocessExec(factory, [program, ...args], options)),
  );
}

/** Runs a command in `/bin/sh` (`asyncio.create_subprocess_shell`). */
export function createSubprocessShell(
  command: string,
  options: SubprocessOptions & StreamOptions = {},
): CoroutineObject<Process> {
  return new CoroutineObject(
    'createSubprocessShell',
    starting(options.limit, (loop, factory) => loop.subprocessShell(factory, command, options)),
  );
}

type Start = (
  loop: EventLoop,
  factory: () => SubprocessStreamProtocol,
) => CoroutineObject<[ChildTransport, SubprocessStreamProtocol]>;

function* starting(limit: number | undefined, start: Start): Coroutine<Process> {
  const loop = getRunningLoop();
  const [transport, protocol] = yield* start(loop, () => new SubprocessStreamProtocol(limit, loop));
  return new Process(transport, protocol);
}
