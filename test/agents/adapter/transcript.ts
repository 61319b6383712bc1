/** A session written down so that it reads the same on every run and every Python: see `golden/`. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Client } from '../../unit/adapter/client';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Fields that tell of time or of this run only. */
const OF_THIS_RUN = /(Ms|^systemProcessId|^variablesReference|^object|^totalFrames|^frameId)$/;

export class Transcript {
  private readonly lines: string[] = [];
  private read = 0;

  /** `folder`: written as `<programs>` wherever it occurs. */
  constructor(
    private readonly client: Client,
    private readonly folder: string,
    /** Where the golden files lie. */
    private readonly goldenFolder = join(__dirname, 'golden'),
  ) {}

  /** Asks, and writes down what was asked, what came meanwhile, and the answer. */
  async ask(command: string, args: object = {}): Promise<DebugProtocol.Response['body']> {
    this.heard();
    this.lines.push(`→ ${command} ${this.text(args)}`);
    const body = await this.client.request(command, args);
    this.heard();
    return body;
  }
  /** Leaves out what was said so far. */
  skip(): void {
    this.read = this.client.said.length;
  }
  /** A step, up to its stop. */
  async step(command: string, args: object): Promise<void> {
    await this.ask(command, args);
    await this.client.stopped();
    this.heard();
  }
  /** Writes down what came since. Output may come at any moment, `changed` any number of times: both are left out. */
  heard(): void {
    const { said } = this.client;
    for (; this.read < said.length; this.read++) {
      const message = said[this.read];
      if (message.type === 'response') {
        const { command, success, body } = message as DebugProtocol.Response;
        this.lines.push(`← ${success ? '' : 'refused '}${command} ${this.text(body ?? {})}`);
      } else if (message.type === 'event') {
        const { event, body } = message as DebugProtocol.Event;
        if (event === 'output' || event === 'tickscope/changed') continue;
        this.lines.push(`  ${event} ${this.text(body ?? {})}`);
      }
    }
  }

  /** Compares with the golden file. What differs is left beside it as `.actual`. */
  check(golden: string): void {
    this.heard();
    const file = join(this.goldenFolder, golden);
    const actual = `${this.lines.join('\n')}\n`;
    rmSync(`${file}.actual`, { force: true });
    const expected = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (actual !== expected) writeFileSync(`${file}.actual`, actual);
    assert.equal(actual, expected, `see ${file}.actual; when it is right, let it be the golden file`);
  }

  private text(value: unknown): string {
    return JSON.stringify(this.stable(value as Json));
  }
  private stable(value: Json, key = ''): Json {
    if (OF_THIS_RUN.test(key) && typeof value === 'number') return value > 0 ? '<n>' : value;
    if (typeof value === 'string')
      return value.replaceAll(this.folder, '<programs>').replace(/0x[0-9a-f]+/g, '<id>');
    if (Array.isArray(value)) return this.withoutLibrary(value).map((each) => this.stable(each));
    if (value === null || typeof value !== 'object') return value;
    // What the agent costs is only known once the program has run for a while.
    const sorted = Object.keys(value)
      .filter((name) => name !== 'cost')
      .sort();
    // A frame's id counts those of the library, too.
    const known = (name: string) => (name === 'id' && 'column' in value ? 'frameId' : name);
    return Object.fromEntries(sorted.map((name) => [name, this.stable(value[name], known(name))]));
  }
  /** Frames of the standard library have other names and lines in every Python. */
  private withoutLibrary(values: Json[]): Json[] {
    return values.filter(
      (value) =>
        !(
          typeof value === 'object' &&
          value &&
          'presentationHint' in value &&
          value.presentationHint === 'subtle'
        ),
    );
  }
}

/** Stops on entry, steps, looks, goes back and ends: the same for all targets. */
export async function playSession(dap: Client, transcript: Transcript, program: string): Promise<void> {
  const threadId = 1;
  const look = async () => {
    await transcript.ask('tickscope/state');
    for (const queue of ['ready', 'waiting', 'timers'])
      await transcript.ask('tickscope/rows', { queue, start: 0, count: 10 });
  };
  await transcript.ask('initialize', { adapterID: 'tickscope' });
  await dap.event('initialized');
  await transcript.ask('launch', { program: program, stopOnEntry: true });
  await transcript.ask('configurationDone');
  await dap.stopped();
  await look();
  await transcript.step('next', { threadId });
  await transcript.step('stepOut', { threadId });
  await look();
  await transcript.ask('threads');
  const { stackFrames } = await transcript.ask('stackTrace', { threadId });
  await transcript.ask('scopes', { frameId: stackFrames[0].id });
  await transcript.step('stepOut', { threadId });
  await transcript.step('stepBack', { threadId });
  await look();
  await transcript.ask('tickscope/rows', { queue: 'callbacks', start: 0, count: 10 });
  await transcript.ask('tickscope/seek', {});
  await transcript.ask('continue', { threadId });
  await dap.event('terminated');
}
