/** A client of the Debug Adapter Protocol that speaks to the real adapter over stdio, and writes down what was said. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ProtocolServer } from '@vscode/debugadapter/lib/protocol';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { buildSync } from 'esbuild';
import type { LaunchArguments, Requests } from '../../../src/adapter/contract';

export const ROOT = resolve(__dirname, '../../..');
/** Bundles for tests lie as deep as dist does, so that they find the agents as it does. */
const OUT = join(ROOT, 'out');
const built = new Map<string, string>();
process.on('exit', () => {
  for (const file of built.values()) rmSync(file, { force: true });
});

/** Bundles an entry of ours for Node, once a test run. */
export function bundle(entry: string, name: string): string {
  let file = built.get(entry);
  if (file === undefined) {
    mkdirSync(OUT, { recursive: true });
    file = join(OUT, `${name}.${process.pid}.js`);
    buildSync({
      entryPoints: [join(ROOT, entry)],
      bundle: true,
      platform: 'node',
      outfile: file,
      logLevel: 'error',
    });
    built.set(entry, file);
  }
  return file;
}

export function adapterBundle(): string {
  return bundle('src/adapter/main.ts', 'adapter');
}

export class RequestFailed extends Error {
  constructor(readonly response: DebugProtocol.Response) {
    super(response.message);
  }
}

type Said = DebugProtocol.Event | DebugProtocol.Response | DebugProtocol.Request;

export class Client extends ProtocolServer {
  /** Everything that the adapter said, in order. */
  readonly said: Said[] = [];
  readonly process: ChildProcess;
  readonly exit: Promise<number | null>;
  stderr = '';
  private readonly watchers = new Set<() => void>();
  private ended = false;
  /** Events before this one were waited for already. */
  private seen = 0;
  /** Answers the adapter's own requests. */
  onRequest: (request: DebugProtocol.Request) => Partial<DebugProtocol.Response> = () => ({ success: false });

  constructor(options: { args?: string[]; env?: NodeJS.ProcessEnv; cwd?: string } = {}) {
    super();
    // What is written to an adapter that has just ended is lost, and its end is seen all the same.
    this.on('error', () => undefined);
    this.process = spawn(process.execPath, [adapterBundle(), ...(options.args ?? [])], {
      env: { ...process.env, ...options.env },
      cwd: options.cwd,
      stdio: 'pipe',
    });
    this.process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exit = new Promise((done) =>
      this.process.once('close', (code) => {
        this.ended = true;
        done(code);
        this.wake();
      }),
    );
    this.start(this.process.stdout!, this.process.stdin!);
    this.process.stdin!.on('error', () => undefined);
  }

  override handleMessage(message: DebugProtocol.ProtocolMessage): void {
    this.said.push(message as Said);
    if (message.type === 'request') {
      const request = message as DebugProtocol.Request;
      const response = { seq: 0, type: 'response', request_seq: request.seq, command: request.command };
      this.sendResponse({ success: true, ...response, ...this.onRequest(request) } as DebugProtocol.Response);
    } else super.handleMessage(message);
    this.wake();
  }
  private wake(): void {
    for (const watcher of this.watchers) watcher();
  }

  /** Rejects with RequestFailed, whose message is the sentence. */
  request<R = DebugProtocol.Response['body']>(command: string, args?: unknown): Promise<R> {
    return new Promise((done, fail) =>
      this.sendRequest(command, args, 15_000, (response) =>
        response.success ? done(response.body as R) : fail(new RequestFailed(response)),
      ),
    );
  }
  ask<K extends keyof Requests>(command: K, args: Requests[K][0]): Promise<Requests[K][1]> {
    return this.request(command, args);
  }
  /** The sentence that a request is refused with. */
  async refused(command: string, args?: unknown): Promise<string> {
    try {
      await this.request(command, args);
    } catch (error) {
      assert.ok(error instanceof RequestFailed);
      const { message, body } = error.response;
      assert.equal(body.error.format, message);
      assert.match(message ?? '', /^\S.* .*\.$/s, 'an error is a sentence');
      return message ?? '';
    }
    throw new Error(`${command} was not refused`);
  }

  /** The next event of that name that was not waited for yet; those before it are passed over. */
  async event<B = DebugProtocol.Event['body']>(
    name: string,
    matches: (body: B) => boolean = () => true,
  ): Promise<B> {
    for (;;) {
      for (let i = this.seen; i < this.said.length; i++) {
        const message = this.said[i] as DebugProtocol.Event;
        if (message.type === 'event' && message.event === name && matches(message.body as B)) {
          this.seen = i + 1;
          return message.body as B;
        }
      }
      if (name !== 'terminated' && this.events('terminated').length > 0)
        throw new Error(`The program ended before "${name}" came. ${this.output('stderr')}`);
      if (this.ended) throw new Error(`The adapter ended before it sent "${name}". ${this.stderr}`);
      await new Promise<void>((done) => {
        const watcher = () => {
          this.watchers.delete(watcher);
          done();
        };
        this.watchers.add(watcher);
      });
    }
  }
  events(name: string): DebugProtocol.Event[] {
    return (this.said as DebugProtocol.Event[]).filter(
      ({ type, event }) => type === 'event' && event === name,
    );
  }
  /** All that the program, or the adapter about it, put out under one category. */
  output(category: string): string {
    return this.events('output')
      .filter(({ body }) => body.category === category)
      .map(({ body }) => body.output)
      .join('');
  }

  /** As an editor does it. */
  async launch(launch: LaunchArguments, initialize: object = {}): Promise<void> {
    await this.request('initialize', { adapterID: 'tickscope', ...initialize });
    await this.event('initialized');
    await this.request('launch', launch);
    await this.request('configurationDone');
  }
  stopped(): Promise<DebugProtocol.StoppedEvent['body']> {
    return this.event('stopped');
  }
  /** A step, and the stop after it. */
  async step(command: string, args: unknown): Promise<DebugProtocol.StoppedEvent['body']> {
    await this.request(command, args);
    return this.stopped();
  }
  /** Lets the adapter go. Its exit code. */
  async close(): Promise<number | null> {
    if (!this.ended) {
      if (this.process.stdin!.writable)
        await Promise.race([this.request('disconnect', {}).catch(() => undefined), this.exit]);
      this.process.stdin!.end();
    }
    return this.exit;
  }
}
