/** The loop's end of a child process (`asyncio.base_subprocess`). */
import { spawn, type ChildProcess, type SpawnOptions, type StdioOptions } from 'node:child_process';
import { accessSync, constants as fileModes, statSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join, sep } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { inspect } from 'node:util';
import type { EventLoop } from './baseEvents';
import { CoroutineObject, type Coroutine } from './coroutines';
import { Handle } from './events';
import { leavesLoop, NotImplementedError, ValueError } from './exceptions';
import type { Future } from './futures';
import { hostCall } from './hostCalls';
import { logger } from './log';
import { FileNotFoundError, PermissionError, ProcessLookupError, toOSError } from './osErrors';
import { Protocol, type BaseProtocol, type SubprocessProtocol } from './protocols';
import { shared } from './shared';
import { SubprocessTransport, type BaseTransport, type Transport } from './transports';

/** A pipe to the child (`asyncio.subprocess.PIPE`). */
export const PIPE = -1;
/** stderr goes where stdout goes (`asyncio.subprocess.STDOUT`). */
export const STDOUT = -2;
/** `/dev/null` (`asyncio.subprocess.DEVNULL`). */
export const DEVNULL = -3;

/** Where a standard stream of the child goes: PIPE, DEVNULL, a file descriptor, a Node stream that has one; absent: ours. */
export type Stdio = number | Readable | Writable | undefined;

export interface SubprocessOptions {
  stdin?: Stdio;
  stdout?: Stdio;
  /** Or STDOUT. */
  stderr?: Stdio;
  /** Working directory; absent, ours. */
  cwd?: string | URL;
  /** The whole environment; absent, ours. */
  env?: NodeJS.ProcessEnv;
  /** The child gets a session of its own (`start_new_session`). */
  startNewSession?: boolean;
  uid?: number;
  gid?: number;
}

/** `loop.subprocess_exec` and, with one string for all, `loop.subprocess_shell`. Throws FileNotFoundError, PermissionError. */
export function* startSubprocess<P extends SubprocessProtocol>(
  loop: EventLoop,
  factory: () => P,
  args: readonly string[],
  shell: boolean,
  options: SubprocessOptions,
): Coroutine<[ChildTransport, P]> {
  const protocol = factory();
  const child = yield* startChild(loop, args, shell, options);
  const waiter = loop.createFuture<void>();
  const transport = new ChildTransport(loop, protocol, child, shell ? args[0] : args.join(' '), waiter);
  try {
    yield* waiter;
  } catch (error) {
    if (leavesLoop(error)) throw error;
    transport.close();
    yield* transport.wait();
    throw error;
  }
  return [transport, protocol];
}

function* startChild(
  loop: EventLoop,
  args: readonly string[],
  shell: boolean,
  options: SubprocessOptions,
): Coroutine<ChildProcess> {
  const { stdin, stdout, stderr, cwd, env, startNewSession, uid, gid } = options;
  if (stdin === STDOUT || stdout === STDOUT) throw new ValueError('STDOUT can only be used for stderr');
  const both = stderr === STDOUT && stdout === PIPE;
  const stdio: StdioOptions = [
    place(stdin, 0),
    place(stdout, 1),
    place(stderr === STDOUT ? stdout : stderr, 2),
  ];
  const spawnOptions: SpawnOptions = { cwd, env, uid, gid, detached: startNewSession === true };
  let [program, ...rest] = shell ? ['/bin/sh', '-c', args[0]] : args;
  if (both) {
    // Node makes no pipe that two descriptors of the child share; a shell does, and then becomes the program.
    if (process.platform === 'win32')
      throw new NotImplementedError('stderr: STDOUT with a pipe needs a Unix shell');
    checkProgram(program, env ?? process.env, cwd);
    stdio[2] = 'ignore';
    [program, rest] = ['/bin/sh', ['-c', 'exec "$@" 2>&1', 'sh', program, ...rest]];
  }
  const child = spawn(program, rest, { ...spawnOptions, stdio });
  if (child.pid !== undefined) return child;
  const failure = yield* hostCall<Error>(loop, (answer) =>
    child.once('error', (error) => answer(undefined, error)),
  );
  throw toOSError(failure, `${describe(failure)}: '${args[0]}'`);
}

