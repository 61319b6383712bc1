/** A small adapter for tests: runs a Python program under the agent and speaks the wire with it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { FrameReader, jsonFrame } from '../../../src/wire/frames';
import { MarshalReader } from '../../../src/wire/marshal';
import type { Commands, FromAgent, Hello, Stopped, Welcome } from '../../../src/wire/messages';
import { WELCOME } from '../../unit/wire/welcome';
import { FRAME, RECORD } from '../../../src/wire/schema';

export const AGENT = path.resolve(import.meta.dirname, '../../../src/agents/python');

export interface Interpreter {
  path: string;
  version: [number, number, number];
}

/** Every CPython from 3.8 on this machine; TICKSCOPE_PYTHONS (paths, colons) names others. */
export function interpreters(): Interpreter[] {
  const versions = path.join(process.env.PYENV_ROOT ?? path.join(homedir(), '.pyenv'), 'versions');
  const given = process.env.TICKSCOPE_PYTHONS?.split(':') ?? [
    ...(existsSync(versions)
      ? readdirSync(versions).map((name) => path.join(versions, name, 'bin', 'python'))
      : []),
    '/usr/bin/python3',
  ];
  const found: Interpreter[] = [];
  for (const python of given) {
    if (!existsSync(python)) continue;
    const { stdout } = spawnSync(python, ['-c', 'import sys; print(*sys.version_info[:3])'], {
      encoding: 'utf8',
    });
    const version = stdout.trim().split(' ').map(Number) as [number, number, number];
    if (version[0] === 3 && version[1] >= 8) found.push({ path: python, version });
  }
  return found.sort((a, b) => a.version[1] - b.version[1] || a.version[2] - b.version[2]);
}

export type RecordName = keyof typeof RECORD | 'RUN';
/** A record by name: its fields as an object, `loop` and, in a RUN, `who`: the name of the task or code. */
export interface Told {
  name: RecordName;
  loop: number;
  fields: Record<string, number | string>;
}

const byCode = new Map<number, { name: string; fields: readonly string[] }>(
  Object.entries(RECORD).map(([name, { code, fields }]) => [code, { name, fields }]),
);
const TEXTS = new Set(['name', 'text', 'kind', 'path']);

type Message = Exclude<FromAgent, Hello>;

export interface RunOptions {
  args?: string[];
  welcome?: Partial<Welcome>;
  env?: Record<string, string>;
  /** Instead of a program: the interpreter's arguments. */
  command?: string[];
  cwd?: string;
}

export class Program {
  readonly records: Told[] = [];
  readonly messages: Message[] = [];
  readonly codes = new Map<number, { name: string; path: string; line: number; role: number }>();
  readonly tasks = new Map<number, string>();
  hello!: Hello;
  stdout = '';
  stderr = '';
  private socket!: Socket;
  private lastId = 0;
  private seen = 0;
  private wake: (() => void)[] = [];
  private ended = false;

  private constructor(
    readonly process: ChildProcess,
    readonly folder: string,
    private readonly server: Server,
  ) {}

