/** Runs programs in the instrumented worker, without an adapter: this is the other end of the wire. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Writable } from 'node:stream';
import esbuild from 'esbuild';
import esbuildOptions from '../../../esbuild.js';
import { FrameReader, jsonFrame } from '../../../src/wire/frames';
import type { Commands, FromAgent, Hello, Welcome } from '../../../src/wire/messages';
import { WELCOME } from '../../unit/wire/welcome';
import { FRAME } from '../../../src/wire/schema';
import { nodeOf } from '../../host/cache.mjs';

const root = path.resolve(import.meta.dirname, '../../..');

export interface Node {
  path: string;
  major: number;
}

/** Every line that is supported. */
export const MAJORS = [20, 22, 24];

/** This Node, or one that the npm registry carries, got once. */
export async function nodeNumbered(major: number): Promise<Node> {
  return { path: await nodeOf(major), major };
}

/** A build of the worker, with the stand-in agent as target `standin`. */
export class Built {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'tickscope-worker-'));
  readonly agents = path.join(this.folder, 'dist', 'agents');
  readonly preload = path.join(this.agents, 'node', 'preload.cjs');

  static async make(): Promise<Built> {
    const built = new Built();
    const folder = path.join(built.folder, 'dist');
    const builds = esbuildOptions.workerBuilds(folder) as esbuild.BuildOptions[];
    const standin = {
      ...builds[0],
      entryPoints: [path.join(import.meta.dirname, 'standin.ts')],
      outfile: path.join(built.agents, 'node', 'standin.cjs'),
    };
    const options = { absWorkingDir: root, sourcemap: false, logLevel: 'error' } as const;
    await Promise.all([...builds, standin].map((build) => esbuild.build({ ...build, ...options })));
    return built;
  }
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Files of a program, in a folder of its own. */
export class Files {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'tickscope-program-'));

  constructor(files: Record<string, string>) {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(this.folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface Outcome {
  stdout: string;
  stderr: string;
  code: number | null;
  signal: NodeJS.Signals | null;
}

type Message = Exclude<FromAgent, Hello>;

/** A program under the agent. */
export class Program {
  hello!: Hello;
  readonly messages: Message[] = [];
  readonly numbers: number[] = [];
  readonly definitions: unknown[] = [];
  /** Of plain Node programs: what each loop did. */
  readonly words: { loop: number; payload: Buffer }[] = [];
  stdout = '';
  stderr = '';
  outcome: Outcome | undefined;
  /** False: what it says is left in the socket. */
  private listening = true;
  private closed = false;
  private socket: Socket | undefined;
  private lastId = 0;
  private seen = 0;
  private wake: (() => void)[] = [];

  private constructor(
    readonly process: ChildProcess,
    private readonly server: Server,
    private readonly welcome: Partial<Welcome>,
  ) {
    process.stdout?.on('data', (chunk) => this.told(() => (this.stdout += chunk)));
    process.stderr?.on('data', (chunk) => this.told(() => (this.stderr += chunk)));
    process.once('close', (code, signal) =>
      this.told(() => {
        this.outcome = { stdout: this.stdout, stderr: this.stderr, code, signal };
        server.close();
      }),
    );
    server.once('connection', (socket) => {
      this.socket = socket;
      void this.read(socket);
    });
  }

  static async start(
    built: Built,
    node: Node,
    args: string[],
    options: {
      cwd: string;
      nodeArgs?: string[];
      env?: NodeJS.ProcessEnv;
      welcome?: Partial<Welcome>;
      target?: string;
      stdin?: string;
    },
  ): Promise<Program> {
    const address = path.join(mkdtempSync(path.join(built.folder, 's-')), 'agent');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(address, resolve));
    const child = spawn(node.path, ['--require', built.preload, ...(options.nodeArgs ?? []), ...args], {
      cwd: options.cwd,
      env: {
        ...process.env,
        ...options.env,
        TICKSCOPE_ADDRESS: `unix:${address}`,
        TICKSCOPE_TOKEN: 'secret',
        TICKSCOPE_AGENT_VERSION: '1.2.3',
        TICKSCOPE_TARGET: options.target ?? 'standin',
        TICKSCOPE_LOADER: options.env?.TICKSCOPE_LOADER ?? '',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    give(child.stdin, options.stdin);
    return new Program(child, server, options.welcome ?? {});
  }

  private async read(socket: Socket): Promise<void> {
    const reader = new FrameReader();
    try {
      for await (const chunk of socket) {
        for (const { kind, payload } of reader.read(chunk as Buffer)) this.frame(kind, payload);
        this.told(() => undefined);
        await this.until(() => this.listening);
      }
    } catch {
      // It was killed.
    }
    this.told(() => (this.closed = true));
  }

  private frame(kind: number, payload: Buffer): void {
    if (kind === FRAME.NUMBERS)
      for (let at = 4; at < payload.length; at += 8) this.numbers.push(payload.readDoubleLE(at));
    else if (kind === FRAME.DEFINITIONS) this.definitions.push(...(JSON.parse(payload.toString()) as []));
    else if (kind === FRAME.WORDS)
      this.words.push({ loop: payload.readUInt32LE(0), payload: payload.subarray(4) });
    else if (kind === FRAME.JSON) this.said(JSON.parse(payload.toString()) as FromAgent);
  }

  private said(message: FromAgent): void {
    if (message.type !== 'hello') {
      this.messages.push(message);
      return;
    }
    this.hello = message;
    this.socket?.write(jsonFrame({ ...WELCOME, ...this.welcome }));
  }

  private told(change: () => unknown): void {
    change();
    for (const wake of this.wake.splice(0)) wake();
  }

  /** Waits until `find` says something other than undefined and false. */
  async until<T>(find: () => T): Promise<NonNullable<Exclude<T, false>>> {
    for (;;) {
      const found = find();
      if (found !== undefined && found !== false && found !== null)
        return found as NonNullable<Exclude<T, false>>;
      if (this.outcome && (this.closed || !this.socket))
        throw new Error(`The program ended first: ${JSON.stringify(this.outcome)}`);
      await new Promise<void>((resolve) => this.wake.push(resolve));
    }
  }

  async next<K extends Message['type']>(type: K): Promise<Extract<Message, { type: K }>> {
    return await this.until(() => {
      while (this.seen < this.messages.length) {
        const message = this.messages[this.seen++];
        if (message.type === type) return message as Extract<Message, { type: K }>;
      }
      return undefined;
    });
  }

  async ask<K extends keyof Commands>(command: K, args: Commands[K][0]): Promise<Commands[K][1]> {
    const id = ++this.lastId;
    this.socket?.write(jsonFrame({ type: 'command', id, command, arguments: args }));
    const reply = await this.until(() =>
      this.messages.find((message) => message.type === 'reply' && message.id === id),
    );
    if (reply.type !== 'reply') throw new Error('unreachable');
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply.body as Commands[K][1];
  }

  /** Stops reading, or reads on. */
  listen(listening: boolean): void {
    this.told(() => (this.listening = listening));
  }

  /** As an adapter that dies. */
  die(): void {
    this.socket?.destroy();
  }

  async end(): Promise<Outcome> {
    for (;;) {
      if (this.outcome && (this.closed || !this.socket)) return this.outcome;
      await new Promise<void>((resolve) => this.wake.push(resolve));
    }
  }
  dispose(): void {
    if (!this.outcome) this.process.kill('SIGKILL');
    this.socket?.destroy();
    this.server.close();
  }
}

type StartOptions = Omit<Parameters<typeof Program.start>[3], 'cwd' | 'target'>;

/** The programs of a suite. They are gone after each test, in which none of their observers may have failed. */
export class Suite {
  built!: Built;
  private readonly programs: Program[] = [];
  private readonly files: Files[] = [];

  /** Within `describe`. */
  constructor(private readonly target: string) {
    before(async () => {
      this.built = await Built.make();
    });
    after(() => this.built.remove());
    afterEach(() => this.clear());
  }

  /** Where the program that was started last is. */
  get folder(): string {
    const last = this.files.at(-1);
    if (last === undefined) throw new Error('No program was started yet.');
    return last.folder;
  }

  /** Runs the first of the files. */
  start(node: Node, files: Record<string, string>, options: StartOptions = {}): Promise<Program> {
    this.files.push(new Files(files));
    return this.run(node, path.join(this.folder, Object.keys(files)[0]), this.folder, options);
  }

  /** Runs one that is there. */
  async run(node: Node, file: string, cwd: string, options: StartOptions = {}): Promise<Program> {
    const program = await Program.start(this.built, node, [file], { ...options, cwd, target: this.target });
    this.programs.push(program);
    return program;
  }

  private clear(): void {
    const faults = this.programs.flatMap(({ messages }) =>
      messages.filter((message) => message.type === 'notice' && message.severity === 'fault'),
    );
    for (const program of this.programs.splice(0)) program.dispose();
    for (const files of this.files.splice(0)) files.remove();
    assert.deepEqual(faults, []);
  }
}

/** The same program, without us. */
export function plainly(
  node: Node,
  args: string[],
  {
    nodeArgs = [],
    env,
    ...options
  }: { cwd: string; nodeArgs?: string[]; env?: NodeJS.ProcessEnv; stdin?: string },
): Promise<Outcome> {
  return run(node.path, [...nodeArgs, ...args], { ...options, env: { ...process.env, ...env } });
}

/** A program may end before it has read all, or anything. */
function give(stdin: Writable, text = ''): void {
  stdin.on('error', () => undefined);
  stdin.end(text);
}

export function run(
  command: string,
  args: string[],
  { stdin, ...options }: { cwd: string; env: NodeJS.ProcessEnv; stdin?: string },
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.once('close', (code, signal) => resolve({ stdout, stderr, code, signal }));
    give(child.stdin, stdin);
  });
}
