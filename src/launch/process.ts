/** The program's process and all that it started: output, exit code, and an end that leaves nothing behind. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { descendantsOf } from './processTree';
import type { Environment } from './environment';

/** How long output may still come after the program's end, from children that hold its streams, ms. */
const DRAIN_MS = 500;
/** Between asking a program to end and asking it less kindly, ms. */
const PATIENCE_MS = 2000;

export interface Command {
  path: string;
  args: string[];
  cwd: string;
  env: Environment;
}

export interface ProcessListener {
  output(category: 'stdout' | 'stderr', text: string): void;
  /** It never ran: a system error's message. Nothing follows. */
  failed(message: string): void;
  /** It is gone, its output complete, and nothing that it started is left. `code`: 128 + n for signal n. */
  exited(code: number): void;
}

/** Programs that must not survive this process, however it ends. */
const alive = new Set<ProgramProcess>();
process.on('exit', () => {
  for (const program of alive) program.killAll();
});

export class ProgramProcess {
  private readonly child: ChildProcess;
  private running = true;
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    command: Command,
    private readonly listener: ProcessListener,
  ) {
    this.child = spawn(command.path, command.args, {
      cwd: command.cwd,
      env: command.env,
      // A group of its own, so that all of it can be ended together.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.child.once('error', (error) => {
      if (this.child.pid !== undefined) return;
      this.running = false;
      listener.failed(error.message);
    });
    if (this.child.pid === undefined) return;
    alive.add(this);
    this.forward('stdout', this.child.stdout as Readable);
    this.forward('stderr', this.child.stderr as Readable);
    this.child.once('exit', () => {
      const children = this.after(DRAIN_MS, () => this.killAll());
      const drained = this.after(2 * DRAIN_MS, () => {
        this.child.stdout?.destroy();
        this.child.stderr?.destroy();
      });
      this.child.once('close', () => {
        this.clear(children);
        this.clear(drained);
      });
    });
    this.child.once('close', (code, signal) => {
      this.killAll();
      this.running = false;
      alive.delete(this);
      for (const timer of this.timers) clearTimeout(timer);
      listener.exited(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Asks as Ctrl-C does, then as `kill` does, then does not ask. */
  terminate(): void {
    if (!this.running) return;
    this.signal('SIGINT');
    this.after(PATIENCE_MS, () => this.signal('SIGTERM'));
    this.after(2 * PATIENCE_MS, () => this.killAll());
  }

  /** Ends it now; `exited` follows. */
  kill(): void {
    if (this.running) this.killAll();
  }

  /** Also what left the group. Does not wait, so that it can be done last of all. */
  killAll(): void {
    const pid = this.child.pid;
    if (pid === undefined) return;
    if (process.platform === 'win32') {
      spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true });
      return;
    }
    const strays = this.child.exitCode === null && this.child.signalCode === null ? descendantsOf(pid) : [];
    this.signal('SIGKILL');
    for (const stray of strays) send(stray, 'SIGKILL');
  }

  private signal(signal: NodeJS.Signals): void {
    const pid = this.child.pid;
    if (pid === undefined) return;
    if (process.platform === 'win32') this.killAll();
    else send(-pid, signal);
  }

  private forward(category: 'stdout' | 'stderr', stream: Readable): void {
    const decoder = new StringDecoder('utf8');
    const say = (text: string) => text !== '' && this.listener.output(category, text);
    stream.on('data', (bytes: Buffer) => say(decoder.write(bytes)));
    stream.on('end', () => say(decoder.end()));
    stream.on('error', () => stream.destroy());
  }

  private after(ms: number, act: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, ms);
    this.timers.add(timer);
    return timer;
  }
  private clear(timer: NodeJS.Timeout): void {
    clearTimeout(timer);
    this.timers.delete(timer);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone.
  }
}