  /** Starts the source as a program; resolves when its agent was welcomed. */
  static async start(python: Interpreter, source: string, options: RunOptions = {}): Promise<Program> {
    const folder = mkdtempSync(path.join(tmpdir(), 'tickscope-'));
    const file = path.join(folder, 'program.py');
    writeFileSync(file, source);
    const address = path.join(folder, 'agent');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(address, resolve));
    const child = spawn(python.path, options.command ?? [file, ...(options.args ?? [])], {
      cwd: options.cwd ?? folder,
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: '1',
        TICKSCOPE_ADDRESS: `unix:${address}`,
        TICKSCOPE_TOKEN: 'secret',
        TICKSCOPE_AGENT_VERSION: '1.2.3',
        PYTHONPATH: path.join(AGENT, 'bootstrap'),
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const program = new Program(child, folder, server);
    child.stdout.on('data', (chunk) => {
      program.stdout += chunk;
      program.woken();
    });
    child.stderr.on('data', (chunk) => (program.stderr += chunk));
    program.socket = await new Promise<Socket>((resolve, reject) => {
      server.once('connection', resolve);
      child.once('close', () =>
        reject(new Error(`The program ended before its agent came: ${program.stderr}`)),
      );
    });
    void program.read(options.welcome ?? {});
    await program.until(() => program.hello as Hello | undefined);
    return program;
  }

  private async read(welcome: Partial<Welcome>): Promise<void> {
    const reader = new FrameReader();
    try {
      for await (const chunk of this.socket) {
        for (const { kind, payload } of reader.read(chunk as Buffer)) {
          if (kind === FRAME.JSON) this.said(JSON.parse(payload.toString()) as FromAgent, welcome);
          else if (kind === FRAME.DEFINE) this.define(payload);
          else this.record(payload);
        }
        this.woken();
      }
    } catch {
      // The program was killed.
    }
    this.ended = true;
    this.woken();
  }

  private woken(): void {
    for (const resolve of this.wake.splice(0)) resolve();
  }

  private said(message: FromAgent, welcome: Partial<Welcome>): void {
    if (message.type !== 'hello') {
      this.messages.push(message);
      return;
    }
    this.hello = message;
    this.socket.write(jsonFrame({ ...WELCOME, ...welcome }));
  }

  private define(payload: Buffer): void {
    const reader = new MarshalReader(payload);
    reader.openList();
    while (reader.left > 0) {
      reader.number();
      const code = reader.number();
      this.codes.set(code, {
        name: reader.text(),
        path: reader.text(),
        line: reader.number(),
        role: reader.number(),
      });
    }
  }

  private record(payload: Buffer): void {
    const loop = payload.readUInt32LE(0);
    const reader = new MarshalReader(payload.subarray(4));
    reader.openList();
    while (reader.left > 0) {
      const first = reader.number();
      if (first > 0) {
        const fields = { actor: first, result: reader.number(), t: reader.number(), n: reader.number() };
        this.records.push({ name: 'RUN', loop, fields });
        continue;
      }
      const known = byCode.get(first);
      if (!known) throw new Error(`Unknown record ${first}`);
      const fields: Record<string, number | string> = {};
      for (const field of known.fields) fields[field] = TEXTS.has(field) ? reader.text() : reader.number();
      if (known.name === 'TASK') this.tasks.set(fields.actor as number, fields.name as string);
      this.records.push({ name: known.name as RecordName, loop, fields });
    }
  }

  /** Waits until `find` finds something; fails when the connection ends before. */
  async until<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (this.ended) throw new Error(`The agent said goodbye first. ${this.stderr}`);
      await new Promise<void>((resolve) => this.wake.push(resolve));
    }
  }

  /** The next message of this type that was not asked for before. */
  async next<K extends Message['type']>(type: K): Promise<Extract<Message, { type: K }>> {
    return await this.until(() => {
      for (; this.seen < this.messages.length; this.seen++) {
        const message = this.messages[this.seen];
        if (message.type === type) {
          this.seen++;
          return message as Extract<Message, { type: K }>;
        }
      }
      return undefined;
    });
  }

  async ask<K extends keyof Commands>(command: K, args: Commands[K][0]): Promise<Commands[K][1]> {
    const id = ++this.lastId;
    this.socket.write(jsonFrame({ type: 'command', id, command, arguments: args }));
    const reply = await this.until(() =>
      this.messages.find((message) => message.type === 'reply' && message.id === id),
    );
    if (reply.type !== 'reply') throw new Error('unreachable');
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply.body as Commands[K][1];
  }

  /** Steps and waits for the stop. */
  async step(args: Commands['step'][0]): Promise<Stopped> {
    await this.ask('step', args);
    return await this.next('stopped');
  }

  /** Closes the connection as an adapter does that dies. */
  die(): void {
    this.socket.destroy();
  }

  /** Waits for the program's end. */
  async end(): Promise<number | NodeJS.Signals> {
    const { process: child } = this;
    if (child.exitCode === null && child.signalCode === null)
      await new Promise<void>((resolve) => child.once('close', () => resolve()));
    while (!this.ended) await new Promise<void>((resolve) => this.wake.push(resolve));
    return child.exitCode ?? child.signalCode ?? 0;
  }

  dispose(): void {
    if (this.process.exitCode === null) this.process.kill('SIGKILL');
    this.server.close();
    this.socket?.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Names of what ran, in order, without the standard library's own callbacks. */
  ran(loop?: number): string[] {
    return this.records
      .filter((record) => record.name === 'RUN' && (loop === undefined || record.loop === loop))
      .map((record) => this.nameOf(record.fields.actor as number));
  }

  nameOf(actor: number): string {
    return this.tasks.get(actor) ?? this.codes.get(actor)?.name ?? `?${actor}`;
  }

  taskNamed(name: string): number {
    for (const [actor, task] of this.tasks) if (task === name) return actor;
    throw new Error(`There is no task ${name}.`);
  }

  of(name: RecordName): Told['fields'][] {
    return this.records.filter((record) => record.name === name).map(({ fields }) => fields);
  }

  get faults(): string[] {
    return this.messages.flatMap((message) =>
      message.type === 'notice' && message.severity === 'fault' ? [message.text] : [],
    );
  }
}

/** What a program does without the agent. */
export function plainly(
  python: Interpreter,
  source: string,
): {
  code: number | NodeJS.Signals | null;
  stdout: string;
  stderr: string;
} {
  const folder = mkdtempSync(path.join(tmpdir(), 'tickscope-'));
  try {
    const file = path.join(folder, 'program.py');
    writeFileSync(file, source);
    const { status, signal, stdout, stderr } = spawnSync(python.path, [file], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { code: status ?? signal, stdout, stderr: stderr.replaceAll(folder, 'FOLDER') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