function place(stdio: Stdio, fd: number): 'pipe' | 'ignore' | 'inherit' | number | Readable | Writable {
  if (stdio === undefined) return fd;
  if (stdio === PIPE) return 'pipe';
  return stdio === DEVNULL ? 'ignore' : stdio;
}

function describe(error: Error): string {
  const text = (toOSError(error) as { strerror?: string }).strerror;
  return text ?? error.message;
}

/** Fails as starting it would. */
function checkProgram(program: string, env: NodeJS.ProcessEnv, cwd: string | URL | undefined): void {
  const folders = program.includes(sep) ? [''] : (env.PATH ?? '/bin:/usr/bin').split(delimiter);
  let denied = false;
  for (const folder of folders) {
    const path = folder === '' ? join(cwd === undefined ? '' : String(cwd), program) : join(folder, program);
    const candidate = program.startsWith(sep) ? program : path;
    try {
      if (!statSync(candidate).isFile()) continue;
      accessSync(candidate, fileModes.X_OK);
      return;
    } catch (error) {
      denied ||= (error as NodeJS.ErrnoException).code === 'EACCES';
    }
  }
  if (denied) throw new PermissionError(`Permission denied: '${program}'`, { errno: 13, code: 'EACCES' });
  throw new FileNotFoundError(`No such file or directory: '${program}'`, { errno: 2, code: 'ENOENT' });
}

/** `base_subprocess.BaseSubprocessTransport`. */
export class ChildTransport extends SubprocessTransport {
  private closed = false;
  private finished = false;
  private returncode: number | undefined;
  private exitWaiters: Future<number>[] = [];
  private pending: (() => void)[] | undefined = [];
  private readonly pipes = new Map<number, PipeProtocol | undefined>();

  constructor(
    readonly loop: EventLoop,
    private protocol: SubprocessProtocol,
    private readonly child: ChildProcess,
    text: string,
    waiter: Future<void>,
  ) {
    super();
    this.extra.set('subprocess', child);
    child.stdio.forEach((pipe, fd) => {
      if (pipe != null && fd < 3) this.pipes.set(fd, undefined);
    });
    // When the child ends, Node makes its pipes flow, and what nobody listens to yet is lost; so none flows before.
    for (const pipe of [child.stdout, child.stderr]) if (pipe) pipe.resume = () => pipe;
    child.unref();
    child.on('error', () => undefined);
    loop.hostWork++;
    loop.selector.opened(this);
    shared.observer?.processBegan(loop, child.pid!, text);
    const exited = (code: number | null, signal: NodeJS.Signals | null) => {
      loop.hostWork--;
      loop.selector.closed(this);
      const status = code ?? -constants.signals[signal!];
      loop.ioArrived(-1, 0, () => loop.ready.push(new Handle(this.processExited, [status], loop, undefined)));
    };
    child.once('exit', exited);
    loop.createTask(new CoroutineObject('connectPipes', this.connectPipes(waiter)));
  }

  override setProtocol(protocol: BaseProtocol): void {
    this.protocol = protocol as SubprocessProtocol;
  }

  override getProtocol(): BaseProtocol {
    return this.protocol;
  }

  override isClosing(): boolean {
    return this.closed;
  }

