/** The program in a terminal of the editor's, which starts it for us: we see its exit code by a file that it leaves. */
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, type FSWatcher } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Environment } from './environment';
import type { Command } from './process';
import { descendantsOf } from './processTree';

/** How long the exit code may take to be written once the program has closed its connection, ms. */
const EXIT_MS = 3000;
const PATIENCE_MS = 2000;
// Outlives Ctrl-C, which is for the program; $0 is the file.
const SCRIPT = 'trap : INT QUIT; "$@"; code=$?; echo $code >"$0.part" && mv "$0.part" "$0"; exit $code';

export type RunInTerminal = (
  args: DebugProtocol.RunInTerminalRequestArguments,
) => Promise<DebugProtocol.RunInTerminalResponse>;

export interface TerminalListener {
  failed(message: string): void;
  /** Undefined: the terminal was closed, or the system has no shell that could say. */
  exited(code: number | undefined): void;
}

export class TerminalProcess {
  private readonly folder = mkdtempSync(join(tmpdir(), 'tickscope-'));
  private readonly exitFile = join(this.folder, 'exit');
  private readonly watcher: FSWatcher;
  private pid: number | undefined;
  private over = false;

  constructor(private readonly listener: TerminalListener) {
    this.watcher = watch(this.folder, () => this.look());
    this.watcher.on('error', () => this.watcher.close());
  }

  async start(
    command: Command,
    kind: 'integrated' | 'external',
    title: string,
    runInTerminal: RunInTerminal,
  ): Promise<void> {
    const program = [command.path, ...command.args];
    const args =
      process.platform === 'win32' ? program : ['/bin/sh', '-c', SCRIPT, this.exitFile, ...program];
    const response = await runInTerminal({ kind, title, cwd: command.cwd, args, env: changes(command.env) });
    if (response.success) return;
    this.end();
    this.listener.failed(response.message || 'the editor did not open a terminal');
  }

  /** The program's own process id, as its agent says it. */
  began(pid: number): void {
    this.pid = pid;
  }
  /** The program has closed its connection: it is about to be gone, or is. */
  agentGone(): void {
    if (!this.over) setTimeout(() => this.look(true), EXIT_MS).unref();
  }
  terminate(): void {
    this.signal('SIGINT');
    setTimeout(() => this.signal('SIGTERM'), PATIENCE_MS).unref();
    setTimeout(() => this.kill(), 2 * PATIENCE_MS).unref();
  }
  kill(): void {
    const strays = this.pid === undefined ? [] : descendantsOf(this.pid);
    this.signal('SIGKILL');
    for (const stray of strays) send(stray, 'SIGKILL');
    this.agentGone();
  }

  private signal(signal: NodeJS.Signals): void {
    if (!this.over && this.pid !== undefined) send(this.pid, signal);
  }

  private look(last = false): void {
    if (this.over) return;
    const written = existsSync(this.exitFile);
    if (!written && !last) return;
    const code = written ? Number.parseInt(readFileSync(this.exitFile, 'utf8'), 10) : NaN;
    this.end();
    this.listener.exited(Number.isNaN(code) ? undefined : code);
  }

  private end(): void {
    this.over = true;
    this.watcher.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What the terminal's own environment, taken to be ours, lacks. */
function changes(env: Environment): Record<string, string | null> {
  const changed: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(env)) if (process.env[name] !== value) changed[name] = value;
  for (const name of Object.keys(process.env)) if (!(name in env)) changed[name] = null;
  return changed;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone.
  }
}