  override close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const protocol of this.pipes.values()) protocol?.pipe?.close();
    if (this.returncode === undefined && this.child.exitCode === null && this.child.signalCode === null)
      this.child.kill('SIGKILL');
  }

  override getPid(): number | undefined {
    return this.child.pid;
  }

  override getReturncode(): number | undefined {
    return this.returncode;
  }

  override getPipeTransport(fd: number): Transport | undefined {
    return this.pipes.get(fd)?.pipe;
  }

  override sendSignal(signal: NodeJS.Signals | number): void {
    if (this.finished) throw new ProcessLookupError('the process has ended');
    this.child.kill(signal);
  }

  override terminate(): void {
    this.sendSignal('SIGTERM');
  }

  override kill(): void {
    this.sendSignal('SIGKILL');
  }

  /** Until it has ended; its exit status (`_wait`). Internal. */
  *wait(): Coroutine<number> {
    if (this.returncode !== undefined) return this.returncode;
    const waiter = this.loop.createFuture<number>();
    waiter.waitKind = 'subprocess';
    waiter.waitOf = this;
    this.exitWaiters.push(waiter);
    return yield* waiter;
  }

  /** The loop is closed: the child goes on by itself, as in asyncio. Internal. */
  abandon(): void {
    if (this.loop.getDebug()) logger.warning(`ResourceWarning: unclosed transport ${this}`);
  }

  override toString(): string {
    const state = this.returncode === undefined ? 'running' : `returncode=${this.returncode}`;
    return `<ChildTransport${this.closed ? ' closed' : ''} pid=${this.child.pid} ${state}>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  /** A pipe's protocol has something to tell; what comes before connectionMade waits for it. Internal. */
  call(callback: () => void): void {
    if (this.pending !== undefined) this.pending.push(callback);
    else this.loop.callSoon(callback);
  }

  /** Internal. */
  pipeConnectionLost(fd: number, error: unknown): void {
    this.call(() => this.protocol.pipeConnectionLost(fd, error));
    this.tryFinish();
  }

  /** Internal. */
  pipeDataReceived(fd: number, data: Buffer): void {
    this.call(() => this.protocol.pipeDataReceived(fd, data));
  }

  private *connectPipes(waiter: Future<void>): Coroutine<void> {
    const { loop } = this;
    try {
      for (const fd of this.pipes.keys()) {
        const pipe = this.child.stdio[fd]!;
        delete (pipe as Partial<Readable>).resume;
        const made = () => new PipeProtocol(this, fd);
        const [, protocol] = yield* fd === 0
          ? loop.connectWritePipe(made, pipe as Writable)
          : loop.connectReadPipe(made, pipe as Readable);
        this.pipes.set(fd, protocol);
      }
      const connectionMade = () => this.protocol.connectionMade(this);
      loop.callSoon(connectionMade);
      for (const callback of this.pending!) loop.callSoon(callback);
      this.pending = undefined;
    } catch (error) {
      if (leavesLoop(error)) throw error;
      if (!waiter.cancelled()) waiter.setException(error);
      return;
    }
    if (!waiter.cancelled()) waiter.setResult(undefined);
  }

  private readonly processExited = (status: number): void => {
    shared.observer?.processEnded(this.loop, this.child.pid!, status);
    this.returncode = status;
    this.call(() => this.protocol.processExited());
    this.tryFinish();
  };

  private tryFinish(): void {
    if (this.finished || this.returncode === undefined) return;
    for (const protocol of this.pipes.values()) if (protocol === undefined || !protocol.disconnected) return;
    this.finished = true;
    this.call(() => this.connectionLost());
  }

  private connectionLost(): void {
    try {
      this.protocol.connectionLost(undefined);
    } finally {
      for (const waiter of this.exitWaiters) if (!waiter.done()) waiter.setResult(this.returncode!);
      this.exitWaiters = [];
    }
  }
}

/** Between one pipe of the child and the child's protocol (`ReadSubprocessPipeProto` and `WriteSubprocessPipeProto`). */
class PipeProtocol extends Protocol {
  override readonly awaited = true;
  pipe: Transport | undefined;
  disconnected = false;

  constructor(
    private readonly child: ChildTransport,
    private readonly fd: number,
  ) {
    super();
  }

  override connectionMade(transport: BaseTransport): void {
    this.pipe = transport as Transport;
  }

  override connectionLost(error: unknown): void {
    this.disconnected = true;
    this.child.pipeConnectionLost(this.fd, error);
  }

  override pauseWriting(): void {
    this.child.getProtocol().pauseWriting();
  }

  override resumeWriting(): void {
    this.child.getProtocol().resumeWriting();
  }

  override dataReceived(data: Buffer): void {
    this.child.pipeDataReceived(this.fd, data);
  }
}
